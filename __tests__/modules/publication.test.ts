import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { Testing } from "cdktf";
import { ChildModule } from "../../lib";
import { Publication, setupCommand } from "../../modules/publication";
import { newRoot } from "../lib/roots";

const PASSWORD = "p4ss'word$(id)";
const REFUSED = 'connection to server at "db.example", port 5432 failed: Connection refused';

/**
 * A psql that notes its arguments and environment, answers each `SELECT 1` with the next of `connects` (and with the last one
 * from then on), and keeps what it gets on stdin.
 */
const FAKE_PSQL = `#!/bin/sh
count=$(ls "$FAKE" | grep -c '^call')
echo "$*" > "$FAKE/call.$count"
env > "$FAKE/env.$count"
case "$*" in
  *"SELECT 1"*)
    [ -s "$FAKE/connects" ] || exit 0
    reason=$(head -n 1 "$FAKE/connects")
    [ "$(wc -l < "$FAKE/connects")" -le 1 ] || { sed 1d "$FAKE/connects" > "$FAKE/rest"; mv "$FAKE/rest" "$FAKE/connects"; }
    [ "$reason" = ok ] && exit 0
    echo "psql: error: $reason" >&2
    exit 2 ;;
  *) cat > "$FAKE/script.sql"; exit "$(cat "$FAKE/exit")" ;;
esac
`;

interface Setup {
  readonly exitCode: number | null;
  readonly output: string;
  /** The arguments of each run of psql. */
  readonly calls: readonly string[];
  /** The environment of each run of psql. */
  readonly environments: readonly string[];
  /** What psql got on stdin. */
  readonly script: string | undefined;
  /** The files in the home directory afterwards. */
  readonly home: readonly string[];
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function runSetup({
  connects = ["ok"],
  exit = 0,
  timeout = 5,
  psql = true,
}: { connects?: string[]; exit?: number; timeout?: number; psql?: boolean } = {}): Setup {
  const folder = mkdtempSync(join(tmpdir(), "cdc-test-"));
  folders.push(folder);
  const [bin, home, fake] = [join(folder, "bin"), join(folder, "home"), join(folder, "fake")];
  for (const path of [bin, home, fake]) mkdirSync(path);
  writeFileSync(join(fake, "connects"), connects.map((line) => `${line}\n`).join(""));
  writeFileSync(join(fake, "exit"), String(exit));
  if (psql) program(bin, "psql", FAKE_PSQL);
  // Five seconds are long for a test.
  program(bin, "sleep", `#!/bin/sh\necho "slept $1"\ncommand -p sleep 0.1\n`);

  const command = setupCommand({
    publicationName: "debezium_pub",
    slotName: "debezium",
    databaseTimeoutSeconds: timeout,
    connectorRole: null,
    heartbeatTable: null,
  });
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", command], {
    encoding: "utf8",
    // A wait that has no end is a failure, not a test that hangs.
    timeout: 10_000,
    env: {
      PATH: psql ? `${bin}:${process.env.PATH}` : bin,
      HOME: home,
      FAKE: fake,
      PGHOST: "db.example",
      PGPORT: "5432",
      PGUSER: "dbadmin",
      PGPASSWORD: PASSWORD,
    },
  });
  const read = (name: string): string[] => {
    const numbered = readdirSync(fake).filter((file) => file.startsWith(`${name}.`));
    return numbered.sort().map((file) => readFileSync(join(fake, file), "utf8"));
  };
  const script = join(fake, "script.sql");
  return {
    exitCode: status,
    output: stdout + stderr,
    calls: read("call"),
    environments: read("env"),
    script: existsSync(script) ? readFileSync(script, "utf8") : undefined,
    home: readdirSync(home),
  };
}

function program(bin: string, name: string, text: string): void {
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
}

describe("a database that is there", () => {
  test("is set up at once, by one script", () => {
    const { exitCode, calls, output, script } = runSetup();
    expect(exitCode).toBe(0);
    expect(calls).toHaveLength(2);
    expect(output).toBe("publication debezium_pub and slot debezium are ready\n");
    expect(script).toContain("CREATE PUBLICATION %I FOR ALL TABLES");
    expect(script).toContain("pg_create_logical_replication_slot('debezium', 'pgoutput')");
  });

  test("fails if psql may ask, read a file of the user's, or go on after an error", () => {
    const { calls } = runSetup();
    for (const call of calls) expect(call).toMatch(/--no-psqlrc --no-password/);
    expect(calls[1]).toContain("--set ON_ERROR_STOP=1");
  });

  test("fails if the script can't run twice: what it creates, it creates only where that is missing", () => {
    const { script = "" } = runSetup();
    const sentences = script.split(/;|\\gexec/).map((sentence) => sentence.trim());
    const creating = sentences.filter((sentence) => /^SELECT.*(CREATE PUBLICATION|pg_create)/.test(sentence));
    expect(creating).toHaveLength(2);
    for (const sentence of creating) expect(sentence).toMatch(/WHERE NOT EXISTS \(SELECT FROM pg_/);
  });
});

describe("a database that isn't there yet", () => {
  test("is waited for", () => {
    const { exitCode, calls, output } = runSetup({ connects: [REFUSED, "the database system is starting up", "ok"] });
    expect(exitCode).toBe(0);
    expect(calls).toHaveLength(4);
    expect(output.match(/waiting for db\.example\nslept 5/g)).toHaveLength(2);
  });

  test("fails if the wait has no end, or the error doesn't say why", () => {
    const started = Date.now();
    const { exitCode, output, script } = runSetup({ connects: [REFUSED], timeout: 1 });
    expect(exitCode).toBe(1);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(output).toContain(`no connection to db.example within 1 seconds: psql: error: ${REFUSED}`);
    expect(script).toBeUndefined();
  });
});

describe("what waiting doesn't mend", () => {
  test.each([
    'FATAL:  password authentication failed for user "dbadmin"',
    'FATAL:  database "cdc" does not exist',
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "dbadmin", database "cdc", no encryption',
  ])("fails if it is waited after: %s", (reason) => {
    const { exitCode, calls, output, script } = runSetup({ connects: [reason] });
    expect(exitCode).toBe(1);
    expect(calls).toHaveLength(1);
    expect(output).toBe(`psql: error: ${reason}\n`);
    expect(script).toBeUndefined();
  });

  test("fails if an error of the script isn't one of the apply", () => {
    const { exitCode, output } = runSetup({ exit: 3 });
    expect(exitCode).toBe(3);
    expect(output).not.toContain("are ready");
  });

  test("fails if a machine without psql isn't told what to do", () => {
    const { exitCode, output } = runSetup({ psql: false });
    expect(exitCode).toBe(1);
    expect(output).toContain("psql isn't installed: install the PostgreSQL client");
  });
});

describe("the password", () => {
  test.each([
    ["all goes well", {}],
    ["the script fails", { exit: 3 }],
    ["the password is wrong", { connects: ["password authentication failed"] }],
    ["there is no database", { connects: [REFUSED], timeout: 0 }],
  ])("fails if it is anywhere but in the environment when %s", (_when, options) => {
    const { calls, environments, output, script = "", home } = runSetup(options);
    for (const environment of environments) expect(environment).toContain(`PGPASSWORD=${PASSWORD}\n`);
    expect(calls.join("") + output + script).not.toContain(PASSWORD);
    expect(home).toEqual([]);
  });
});

describe("the resource", () => {
  const root = newRoot();
  const vault = new DataVaultGenericSecret(root, "rds", { path: "secret/rds" });
  const source = new ChildModule(root, "source_db");
  new Publication(root, "setup_postgres_cdc", {
    publicationName: "debezium_pub",
    slotName: "debezium",
    databaseName: "cdc",
    address: "db.example",
    endpoint: "db.example:5432",
    username: vault.data.lookup("username"),
    password: vault.data.lookup("password"),
    databaseTimeoutSeconds: 600,
    connectorRole: null,
    heartbeatTable: null,
    dependsOn: [source],
  });

  test("runs the command again when the endpoint changes, and only then", () => {
    expect(root).toHaveTerraformResource("null_resource.setup_postgres_cdc", {
      triggers: { db_endpoint: "db.example:5432" },
      depends_on: ["module.source_db"],
    });
  });

  test("gives the command what it needs, and the password by reference", () => {
    expect(Testing.synth(root)).toHaveResourceWithProperties(Resource, {
      provisioner: [
        {
          "local-exec": {
            interpreter: ["/bin/sh", "-c"],
            command: setupCommand({
              publicationName: "debezium_pub",
              slotName: "debezium",
              databaseTimeoutSeconds: 600,
              connectorRole: null,
              heartbeatTable: null,
            }),
            environment: {
              PGHOST: "db.example",
              PGPORT: "5432",
              PGDATABASE: "cdc",
              PGUSER: '${nonsensitive(data.vault_generic_secret.rds.data["username"])}',
              PGPASSWORD: '${nonsensitive(data.vault_generic_secret.rds.data["password"])}',
              PGCONNECT_TIMEOUT: "10",
              PGSSLMODE: "require",
            },
          },
        },
      ],
    });
  });
});
