import { ERRNO } from "../../abi/errno.ts";
import type { SyscallValue } from "../../abi/syscalls.ts";
import type { Task } from "../process/task.ts";
import { SYSCALLS } from "./index.ts";
import type { SyscallEntry } from "./table.ts";

/** Bytes of a buffer or characters of a string that are shown, as strace's -s. */
const SHOWN = 32;
const SHOWN_RESULT = 120;

const BY_NUMBER = new Map<number, SyscallEntry>(SYSCALLS.map((entry) => [entry.nr, entry]));

const ERROR_NAMES = new Map<number, string>(Object.entries(ERRNO).map(([name, errno]) => [errno, name]));

/** One line, as strace(1): `2 open("/etc/passwd", 524288, 438) = 3`. */
export function formatSyscall(task: Task, nr: number, args: readonly unknown[], result: SyscallValue): string {
  const entry = BY_NUMBER.get(nr);
  const name = entry?.name ?? `syscall_${nr}`;
  const count = Math.max(entry?.signature.length ?? 0, args.findLastIndex((arg) => arg !== undefined) + 1);
  const shown = Array.from({ length: count }, (_, i) => formatArgument(args[i], entry?.signature[i] === "i"));
  return `${task.process.pid} ${name}(${shown.join(", ")}) = ${formatResult(result)}`;
}

function formatArgument(value: unknown, isInput: boolean): string {
  if (value instanceof Uint8Array) {
    if (!isInput) return `<${value.length} bytes>`;
    return quote(Buffer.from(value.subarray(0, SHOWN)).toString("latin1"), value.length > SHOWN);
  }
  if (typeof value === "string") return quote(value, false);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? `[${value.length}]` : "{…}";
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function quote(text: string, truncated: boolean): string {
  return JSON.stringify(text) + (truncated ? "…" : "");
}

function formatResult(result: SyscallValue): string {
  if (typeof result === "number" && result < 0) return `${result} ${ERROR_NAMES.get(-result) ?? ""}`.trimEnd();
  if (result instanceof Uint8Array) return `<${result.length} bytes>`;
  if (typeof result !== "object" || result === null) return formatArgument(result, false);
  const text = JSON.stringify(result, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return text.length > SHOWN_RESULT ? `${text.slice(0, SHOWN_RESULT)}…` : text;
}
