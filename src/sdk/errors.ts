import { constants } from "node:os";
import { codedError } from "../protocol/errors.ts";
import type { ExecResult } from "./types.ts";
import type { ProcessEnd } from "./zygote_process.ts";

/** A value as error messages show it: `type number (5)`, `an instance of Map`, `null`. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? `an instance of ${name}` : "an object without a prototype";
  }
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return `type ${typeof value} (${text.length > 40 ? `${text.slice(0, 40)}…` : text})`;
}

export const invalidType = (name: string, expected: string, value: unknown): Error =>
  codedError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The option "${name}" must be ${expected}. Received ${describe(value)}`,
  );

export const invalidValue = (name: string, problem: string, value: unknown): Error =>
  codedError(TypeError, "ERR_INVALID_ARG_VALUE", `The option "${name}" ${problem}. Received ${describe(value)}`);

export const outOfRange = (name: string, range: string, value: unknown): Error =>
  codedError(RangeError, "ERR_OUT_OF_RANGE", `The option "${name}" must be ${range}. Received ${describe(value)}`);

export const unknownOption = (name: string, hint: string): Error =>
  codedError(TypeError, "ERR_INVALID_ARG_VALUE", `There is no option "${name}". ${hint}`);

export const unknownSignal = (signal: unknown): Error =>
  codedError(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${describe(signal)}`);

export const argumentsTooLong = (names: string, bytes: number, most: number): Error =>
  Object.assign(
    codedError(
      Error,
      "E2BIG",
      `E2BIG: argument list too long: ${names} take ${bytes} bytes of the ${most} that a program may have`,
    ),
    { errno: -7 },
  );

/** For what the API has a place for and this version does not do. */
export const notImplemented = (what: string): Error =>
  codedError(Error, "ERR_NOT_IMPLEMENTED", `${what} is not available yet`);

export const runtimeDisposed = (): Error =>
  codedError(Error, "ERR_RUNTIME_DISPOSED", "This runtime is disposed: create another with NodeRuntime.create()");

/** Exit codes with which a VM's process ends itself (engine/src/vm_end.h), in words. */
const VM_ENDS: Record<number, string> = {
  70: "ended itself: V8 met a fatal error",
  71: "ended itself: V8 got no memory where it can't do without",
  72: "was ended: it needed more memory than limits.vmMemoryMb",
};

function describeEnd({ code, signal }: ProcessEnd): string {
  if (code !== undefined) return VM_ENDS[code] ?? `exited with code ${code}`;
  if (signal === undefined) return "is gone";
  const name = Object.keys(constants.signals).find((key) => constants.signals[key as NodeJS.Signals] === signal);
  return `was killed by ${name ?? `signal ${signal}`}`;
}

/** @param end how the process ended; undefined: it lives, but does not speak the protocol */
export const vmCrashed = (end: ProcessEnd | undefined, options?: ErrorOptions): Error => {
  const how = end ? describeEnd(end) : "broke off its connection";
  const log = end?.log.trim();
  const message = `The process of the VM ${how}. What was in it is lost; create another with NodeRuntime.create()`;
  return codedError(Error, "ERR_VM_CRASHED", log ? `${message}\n${log}` : message, options);
};

/** @param log what the engine wrote to stderr */
export const engineStart = (engine: string, problem: string, log: string, cause?: unknown): Error =>
  codedError(
    Error,
    "ERR_ENGINE_START",
    `The engine ${engine} ${problem}${log && `\n${log}`}`,
    cause === undefined ? undefined : { cause },
  );

export const jailUnavailable = (failure: string): Error =>
  codedError(
    Error,
    "ERR_JAIL_UNAVAILABLE",
    `The option "jail" is "require", and this system can't build the second wall: ${failure}`,
  );

export const invalidReturnValue = (cause: unknown): Error =>
  codedError(Error, "ERR_INVALID_RETURN_VALUE", "The value that the program returned can't be read", { cause });

/** The program of evaluate() failed: its result is there as properties. */
export const guestFailed = (result: ExecResult): Error =>
  Object.assign(
    codedError(
      Error,
      "ERR_GUEST_FAILED",
      `The program ended with exit code ${result.exitCode}\n${result.stderr}`.trimEnd(),
    ),
    result,
  );

export const unsupportedPlatform = (engine: string): Error =>
  codedError(
    Error,
    "ERR_UNSUPPORTED_PLATFORM",
    `The package ${engine}, which holds the engine, is not installed. Secure Exec runs on linux-x64 and linux-arm64; ` +
      "there, install it without --omit=optional",
  );

export const brokenPipe = (): Error =>
  codedError(Error, "EPIPE", "EPIPE: broken pipe, the process reads no more, write");

export const stdinClosed = (): Error =>
  codedError(Error, "ERR_STREAM_WRITE_AFTER_END", 'The process\'s stdin was closed, or given by the option "stdin"');

/** What node:child_process and friends reject with: `name` AbortError, `code` ABORT_ERR, the reason as `cause`. */
export function abortError(signal: AbortSignal): Error {
  const error = codedError(Error, "ABORT_ERR", "The operation was aborted", { cause: signal.reason });
  error.name = "AbortError";
  return error;
}
