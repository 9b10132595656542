import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { copyProject, PROJECT, run } from "../support/project";

jest.setTimeout(60_000);

const USE_CDKTN = join(PROJECT, "__tests__", "fixtures", "use-cdktn.js");

const copies: string[] = [];

afterAll(() => copies.forEach((copy) => rmSync(copy, { recursive: true, force: true })));

function synth(profile: string, args: readonly string[] = ["synth.js"]): string {
  const copy = copyProject();
  copies.push(copy);
  const result = run(process.execPath, args, { cwd: copy, env: { CDC_PROFILE: profile } });
  if (result.exitCode !== 0) throw new Error(result.output);
  return copy;
}

/** Every file and link under a folder, with its bytes or its target. */
function contents(folder: string, prefix = ""): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) return { [join(prefix, name)]: `-> ${readlinkSync(path)}` };
      return stat.isDirectory()
        ? contents(path, join(prefix, name))
        : { [join(prefix, name)]: readFileSync(path, "utf8") };
    }),
  ) as Record<string, string>;
}

describe.each(["existing", "standard", "production"])("the output of the profile %s", (profile) => {
  let project: string;

  beforeAll(() => {
    project = synth(profile);
  });

  it("fails if two synths in two folders differ in a byte", () => {
    expect(contents(join(synth(profile), "cdktf.out"))).toEqual(contents(join(project, "cdktf.out")));
  });

  it("fails if a second synth over the first, or over another profile's, leaves anything else", () => {
    const other = synth(profile === "existing" ? "standard" : "existing");
    const again = run(process.execPath, ["synth.js"], { cwd: other, env: { CDC_PROFILE: profile } });
    expect(again.exitCode).toBe(0);
    expect(contents(join(other, "cdktf.out"))).toEqual(contents(join(project, "cdktf.out")));
  });

  it("fails if a path of this machine is in it", () => {
    const texts = JSON.stringify(contents(join(project, "cdktf.out")));
    for (const path of [project, PROJECT, process.cwd(), "/tmp/", "/home/"]) expect(texts).not.toContain(path);
  });

  it("fails if cdktn, cdktf's successor, gives other Terraform than its version string", () => {
    const withCdktn = contents(join(synth(profile, ["-r", USE_CDKTN, "-r", "tsx/cjs", "main.ts"]), "cdktf.out"));
    const withCdktf = contents(join(project, "cdktf.out"));
    expect(Object.keys(withCdktn).sort()).toEqual(Object.keys(withCdktf).sort());
    for (const [file, text] of Object.entries(withCdktf))
      expect([file, comparable(withCdktn[file])]).toEqual([file, comparable(text)]);
    expect(withCdktn["manifest.json"]).toContain("0.24.0");
  });
});

/** Without the version; the manifest's blanks are of no account to Terraform. */
function comparable(text = ""): unknown {
  if (!text.startsWith("{")) return text;
  return JSON.parse(text.replace(/"version": "0\.\d+\.\d+"/, '"version": "-"'));
}
