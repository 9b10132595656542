import { shared } from "./shared-stand-ins";

/** Ends what the setup started. */
export default async function teardown(): Promise<void> {
  await shared.standIns?.stop();
}
