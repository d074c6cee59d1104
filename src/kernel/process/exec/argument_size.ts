import { E2BIG } from "../../errno.ts";

/** What execve(2) takes of arguments and environment together, in bytes: three quarters of the default stack. */
const MAX_BYTES = 6 * 1024 * 1024;
/** A string's terminator and the pointer to it. */
const OVERHEAD = 9;

/** @throws E2BIG if a program's arguments and environment are more than Linux takes. */
export function checkArgumentSize(argv: readonly string[], env: readonly (readonly [string, string])[]): void {
  let left = MAX_BYTES;
  for (const text of argv) left -= text.length + OVERHEAD;
  for (const [name, value] of env) left -= name.length + 1 + value.length + OVERHEAD;
  if (left < 0) throw E2BIG;
}
