import type { StandIns } from "../../terraform/standins";

/** What the setup of all tests started, for their teardown. */
export const shared: { standIns?: StandIns } = {};
