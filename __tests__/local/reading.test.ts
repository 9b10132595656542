import fc from "fast-check";
import { fateOf, leaves } from "../../local/reading/coverage";
import { parseProperties, renderProperties } from "../../lib/properties";
import { resolveText } from "../../local/reading/references";
import { inRoot, type Module } from "../../terraform/synthesized";

const sink: Module = {
  name: "sink",
  arguments: { bucket: "${module.b.bucket_id}", size: 3 },
  resources: [],
  calls: [],
};

describe("references", () => {
  const values = new Map([
    ["module.b.bucket_id", "here"],
    ["var.aws_region", "eu-west-1"],
  ]);

  it("fails if a module's variable isn't what its caller hands in", () => {
    expect(inRoot("var.bucket", sink.arguments)).toBe("module.b.bucket_id");
    expect(inRoot("nonsensitive(var.bucket)", sink.arguments)).toBe("module.b.bucket_id");
    expect(inRoot("var.other", sink.arguments)).toBe("var.other");
  });

  it("fails if a text isn't resolved everywhere", () => {
    const resolved = resolveText("s3://${var.bucket}/${var.aws_region}", sink, values, "p");
    expect(resolved).toEqual({ value: "s3://here/eu-west-1", referenced: true });
  });

  it("fails if a placeholder of Kafka Connect is taken for a reference", () => {
    const resolved = resolveText("$${file:/a:b}", sink, values, "p");
    expect(resolved).toEqual({ value: "${file:/a:b}", referenced: false });
  });
});

describe("coverage", () => {
  it("fails if lists and nulls aren't looked through", () => {
    expect(leaves({ a: [{ b: 1 }, { b: 2 }], c: null, d: ["x"], e: { f: true } })).toEqual([
      ["a.b", 1],
      ["a.b", 2],
      ["d", ["x"]],
      ["e.f", true],
    ]);
  });

  it("fails if the longest path doesn't win, or half a name counts", () => {
    const table = { a: { used: true }, "a.b": { notApplicable: "no" } } as const;
    expect(fateOf("a.b.c", table)).toBe(table["a.b"]);
    expect(fateOf("a.x", table)).toBe(table.a);
    expect(fateOf("ab", table)).toBeUndefined();
  });
});

describe("properties", () => {
  it("fails if a comment is read as a property", () => {
    expect(parseProperties("# why\n\na = 1\n!x=2\nb=c=d\n")).toEqual({ a: "1", b: "c=d" });
  });

  it("fails if a backslash of a regular expression is lost on Java's way", () => {
    expect(renderProperties({ "topics.regex": "postgres-cdc\\..*" })).toBe("topics.regex=postgres-cdc\\\\..*\n");
  });

  it("fails if what was rendered isn't what is read", () => {
    const word = fc.stringMatching(/^[a-z][a-z.]{0,20}$/);
    fc.assert(
      fc.property(fc.dictionary(word, fc.stringMatching(/^[\w=.:/]{0,20}$/)), (properties) => {
        expect(parseProperties(renderProperties(properties))).toEqual({ ...properties });
      }),
    );
  });
});
