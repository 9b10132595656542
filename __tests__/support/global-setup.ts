import { startStandIns } from "../../terraform/standins";
import { shared } from "./shared-stand-ins";

/**
 * Starts the stand-in providers once for all tests, so that cdktf's `toBeValidTerraform` and `toPlanSuccessfully`, which run
 * `terraform` in the environment of the test's process, need no account and no network.
 */
export default async function setup(): Promise<void> {
  shared.standIns = await startStandIns();
  Object.assign(process.env, shared.standIns.env);
}
