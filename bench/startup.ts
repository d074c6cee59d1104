import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime } from "secure-exec";
import type { Figure } from "./figure.ts";
import { plainNode, plainRun, untilFirstOutput } from "./plain_node.ts";
import { processorMs } from "./processor.ts";
import { interleave, summarize, timed } from "./stats.ts";

/** What an engine process takes to warm up, with some to spare. */
const WARM_MS = 2500;
/** Calls a sample of CPU time: the system counts it in steps of ten milliseconds. */
const CALLS = 20;

const emptyProgram = () => timed(() => plainNode(["-e", "0"]));

/** How long it takes to come to a first result, and to the next. Plain Node's side is a `node -e 0` from start to end. */
export async function* startup(samples: number): AsyncGenerator<Figure> {
  const firstResult = [join(import.meta.dirname, "first_result.mjs")];
  yield {
    name: "process start to first result",
    unit: "ms",
    ...(await interleave(Math.ceil(samples / 2), () => untilFirstOutput(firstResult), emptyProgram)),
    target: { kind: "ratio", limit: 3.3 },
  };

  const warm = await NodeRuntime.create();
  await warm.exec("0");
  await sleep(WARM_MS);
  yield* freshVms(samples);
  yield* oneVm(samples);
  await warm.dispose();
}

async function* freshVms(samples: number): AsyncGenerator<Figure> {
  const createTimes: number[] = [];
  const firstExec = await interleave(
    samples,
    async () => {
      const start = performance.now();
      const runtime = await NodeRuntime.create();
      createTimes.push(performance.now() - start);
      await runtime.exec("0");
      const elapsed = performance.now() - start;
      await runtime.dispose();
      return elapsed;
    },
    emptyProgram,
  );
  yield { name: "warm create", unit: "ms", guest: summarize(createTimes.slice(1)), plain: firstExec.plain };
  yield { name: "warm create + first exec", unit: "ms", ...firstExec, target: { kind: "ratio", limit: 0.15 } };

  const fresh = async () => {
    const runtime = await NodeRuntime.create();
    await runtime.exec("0");
    await runtime.dispose();
  };
  yield {
    name: "fresh VM, exec, dispose: back to back",
    unit: "ms",
    ...(await interleave(Math.ceil(samples / 2), () => each(CALLS, fresh), emptyProgram)),
  };
  yield {
    name: "fresh VM, exec, dispose: CPU of all processes",
    unit: "ms",
    ...(await interleave(
      Math.ceil(samples / 2),
      () => processorMs(CALLS, fresh),
      () => processorMs(CALLS, () => plainNode(["-e", "0"])),
    )),
    target: { kind: "ratio", limit: 0.4 },
  };
}

async function* oneVm(samples: number): AsyncGenerator<Figure> {
  const runtime = await NodeRuntime.create();
  yield {
    name: "repeated exec",
    unit: "ms",
    ...(await interleave(samples, () => timed(() => runtime.exec("0")), emptyProgram)),
    target: { kind: "ratio", limit: 0.1 },
  };
  const exec = () => runtime.exec("0");
  yield {
    name: "repeated exec: back to back",
    unit: "ms",
    ...(await interleave(Math.ceil(samples / 2), () => each(CALLS, exec), emptyProgram)),
  };
  yield {
    name: "repeated exec: CPU of all processes",
    unit: "ms",
    ...(await interleave(
      Math.ceil(samples / 2),
      () => cpuOfExecs(),
      () => processorMs(CALLS, () => plainNode(["-e", "0"])),
    )),
    target: { kind: "ratio", limit: 0.2 },
  };
  yield {
    name: "200 execs in a row: CPU of all processes",
    unit: "ms",
    ...(await interleave(
      1,
      () => processorMs(200, exec),
      () => processorMs(CALLS, () => plainNode(["-e", "0"])),
    )),
  };
  const program = "globalThis.__return(1)";
  yield {
    name: "run with a value",
    unit: "ms",
    ...(await interleave(
      samples,
      () => timed(() => runtime.run(program)),
      () => timed(() => plainRun(program)),
    )),
  };
  await runtime.dispose();
}

/** In a VM of its own: what is made while it comes, another that waits, is not counted. */
async function cpuOfExecs(): Promise<number> {
  const runtime = await NodeRuntime.create();
  try {
    await runtime.exec("0");
    await sleep(300);
    return await processorMs(CALLS, () => runtime.exec("0"));
  } finally {
    await runtime.dispose();
  }
}

/** Milliseconds a call, of `count` calls one after another. */
async function each(count: number, work: () => Promise<unknown>): Promise<number> {
  return (
    (await timed(async () => {
      for (let i = 0; i < count; i++) await work();
    })) / count
  );
}
