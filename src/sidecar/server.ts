import { flushCompileCache } from "node:module";
import { Socket } from "node:net";
import { createRootFilesystem } from "../kernel/fs/rootfs.ts";
import { Kernel } from "../kernel/kernel.ts";
import { streamTransport } from "../protocol/transport.ts";
import type { Engine } from "./engine.ts";
import { EngineHost } from "./engine_host.ts";
import { report } from "./log.ts";
import { Session } from "./session.ts";
import { traceSyscalls } from "./strace.ts";

/** Where the host listens; stdin is what it says. */
const ANSWERS_FD = 3;

/**
 * Serves one host, which listens and talks at the other ends of two pipes, until it goes away.
 * @param timing milliseconds of the process's start by phase
 */
export function serve(engine: Engine, timing: Record<string, number>): void {
  const begin = performance.now();
  const host = new EngineHost(engine);
  const kernel = new Kernel(host, createRootFilesystem);
  if (process.env.SECURE_EXEC_STRACE) traceSyscalls(kernel, process.env.SECURE_EXEC_STRACE);
  host.boot(kernel);

  const transport = streamTransport(
    new Socket({ fd: 0, readable: true }),
    new Socket({ fd: ANSWERS_FD, writable: true }),
  );
  const collectGarbage = (): void => engine.collectGarbage();
  const bootTiming = { ...timing, kernel: performance.now() - begin };
  new Session(kernel, transport, bootTiming, collectGarbage, () => {
    if (process.env.SECURE_EXEC_FILL_CODE_CACHE) flushCompileCache();
    // Guests' threads may be running: an orderly end would tear the engine down under them.
    process.kill(process.pid, "SIGKILL");
  });
  // A bug in serving one VM must not end the others.
  process.on("uncaughtException", (error) => report("A bug in the sidecar", error));
  host.serve();
}
