import { ERRNO } from "../../abi/errno.ts";
import { RUSAGE_SELF, RUSAGE_THREAD } from "../../abi/resource.ts";
import { SIGABRT } from "../../abi/signal.ts";
import { SYS } from "../../abi/syscalls.ts";
import { CLOCK_MONOTONIC } from "../../abi/time.ts";
import type { AsyncResource } from "../base/async_resource.ts";
import { parseDotenv } from "../base/dotenv.ts";
import { exitGroup } from "../base/exit.ts";
import { activeHandleList } from "../base/loop/handle.ts";
import { activeTimerCounts } from "../base/loop/loop.ts";
import { activeRequestList } from "../base/loop/request.ts";
import { engine, syscall } from "../base/native.ts";
import { asNativeFunctions } from "../base/native_functions.ts";
import { activePortList } from "../base/transferable.ts";
import { readFile } from "../base/whole_file.ts";
import { writeStderr } from "../fatal.ts";
import { patchProcessObject } from "../process.ts";
import { returnDefaultResult } from "../programs/result.ts";
import { getOptionValue } from "./options.ts";

const EISDIR = -ERRNO.EISDIR;

function unavailable(what: string): never {
  const error = new Error(`${what} is not available in this runtime`) as Error & { code: string };
  error.code = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
  throw error;
}

export function createProcessMethods(): object {
  const hrtimeBuffer = new Uint32Array(3);
  const hrtimeBigIntView = new BigUint64Array(hrtimeBuffer.buffer, 0, 1);
  const rusage = new Float64Array(16);
  // Over a buffer of its own, so that asking for the resident set alone allocates nothing.
  const memory = new Float64Array(new ArrayBuffer(5 * Float64Array.BYTES_PER_ELEMENT));
  const fillMemory = (out: Float64Array) => {
    // V8 gives a small array memory of its own when it is first asked for: before counting, not after.
    void out.buffer;
    syscall(SYS.memory_usage, out);
  };
  const getrusage = (who: number) => {
    syscall(SYS.getrusage, who, rusage);
    return rusage;
  };
  // The clock that the engine reads itself: a syscall each would show in what is measured.
  const monotonicNs = () => BigInt(Math.round(engine.now() * 1e6)) + bootOffsetNs();
  const methods = {
    hrtimeBuffer,
    hrtime() {
      const ns = monotonicNs();
      const seconds = ns / 1_000_000_000n;
      hrtimeBuffer[0] = Number(seconds >> 32n);
      hrtimeBuffer[1] = Number(seconds & 0xffffffffn);
      hrtimeBuffer[2] = Number(ns % 1_000_000_000n);
    },
    hrtimeBigInt() {
      hrtimeBigIntView[0] = monotonicNs();
    },
    uptime: () => engine.now() / 1000,
    patchProcessObject,
    cwd: engine.wrap(() => {
      const result = syscall(SYS.getcwd);
      return typeof result === "string" ? result : engine.fail(result, "uv_cwd");
    }, "cwd"),
    chdir: engine.wrap((directory: string) => {
      const result = syscall(SYS.chdir, directory);
      if (result < 0) return engine.fail(result, "chdir", syscall(SYS.getcwd), directory);
    }, "chdir"),
    umask: (mask: number | undefined) => {
      if (mask !== undefined) return syscall(SYS.umask, mask);
      const current = syscall(SYS.umask, 0);
      syscall(SYS.umask, current);
      return current;
    },
    memoryUsage: fillMemory,
    rss: () => {
      fillMemory(memory);
      return memory[0];
    },
    constrainedMemory: () => syscall(SYS.sysinfo).totalram,
    availableMemory: () => syscall(SYS.sysinfo).freeram,
    cpuUsage(out: Float64Array) {
      out.set(getrusage(RUSAGE_SELF).subarray(0, 2));
    },
    threadCpuUsage(out: Float64Array) {
      out.set(getrusage(RUSAGE_THREAD).subarray(0, 2));
    },
    resourceUsage(out: Float64Array) {
      out.set(getrusage(RUSAGE_SELF));
    },
    _kill: (pid: number, signal: number) => syscall(SYS.kill, pid, signal),
    reallyExit: (code: number = 0) => {
      if (getOptionValue("--trace-exit")) traceExit(code);
      try {
        returnDefaultResult();
      } catch (error) {
        engine.triggerUncaughtException(error, false);
      }
      exitGroup(code);
    },
    abort() {
      syscall(SYS.kill, syscall(SYS.getpid), SIGABRT);
      exitGroup(128 + SIGABRT);
    },
    causeSegfault: () => unavailable("process.causeSegfault"),
    _rawDebug: (text: string) => writeStderr(`${text}\n`),
    _getActiveRequests: () => activeRequestList(),
    _getActiveHandles: () => [...activeHandleList().map((handle: any) => handle.owner ?? handle), ...activePortList()],
    getActiveResourcesInfo: () => [
      ...activeRequestList().map(resourceName),
      ...activeHandleList().map(resourceName),
      ...activePortList().map(() => "MessagePort"),
      ...activeTimerCounts(),
    ],
    dlopen: (...args: unknown[]) => {
      if (args.length < 2)
        return engine.failWith("TypeError", "process.dlopen needs at least 2 arguments", { code: "ERR_MISSING_ARGS" });
      return unavailable("process.dlopen");
    },
    execve: () => unavailable("process.execve"),
    _debugProcess: () => unavailable("process._debugProcess"),
    _debugEnd: () => {},
    loadEnvFile: engine.wrap((path = ".env") => {
      const bytes = readFile(path);
      const failed = !(bytes instanceof Uint8Array);
      if (failed && bytes.errno === EISDIR)
        return engine.failWith("TypeError", `Contents of '${path}' should be a valid string.`, {
          code: "ERR_INVALID_ARG_TYPE",
        });
      if (failed) return engine.fail(bytes.errno, bytes.syscall, path);
      const { env } = (globalThis as any).process;
      const text = new (globalThis as any).TextDecoder().decode(bytes);
      for (const [key, value] of Object.entries(parseDotenv(text))) if (env[key] === undefined) env[key] = value;
    }, "loadEnvFile"),
    setEmitWarningSync: (emit: Function) => engine.setSlot("emitWarningSync", emit),
  };
  return asNativeFunctions(methods, [
    "uptime",
    "constrainedMemory",
    "availableMemory",
    "_kill",
    "reallyExit",
    "abort",
    "_getActiveRequests",
    "_getActiveHandles",
    "getActiveResourcesInfo",
    "dlopen",
    "_debugProcess",
    "_debugEnd",
  ]);

  function bootOffsetNs(): bigint {
    bootOffset ??= syscall(SYS.clock_gettime, CLOCK_MONOTONIC) - BigInt(Math.round(engine.now() * 1e6));
    return bootOffset!;
  }
}

/** --trace-exit */
function traceExit(code: number): void {
  const pid = syscall(SYS.getpid);
  const stack = engine.currentStack(Number(getOptionValue("--stack-trace-limit")));
  writeStderr(`(node:${pid}) WARNING: Exited the environment with code ${code}\n${stack}\n`);
}

/** The class in Node's C++, which is the name of the JavaScript class but for these. */
function resourceName(resource: AsyncResource): string {
  return RESOURCE_NAMES[resource.provider] ?? resource.constructor.name;
}
const RESOURCE_NAMES: Record<string, string> = {
  __proto__: null as never,
  FSEVENTWRAP: "FSEventWrap",
  FSREQPROMISE: "FSReqPromise",
  PIPEWRAP: "PipeWrap",
  PIPESERVERWRAP: "PipeWrap",
  PROCESSWRAP: "ProcessWrap",
  SIGNALWRAP: "SignalWrap",
  TCPSERVERWRAP: "TCPServerWrap",
  TCPWRAP: "TCPSocketWrap",
  TTYWRAP: "TTYWrap",
  UDPWRAP: "UDPWrap",
};

/** The monotonic clock when this process started: hrtime() has an arbitrary origin, but the same for all processes. */
let bootOffset: bigint | undefined;
