/**
 * Names of files are bytes to Linux and strings here: UTF-8, in which a byte that is none of it is the lone surrogate
 * U+DC00 + byte, as Python's "surrogateescape" has it. A lone surrogate of any other kind has no bytes.
 */
const LONE_SURROGATES = /\p{Surrogate}/gu;

const isEscape = (surrogate: string): boolean => surrogate >= "\udc80" && surrogate <= "\udcff";

/** A name with U+FFFD for what has no bytes. */
export function validName(name: string): string {
  if (name.isWellFormed()) return name;
  return name.replace(LONE_SURROGATES, (surrogate) => (isEscape(surrogate) ? surrogate : "\ufffd"));
}

/** Length of a name in bytes. */
export function nameLength(name: string): number {
  const length = Buffer.byteLength(name);
  if (name.isWellFormed()) return length;
  // Counted as U+FFFD, three bytes.
  return length - 2 * (name.match(LONE_SURROGATES) ?? []).filter(isEscape).length;
}

/** A copy of a name that holds no other string alive, as a slice does. */
export const ownName = (name: string): string => Buffer.from(name, "utf16le").toString("utf16le");
