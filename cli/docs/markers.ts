import { ConfigurationError } from "../../lib/errors";

/** Puts generated text between `<!-- name:begin -->` and `<!-- name:end -->`. @throws ConfigurationError without the markers */
export function betweenMarkers(document: string, name: string, generated: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) {
    throw new ConfigurationError("README.md", [
      {
        code: "marker-missing",
        path: name,
        got: undefined,
        expected: `a line ${begin} and after it a line ${end}`,
        fix: "put both lines where the generated part belongs",
      },
    ]);
  }
  return `${document.slice(0, from + begin.length)}\n\n${generated}\n\n${document.slice(to)}`;
}
