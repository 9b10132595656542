const { availableParallelism } = require("node:os");

/** The same layout as `cdktf init`: tests in __tests__, cdktf's matchers from setup.js. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  // What is in terraform/ takes Terraform through whole profiles: npm run test:terraform.
  testMatch: ["**/__tests__/*.test.ts", "**/__tests__/!(terraform)/**/*.test.ts", "**/local/{smoke,kill}.pipeline.ts"],
  testSequencer: "<rootDir>/__tests__/support/pipelines-first.js",
  // A synth or a plan takes a second on a free machine, and ten on a busy one.
  testTimeout: 60_000,
  // Most tests wait for terraform, and two for a whole pipeline, so there is one worker more than cores.
  maxWorkers: availableParallelism() + 1,
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/global-teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/setup.js"],
};
