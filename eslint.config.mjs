import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Provider roots load 2,608 files and 550 MB; the one resource that is needed loads in milliseconds. */
const providerRoots = ["aws", "vault", "null", "random"].map((name) => `@cdktf/provider-${name}`);

export default defineConfig(
  { ignores: ["node_modules", "cdktf.out", "coverage"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-imports": [
        "error",
        {
          paths: providerRoots.map((name) => ({
            name,
            message: `Import the one resource: ${name}/lib/<resource>.`,
          })),
        },
      ],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "The environment is read in profiles/environment.ts only." },
      ],
    },
  },
  {
    // Tests set the environment of the commands they run; commands hand theirs on to terraform.
    files: ["profiles/environment.ts", "__tests__/**", "terraform/**", "cli/**"],
    rules: { "no-restricted-properties": "off" },
  },
);
