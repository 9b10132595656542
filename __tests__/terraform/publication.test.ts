import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setupCommand } from "../../modules/publication";
import { startStandIns } from "../../terraform/standins";
import { createPostgres, Postgres } from "../support/postgres";
import { fakePsql, Run, run, TFVARS, Workbench } from "../support/project";

jest.setTimeout(120_000);

const SETUP: Parameters<typeof setupCommand>[0] = {
  publicationName: "debezium_pub",
  slotName: "debezium",
  databaseTimeoutSeconds: 20,
  connectorRole: null,
  heartbeatTable: null,
};

describe("the publication's setup, against a real PostgreSQL", () => {
  let postgres: Postgres;
  let home: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "cdc-home-"));
    postgres = await createPostgres("Sup3rSecret!");
    postgres.start();
  });

  afterAll(() => {
    postgres.remove();
    rmSync(home, { recursive: true, force: true });
  });

  function setup(overrides: Partial<typeof SETUP> = {}, env: Readonly<Record<string, string>> = {}): Run {
    return run("/bin/sh", ["-c", setupCommand({ ...SETUP, ...overrides })], {
      env: { ...postgres.env, HOME: home, ...env },
    });
  }

  function query(sql: string): string {
    const { stdout, stderr } = run("psql", ["-XAtc", sql], { env: postgres.env });
    return stdout.trim() + stderr.trim();
  }

  it("fails if publication and slot aren't there afterwards, or not of the right kind", () => {
    expect(setup()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("debezium_pub and slot debezium are ready") as string,
    });
    expect(query("SELECT pubname, puballtables FROM pg_publication")).toBe("debezium_pub|t");
    expect(query("SELECT slot_name, plugin, active FROM pg_replication_slots")).toBe("debezium|pgoutput|f");
  });

  it("fails if a second run isn't without effect", () => {
    const position = query("SELECT restart_lsn FROM pg_replication_slots");
    expect(setup()).toMatchObject({ exitCode: 0 });
    expect(query("SELECT count(*) FROM pg_publication")).toBe("1");
    expect(query("SELECT restart_lsn FROM pg_replication_slots")).toBe(position);
  });

  describe("with a role for the connector", () => {
    // What shells, SQL and psql's own variables could trip over.
    const PASSWORD = `it's "quoted" $HOME \\ :x 100%`;
    const connectorRole = { username: "debezium", password: "", version: "1" };
    const heartbeatTable = "public.cdc_heartbeat";
    const heartbeat = `INSERT INTO ${heartbeatTable} (id, ts) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET ts = now()`;

    function asConnector(sql: string, password = PASSWORD): Run {
      return run("psql", ["-XAtc", sql], { env: { ...postgres.env, PGUSER: "debezium", PGPASSWORD: password } });
    }

    beforeAll(() => {
      query("CREATE TABLE before (id int PRIMARY KEY)");
      // As production's parameters have it.
      query("ALTER SYSTEM SET log_statement = 'ddl'");
      query("SELECT pg_reload_conf()");
      const result = setup({ connectorRole, heartbeatTable }, { CONNECTOR_PASSWORD: PASSWORD });
      expect(result).toMatchObject({ exitCode: 0, stderr: "" });
      expect(result.output).not.toContain("quoted");
      query("CREATE TABLE after (id int PRIMARY KEY)");
    });

    it("fails if it can't log in with its password, or can with another one", () => {
      expect(asConnector("SELECT current_user")).toMatchObject({ exitCode: 0, stdout: "debezium\n" });
      expect(asConnector("SELECT 1", "another")).toMatchObject({ exitCode: 2 });
    });

    it("fails if the server writes the password into its log", () => {
      const log = query("SELECT pg_read_file('../log')");
      expect(log).toContain("CREATE ROLE debezium");
      expect(log).not.toContain("quoted");
    });

    it("fails if it can't read tables, of before and of afterwards, or stream changes", () => {
      for (const table of ["before", "after"]) expect(asConnector(`SELECT * FROM ${table}`).exitCode).toBe(0);
      expect(query("SELECT rolreplication, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'debezium'")).toBe(
        "t|f|f",
      );
    });

    it("fails if it can write anything but heartbeats, or a heartbeat changes no row", () => {
      expect(asConnector("INSERT INTO before VALUES (1)").stderr).toContain("permission denied");
      expect(asConnector("CREATE TABLE public.own (id int)").stderr).toContain("permission denied");
      expect(asConnector(heartbeat).stdout).toContain("INSERT 0 1");
      const first = query(`SELECT ts FROM ${heartbeatTable}`);
      expect(asConnector(heartbeat).stdout).toContain("INSERT 0 1");
      expect(query(`SELECT ts FROM ${heartbeatTable}`)).not.toBe(first);
    });

    it("fails if a second run doesn't give it the new password, or breaks what is there", () => {
      expect(setup({ connectorRole, heartbeatTable }, { CONNECTOR_PASSWORD: "rotated" })).toMatchObject({
        exitCode: 0,
      });
      expect(asConnector("SELECT count(*) FROM public.cdc_heartbeat", "rotated").stdout).toBe("1\n");
      expect(asConnector("SELECT 1").exitCode).toBe(2);
    });
  });

  it("fails if a publication for some tables only is taken for ours", () => {
    query("CREATE TABLE one (id int PRIMARY KEY)");
    query("CREATE PUBLICATION some_pub FOR TABLE one");
    const result = setup({ publicationName: "some_pub" });
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain("some_pub exists but is not FOR ALL TABLES");
  });

  it("fails if a slot of another plugin is taken for ours", () => {
    query("SELECT pg_create_logical_replication_slot('other', 'test_decoding')");
    const result = setup({ slotName: "other" });
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain("slot other exists but is not a pgoutput slot");
  });

  it("fails if a wrong password is tried until the time limit, or leaves a trace in the home folder", () => {
    const result = setup({}, { PGPASSWORD: "wrong" });
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain("password authentication failed");
    expect(result.output).not.toContain("waiting for");
    expect(existsSync(join(home, ".pgpass"))).toBe(false);
  });

  it("fails if a database that comes late isn't waited for", async () => {
    postgres.stop();
    const child = spawn("/bin/sh", ["-c", setupCommand(SETUP)], { env: { ...process.env, ...postgres.env } });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    setTimeout(() => postgres.start(), 2_000);
    const exitCode = await new Promise((resolve) => child.once("close", resolve));
    expect({ exitCode, waited: output.includes("waiting for 127.0.0.1") }).toEqual({ exitCode: 0, waited: true });
  });

  it("fails if a database that never comes is waited for without end", () => {
    const result = setup({ databaseTimeoutSeconds: 1 }, { PGPORT: "1" });
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain("no connection to 127.0.0.1 within 1 seconds");
  });

  it("fails if a missing psql isn't named", () => {
    const result = setup({}, { PATH: mkdtempSync(join(home, "empty-")) });
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain("install the PostgreSQL client, or set publication.createdBy to debezium");
  });
});

describe("the publication's setup, in Terraform", () => {
  it("fails if a step that fails doesn't fail the apply, with its own words", async () => {
    const standIns = await startStandIns();
    const tools = new Workbench();
    const { path } = fakePsql(tools.folder);
    const psql = join(tools.folder, "bin", "psql");
    writeFileSync(
      psql,
      "#!/bin/sh\ncase \"$*\" in *SELECT*) exit 0 ;; esac\necho 'ERROR:  permission denied' >&2\nexit 3\n",
    );
    chmodSync(psql, 0o755);
    const project = new Workbench({ ...standIns.env, PATH: path });
    project.synth({});
    project.terraformOk("init", "-input=false");
    const apply = project.terraform("apply", "-auto-approve", "-input=false", "-no-color", `-var-file=${TFVARS}`);
    await standIns.stop();
    expect(apply.exitCode).toBe(1);
    expect(apply.output).toContain("permission denied");
    expect(apply.output).not.toContain("Sup3rSecret!");
    // The connector waits for the publication, so it isn't created without one.
    expect(apply.output).not.toContain("module.debezium_postgres_connector.aws_mskconnect_connector.this: Creating");
    [project, tools].forEach((bench) => bench.remove());
  });
});
