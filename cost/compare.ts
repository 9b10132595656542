import { claimedForNatGateway, claimedMonthly, claimedTotal } from "./claims";
import { type Line, type Service, services } from "./costing";
import { type Estimate, totalOf } from "./estimate";
import { always, HOURS_PER_MONTH, minus, plus, type Range } from "./usage";

/** A row of the cost table: a service, with what the README said of it. */
export interface Row {
  readonly service: Service;
  readonly lines: readonly Line[];
  readonly monthly: Range;
  /** Undefined where the README said nothing. */
  readonly claimed?: Range;
  /** Computed less claimed. */
  readonly difference?: Range;
}

/** The rows of an estimate: what costs something, and what the README said would. */
export function rowsOf({ lines }: Estimate): Row[] {
  return services.flatMap((service) => {
    const own = lines.filter((line) => line.service === service);
    const claimed = claimFor(service, own);
    return own.length === 0 && claimed === undefined
      ? []
      : [{ service, lines: own, ...compared(totalOf(own), claimed) }];
  });
}

/** The sum of all rows, beside the README's. */
export function totalRow({ lines, total }: Estimate): Pick<Row, "monthly" | "claimed" | "difference"> {
  return compared(total, plus(claimedTotal, claimFor("NAT Gateway", lines) ?? always(0)));
}

function compared(monthly: Range, claimed: Range | undefined): Pick<Row, "monthly" | "claimed" | "difference"> {
  return claimed === undefined ? { monthly } : { monthly, claimed, difference: minus(monthly, claimed) };
}

function claimFor(service: Service, lines: readonly Line[]): Range | undefined {
  if (service !== "NAT Gateway") return claimedMonthly[service];
  const hours = lines.filter(({ priceName }) => priceName === "nat.gateway").map(({ quantity }) => quantity.low);
  if (hours.length === 0) return undefined;
  return always((claimedForNatGateway * hours.reduce((sum, number) => sum + number, 0)) / HOURS_PER_MONTH);
}
