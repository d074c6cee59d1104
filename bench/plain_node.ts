import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Starts plain Node (the engine's own binary) and waits for its end. Rejects if it fails. */
export async function plainNode(args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await run(process.execPath, [...args], { cwd, maxBuffer: 1 << 28 });
  return stdout;
}

/** Runs a module source that calls `__return(value)` in plain Node, as NodeRuntime.run() does in a guest. */
export async function plainRun<T>(code: string, cwd?: string): Promise<T> {
  const prelude = "globalThis.__return = (value) => console.log(JSON.stringify(value));\n";
  return JSON.parse(await plainNode(["--input-type=module", "-e", prelude + code], cwd));
}

/** Milliseconds from starting a process to the first byte it prints. */
export function untilFirstOutput(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
    let elapsed: number | undefined;
    child.stdout.once("data", () => {
      elapsed = performance.now() - start;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (elapsed === undefined) reject(new Error(`the process ended with ${code} and printed nothing`));
      else resolve(elapsed);
    });
  });
}
