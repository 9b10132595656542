import fc from "fast-check";
import { Json, stableJson } from "../../lib/json";

describe("stableJson", () => {
  test("sorts keys at every depth, leaves lists alone and ends with a line break", () => {
    expect(stableJson({ b: [{ d: 1, c: 2 }, 3], a: null })).toBe(
      '{\n  "a": null,\n  "b": [\n    {\n      "c": 2,\n      "d": 1\n    },\n    3\n  ]\n}\n',
    );
  });

  test("sorts by code unit, whatever the machine's language", () => {
    expect(Object.keys(JSON.parse(stableJson({ ä: 1, z: 1, a: 1, Z: 1, _: 1 })) as object)).toEqual([
      "Z",
      "_",
      "a",
      "z",
      "ä",
    ]);
  });

  test("fails if the order of keys changes the bytes, or a value gets lost", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = stableJson(value as Json);
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(stableJson(reversed as Json)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
