/** Reads `key=value` lines, as in server.properties and in worker configurations. Comments and empty lines are left out. */
export function parseProperties(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => line.trim());
  const pairs = lines
    .filter((line) => line !== "" && !/^[#!]/.test(line))
    .map((line): [string, string] => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
  return Object.fromEntries(pairs);
}

/** The opposite. A backslash would be read as an escape: Java's Properties format. */
export function renderProperties(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replace(/\\/g, "\\\\")}\n`)
    .join("");
}
