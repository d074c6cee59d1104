/** Whole files and directories, by one system call where they are small. */
import { ERRNO } from "../../abi/errno.ts";
import { O_CLOEXEC, O_DIRECTORY } from "../../abi/fcntl.ts";
import { SYS } from "../../abi/syscalls.ts";
import { nameBytes } from "./encoding.ts";
import { syscall } from "./native.ts";

const EISDIR = -ERRNO.EISDIR;
const EOPNOTSUPP = -ERRNO.EOPNOTSUPP;
const CHUNK_BYTES = 64 * 1024;
const ENTRIES_A_CALL = 4096;

/** The rest of an open file; negative: -errno of a read. */
export function readFully(fd: number): Uint8Array | number {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const part = new Uint8Array(CHUNK_BYTES);
    const count = syscall(SYS.read, fd, part);
    if (count < 0) return count;
    if (count === 0) break;
    parts.push(part.subarray(0, count));
    total += count;
  }
  const whole = new Uint8Array(total);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    whole.set(parts[i]!, at);
    at += parts[i]!.length;
  }
  return whole;
}

/** What went wrong in the reading of a file, or its content. */
export type Content = Uint8Array | { readonly errno: number; readonly syscall: "open" | "read" };

export function readFile(path: string, flags = 0): Content {
  let bytes: Uint8Array | number = syscall(SYS.read_file, path, flags | O_CLOEXEC);
  if (bytes !== EOPNOTSUPP && bytes !== EISDIR)
    return typeof bytes === "number" ? { errno: bytes, syscall: "open" } : bytes;
  const fd: number = syscall(SYS.open, path, flags | O_CLOEXEC, 0o666);
  if (fd < 0) return { errno: fd, syscall: "open" };
  bytes = readFully(fd);
  syscall(SYS.close, fd);
  return typeof bytes === "number" ? { errno: bytes, syscall: "read" } : bytes;
}

export interface Entries {
  readonly names: string[];
  /** DT_* of readdir(3). */
  readonly types: number[];
}

/** All entries of a directory; negative: -errno. */
export function readDirectory(path: string): Entries | number {
  const all: Entries | number = syscall(SYS.read_dir, path);
  if (all !== EOPNOTSUPP) return all;
  const fd: number = syscall(SYS.open, path, O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) return fd;
  const names: string[] = [];
  const types: number[] = [];
  for (;;) {
    const some: Entries | number = syscall(SYS.getdents64, fd, ENTRIES_A_CALL);
    if (typeof some === "number" || some.names.length === 0) {
      syscall(SYS.close, fd);
      return typeof some === "number" ? some : { names, types };
    }
    for (let i = 0; i < some.names.length; i++) {
      names.push(some.names[i]!);
      types.push(some.types[i]!);
    }
  }
}

/** The entries in the order of their names' bytes, as libuv's scandir gives them. */
export function sortedByName({ names, types }: Entries): Entries {
  const order = names.map((_, i) => i).sort((a, b) => compareNames(names[a]!, names[b]!));
  return { names: order.map((i) => names[i]!), types: order.map((i) => types[i]!) };
}

const SURROGATE = /[\ud800-\udfff]/;

function compareNames(a: string, b: string): number {
  // Without surrogates, strings compare as their UTF-8 does.
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [nameBytes(a), nameBytes(b)];
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return left.length - right.length;
}
