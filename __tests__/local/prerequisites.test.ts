import { missingPrerequisites } from "../../local/components/prerequisites";

const complete = {
  java: 17,
  maven: true,
  psql: true,
  postgresFolder: "/native",
  platform: "linux-x64",
} as const;

function codes(changes: Partial<Parameters<typeof missingPrerequisites>[0]>): string[] {
  return missingPrerequisites({ ...complete, ...changes }).map(({ code }) => code);
}

describe("prerequisites", () => {
  it("fails if a machine that has all is sent away", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ java: 25 })).toEqual([]);
  });

  it.each([
    [{ java: undefined }, "java-missing"],
    [{ java: 11 }, "java-missing"],
    [{ maven: false }, "maven-missing"],
    [{ psql: false }, "psql-missing"],
    [{ postgresFolder: undefined }, "postgres-missing"],
  ])("fails if %j isn't told as one problem", (changes, code) => {
    expect(codes(changes)).toEqual([code]);
  });

  it("fails if only the first of several is told, or one has no fix", () => {
    const nothing = { maven: false, psql: false, platform: "linux-x64" };
    const problems = missingPrerequisites(nothing);
    expect(problems.map(({ code }) => code)).toEqual([
      "java-missing",
      "maven-missing",
      "psql-missing",
      "postgres-missing",
    ]);
    expect(problems.every(({ fix, expected }) => fix !== "" && expected !== "")).toBe(true);
  });
});
