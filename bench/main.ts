import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Figure, reaches, table } from "./figure.ts";
import { memory } from "./memory.ts";
import { startup } from "./startup.ts";
import { workloads } from "./workloads.ts";

const USAGE = `Measures guests beside plain Node (the engine's own binary) on the same machine in the same minutes.

  npm run bench -- [options]

  --samples <n>    samples of each figure, guest and plain in turn (11)
  --only <regexp>  only figures whose name matches; "startup" and "memory" name those groups
  --json <file>    also write the figures there`;

const { values } = parseArgs({
  options: {
    samples: { type: "string", default: "11" },
    only: { type: "string", default: "" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const samples = Number(values.samples);
const only = new RegExp(values.only);

async function* all(): AsyncGenerator<Figure> {
  if (only.test("startup")) yield* startup(samples);
  yield* workloads(samples, only);
  yield* memory(only);
}

const figures: Figure[] = [];
for await (const figure of all()) {
  figures.push(figure);
  console.error(`${figure.name}: ${figure.guest.median.toPrecision(3)} ${figure.unit}`);
}
console.log(table(figures));
const targets = figures.map(reaches).filter((reached) => reached !== undefined);
console.log(`${targets.filter(Boolean).length} of ${targets.length} targets reached`);
if (values.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, arch: process.arch };
  writeFileSync(values.json, `${JSON.stringify({ machine, date: new Date().toISOString(), figures }, undefined, 1)}\n`);
}
// VMs that were left alive on purpose must not keep the process.
process.exit();
