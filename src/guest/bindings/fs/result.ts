/** What a system call's result is to an operation: its answer, or a failure that says what its error will. */
import { codedError } from "../../base/coded_error.ts";
import { library } from "../../base/library.ts";
import { syscall } from "../../base/native.ts";
import { Failure } from "./request.ts";

/** The operations of the fs binding by name, each with the arguments that Node's library passes. */
export type Operations = Record<string, (...args: any[]) => unknown>;

/** A descriptor that Node's library passes on unchecked. */
export const checkFd = (fd: unknown): void => library("internal/validators").validateInt32(fd, "fd", 0, 0x7fffffff);

/** The mode of access and copyFile: three bits, none of them if it is left out. */
export function checkMode(mode: unknown = 0): number {
  if (!Number.isInteger(mode)) library("internal/validators").validateInteger(mode, "mode");
  if ((mode as number) >= 0 && (mode as number) <= 7) return mode as number;
  throw codedError(RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
}

/** Result of a syscall, with -errno turned into what its error will say. */
export const check = (result: any, name: string, path?: unknown, dest?: unknown): any =>
  typeof result === "number" && result < 0 ? new Failure(result, name, path, dest) : result;
export const done = (result: any, name: string, path?: unknown, dest?: unknown): any =>
  result < 0 ? new Failure(result, name, path, dest) : undefined;

/** A call that takes a descriptor first and gives nothing. Not variadic: a program may take Array's iterator away. */
export const onFd = (fd: unknown, nr: number, name: string, a?: unknown, b?: unknown): unknown => {
  checkFd(fd);
  return done(syscall(nr, fd, a, b), name);
};
