import { CloudBackend, NamedCloudWorkspace, S3Backend, TaggedCloudWorkspaces } from "cdktf";
import { Construct } from "constructs";
import type { Backend } from "../profiles/backend";

/** Declares where the state is kept. Without one of these the root module keeps it in the project's folder. */
export function declareBackend(scope: Construct, backend: Backend): void {
  switch (backend.type) {
    case "local":
      return;
    case "s3": {
      const { bucket, key, region, encrypt, kmsKeyId, workspaceKeyPrefix } = backend;
      const s3 = new S3Backend(scope, { bucket, key, region, encrypt, kmsKeyId, workspaceKeyPrefix });
      // Younger than cdktf's binding of this backend.
      s3.addOverride("use_lockfile", backend.useLockfile);
      return;
    }
    case "cloud":
      new CloudBackend(scope, {
        organization: backend.organization,
        hostname: backend.hostname,
        workspaces: backend.tags
          ? new TaggedCloudWorkspaces(backend.tags)
          : new NamedCloudWorkspace(backend.workspace ?? ""),
      });
  }
}
