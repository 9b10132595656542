/** An element of an answer. Its content is XML already: texts go through `text`. */
export function tag(name: string, ...content: readonly string[]): string {
  return `<${name}>${content.join("")}</${name}>`;
}

export function text(value: string | number | boolean): string {
  const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(value).replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A whole document, in S3's namespace. */
export function document(name: string, ...content: readonly string[]): string {
  return `${XML}<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content.join("")}</${name}>`;
}

/** Errors have no namespace; botocore finds no code in one that has. */
export function errorDocument(...content: readonly string[]): string {
  return `${XML}${tag("Error", ...content)}`;
}

/** The texts of all elements with a name, wherever they are: enough for the few documents that S3's clients send. */
export function contents(name: string, xml: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g"))].map(([, content]) => content ?? "");
}
