import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Testing } from "cdktf";
import { ModuleKind, transpileModule } from "typescript";
import { ChildModule, RootModule } from "../../lib";
import { PROJECT } from "../support/project";

it("fails if the example of lib/README.md doesn't do what the text says", () => {
  const text = readFileSync(join(PROJECT, "lib", "README.md"), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const { outputText } = transpileModule(`${example}\nreturn root;`, { compilerOptions: { module: ModuleKind.None } });
  const scope = { app: Testing.app(), AwsProvider, ChildModule, IamPolicy, RootModule, S3Bucket };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the documented code is the test
  const run = new Function(...Object.keys(scope), outputText) as (...values: unknown[]) => RootModule;
  const root = run(...Object.values(scope));

  expect(root).toHaveTerraformVariable("module.reader.storage_bucket_arn", { type: "string" });
  expect(root).toHaveModuleCall("reader", {
    depends_on: ["module.storage"],
    storage_bucket_arn: "${module.storage.bucket_arn}",
  });
  expect(Testing.fullSynth(root)).toBeValidTerraform();
});
