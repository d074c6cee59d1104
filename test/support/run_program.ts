import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { Program } from "./program.ts";
import { withRuntime } from "./with_runtime.ts";

/** What a program leaves behind. Killed by a signal, its exit code is 128 + the signal's number, as in a shell. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The whole environment of a program, in both worlds, under what its own options add. */
const ENVIRONMENT = { HOME: "/home/user", LC_ALL: "en_US.UTF-8", PATH: "/usr/local/bin:/usr/bin:/bin", TZ: "UTC" };

const TIMEOUT_MS = 30_000;

/** Where a program runs and all that is there before, by absolute path: the same in both worlds. */
interface Stage {
  readonly root: string;
  readonly folder: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Lays a program out in a temporary folder of the host. A package.json above it hides those of the host. */
function createStage(program: Program): Stage {
  const root = mkdtempSync(join(tmpdir(), `${program.name.replace(/\W+/g, "-")}-`));
  const folder = join(root, "program");
  const files: Record<string, Uint8Array> = { [join(root, "package.json")]: Buffer.from("{}") };
  for (const [path, bytes] of program.files) files[join(folder, path)] = bytes;
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return { root, folder, files };
}

/** Puts pipes around the command that follows, and ends as it does. The shell's own complaints go elsewhere. */
const WITH_PIPES = `cat | (exec -a node "$0" "$@" 2> >(exec cat >&3)) | cat; exit "\${PIPESTATUS[1]}"`;

/** The most that a program's output may be, in bytes. */
const OUTPUT_BYTES = 2 ** 28;

/** Runs the program by the engine's own binary, which runs this test. */
function runInNode({ main, options }: Program, { folder }: Stage): Promise<ProgramResult> {
  const command = [process.execPath, ...(options.nodeArgs ?? []), join(folder, main), ...(options.args ?? [])];
  const [file, ...args] = options.pipes ? ["bash", "-c", WITH_PIPES, ...command] : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, {
      argv0: options.pipes ? "bash" : "node",
      stdio: options.pipes ? ["pipe", "pipe", "ignore", "pipe"] : "pipe",
      cwd: folder,
      env: { ...ENVIRONMENT, ...options.env },
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const output = { stdout: "", stderr: "" };
    const collect = (name: keyof typeof output, from: number) => {
      (child.stdio[from] as Readable).setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    };
    collect("stdout", 1);
    collect("stderr", options.pipes ? 3 : 2);
    child.stdin!.on("error", () => {
      // The program ended without reading its input.
    });
    child.stdin!.end(options.stdin ?? "");
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ ...output, exitCode: code ?? 128 + constants.signals[signal!] });
    });
  });
}

/** Runs the program in a guest of a fresh VM, at the same path. */
async function runInGuest({ main, options }: Program, { folder, files }: Stage): Promise<ProgramResult> {
  const vm = {
    cwd: folder,
    env: ENVIRONMENT,
    files,
    limits: { outputBytes: OUTPUT_BYTES },
    nodeVersion: process.versions.node,
  };
  const start = {
    execArgv: [...(options.nodeArgs ?? [])],
    args: [...(options.args ?? [])],
    env: { ...options.env },
    stdin: options.stdin ?? "",
    timeout: TIMEOUT_MS,
  };
  const { exitCode, stdout, stderr } = await withRuntime(vm, (runtime) =>
    runtime.exec({ file: join(folder, main) }, start),
  );
  return { exitCode, stdout, stderr };
}

/** Runs the program in both worlds. The folder of the host is gone afterwards. */
export async function runInBoth(program: Program): Promise<{ node: ProgramResult; guest: ProgramResult }> {
  const stage = createStage(program);
  try {
    return { node: await runInNode(program, stage), guest: await runInGuest(program, stage) };
  } finally {
    rmSync(stage.root, { recursive: true });
  }
}
