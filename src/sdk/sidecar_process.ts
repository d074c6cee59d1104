import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { streamTransport, type Transport } from "../protocol/transport.ts";
import { enginePath } from "./engine_path.ts";

const SIDECAR_MAIN = fileURLToPath(new URL("../sidecar/main.cjs", import.meta.url));
/** How much of the end of its stderr is kept for error messages, in characters. */
const LOG_LENGTH = 4096;
/** How long a sidecar whose pipes are closed may take to exit before it is killed, in milliseconds. */
const EXIT_GRACE_MS = 2000;

export interface SidecarProcess {
  /** Its close comes after the process has exited. */
  readonly transport: Transport;
  readonly pid: number | undefined;
  /** How the process ended: "exited with code 1", "was killed by SIGSEGV"; undefined while it lives. */
  readonly end: string | undefined;
  /** The last it wrote to stderr. */
  readonly log: string;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
}

/**
 * What of the host's environment reaches a sidecar, though never a guest: the file to which guests' syscalls are to be
 * traced, and, for the build, that compiled code is to be kept for later starts.
 */
const FORWARDED = ["SECURE_EXEC_STRACE", "SECURE_EXEC_FILL_CODE_CACHE"];

/** Starts an engine process that runs the sidecar. */
export function startSidecarProcess(): SidecarProcess {
  const env: Record<string, string> = { TZ: "UTC" };
  for (const name of FORWARDED) if (process.env[name]) env[name] = process.env[name];
  const child = spawn(enginePath(), [SIDECAR_MAIN], {
    cwd: "/",
    env,
    // The sidecar answers on a descriptor of its own: what V8 or libc may print goes to stdout, and must not be taken
    // for frames.
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    // Its own session: a Ctrl-C in the host's terminal is the host's to handle. The sidecar exits when its stdin ends.
    detached: true,
  });
  let end: string | undefined;
  let log = "";
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      end = signal ? `was killed by ${signal}` : `exited with code ${code}`;
      resolve();
    });
    child.once("error", (error) => {
      end = `could not be started (${error.message})`;
      resolve();
    });
  });
  // As `stdio` says, both are there.
  const stderr = child.stderr!;
  stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_LENGTH);
  });
  const answers = child.stdio[3] as Readable;
  const pipes = streamTransport(answers, child.stdin!);
  /** It exits by itself when its stdin ends; one that does not is killed. */
  const reap = () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), EXIT_GRACE_MS).unref();
    void exited.then(() => clearTimeout(timer));
  };
  const handles = [child, stderr] as { ref(): void; unref(): void }[];
  return {
    transport: {
      ...pipes,
      receive(listener) {
        const close = (error?: Error) => {
          reap();
          void exited.then(() => listener.close(error));
        };
        pipes.receive({ data: listener.data, close });
      },
      close() {
        pipes.close();
        reap();
      },
      ref() {
        pipes.ref();
        for (const handle of handles) handle.ref();
      },
      unref() {
        pipes.unref();
        for (const handle of handles) handle.unref();
      },
    },
    get pid() {
      return child.pid;
    },
    get end() {
      return end;
    },
    get log() {
      return log.trim();
    },
    exited,
  };
}
