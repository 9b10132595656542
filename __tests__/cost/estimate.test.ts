import { rowsOf, totalRow } from "../../cost/compare";
import { estimate, type Estimate } from "../../cost/estimate";
import { prices } from "../../cost/prices";
import { free, priced } from "../../cost/resource-types";
import { savings } from "../../cost/strategies";
import { defaultUsage, plus } from "../../cost/usage";
import { ConfigurationError } from "../../lib/errors";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { changed, Stacks } from "../local/stacks";
import { cents, centsOf, estimateOf, stackOf } from "./stacks";

const stacks = new Stacks();
let existing: SynthesizedStack;
let standard: SynthesizedStack;
const of = (stack: SynthesizedStack, usage = defaultUsage): Estimate => estimate(stack, "us-east-1", usage);

beforeAll(async () => {
  existing = await stacks.synthesize("existing");
  standard = await stacks.synthesize("standard");
}, 300_000);
afterAll(() => stacks.remove());

describe("the synthesized profiles", () => {
  it("fails if existing doesn't cost what was computed by hand", () => {
    const rows = Object.fromEntries(rowsOf(of(existing)).map(({ service, monthly }) => [service, centsOf(monthly)]));
    expect(rows).toEqual({
      // 188.34 + 23.00 to 115.00, and at the most 7 days × 1.4 GB × 0.095 of backups
      "RDS PostgreSQL": "211.34-304.27",
      "Amazon MSK": "489.90",
      "MSK Connect": "160.60-321.20",
      // 42.58 to 511 GB × 0.023, and 42,583 full objects with three requests each
      "S3 Storage": "1.62-12.39",
      "S3 Plugins Bucket": "0.02",
      "Secrets Manager": "0.40",
      // It has no log groups; the README's table had 10 GB.
      "CloudWatch Logs": "0.00",
      "Data Transfer": "1.70-2.56",
      "Public IPv4 Addresses": "3.65",
    });
  });

  it("fails if the README's table, with its own amounts of data, isn't 902 to 1,184 dollars", () => {
    const fixed = rowsOf(of(existing, { ...defaultUsage, gbPerDay: 1e-9 }))
      .filter(({ service }) => ["RDS PostgreSQL", "Amazon MSK", "MSK Connect", "Secrets Manager"].includes(service))
      .reduce((sum, { monthly }) => plus(sum, monthly), { low: 0, high: 0 });
    expect(centsOf(fixed)).toBe("862.24-1114.84");
    // 500 GB in S3, 1 GB of plugins, 10 GB of log, about 20 alarms, and its own guess of 20 to 50 for transfer
    const others = 11.5 + 0.023 + 5.3 + 2;
    expect(fixed.low + others + 20).toBeCloseTo(901.06, 1);
    expect(fixed.high + others + 50).toBeCloseTo(1183.66, 1);
  });

  it("fails if standard's objects don't cost what its rotation makes of them", () => {
    // ten tables × 80 intervals an hour × 730 × three requests × 0.005 a thousand
    expect(cents(of(standard), "S3 Storage")).toMatchObject({
      "requests to write 4,258-584,000 objects": "0.09-8.76",
    });
  });

  it("fails if the README's figures aren't beside the computed ones", () => {
    const rows = new Map(rowsOf(of(existing)).map((row) => [row.service, row]));
    expect(rows.get("Amazon MSK")).toMatchObject({ claimed: { low: 480, high: 480 } });
    expect(rows.get("Amazon MSK")?.difference?.low).toBeCloseTo(9.9);
    expect(rows.get("Public IPv4 Addresses")).not.toHaveProperty("claimed");
    expect(totalRow(of(existing)).claimed).toEqual({ low: 850, high: 1130 });
  });

  it("fails if three NAT gateways don't cost a third of what the README said", () => {
    const vpc = { "terraform-aws-modules/vpc/aws": { enable_nat_gateway: true } };
    const withNat = of({ ...existing, root: { ...existing.root, calls: stackOf({}, vpc).root.calls } });
    const row = rowsOf(withNat).find(({ service }) => service === "NAT Gateway");
    expect(row).toMatchObject({ claimed: { low: 300, high: 300 } });
    expect(row?.monthly.low).toBeCloseTo(98.55);
    expect(totalRow(withNat).claimed).toEqual({ low: 1150, high: 1430 });
  });
});

describe("the ways to save", () => {
  it("fails if one of them doesn't save what was computed by hand", () => {
    const ways = savings(existing, of(existing)).map(({ strategy, state, change, monthly }) => [
      strategy,
      state,
      change,
      centsOf(monthly),
    ]);
    expect(ways).toEqual([
      // 3 × (32.85 + 3.65)
      ["Disable NAT Gateway", "in place", "instead of one in each zone", "109.50"],
      // 2 × 730 × (0.129 - 0.065)
      ["Right-Size RDS Instance", "possible", "db.t4g.medium", "93.44"],
      // 3 × 730 × (0.21 - 0.0456)
      ["Reduce MSK Broker Size", "possible", "kafka.t3.small", "360.04"],
      // after a year 385 GB × (0.023 - 0.0036), less 42,583 moves × 0.03 a thousand
      ["S3 Lifecycle Policies", "possible", "to Glacier after 90 days", "0.00-6.19"],
      // half of the instance and of 100 to 500 GB
      ["Use Single-AZ for Non-Production", "possible", "database in one zone", "105.67-151.67"],
      // 29.6 to 63 % of 188.34
      [
        "Reserved Capacity",
        "possible",
        "database reserved: one year and nothing upfront, to three years paid upfront",
        "55.75-118.65",
      ],
      // 1.4 GB × 7 days × 3 copies on 3 brokers are 9.8 GB: 3 × 80 GB × 0.10
      ["Smaller broker volumes", "possible", "20 GB each: twice what is kept", "24.00"],
    ]);
  });

  it("fails if standard's rotation isn't among them, or its small objects are believed to move to Glacier", () => {
    const ways = new Map(savings(standard, of(standard)).map((saving) => [saving.strategy, saving]));
    // 525,600 objects become 43,800, each with 972 rows
    expect(centsOf(ways.get("Rotate objects less often")?.monthly ?? { low: -1, high: -1 })).toBe("0.00-8.10");
    expect(ways.get("S3 Lifecycle Policies")).toMatchObject({
      monthly: { low: 0, high: 0 },
      givesUp: expect.stringContaining("objects of 73 KB") as string,
    });
  });

  it("fails if what is in place already isn't told as such", () => {
    const db = "module.source_db.aws_db_instance.db";
    const small = changed(existing, db, { multi_az: false, instance_class: "db.t4g.micro" });
    const ways = new Map(savings(small, of(small)).map((saving) => [saving.strategy, saving]));
    expect(ways.get("Use Single-AZ for Non-Production")).toMatchObject({ state: "in place" });
    // 0.016 × 730, and 0.115 × 100 to 500
    expect(centsOf(ways.get("Use Single-AZ for Non-Production")?.monthly ?? { low: 0, high: 0 })).toBe("23.18-69.18");
    expect(ways.has("Right-Size RDS Instance")).toBe(false);
  });

  it("fails if a saving that only little use brings isn't told from the least to the most", () => {
    const target = { scalable_dimension: "kafka:broker-storage:VolumeSize", max_capacity: 1000 };
    const growing = stackOf({
      msk: {
        "aws_msk_cluster.c": {
          number_of_broker_nodes: 3,
          broker_node_group_info: {
            instance_type: "kafka.t3.small",
            storage_info: { ebs_storage_info: { volume_size: 100 } },
          },
        },
        "aws_appautoscaling_target.storage": target,
      },
    });
    const volumes = savings(growing, of(growing)).find(({ strategy }) => strategy === "Smaller broker volumes");
    expect(volumes?.monthly).toEqual({ low: 0, high: 24 });
  });

  it("fails if lifecycle and NAT gateways that are there don't count", () => {
    const lifecycle = { rule: [{ status: "Enabled", transition: [{ days: 90, storage_class: "GLACIER" }] }] };
    const stack = stackOf(
      {
        sink: {
          "aws_mskconnect_connector.this": {
            connector_configuration: { "flush.size": "1000", "s3.bucket.name": "${module.data.bucket_id}" },
          },
        },
        data: { "aws_s3_bucket.bucket": {}, "aws_s3_bucket_lifecycle_configuration.l": lifecycle },
      },
      { "terraform-aws-modules/vpc/aws": { enable_nat_gateway: true } },
    );
    const ways = savings(stack, of(stack)).map(({ strategy, state, monthly }) => [strategy, state, centsOf(monthly)]);
    expect(ways).toEqual([
      ["Disable NAT Gateway", "possible", "109.50"],
      ["Share one NAT Gateway", "possible", "73.00"],
      ["S3 Lifecycle Policies", "in place", "0.00-6.19"],
      ["Reserved Capacity", "possible", "0.00"],
    ]);
  });
});

describe("what can't be priced", () => {
  it("fails if a new type of resource costs nothing by accident", () => {
    expect(() => estimateOf({ extra: { "aws_instance.jump_host": {} } })).toThrow(ConfigurationError);
    expect(() => estimateOf({ extra: { "aws_instance.jump_host": {} } })).toThrow(
      /aws_instance[^]*cost\/resource-types\.ts/,
    );
    expect(() => of(stackOf({}, { "terraform-aws-modules/rds/aws": {} }))).toThrow(/terraform-aws-modules\/rds\/aws/);
  });

  it("fails if a class without a price is guessed, or the message doesn't say how to add it", () => {
    const db = "module.source_db.aws_db_instance.db";
    const priced = (): Estimate => of(changed(existing, db, { instance_class: "db.x2g.large" }));
    expect(priced).toThrow(/got "rds\.instance\.db\.x2g\.large"/);
    expect(priced).toThrow(/db\.t4g\.large, db\.t4g\.xlarge/);
    expect(priced).toThrow(
      /add "rds\.instance\.db\.x2g\.large" to us-east-1 in cost\/prices\.ts, with amount, unit, date and source/,
    );
  });

  it("fails if a region without prices is guessed", () => {
    expect(() => estimate(existing, "eu-west-1", defaultUsage)).toThrow(/got "eu-west-1"[^]*us-east-1/);
  });

  it.each([
    ["a number", { allocated_storage: "${var.size}" }, "allocated_storage"],
    ["a switch", { multi_az: "${var.standby}" }, "multi_az"],
  ])("fails if %s that only Terraform knows is taken for nothing", (_what, values, name) => {
    const body = { instance_class: "db.t4g.large", ...values };
    expect(() => estimateOf({ db: { "aws_db_instance.db": body } })).toThrow(`module.db.aws_db_instance.db: ${name}`);
  });

  it("fails if a sink whose objects can't be counted writes none", () => {
    const connector_configuration = { "s3.bucket.name": "${module.data.bucket_id}" };
    const modules = {
      sink: { "aws_mskconnect_connector.this": { connector_configuration } },
      data: { "aws_s3_bucket.bucket": {} },
    };
    expect(() => estimateOf(modules)).toThrow("connector_configuration.flush.size");
  });

  it.each([{ count: "${length(var.azs)}" }, { for_each: "${toset(var.names)}" }])(
    "fails if %j resources are taken for one",
    (body) => {
      expect(() => estimateOf({ m: { "aws_eip.a": body } })).toThrow(/cost-count-unknown/);
    },
  );

  it("fails if not everything is told at once", () => {
    const both = { "aws_instance.a": {}, "aws_db_instance.b": { instance_class: "db.none" } };
    expect(() => estimateOf({ m: both })).toThrow(/^2 problems/);
  });
});

describe("the data", () => {
  it("fails if a price has no date, source or unit, or isn't above 0", () => {
    for (const price of Object.values(prices).flatMap((region) => Object.values(region))) {
      expect(price.amount).toBeGreaterThan(0);
      expect(price.date).toMatch(/^202\d-\d\d-\d\d$/);
      expect([price.source, price.unit]).not.toContain("");
    }
  });

  it("fails if a type is both priced and free", () => {
    expect(Object.keys(priced).filter((type) => type in free)).toEqual([]);
  });
});
