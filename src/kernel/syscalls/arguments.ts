import { EBADF, EFAULT, EINVAL } from "../errno.ts";
import type { Timespec } from "../vfs/clock.ts";

/** Checks of what a guest passed as syscall arguments. Each throws an Errno unless the value is of the kind asked for. */

/** A 32-bit signed or unsigned integer, as a signed one. */
export function int(value: unknown): number {
  if (typeof value !== "number") throw EINVAL;
  const result = value | 0;
  if (result !== value && value >>> 0 !== value) throw EINVAL;
  return result;
}

/** An integer argument that may be left out. */
export const optionalInt = (value: unknown, otherwise: number): number =>
  value === undefined || value === null ? otherwise : int(value);

/** A file descriptor number that need not be open. */
export function fdNumber(value: unknown): number {
  if (typeof value !== "number" || (value | 0) !== value || value < 0) throw EBADF;
  return value;
}

/** A path or another string that Linux would take as NUL-terminated. */
export function path(value: unknown): string {
  if (typeof value !== "string") throw EFAULT;
  if (value.includes("\0")) throw EINVAL;
  return value;
}

/** The bytes of an ArrayBufferView argument. Valid only during the call. */
export function bytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw EFAULT;
  return value;
}

/** The least number of bytes that is no off_t. */
const OFFSET_LIMIT = 2 ** 63;

/**
 * A file offset or length in bytes, a number or bigint in off_t's range; may be negative. What a double does not hold
 * exactly becomes the greatest that it does: no file reaches so far, which is all that there is to tell the guest.
 */
export function offset(value: unknown): number {
  let number = value;
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) throw EINVAL;
    number = Number(value);
  } else if (!Number.isInteger(value) || Math.abs(value as number) >= OFFSET_LIMIT) {
    throw EINVAL;
  }
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number as number));
}

/** Milliseconds; negative: for ever. */
export function timeout(value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) throw EINVAL;
  return value;
}

/** A time since 1970: whole seconds, and nanoseconds from there on. */
export function timespec(sec: unknown, nsec: unknown): Timespec {
  if (typeof sec !== "number" || !Number.isSafeInteger(sec)) throw EINVAL;
  if (typeof nsec !== "number" || !Number.isInteger(nsec) || nsec < 0 || nsec > 999_999_999) throw EINVAL;
  return { sec, nsec };
}

/** An uid or gid; -1 means "leave as it is". */
export function id(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < -1 || value > 0xffffffff) throw EINVAL;
  return value === 0xffffffff ? -1 : value;
}

/** A view of `count` doubles over FILL memory, of whose bytes the engine promises 8-byte alignment. */
export function doubles(value: unknown, count: number): Float64Array {
  const buffer = bytes(value);
  if (buffer.byteLength < count * 8) throw EFAULT;
  if (buffer.byteOffset % 8 !== 0) throw EFAULT;
  return new Float64Array(buffer.buffer, buffer.byteOffset, count);
}

export function bigints(value: unknown, count: number): BigInt64Array {
  const buffer = bytes(value);
  if (buffer.byteLength < count * 8) throw EFAULT;
  if (buffer.byteOffset % 8 !== 0) throw EFAULT;
  return new BigInt64Array(buffer.buffer, buffer.byteOffset, count);
}

export function int32s(value: unknown): Int32Array {
  const buffer = bytes(value);
  if (buffer.byteOffset % 4 !== 0) throw EFAULT;
  return new Int32Array(buffer.buffer, buffer.byteOffset, buffer.byteLength >>> 2);
}
