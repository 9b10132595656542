// Runs main.ts: bundled in memory by esbuild, without the packages. A loader that transforms file by file takes twice as
// long (npm run bench:synth). Types are checked by `npm run typecheck`.
const { join } = require("node:path");
const Module = require("node:module");
const { buildSync } = require("esbuild");

const entry = join(__dirname, "main.ts");
const { outputFiles } = buildSync({
  entryPoints: [entry],
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  define: { __dirname: JSON.stringify(__dirname) },
  write: false,
});
const main = new Module(entry, module);
main.filename = entry;
main.paths = module.paths;
main._compile(outputFiles[0].text, entry);
