import { checkedSettings, profiles } from "../../profiles/load";
import { monitoringOff, monitoringOn } from "../../profiles/monitoring";

const warnings = (overrides: object): string[] =>
  checkedSettings("standard", profiles.standard, overrides).warnings.map(({ code }) => code);

describe("monitoring as settings", () => {
  it("fails if a profile of today has it without being asked", () => {
    expect(profiles.existing.monitoring).toEqual(monitoringOff);
    expect(profiles.standard.monitoring).toEqual(monitoringOff);
    expect(monitoringOff).toEqual({ ...monitoringOn, enabled: false });
  });

  it("fails if its defaults don't fit, or don't fit the smallest database", () => {
    const smallest = { allocatedStorage: 20, maxAllocatedStorage: 0 };
    expect(() => warnings({ monitoring: monitoringOn, database: smallest })).not.toThrow();
  });

  it("fails if nobody is warned that nobody is told", () => {
    expect(warnings({ monitoring: { enabled: true } })).toContain("alarms-tell-nobody");
    expect(warnings({ monitoring: { enabled: true, emails: ["ops@example.com"] } })).not.toContain(
      "alarms-tell-nobody",
    );
    expect(warnings({})).not.toContain("alarms-tell-nobody");
  });

  it("fails if an alarm that isn't there is told to be out of reach", () => {
    const volumeQueueLength = { warning: 10, critical: null };
    expect(() => warnings({ monitoring: { enabled: false, alarms: { volumeQueueLength } } })).not.toThrow();
    const sink = { rotateScheduleIntervalMs: 600_000 };
    expect(() => warnings({ sink, monitoring: { enabled: true, alarms: { sinkTimeLag: null } } })).not.toThrow();
  });
});
