import { asText } from "../../terraform/synthesized";
import type { Pricer } from "../costing";
import { findSink } from "../pipeline";
import { sinkObjects } from "../sink-objects";
import { nothing, type Range, times } from "../usage";

/** What happens in an account with little in it but this pipeline, a month. Assumptions. */
const EVENTS: Range = { low: 100_000, high: 1_000_000 };
const ANALYSED_LOG_GB: Range = { low: 0.5, high: 5 };
const CONFIGURATION_ITEMS: Range = { low: 100, high: 1_000 };
const EVALUATIONS_OF_A_RULE: Range = { low: 30, high: 300 };
const CHECKS: Range = { low: 1_000, high: 10_000 };

const service = "Account Services";

/** Secrets. The workers ask for them when they start, which costs less than a cent. */
export const secrets: Pricer = (all, costing) =>
  all.map((secret) =>
    costing.line({
      service: "Secrets Manager",
      item: asText(secret.body.name),
      price: "secret.month",
      quantity: 1,
      of: secret,
    }),
  );

/** Keys. AWS adds a key's price for each of its first two rotations; with bucket keys the requests stay among the free ones. */
export const kmsKeys: Pricer = (keys, costing) =>
  keys.map((key) => {
    const quantity = { low: 1, high: costing.isOn(key, "enable_key_rotation") ? 3 : 1 };
    return costing.line({ service: "KMS Keys", item: key.name, price: "kms.key", quantity, of: key });
  });

/** The first trail's management events are free; another one costs, and so do the events of a bucket's objects. */
export const trails: Pricer = (all, costing) =>
  all.flatMap((trail) => {
    const sink = findSink(costing);
    const watchesObjects = JSON.stringify(trail.body).includes("AWS::S3::Object");
    const requests = sink !== undefined && watchesObjects ? sinkObjects(sink, costing).requests : nothing;
    return [
      costing.line({
        service,
        item: "CloudTrail, if it isn't the first trail",
        price: "cloudtrail.management",
        quantity: { low: 0, high: EVENTS.low / 100_000 },
        of: trail,
      }),
      costing.line({
        service,
        item: "CloudTrail, objects",
        price: "cloudtrail.data",
        quantity: times(requests, 1 / 100_000),
        of: trail,
      }),
    ];
  });

export const configRecorders: Pricer = (recorders, costing) =>
  recorders.map((of) =>
    costing.line({ service, item: "AWS Config", price: "config.item", quantity: CONFIGURATION_ITEMS, of }),
  );

export const configRules: Pricer = (rules, costing) =>
  rules.map((of) =>
    costing.line({ service, item: of.name, price: "config.evaluation", quantity: EVALUATIONS_OF_A_RULE, of }),
  );

export const guardDuty: Pricer = (detectors, costing) =>
  detectors.flatMap((of) => [
    costing.line({
      service,
      item: "GuardDuty, events",
      price: "guardduty.events",
      quantity: times(EVENTS, 1e-6),
      of,
    }),
    costing.line({ service, item: "GuardDuty, logs", price: "guardduty.logs", quantity: ANALYSED_LOG_GB, of }),
  ]);

export const securityHub: Pricer = (hubs, costing) =>
  hubs.map((of) => costing.line({ service, item: "Security Hub", price: "securityhub.check", quantity: CHECKS, of }));
