// Runs synth.js once for each environment of standard input, in one process: what a process of its own would print, its exit
// code, and whether it wrote anything.
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const script = join(__dirname, "..", "..", "synth.js");
const original = { ...process.env };
const outcomes = JSON.parse(readFileSync(0, "utf8")).map((environment) => {
  process.env = { ...original, ...environment };
  process.exitCode = 0;
  let text = "";
  console.error = (...words) => (text += `${words.map((word) => word?.stack ?? word).join(" ")}\n`);
  delete require.cache[script];
  require(script);
  return { code: process.exitCode, text, wrote: existsSync(environment.CDKTF_OUTDIR) };
});
process.exitCode = 0;
process.stdout.write(JSON.stringify(outcomes));
