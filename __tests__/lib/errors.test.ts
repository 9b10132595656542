import { ConfigurationError, Problem, renderProblem, throwProblems } from "../../lib";

const problem: Problem = {
  code: "unknown-profile",
  path: "CDC_PROFILE",
  got: "prod",
  expected: "existing or standard",
  fix: "choose one of them",
};

describe("the text of a problem", () => {
  test("has the property, the value, the allowed values, the fix and the code", () => {
    expect(renderProblem(problem)).toBe(
      [
        'CDC_PROFILE: got "prod"',
        "  allowed: existing or standard",
        "  fix: choose one of them",
        "  (unknown-profile)",
      ].join("\n"),
    );
  });

  test.each([
    [undefined, "nothing"],
    [null, "null"],
    [0, "0"],
    ["", '""'],
    [{ a: [1] }, '{"a":[1]}'],
    [() => 1, "function"],
    ["x".repeat(198), `"${"x".repeat(198)}"`],
    ["x".repeat(199), `"${"x".repeat(199)}…`],
  ])("shows the value %p", (got, shown) => {
    expect(renderProblem({ ...problem, got })).toContain(`CDC_PROFILE: got ${shown}\n`);
  });
});

describe("a ConfigurationError", () => {
  test("counts its problems and shows each, indented", () => {
    const second = { ...problem, path: "cluster.size", fix: "first line\nsecond line" };
    expect(new ConfigurationError("the settings", [problem]).message).toBe(
      [
        "1 problem in the settings:",
        "",
        '  CDC_PROFILE: got "prod"',
        "    allowed: existing or standard",
        "    fix: choose one of them",
        "    (unknown-profile)",
      ].join("\n"),
    );
    const { message } = new ConfigurationError("the settings", [problem, second]);
    expect(message).toMatch(/^2 problems in the settings:\n\n {2}CDC_PROFILE:[^]*\n\n {2}cluster\.size:/);
    expect(message).toContain("\n  second line");
  });

  test("keeps what programs need", () => {
    const error = new ConfigurationError("the settings", [problem]);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "ConfigurationError", subject: "the settings", problems: [problem] });
  });

  test("fails if a check without a problem throws, or one with a problem doesn't", () => {
    expect(() => throwProblems("the settings", [])).not.toThrow();
    expect(() => throwProblems("the settings", [problem])).toThrow(ConfigurationError);
  });
});
