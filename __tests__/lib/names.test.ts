import fc from "fast-check";
import { freeName, joinNames, RESERVED_INPUT_NAMES, TERRAFORM_NAME } from "../../lib/names";

describe("joinNames", () => {
  test.each([
    [["destination_bucket", "bucket_arn"], "destination_bucket_arn"],
    [["msk_cluster", "cluster", "bootstrapBrokersTls"], "msk_cluster_bootstrap_brokers_tls"],
    [["rds", 'data["username"]'], "rds_data_username"],
    [["a_b", "a_b"], "a_b"],
    [["a_b_a", "a_b"], "a_b_a_b"],
    [["s3-sink", "role.name"], "s3_sink_role_name"],
    [["object", "*", "arn"], "object_arn"],
    [["1st"], "_1st"],
    [["bucket", "output", "bucket"], "bucket_output_bucket"],
  ])("makes of %j the name %s", (parts, name) => {
    expect(joinNames(...parts)).toBe(name);
  });

  test("fails if anything but a Terraform name comes out", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (parts) => {
        expect(joinNames(...parts)).toMatch(TERRAFORM_NAME);
      }),
    );
  });

  const word = fc.stringMatching(/^[a-z]{1,3}$/);
  const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("_"));

  test("fails if a name isn't the same when it is joined once more", () => {
    fc.assert(fc.property(phrase, (name) => expect(joinNames(name, name)).toBe(name)));
  });

  test("fails if the name doesn't begin with the first part and end with the last", () => {
    fc.assert(
      fc.property(phrase, phrase, (first, last) => {
        const name = joinNames(first, last);
        expect(name.startsWith(first)).toBe(true);
        expect(name.endsWith(last)).toBe(true);
        expect(name.length).toBeLessThanOrEqual(first.length + 1 + last.length);
      }),
    );
  });
});

describe("freeName", () => {
  test.each([
    [["arn", "bucket_arn"], [], "arn"],
    [["arn", "bucket_arn"], ["arn"], "bucket_arn"],
    [["arn", "bucket_arn"], ["arn", "bucket_arn"], "bucket_arn_2"],
    [["arn"], ["arn", "arn_2", "arn_3"], "arn_4"],
    [["version"], [], "version_value"],
    [["version", "engine_version"], [], "engine_version"],
    [["version"], ["version_value"], "version_2"],
    [[], [], "value_2"],
  ])("chooses of %j beside %j the name %s", (candidates, taken, name) => {
    expect(freeName(candidates, new Set(taken))).toBe(name);
  });

  test("fails if a taken or reserved name is given, whatever is taken", () => {
    const name = fc.oneof(fc.constantFrom(...RESERVED_INPUT_NAMES), fc.constantFrom("a", "a_2", "b", "version_value"));
    fc.assert(
      fc.property(fc.array(name), fc.array(name), (candidates, taken) => {
        const free = freeName(candidates, new Set(taken));
        expect(taken).not.toContain(free);
        expect(RESERVED_INPUT_NAMES).not.toContain(free);
        expect(free).toMatch(TERRAFORM_NAME);
      }),
    );
  });

  test("fails if the choice depends on the order in which names were taken", () => {
    const names = fc.array(fc.constantFrom("a", "a_2", "a_3", "b"));
    fc.assert(
      fc.property(names, (taken) => {
        expect(freeName(["a", "b"], new Set([...taken].reverse()))).toBe(freeName(["a", "b"], new Set(taken)));
      }),
    );
  });
});
