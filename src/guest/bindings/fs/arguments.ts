/** Arguments that Node's fs binding checks itself (GetValidatedFd, GetValidFileMode), and paths as the kernel takes them. */
import { decodeName } from "../../base/encoding.ts";
import { engine } from "../../base/native.ts";

/** A path as Node's library passes it. */
export type Path = string | Uint8Array;

// No spread: programs may delete Array.prototype[Symbol.iterator].
const { apply } = Reflect;
const INT32_MAX = 2 ** 31 - 1;
/** access(2) takes R_OK | W_OK | X_OK, uv_fs_copyfile COPYFILE_EXCL | _FICLONE | _FICLONE_FORCE. */
const MAX_MODE = 7;

/** The name of a path in the kernel, where a lone surrogate stands for a byte that is no UTF-8. */
export const text = (path: Path): string => (typeof path === "string" ? path.toWellFormed() : decodeName(path));

/** `operation`, whose first argument must be a file descriptor. */
export function withFd(operation: (...args: any[]) => unknown): (...args: any[]) => unknown {
  return (...args: unknown[]) => {
    const fd = args[0];
    const valid = typeof fd === "number" && fd >>> 0 === fd && fd <= INT32_MAX;
    return valid ? apply(operation, undefined, args) : refuseFd(fd);
  };
}

function refuseFd(fd: unknown): undefined {
  if (typeof fd !== "number") {
    const message = `The "fd" argument must be of type number. Received ${describe(fd)}`;
    return engine.failWith("TypeError", message, { code: "ERR_INVALID_ARG_TYPE" });
  }
  const beyond = (fd < 0 || fd > INT32_MAX) && Number.isFinite(fd);
  const range = beyond ? `>= 0 && <= ${INT32_MAX}` : "an integer";
  return refuseRange(`The value of "fd" is out of range. It must be ${range}. Received ${fd}`);
}

const refuseRange = (message: string): undefined =>
  engine.failWith("RangeError", message, { code: "ERR_OUT_OF_RANGE" });

/** `operation`, whose argument number `at` must be a mode of access or copyFile; it gets 0 if there is none. */
export function withMode(at: number, operation: (...args: any[]) => unknown): (...args: any[]) => unknown {
  return (...args: unknown[]) => {
    const mode = args[at] ?? 0;
    if (typeof mode !== "number")
      return engine.failWith("TypeError", "mode must be int32 or null/undefined", { code: "ERR_INVALID_ARG_TYPE" });
    if (!Number.isFinite(mode)) return refuseRange("mode is out of range");
    const bits = mode | 0;
    if (bits < 0 || bits > MAX_MODE) return refuseRange(`mode is out of range: >= 0 && <= ${MAX_MODE}`);
    args[at] = bits;
    return apply(operation, undefined, args);
  };
}

/** A value in the words of ERR_INVALID_ARG_TYPE. */
function describe(value: unknown): string {
  switch (typeof value) {
    case "function":
      return "function";
    case "string":
      return describeString(value);
    case "object":
      return value === null ? "null" : `an instance of ${value.constructor?.name ?? "Object"}`;
    case "undefined":
    case "symbol":
      return String(value);
    default:
      return `type ${typeof value} (${value})`;
  }
}

function describeString(value: string): string {
  const shown = value.length > 28 ? `${value.slice(0, 25)}...` : value;
  return `type string (${shown.includes("'") ? JSON.stringify(value) : `'${shown}'`})`;
}
