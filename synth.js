// Runs main.ts as one bundle, made by esbuild and kept until a file changes: loading 400 files of packages, and
// transforming our own, takes most of the time of a synth (npm run bench:synth). To debug: node -r tsx/cjs main.ts.
// Types are checked by `npm run typecheck`.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const Module = require("node:module");

const entry = join(__dirname, "main.ts");
const cache = join(__dirname, "node_modules", ".cache", "synth");

/** A bundle whose first line is a comment that names the files it was made of. Packages change with the lock file only. */
function cachedBundle() {
  try {
    const code = readFileSync(join(cache, "bundle.js"), "utf8");
    const stamps = JSON.parse(code.slice(2, code.indexOf("\n")));
    return Object.entries(stamps).every(([file, stamp]) => stampOf(file) === stamp) ? code : undefined;
  } catch {
    return undefined;
  }
}

function freshBundle() {
  const { outputFiles, metafile } = require("esbuild").buildSync({
    entryPoints: [entry],
    absWorkingDir: __dirname,
    bundle: true,
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const files = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules"));
  const stamps = Object.fromEntries([...files, "synth.js", "package-lock.json"].map((file) => [file, stampOf(file)]));
  const code = `//${JSON.stringify(stamps)}\n${outputFiles[0].text}`;
  try {
    mkdirSync(cache, { recursive: true });
    const temporary = join(cache, `bundle.${process.pid}.js`);
    writeFileSync(temporary, code);
    renameSync(temporary, join(cache, "bundle.js"));
  } catch {
    // A node_modules that can't be written to only costs time.
  }
  return code;
}

function stampOf(file) {
  const { mtimeMs, size } = statSync(join(__dirname, file));
  return `${mtimeMs} ${size}`;
}

const main = new Module(entry, module);
main.filename = entry;
main.paths = module.paths;
main._compile(cachedBundle() ?? freshBundle(), entry);
