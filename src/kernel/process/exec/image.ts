import type { EntryPoint } from "../../../abi/exec_info.ts";
import type { ProgramImage } from "../../host.ts";
import type { Dentry } from "../../vfs/dentry.ts";

/** What a process runs, execve(2): made by the loader of a file, or by who starts a built-in program. */
export interface Image extends ProgramImage {
  /** Options of the program itself, before its script: set apart by who starts it. */
  readonly execArgv: readonly string[];
  readonly env: readonly (readonly [key: string, value: string])[];
  /** The file that holds the code; null: the program is built in. */
  readonly file: Dentry | null;
  /** What the program runs, agreed between who starts it and the program; null: what argv says. */
  readonly entry: EntryPoint | null;
  /** Serialized values given to the run. */
  readonly inputs: Uint8Array | null;
}

/** Where the `node` program lies in every VM. */
export const NODE_PATH = "/usr/local/bin/node";

/** The image of `node`, with what it needs beside its arguments left to say. */
export const nodeImage = (argv: readonly string[], env: Image["env"], more: Partial<Image> = {}): Image => ({
  program: "node",
  argv,
  execArgv: [],
  env,
  exe: NODE_PATH,
  file: null,
  entry: null,
  inputs: null,
  ...more,
});

/** Process 1: the kernel itself, which nobody runs. */
export const initImage = (env: Image["env"]): Image => ({
  ...nodeImage(["/sbin/init"], env),
  program: "init",
  exe: "/sbin/init",
});
