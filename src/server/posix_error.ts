import { getSystemErrorMap } from "node:util";
import { Errno } from "../kernel/errno.ts";

/** Carries out an operation of the kernel; an Errno that it throws becomes an error as Node's fs throws it. */
export function withPosixErrors<T>(syscall: string, paths: readonly string[], operation: () => T): T {
  const fail = (error: unknown): never => {
    throw error instanceof Errno ? posixError(error, syscall, paths) : error;
  };
  try {
    const result = operation();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}

function posixError({ code, errno }: Errno, syscall: string, paths: readonly string[]): Error {
  const description = getSystemErrorMap().get(-errno)?.[1] ?? "unknown error";
  const where = paths.map((path) => ` '${path}'`).join(" ->");
  const error = new Error(`${code}: ${description}, ${syscall}${where}`);
  const [path, dest] = paths;
  return Object.assign(error, { errno: -errno, code, syscall, path, dest });
}
