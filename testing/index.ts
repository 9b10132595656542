// The types of cdktf's own matchers, so that a test needs one import for all of them.
import "cdktf/lib/testing/adapters/jest";
import { matchers, Properties } from "./matchers";

export type { Properties } from "./matchers";
export { addresses, moduleJson, type Subject, synthesized, type Synthesized } from "./synthesized";

/** Adds the matchers to jest's `expect`. setup.js does it for every test. */
export function setupMatchers(): void {
  expect.extend(matchers);
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- @types/jest declares its matchers in this namespace
  namespace jest {
    /** `expect(stack)` or `expect(Testing.fullSynth(stack))`: root and modules alike, everything by its Terraform address. */
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- the parameters of @types/jest
    interface Matchers<R, T = {}> {
      /** There is a resource or data source at `module.vpc.aws_vpc.this` or `data.aws_region.current`. */
      toHaveAddress(address: string): R;
      /** The resources and data sources of root and modules are exactly these, in any order. */
      toHaveAddresses(addresses: readonly string[]): R;
      /** There is a resource or data source at this address, with at least these properties. */
      toHaveTerraformResource(address: string, properties?: Properties): R;
      /** There is a call of the module `vpc` (`module.a.module.b` inside another) with at least these arguments. */
      toHaveModuleCall(module: string, args?: Properties): R;
      /** There is an output `vpc_id` (`module.vpc.vpc_id` of a module) with at least these properties. */
      toHaveTerraformOutput(name: string, properties?: Properties): R;
      /** There is a variable `azs` (`module.vpc.azs` of a module) with at least these properties. */
      toHaveTerraformVariable(name: string, properties?: Properties): R;
      /** The root has a block `moved { from = … to = … }`. */
      toHaveMovedBlock(from: string, to: string): R;
      /** The root has a block `import { to = … id = … }`. */
      toHaveImportBlock(to: string, id?: unknown): R;
      /** The state is kept in `s3`, `local`, `cloud`, …, with at least these settings. */
      toHaveBackend(type: string, properties?: Properties): R;
    }
  }
}
