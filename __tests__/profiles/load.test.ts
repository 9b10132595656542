import { findDefects } from "../../profiles/defects";
import { checkedSettings, loadConfiguration, profiles } from "../../profiles/load";
import { presets } from "../../profiles/presets";
import type { PipelineSettings } from "../../profiles/schema";

const environment = (
  context: object,
  variables: Record<string, string> = {},
): Parameters<typeof loadConfiguration>[0] => ({
  context: context as Record<string, unknown>,
  variables,
  underCdktfCli: false,
});

describe("the choice of settings", () => {
  it("fails if the profile isn't standard without a word, and CDC_PROFILE doesn't win over cdktf.json", () => {
    expect(loadConfiguration(environment({})).profile).toBe("standard");
    expect(loadConfiguration(environment({ profile: "existing" })).profile).toBe("existing");
    expect(loadConfiguration(environment({ profile: "existing" }, { CDC_PROFILE: "standard" })).profile).toBe(
      "standard",
    );
  });

  it("fails if an override changes more than its setting", () => {
    const { settings } = checkedSettings("standard", profiles.standard, {
      database: { instanceClass: "db.t4g.medium" },
    });
    expect(settings).toEqual({
      ...profiles.standard,
      database: { ...profiles.standard.database, instanceClass: "db.t4g.medium" },
    });
  });

  it("fails if a preset changes more than its settings, or a setting of cdktf.json doesn't win over it", () => {
    const load = (profile: string, settings = {}): PipelineSettings =>
      loadConfiguration(environment({ profile, settings })).settings;
    const { source, sink, sinkConnector, ...rest } = load("standard+low_latency");
    expect(rest).toEqual(expect.objectContaining({ database: profiles.standard.database }));
    expect(source).toEqual({ ...profiles.standard.source, ...presets.low_latency.settings.source });
    expect(sink).toEqual({ ...profiles.standard.sink, ...presets.low_latency.settings.sink });
    expect(sinkConnector.worker).toEqual({
      ...profiles.standard.sinkConnector.worker,
      ...presets.low_latency.settings.sinkConnector?.worker,
    });
    expect(load("standard+low_latency", { sink: { flushSize: 7 } }).sink.flushSize).toBe(7);
    expect(load("standard+low_latency+exactly_once").sink).not.toHaveProperty("rotateScheduleIntervalMs");
  });

  it.each(Object.keys(presets))("fails if standard+%s can't be synthesized", (preset) => {
    expect(loadConfiguration(environment({ profile: `standard+${preset}` })).profile).toBe(`standard+${preset}`);
  });

  it("fails if another mode of capacity keeps what belongs to the old one", () => {
    const capacity = { mode: "provisioned", mcuCount: 2, workerCount: 1 };
    const { settings } = checkedSettings("standard", profiles.standard, { sourceConnector: { capacity } });
    expect(settings.sourceConnector.capacity).toEqual(capacity);
  });

  it("fails if null doesn't unset what may be unset, or unsets what null is a value of", () => {
    const { settings } = checkedSettings("standard", profiles.standard, {
      cluster: { serverProperties: { "num.io.threads": null } },
      source: { decimalHandlingMode: null },
      database: { finalSnapshotIdentifier: null },
      sinkConnector: { logRetentionInDays: null },
    });
    expect(settings.cluster.serverProperties).not.toHaveProperty(["num.io.threads"]);
    expect(settings.source).not.toHaveProperty("decimalHandlingMode");
    expect(settings.database.finalSnapshotIdentifier).toBeNull();
    expect(settings.sinkConnector.logRetentionInDays).toBeNull();
  });

  it("fails if null unsets what has to be set", () => {
    expect(() => checkedSettings("standard", profiles.standard, { database: { instanceClass: null } })).toThrow(
      /database\.instanceClass: got nothing/,
    );
  });
});

describe("the defects of a profile", () => {
  const codes = (name: keyof typeof profiles): string[] =>
    checkedSettings(name, profiles[name])
      .warnings.map(({ code }) => code)
      .sort();

  it("fails if a known defect of what runs today isn't named", () => {
    expect(codes("existing")).toEqual([
      "archive-changes-unnoticed",
      "broad-policies",
      "brokers-open",
      "bucket-without-policy",
      "buffer-per-table",
      "connect-older-than-brokers",
      "converters-missing",
      "converters-missing",
      "database-open",
      "database-tls-optional",
      "engine-version-ended",
      "first-delete-stops-sink",
      "heartbeat-missing",
      "identifier-generated",
      "no-final-snapshot",
      "no-route-to-s3",
      "no-worker-log",
      "offsets-not-pinned",
      "plaintext-brokers",
      "publication-autocreate",
      "rotation-ignored",
      "single-copy-of-offsets",
      "static-parameter-immediate",
      "storage-type-default",
      "topics-regex-too-wide",
      "unclean-leader-election",
      "untagged",
    ]);
  });

  it("fails if standard has any but the two that depend on who uses it", () => {
    expect(codes("standard")).toEqual(["database-open", "heartbeat-missing"]);
  });

  it("fails if production or development has more than what its owner decides or gives up on purpose", () => {
    expect(codes("production")).toEqual(["alarms-tell-nobody"]);
    expect(codes("development")).toEqual(["database-open", "heartbeat-missing", "no-final-snapshot"]);
  });

  it("fails if a warning's setting, changed as its fix says, doesn't end the warning", () => {
    for (const { code, path } of findDefects(profiles.existing)) {
      if (code === "database-open") continue;
      const section = path.split(".")[0] as keyof typeof profiles.standard;
      const mended = {
        ...profiles.existing,
        [section]: profiles.standard[section],
        sinkConnector: profiles.standard.sinkConnector,
      };
      expect(findDefects(mended).map((defect) => defect.code)).not.toContain(code);
    }
  });
});
