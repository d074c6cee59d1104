import { parseArgs } from "node:util";

export const USAGE = `Calls everything that the bindings export with hostile arguments.

  npm run fuzz -- [options]

  --seconds <n>      how long (60)
  --seed <n>         the first seed (the time); later programs take the numbers after it
  --only <binding>   one binding, or several with commas
  --steps <n>        calls a program (200)
  --memory <MB>      a program's memory (256)`;

export interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly steps: number;
  readonly memoryMb: number;
}

/** Reads the command line. Throws a RangeError or TypeError that names what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      only: { type: "string" },
      steps: { type: "string", default: "200" },
      memory: { type: "string", default: "256" },
    },
  });
  return {
    seconds: natural("--seconds", values.seconds),
    seed: natural("--seed", values.seed),
    only: values.only?.split(","),
    steps: natural("--steps", values.steps),
    memoryMb: natural("--memory", values.memory),
  };
}

function natural(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} ${text} is not a natural number`);
  return value;
}
