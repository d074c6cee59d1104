import { guestFailed } from "./errors.ts";
import { NodeRuntime } from "./node_runtime.ts";
import { RUN_OPTIONS } from "./options.ts";
import type { NodeRuntimeOptions, RunOptions, RunResult } from "./types.ts";

/** Options of the VM and of the program in one. `env`, `cwd` and `limits` are the VM's, which the program inherits. */
export type OneShotOptions = NodeRuntimeOptions & Omit<RunOptions, keyof NodeRuntimeOptions>;

/**
 * Runs a program in a VM of its own, which is disposed at the end.
 * @throws as NodeRuntime.create() and NodeRuntime#run()
 */
export async function execute<T = unknown>(code: string, options: OneShotOptions = {}): Promise<RunResult<T>> {
  const [create, run] = split(options);
  const runtime = await NodeRuntime.create(create);
  try {
    return await runtime.run<T>(code, run);
  } finally {
    await runtime.dispose();
  }
}

/**
 * The value of a JavaScript expression, awaited, in a VM of its own: `await evaluate("6 * 7")`.
 * @throws Error (ERR_GUEST_FAILED) with the program's stderr, if the expression throws; else as execute()
 */
export async function evaluate<T = unknown>(expression: string, options?: OneShotOptions): Promise<T> {
  const code = `globalThis.__return(await (\n${expression}\n));`;
  const result = await execute<T>(code, { ...options, format: "module" });
  if (result.exitCode !== 0) throw guestFailed(result);
  return result.value;
}

const SHARED: readonly string[] = ["env", "cwd", "limits"];

function split(options: OneShotOptions): [NodeRuntimeOptions, RunOptions] {
  const ofProgram = ([key]: [string, unknown]) => RUN_OPTIONS.includes(key) && !SHARED.includes(key);
  const entries = Object.entries(options);
  return [
    Object.fromEntries(entries.filter((entry) => !ofProgram(entry))),
    Object.fromEntries(entries.filter(ofProgram)),
  ];
}
