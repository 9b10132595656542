/** Names that Terraform keeps for itself in a module block, so an input may not have them. */
export const RESERVED_INPUT_NAMES: readonly string[] = [
  "source",
  "version",
  "providers",
  "count",
  "for_each",
  "lifecycle",
  "depends_on",
  "locals",
];

/** What Terraform accepts as the name of a module, variable or output, less the hyphen that snake_case has no use for. */
export const TERRAFORM_NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * Joins words to one snake_case name. Words that end one part and begin the next are said once:
 * `destination_bucket` + `bucket_arn` = `destination_bucket_arn`.
 */
export function joinNames(...parts: readonly string[]): string {
  const words: string[] = [];
  for (const part of parts) {
    const next = snakeCase(part).split("_").filter(Boolean);
    let overlap = Math.min(words.length, next.length);
    while (words.slice(words.length - overlap).join("_") !== next.slice(0, overlap).join("_")) overlap--;
    words.push(...next.slice(overlap));
  }
  const name = words.join("_");
  return /^[a-z_]/.test(name) ? name : `_${name}`;
}

/** The first of the candidates that is free and not reserved, numbered when all are taken. */
export function freeName(candidates: readonly string[], taken: ReadonlySet<string>): string {
  const allowed = (name: string): boolean => !taken.has(name) && !RESERVED_INPUT_NAMES.includes(name);
  const last = candidates[candidates.length - 1] ?? "value";
  const numbered = (): string => {
    let number = 2;
    while (!allowed(`${last}_${number}`)) number++;
    return `${last}_${number}`;
  };
  const reserved = candidates.filter((name) => RESERVED_INPUT_NAMES.includes(name)).map((name) => `${name}_value`);
  return [...candidates, ...reserved].find(allowed) ?? numbered();
}

function snakeCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}
