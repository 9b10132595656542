export { ChildModule, type ChildModuleProps } from "./child-module";
export { ConfigurationError, type Problem, renderProblem, throwProblems, together } from "./errors";
export { EphemeralResource, type EphemeralResourceProps } from "./ephemeral-resource";
export { RegistryModule, type RegistryModuleProps } from "./registry-module";
export { type Move, type RequiredProvider, RootModule, type RootModuleProps } from "./root-module";
