// Builds and runs probe.cc, and knows the numbers of the system's calls.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");

function run(command: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 64 << 20 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** Compiles the probe from the engine's sources of the jail. */
export function buildProbe(output: string): void {
  const sources = [join(import.meta.dirname, "probe.cc"), ...globSync(join(ROOT, "engine/src/jail/*.cc"))];
  run(process.env.CXX ?? "c++", ["-std=c++20", "-fno-exceptions", "-O1", "-pthread", "-o", output, ...sources]);
}

/** All system calls of this architecture that the C library's headers know, by name. */
export function systemCalls(): ReadonlyMap<string, number> {
  const macros = run(process.env.CC ?? "cc", ["-dM", "-E", "-x", "c", "-include", "asm/unistd.h", "-"]);
  const numbers = [...macros.matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
  return new Map(numbers.map(([, name, number]) => [name!, Number(number)]));
}

export interface Walls {
  readonly no_new_privs: number;
  readonly no_capabilities: number;
  readonly seccomp: number;
  readonly landlock: number;
  readonly landlock_scopes: number;
  readonly rlimits: number;
  readonly landlock_abi: number;
  readonly failure: string;
}

/** Zeros of a size, for a call to read or write. */
export class Zeros {
  readonly size: number;
  constructor(size: number) {
    this.size = size;
  }
}

export type Argument = number | bigint | string | Uint8Array | Zeros;

/** What to do: a system call by its number, or a check by its name. */
export type Command = { readonly call: number; readonly args?: readonly Argument[] } | { readonly check: string };

function encode(argument: Argument): string {
  if (argument instanceof Zeros) return `z${argument.size}`;
  if (typeof argument === "string") return `s${Buffer.from(`${argument}\0`).toString("hex")}`;
  if (argument instanceof Uint8Array) return `s${Buffer.from(argument).toString("hex")}`;
  return String(BigInt.asUintN(64, BigInt(argument)));
}

function line(command: Command): string {
  return "check" in command
    ? `check ${command.check}\n`
    : `call ${[command.call, ...(command.args ?? []).map(encode)].join(" ")}\n`;
}

export interface ProbeOptions {
  readonly kind: "jail" | "landlock" | "threaded" | "none";
  /** The errno of what the filter refuses. */
  readonly refusal?: number;
  readonly dataBytes?: number;
  readonly network?: boolean;
}

export interface ProbeResult {
  readonly walls: Walls;
  /** One a command that was answered: "ok" or what failed, or a call's result and errno. */
  readonly answers: readonly string[];
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
}

/** Starts the probe and has it do the commands one after another. */
export function runProbe(probe: string, options: ProbeOptions, commands: readonly Command[] = []): ProbeResult {
  const { kind, refusal = 1, dataBytes = 0, network = false } = options;
  const args = [kind, String(refusal), String(dataBytes), String(Number(network))];
  const { stdout, signal, status, error } = spawnSync(probe, args, {
    input: commands.map(line).join(""),
    encoding: "utf8",
    timeout: 30_000,
  });
  if (error) throw error;
  const [walls, ...answers] = stdout.split("\n").slice(0, -1);
  return { walls: JSON.parse(walls!), answers, signal, status };
}

/** Starts the probe and leaves it waiting for commands until `close`. */
export async function startProbe(
  probe: string,
  { kind }: ProbeOptions,
): Promise<{ child: ChildProcess; close(): Promise<void> }> {
  const child = spawn(probe, [kind, "1", "0", "0"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    child,
    async close() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
