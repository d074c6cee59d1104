import { listBindings } from "./bindings.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { bundleProgram } from "./program.ts";
import { type Case, type Finding, Runner } from "./runner.ts";
import { Trace } from "./trace.ts";

/** How many of its last calls a finding is told with. */
const SHOWN_CALLS = 12;

async function main(options: Options): Promise<number> {
  const bindings = options.only ?? (await listBindings());
  const trace = new Trace();
  const runner = new Runner(await bundleProgram(), trace, options.memoryMb);
  const end = Date.now() + options.seconds * 1000;
  const counts = new Map<string, { programs: number; calls: number }>(
    bindings.map((name) => [name, { programs: 0, calls: 0 }]),
  );
  let findings = 0;
  try {
    for (let seed = options.seed; Date.now() < end || seed === options.seed; seed++) {
      for (const binding of bindings) {
        const attack = { binding, seed, first: 0, steps: options.steps };
        const finding = await runner.run(attack);
        const count = counts.get(binding)!;
        count.programs++;
        count.calls += trace.notes().length;
        if (finding === undefined) continue;
        findings++;
        await report(attack, finding, runner, trace);
      }
    }
  } finally {
    trace.dispose();
  }
  for (const [name, { programs, calls }] of counts) console.log(`${name}: ${programs} programs, ${calls} calls`);
  if (runner.outOfMemory > 0) console.log(`${runner.outOfMemory} VMs ended because V8 ran out of memory`);
  console.log(`${findings} findings`);
  return findings === 0 ? 0 : 1;
}

async function report(attack: Case, finding: Finding, runner: Runner, trace: Trace): Promise<void> {
  const calls = trace.notes();
  const shorter = await shorten(attack, finding, calls, runner);
  const replay = `--only ${attack.binding} --seed ${attack.seed} --steps ${attack.steps} --seconds 0`;
  console.log(`\n${finding.kind} of ${attack.binding} (npm run fuzz -- ${replay})`);
  console.log(finding.detail.trim().split("\n").slice(0, 30).join("\n"));
  console.log(shorter === undefined ? "Its last calls:" : `The last of ${shorter} steps is enough:`);
  for (const call of calls.slice(-SHOWN_CALLS)) console.log(`  ${call}`);
}

/** How many of the last steps bring about the same; undefined if no try with fewer did. */
async function shorten(
  attack: Case,
  finding: Finding,
  calls: readonly string[],
  runner: Runner,
): Promise<number | undefined> {
  const last = Number(calls.findLast((text) => text.startsWith("step "))?.slice("step ".length) ?? 0);
  for (let count = 1; count <= last; count *= 4) {
    const again = await runner.run({ ...attack, first: last + 1 - count, steps: last + 1 });
    if (again?.kind === finding.kind) return count;
  }
  return undefined;
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
process.exitCode = await main(options);
