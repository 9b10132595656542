import { lstatSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";

/** Files with variable values that Terraform reads by itself from the folder it runs in. */
const AUTOMATIC_VARIABLES = /^(terraform\.tfvars|.*\.auto\.tfvars)(\.json)?$/;

/**
 * Makes the project's files visible where Terraform looks for them, by relative links, so that an edit counts at once and
 * the output stays the same on every machine:
 * `terraform.tfvars` in the stack's folder, and `connectors` beside it (`../connectors/…` in existing state).
 */
export function linkProjectFiles(stackFolder: string, projectFolder: string): void {
  const names = readdirSync(projectFolder).filter((name) => AUTOMATIC_VARIABLES.test(name));
  for (const name of readdirSync(stackFolder).filter((name) => AUTOMATIC_VARIABLES.test(name))) {
    if (!names.includes(name) && isLink(join(stackFolder, name))) rmSync(join(stackFolder, name));
  }
  for (const name of names) link(join(projectFolder, name), stackFolder, name);
  link(join(projectFolder, "connectors"), join(stackFolder, ".."), "connectors");
}

function link(target: string, folder: string, name: string): void {
  const path = join(folder, name);
  const text = relative(folder, target);
  if (isLink(path) && readlinkSync(path) === text) return;
  rmSync(path, { recursive: true, force: true });
  symlinkSync(text, path);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
