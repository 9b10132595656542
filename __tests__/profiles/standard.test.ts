import { checkWorkerConfiguration } from "../../connectors/check-worker-configuration";
import { standard } from "../../profiles/standard";

describe.each(["sourceConnector", "sinkConnector"] as const)("%s", (connector) => {
  it("fails if its worker gives up before a broker that restarts is back, or is given up by the others", () => {
    const { worker } = standard[connector];
    if (worker === null) throw new Error("no worker configuration");
    const { heartbeatIntervalMs = 3000, sessionTimeoutMs = 10_000, rebalanceTimeoutMs = 60_000 } = worker;
    // Measured: a broker that was killed and started again 20 seconds later is back within 40 on a busy machine.
    expect(heartbeatIntervalMs).toBeGreaterThanOrEqual(40_000);
    expect(heartbeatIntervalMs).toBeLessThan(sessionTimeoutMs);
    expect(sessionTimeoutMs).toBeLessThan(rebalanceTimeoutMs);
    expect(checkWorkerConfiguration(worker)).toEqual([]);
  });
});
