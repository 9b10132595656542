import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { secretsManagerPlaceholder } from "../connectors/secrets-manager";
import { EphemeralResource } from "../lib";
import type { PipelineSettings } from "../profiles/schema";
import { credentialsVersion } from "./variables";

/** Who logs in to the database, and how the passwords get where they are needed. Vault has them; the rest are copies. */
export interface Credentials {
  /** The instance's master user. */
  readonly master: { readonly username: string; readonly password: string };
  /** The connector's own role, which the setup of the publication creates; `null`: it logs in as the master user. */
  readonly connectorRole: { readonly username: string; readonly password: string; readonly version: string } | null;
  /** Raised when passwords changed in Vault, where write-only arguments take them; `null` where the state keeps them. */
  readonly version: number | null;
  /** What the secret in Secrets Manager holds. */
  readonly secretString: string;
  /** What stands in the connector's configuration. */
  readonly connector: { readonly databaseUser: string; readonly databasePassword: string };
  /** Makes the connector start again, and read its password again, when the version changes. */
  readonly connectorExtra: Readonly<Record<string, string>>;
}

/** Reads the passwords from Vault: as a data source, which the state keeps, or without storing them anywhere. */
export function readCredentials(scope: Construct, credentials: PipelineSettings["credentials"]): Credentials {
  const { writeOnly, vaultPath, secretName } = credentials;
  if (writeOnly === null) {
    const { data } = new DataVaultGenericSecret(scope, "rds", { path: vaultPath });
    const master = { username: data.lookup("username"), password: data.lookup("password") };
    return {
      master,
      connectorRole: null,
      version: null,
      secretString: Fn.jsonencode(master),
      connector: { databaseUser: master.username, databasePassword: master.password },
      connectorExtra: {},
    };
  }
  const password = (id: string, path: string): string =>
    new EphemeralResource(scope, id, {
      type: "vault_generic_secret",
      provider: "vault",
      arguments: { path },
    }).entry("data", "password");
  const version = credentialsVersion(scope);
  const role = { username: writeOnly.connectorUsername, password: password("connector", writeOnly.connectorVaultPath) };
  return {
    master: { username: writeOnly.masterUsername, password: password("rds", vaultPath) },
    connectorRole: { ...role, version: version.stringValue },
    version: version.numberValue,
    secretString: Fn.jsonencode(role),
    connector: { databaseUser: role.username, databasePassword: secretsManagerPlaceholder(secretName, "password") },
    connectorExtra: { "credentials.version": version.stringValue },
  };
}
