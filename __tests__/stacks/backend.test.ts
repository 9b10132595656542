import { type StandIns, startStandIns } from "../../terraform/standins";
import { Workbench } from "../support/project";

jest.setTimeout(60_000);

describe("where the state is kept", () => {
  let standIns: StandIns;

  beforeAll(async () => {
    standIns = await startStandIns();
  });

  afterAll(() => standIns.stop());

  const s3 = {
    bucket: "acme-state",
    key: "cdc/terraform.tfstate",
    region: "eu-west-1",
    encrypt: true,
    use_lockfile: true,
  };
  const cloud = { organization: "acme", hostname: "app.terraform.io" };

  it.each<[name: string, context: object, env: Record<string, string>, expected: object]>([
    [
      "local without a word",
      {},
      {},
      {
        backend: {
          local: { path: "../../../terraform.cdc.tfstate", workspace_dir: "../../../terraform.cdc.tfstate.d" },
        },
      },
    ],
    [
      "S3 from cdktf.json",
      { backend: { type: "s3", bucket: "acme-state", region: "eu-west-1" } },
      {},
      { backend: { s3 } },
    ],
    [
      "S3 with every setting",
      {
        backend: {
          type: "s3",
          bucket: "acme-state",
          region: "eu-west-1",
          key: "k",
          useLockfile: false,
          encrypt: false,
          kmsKeyId: "alias/state",
          workspaceKeyPrefix: "env",
        },
      },
      {},
      {
        backend: {
          s3: {
            ...s3,
            key: "k",
            use_lockfile: false,
            encrypt: false,
            kms_key_id: "alias/state",
            workspace_key_prefix: "env",
          },
        },
      },
    ],
    [
      "S3 from the environment, in place of what cdktf.json says",
      { backend: { type: "cloud", organization: "acme", workspace: "cdc" } },
      { CDC_BACKEND: "s3", CDC_BACKEND_BUCKET: "acme-state", CDC_BACKEND_REGION: "eu-west-1" },
      { backend: { s3 } },
    ],
    [
      "another bucket from the environment",
      { backend: { type: "s3", bucket: "other", region: "eu-west-1" } },
      { CDC_BACKEND_BUCKET: "acme-state" },
      { backend: { s3 } },
    ],
    [
      "Terraform Cloud by a workspace's name",
      { backend: { type: "cloud", organization: "acme", workspace: "cdc-prod" } },
      {},
      { cloud: { ...cloud, workspaces: { name: "cdc-prod" } } },
    ],
    [
      "Terraform Cloud by tags",
      { backend: { type: "cloud", organization: "acme", tags: ["cdc"] } },
      {},
      { cloud: { ...cloud, workspaces: { tags: ["cdc"] } } },
    ],
    [
      "Terraform Cloud by tags from the environment",
      {},
      { CDC_BACKEND: "cloud", CDC_BACKEND_ORGANIZATION: "acme", CDC_BACKEND_TAGS: "cdc, prod" },
      { cloud: { ...cloud, workspaces: { tags: ["cdc", "prod"] } } },
    ],
  ])("fails if it isn't %s", (_name, context, env, expected) => {
    const project = new Workbench(standIns.env);
    expect(project.synth(context, env)).toMatchObject({ exitCode: 0 });
    const { terraform } = JSON.parse(project.read("cdktf.out", "stacks", "cdc", "cdk.tf.json")) as {
      terraform: Record<string, unknown>;
    };
    const { required_providers, required_version, ...kept } = terraform;
    expect({ providers: Object.keys(required_providers as object), required_version }).toEqual({
      providers: ["aws", "null", "random", "vault"],
      required_version: ">= 1.9",
    });
    expect(kept).toEqual(expected);
    project.terraformOk("init", "-backend=false", "-input=false");
    project.terraformOk("validate");
    project.remove();
  });
});
