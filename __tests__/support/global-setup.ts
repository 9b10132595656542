import { startStandIns } from "../../terraform/standins";
import { shared } from "./shared-stand-ins";

/**
 * Starts the stand-in providers once for all tests, so that cdktf's `toBeValidTerraform` and `toPlanSuccessfully`, which run
 * `terraform` in the environment of the test's process, need no account and no network.
 */
export default async function setup(): Promise<void> {
  shared.standIns = await startStandIns();
  Object.assign(process.env, shared.standIns.env);
  // One compiler for the JVMs of the tests' pipelines: they start sooner, and nothing runs long enough to need the other one.
  process.env.JAVA_TOOL_OPTIONS ??= "-XX:TieredStopAtLevel=1";
}
