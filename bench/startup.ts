import { join } from "node:path";
import { NodeRuntime } from "secure-exec";
import type { Figure } from "./figure.ts";
import { plainNode, plainRun, untilFirstOutput } from "./plain_node.ts";
import { interleave, summarize, timed } from "./stats.ts";

const emptyProgram = () => timed(() => plainNode(["-e", "0"]));

/** How long it takes to come to a first result, and to the next. Plain Node's side is a `node -e 0` from start to end. */
export async function* startup(samples: number): AsyncGenerator<Figure> {
  const firstResult = [join(import.meta.dirname, "first_result.mjs")];
  yield {
    name: "process start to first result",
    unit: "ms",
    ...(await interleave(Math.ceil(samples / 2), () => untilFirstOutput(firstResult), emptyProgram)),
    target: { kind: "ratio", limit: 4 },
  };

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
  yield {
    name: "warm create + first exec",
    unit: "ms",
    ...firstExec,
    target: { kind: "ratio", limit: 0.6 },
  };

  const runtime = await NodeRuntime.create();
  yield {
    name: "repeated exec",
    unit: "ms",
    ...(await interleave(samples, () => timed(() => runtime.exec("0")), emptyProgram)),
    target: { kind: "ratio", limit: 0.3 },
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
