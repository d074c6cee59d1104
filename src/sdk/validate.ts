/** Checks of single values. Each names the option, throws a coded TypeError or RangeError, and returns what it checked. */
import { argumentsTooLong, invalidType, invalidValue, outOfRange, unknownOption } from "./errors.ts";

type Fields = Record<string, unknown>;

/**
 * @param options an object or undefined. @param known its possible keys; another one is an error with a hint.
 * @returns a copy: what is checked is what is used, also if reading an option again would give something else
 */
export function optionsObject<T extends object>(name: string, options: T | undefined, known: readonly string[]): T {
  if (options === undefined) return {} as T;
  const fields = { ...plainObject(name, options) };
  for (const key of Object.keys(fields)) {
    if (!known.includes(key)) throw unknownOption(name === "options" ? key : `${name}.${key}`, hint(key, known));
  }
  return fields as T;
}

function hint(key: string, known: readonly string[]): string {
  const distances = known.map((name) => [editDistance(key.toLowerCase(), name.toLowerCase()), name] as const);
  const [distance, nearest] = distances.reduce((a, b) => (b[0] < a[0] ? b : a));
  const prefix = known.find((name) => key.startsWith(name) || name.startsWith(key));
  if (distance <= 2) return `Did you mean "${nearest}"?`;
  return prefix ? `Did you mean "${prefix}"?` : `There are: ${known.join(", ")}`;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

export function plainObject(name: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidType(name, "an object", value);
  return value as Fields;
}

export function string(name: string, value: unknown): string {
  if (typeof value !== "string") throw invalidType(name, "a string", value);
  if (value.includes("\0")) throw invalidValue(name, "must not contain null bytes", value);
  return value;
}

/** Program text: any string. */
export function source(name: string, value: unknown): string {
  if (typeof value !== "string") throw invalidType(name, "a string", value);
  return value;
}

export function nonEmptyString(name: string, value: unknown): string {
  if (string(name, value) === "") throw invalidValue(name, "must not be empty", value);
  return value as string;
}

export function strings(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidType(name, "an array of strings", value);
  return Array.from(value, (item, i) => string(`${name}[${i}]`, item));
}

export function absolutePath(name: string, value: unknown): string {
  if (!string(name, value).startsWith("/")) throw invalidValue(name, "must be an absolute path", value);
  return value as string;
}

export function bytesOrString(name: string, value: unknown): Uint8Array {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value instanceof Uint8Array) return value;
  throw invalidType(name, "a string or a Uint8Array", value);
}

export function fn<F extends (...args: never[]) => unknown>(name: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== "function") throw invalidType(name, "a function", value);
  return value;
}

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidType(name, "a boolean", value);
  return value;
}

export function integer(name: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number") throw invalidType(name, "a number", value);
  if (!Number.isInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${min}` : `an integer from ${min} to ${max}`;
    throw outOfRange(name, range, value);
  }
  return value;
}

export function positiveNumber(name: string, value: unknown): number {
  if (typeof value !== "number") throw invalidType(name, "a number", value);
  if (!(value > 0)) throw outOfRange(name, "a number > 0", value);
  return value;
}

export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  const list = choices.map((choice) => `"${choice}"`).join(", ");
  if (typeof value !== "string") throw invalidType(name, `one of ${list}`, value);
  throw invalidValue(name, `must be one of ${list}`, value);
}

/** What Linux lets a program have of arguments and environment together, in bytes. */
const MAX_ARGUMENT_BYTES = 6 * 1024 * 1024;
/** A string's terminator and the pointer to it. */
const ARGUMENT_OVERHEAD = 9;

/** @throws Error (E2BIG) naming the options if `args` and `env` are more than any program may have. */
export function argumentSize(names: string, env: Record<string, string>, args: readonly string[] = []): void {
  let bytes = 0;
  for (const text of args) bytes += text.length + ARGUMENT_OVERHEAD;
  for (const [name, value] of Object.entries(env)) bytes += name.length + 1 + value.length + ARGUMENT_OVERHEAD;
  if (bytes > MAX_ARGUMENT_BYTES) throw argumentsTooLong(names, bytes, MAX_ARGUMENT_BYTES);
}

/** Values that are undefined are left out, as node:child_process does. */
export function environment(name: string, value: unknown): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [key, item] of Object.entries(plainObject(name, value))) {
    if (key === "" || key.includes("=") || key.includes("\0")) {
      throw invalidValue(name, "must have names that are not empty and contain no = and no null byte", key);
    }
    if (item !== undefined) env[key] = string(`${name}.${key}`, item);
  }
  return env;
}
