import { defaultThresholds } from "../monitoring/alarm-definitions";
import type { PipelineSettings } from "./schema";

/** All alarms and the dashboard. Nobody is told until there are `emails`. */
export const monitoringOn: PipelineSettings["monitoring"] = {
  enabled: true,
  emails: [],
  kmsMasterKeyId: null,
  runbookUrl: "README.md",
  dashboard: true,
  pipelineStalled: true,
  alarms: defaultThresholds,
};

/** None of it: `monitoring.enabled` turns on what the rest says. */
export const monitoringOff: PipelineSettings["monitoring"] = { ...monitoringOn, enabled: false };
