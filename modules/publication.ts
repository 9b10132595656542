import { Resource } from "@cdktf/provider-null/lib/resource";
import { Fn, ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";

export interface PublicationProps {
  readonly publicationName: string;
  readonly slotName: string;
  readonly databaseName: string;
  /** Host of the database. */
  readonly address: string;
  /** Host and port; when it changes, the setup runs again. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  /** A role for the connector, with its password as a reference that nothing may store; `null`: it is the master user. */
  readonly connectorRole: { readonly username: string; readonly password: string; readonly version: string } | null;
  /** Table (id, ts) for heartbeats, with its schema; `null`: none. */
  readonly heartbeatTable: string | null;
  /** Seconds to wait for the database to accept connections. */
  readonly databaseTimeoutSeconds: number;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Creates the publication and the replication slot with the psql of the machine that runs Terraform, before the connector
 * starts: Debezium could only create a publication for all tables as a superuser.
 */
export class Publication extends Resource {
  constructor(scope: Construct, id: string, props: PublicationProps) {
    const { connectorRole } = props;
    super(scope, id, {
      triggers: {
        db_endpoint: props.endpoint,
        ...(connectorRole ? { credentials_version: connectorRole.version } : {}),
      },
      dependsOn: props.dependsOn,
      provisioners: [
        {
          type: "local-exec",
          interpreter: ["/bin/sh", "-c"],
          command: setupCommand(props),
          environment: {
            PGHOST: props.address,
            PGPORT: "5432",
            PGDATABASE: props.databaseName,
            // Terraform hides everything that a command with a sensitive value prints, errors too. It never prints the environment.
            // With a value that it may not store it hides the output in any case.
            ...(connectorRole
              ? { PGUSER: props.username, PGPASSWORD: props.password, CONNECTOR_PASSWORD: connectorRole.password }
              : { PGUSER: visible(props.username), PGPASSWORD: visible(props.password) }),
            PGCONNECT_TIMEOUT: "10",
            PGSSLMODE: "require",
          },
        },
      ],
    });
  }
}

function visible(value: string): string {
  return Token.asString(Fn.nonsensitive(value));
}

/**
 * POSIX shell. Every step runs again without harm, the first that fails ends it with an exit code that fails the apply, and
 * the password is in the environment only: a command line can be read by every user of the machine.
 */
export function setupCommand(
  props: Pick<
    PublicationProps,
    "publicationName" | "slotName" | "databaseTimeoutSeconds" | "connectorRole" | "heartbeatTable"
  >,
): string {
  const { publicationName, slotName, databaseTimeoutSeconds } = props;
  return `set -eu
command -v psql >/dev/null || { echo "psql isn't installed: install the PostgreSQL client, or set publication.createdBy to debezium" >&2; exit 1; }
deadline=$(($(date +%s) + ${databaseTimeoutSeconds}))
until reason=$(psql --no-psqlrc --no-password --quiet --command 'SELECT 1' 2>&1 >/dev/null); do
  case "$reason" in
    *"password authentication failed"*|*"does not exist"*|*"no pg_hba.conf entry"*) echo "$reason" >&2; exit 1 ;;
  esac
  [ "$(date +%s)" -lt "$deadline" ] || { echo "no connection to $PGHOST within ${databaseTimeoutSeconds} seconds: $reason" >&2; exit 1; }
  echo "waiting for $PGHOST"
  sleep 5
done
psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 <<'SQL'
SELECT format('CREATE PUBLICATION %I FOR ALL TABLES', '${publicationName}')
WHERE NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '${publicationName}')
\\gexec
SELECT 'slot created: ' || slot_name FROM pg_create_logical_replication_slot('${slotName}', 'pgoutput')
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '${slotName}');
DO $check$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '${publicationName}' AND puballtables) THEN
    RAISE EXCEPTION 'publication ${publicationName} exists but is not FOR ALL TABLES: drop it, or choose another source.publicationName';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '${slotName}' AND plugin = 'pgoutput' AND database = current_database()) THEN
    RAISE EXCEPTION 'slot ${slotName} exists but is not a pgoutput slot of this database: choose another source.slotName';
  END IF;
END
$check$;
${heartbeatSql(props.heartbeatTable)}${roleSql(props)}SQL
echo "publication ${publicationName} and slot ${slotName} are ready"
`;
}

function heartbeatSql(table: string | null): string {
  return table === null
    ? ""
    : `CREATE TABLE IF NOT EXISTS ${table} (id integer PRIMARY KEY, ts timestamptz NOT NULL);\n`;
}

/**
 * What Debezium needs and no more (Debezium 2.5 documentation, "Setting up permissions"): replication, which on RDS is the role
 * rds_replication, and SELECT, on tables that come later too. The password comes from the environment, by psql's backquotes,
 * which every release of psql has. The server would log a plain ALTER ROLE with it where it logs DDL; what a block does it doesn't.
 */
function roleSql({
  connectorRole,
  heartbeatTable,
}: Pick<PublicationProps, "connectorRole" | "heartbeatTable">): string {
  if (connectorRole === null) return "";
  const role = connectorRole.username;
  return `\\set connector_password \`printf %s "$CONNECTOR_PASSWORD"\`
SELECT 'CREATE ROLE ${role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}')
\\gexec
SELECT set_config('cdc.connector_password', :'connector_password', false) IS NOT NULL AS is_set
\\gset
DO $role$
BEGIN
  EXECUTE format('ALTER ROLE ${role} LOGIN PASSWORD %L', current_setting('cdc.connector_password'));
END
$role$;
SELECT CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication')
  THEN 'GRANT rds_replication TO ${role}' ELSE 'ALTER ROLE ${role} REPLICATION' END
\\gexec
SELECT format(command, nspname)
FROM pg_namespace, unnest(ARRAY[
  'GRANT USAGE ON SCHEMA %I TO ${role}',
  'GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${role}',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO ${role}'
]) command
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
\\gexec
${heartbeatTable === null ? "" : `GRANT SELECT, INSERT, UPDATE ON ${heartbeatTable} TO ${role};\n`}`;
}
