/** internalBinding('fs'), each operation a system call. Arguments are checked by Node's library and again by the kernel. */
import { ERRNO } from "../../abi/errno.ts";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC } from "../../abi/fcntl.ts";
import { F_OK } from "../../abi/mode.ts";
import { POLLIN, POLLOUT } from "../../abi/poll.ts";
import { STAT_FIELDS, STATFS_FIELDS } from "../../abi/stat.ts";
import { SYS } from "../../abi/syscalls.ts";
import { codedError } from "../coded_error.ts";
import { decodeUtf8, type Encoding, encodeString, inEncoding } from "../encoding.ts";
import { library } from "../library.ts";
import { pollOnce, whenReady } from "../loop/readiness.ts";
import { engine, syscall } from "../native.ts";
import { seed } from "../seed.ts";
import { readDirectory, readFile, readFully } from "../whole_file.ts";
import { FileHandle } from "./file_handle.ts";
import { type Path, text, withFd, withMode } from "./fs_arguments.ts";
import { cpSyncCheckPaths, cpSyncCopyDir, cpSyncOverrideFile } from "./fs_cp.ts";
import { answer, answerLater, Failure, FSReqCallback, kUsePromises, Made } from "./fs_request.ts";
import { legacyMainResolve } from "./legacy_main_resolve.ts";
import { StatWatcher } from "./stat_watcher.ts";

const ENOENT = -ERRNO.ENOENT;
const EEXIST = -ERRNO.EEXIST;
const ENOTDIR = -ERRNO.ENOTDIR;
const EISDIR = -ERRNO.EISDIR;
const EINVAL = -ERRNO.EINVAL;
const EOPNOTSUPP = -ERRNO.EOPNOTSUPP;

const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];
/** Node's UV_DIRENT_* by readdir(3)'s DT_*. */
export const DIRENT_TYPES: Record<number, number> = { 1: 4, 2: 6, 4: 2, 6: 7, 8: 1, 10: 3, 12: 5 };

type Position = number | bigint | undefined;

/** Operations whose first argument is a descriptor. */
const ON_DESCRIPTORS = new Set([
  "close",
  "fchmod",
  "fchown",
  "fdatasync",
  "fstat",
  "fsync",
  "ftruncate",
  "futimes",
  "read",
  "readBuffers",
  "writeBuffer",
  "writeBuffers",
  "writeString",
]);
/** Where operations that check their mode themselves have it. */
const MODE_ARGUMENTS: Record<string, number> = { access: 1, copyFile: 2 };

/** Result of a syscall, with -errno turned into what its error will say. */
/** A descriptor that Node's library passes on unchecked. */
const checkFd = (fd: unknown): void => library("internal/validators").validateInt32(fd, "fd", 0, 0x7fffffff);

/** The mode of access and copyFile: three bits, none of them if it is left out. */
function checkMode(mode: unknown = 0): number {
  if (!Number.isInteger(mode)) library("internal/validators").validateInteger(mode, "mode");
  if ((mode as number) >= 0 && (mode as number) <= 7) return mode as number;
  throw codedError(RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
}

const check = (result: any, name: string, path?: unknown, dest?: unknown): any =>
  typeof result === "number" && result < 0 ? new Failure(result, name, path, dest) : result;
const done = (result: any, name: string, path?: unknown, dest?: unknown): any =>
  result < 0 ? new Failure(result, name, path, dest) : undefined;

/** Seconds as libuv hands them on: whole microseconds. */
function fileTime(seconds: number): number {
  const whole = Math.trunc(seconds);
  const nanoseconds = Math.trunc((seconds - whole) * 1e9);
  return whole + (nanoseconds - (nanoseconds % 1000)) / 1e9;
}

/** How writeSync wants to hear of an error: in the object it gave. */
function inContext(result: unknown, context: Record<string, unknown>): unknown {
  if (!(result instanceof Failure)) return result;
  Object.assign(context, { errno: result.errno, syscall: result.syscall });
  return undefined;
}

export function createFs(): object {
  const statValues = new Float64Array(2 * STAT_FIELDS);
  const bigintStatValues = new BigInt64Array(2 * STAT_FIELDS);
  const statFsValues = new Float64Array(STATFS_FIELDS);
  const bigintStatFsValues = new BigInt64Array(STATFS_FIELDS);
  const numbers = statValues.subarray(0, STAT_FIELDS);
  const bigints = bigintStatValues.subarray(0, STAT_FIELDS);

  /** Fills the shared array for a sync call, one of its own for an asynchronous one. */
  const stat =
    (nr: number, bigNr: number, name: string) =>
    (target: any, bigint: boolean, req: unknown, throwIfNoEntry = true): unknown => {
      const fields =
        req === undefined
          ? bigint
            ? bigints
            : numbers
          : bigint
            ? new BigInt64Array(STAT_FIELDS)
            : new Float64Array(STAT_FIELDS);
      const where = typeof target === "number" ? target : text(target);
      const result = syscall(bigint ? bigNr : nr, where, fields);
      if (result >= 0) return answer(req, req === undefined ? (bigint ? bigintStatValues : statValues) : fields);
      // Node's lstat takes a file in the place of a directory for an error.
      const absent = result === ENOENT || (result === ENOTDIR && name !== "lstat");
      if (req === undefined && throwIfNoEntry === false && absent) return undefined;
      return answer(req, new Failure(result, name, typeof target === "number" ? undefined : target));
    };
  const fstat = stat(SYS.fstat, SYS.fstat_bigint, "fstat");

  const writeFully = (fd: number, bytes: Uint8Array): number => {
    let at = 0;
    while (at < bytes.length) {
      const count = syscall(SYS.write, fd, at === 0 ? bytes : bytes.subarray(at));
      if (count < 0) return count;
      at += count;
    }
    return at;
  };

  /** No file is as long as the largest position, which a number can't hold exactly. */
  const position = (value: unknown): number | undefined => {
    if (typeof value === "bigint") return value < 0n ? undefined : Math.min(Number(value), Number.MAX_SAFE_INTEGER);
    return typeof value === "number" && value >= 0 ? value : undefined;
  };
  const readInto = (fd: number, bytes: Uint8Array, at: number | undefined): number =>
    at === undefined ? syscall(SYS.read, fd, bytes) : syscall(SYS.pread64, fd, bytes, at);
  const writeFrom = (fd: number, bytes: Uint8Array, at: Position): number =>
    at === undefined ? syscall(SYS.write, fd, bytes) : syscall(SYS.pwrite64, fd, bytes, at);
  const viewOf = (buffer: ArrayBufferView, offset: number, length: number): Uint8Array =>
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);

  /** A call that takes a descriptor first and gives nothing. Not variadic: a program may take Array's iterator away. */
  const onFd = (fd: unknown, nr: number, name: string, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown => {
    checkFd(fd);
    return done(syscall(nr, fd, a, b, c, d), name);
  };

  /** An asynchronous transfer must not put the whole process to sleep: it waits in the loop until `fd` is ready. */
  const transfer = (req: unknown, fd: number, events: number, run: () => unknown): unknown => {
    if (req === undefined || pollOnce(fd, events)) return answer(req, run());
    return answerLater(req, (finish) => whenReady(fd, events, () => finish(run())));
  };

  const vector = (fd: number, buffers: ArrayBufferView[], at: Position, move: typeof readInto): number => {
    if (buffers.length === 0) return EINVAL;
    let total = 0;
    // No loop over an array's iterator here and above: programs may delete it.
    for (let i = 0; i < buffers.length; i++) {
      const buffer = buffers[i]!;
      const bytes = viewOf(buffer, 0, buffer.byteLength);
      if (bytes.length === 0) continue;
      const count = move(fd, bytes, at === undefined ? undefined : Number(at) + total);
      if (count < 0) return total > 0 ? total : count;
      total += count;
      if (count < bytes.length) break;
    }
    return total;
  };

  const mkdirRecursive = (path: string, mode: number): string | Failure | undefined => {
    // The first directory that had to be made is the answer.
    const missing: string[] = [];
    let at = path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
    for (;;) {
      const result = syscall(SYS.mkdir, at, mode);
      if (result >= 0) {
        const first = at;
        for (const next of missing.reverse()) {
          const made = syscall(SYS.mkdir, next, mode);
          if (made < 0 && made !== EEXIST) return new Failure(made, "mkdir", path);
        }
        return first;
      }
      if (result === ENOENT) {
        const slash = at.lastIndexOf("/");
        if (slash < 0) return new Failure(result, "mkdir", path);
        missing.push(at);
        at = at.slice(0, slash) || "/";
        continue;
      }
      const kind = syscall(SYS.path_kind, at);
      if (result === EEXIST || result === EISDIR) {
        if (kind === 1 && missing.length === 0) return undefined;
        if (kind !== 1) return new Failure(missing.length === 0 ? EEXIST : ENOTDIR, "mkdir", path);
        // Somebody made it meanwhile.
        for (const next of missing.reverse()) {
          const made = syscall(SYS.mkdir, next, mode);
          if (made < 0 && made !== EEXIST) return new Failure(made, "mkdir", path);
        }
        return missing[missing.length - 1];
      }
      return new Failure(result, "mkdir", path);
    }
  };

  const operations: Record<string, (...args: any[]) => unknown> = {
    access: (path: Path, mode: number, req) => {
      return answer(req, done(syscall(SYS.access, text(path), checkMode(mode)), "access", path));
    },
    existsSync: (path: Path) => syscall(SYS.access, text(path), F_OK) === 0,
    open: (path: Path, flags: number, mode: number, req) =>
      answer(req, check(syscall(SYS.open, text(path), flags | O_CLOEXEC, mode), "open", path)),
    openFileHandle: (path: Path, flags: number, mode: number, req) => {
      const fd = check(syscall(SYS.open, text(path), flags | O_CLOEXEC, mode), "open", path);
      return answer(req, typeof fd === "number" ? new Made(() => new FileHandle(fd)) : fd);
    },
    close: (fd: number, req) => answer(req, onFd(fd, SYS.close, "close")),
    read: (fd: number, buffer: ArrayBufferView, offset: number, length: number, at: unknown, req) => {
      const bytes = viewOf(buffer, offset, length);
      return transfer(req, fd, POLLIN, () => check(readInto(fd, bytes, position(at)), "read"));
    },
    readBuffers: (fd: number, buffers: ArrayBufferView[], at: unknown, req) =>
      transfer(req, fd, POLLIN, () => check(vector(fd, buffers, position(at), readInto), "read")),
    writeBuffer: (fd: number, buffer: ArrayBufferView, offset: number, length: number, at: unknown, req, context) => {
      const bytes = viewOf(buffer, offset, length);
      const run = () => check(writeFrom(fd, bytes, position(at)), "write");
      return context === undefined ? transfer(req, fd, POLLOUT, run) : inContext(run(), context);
    },
    writeBuffers: (fd: number, buffers: ArrayBufferView[], at: unknown, req) =>
      transfer(req, fd, POLLOUT, () => check(vector(fd, buffers, position(at), writeFrom), "write")),
    writeString: (fd: number, value: string, at: unknown, encoding: Encoding, req, context) => {
      const bytes = encodeString(value, encoding);
      const run = () => check(writeFrom(fd, bytes, position(at)), "write");
      return context === undefined ? transfer(req, fd, POLLOUT, run) : inContext(run(), context);
    },
    readFileUtf8: (path: Path | number, flags: number) => {
      if (typeof path === "number") {
        const bytes = readFully(path);
        return typeof bytes === "number" ? answer(undefined, new Failure(bytes, "read")) : decodeUtf8(bytes);
      }
      const bytes = readFile(text(path), flags);
      if (bytes instanceof Uint8Array) return decodeUtf8(bytes);
      const { errno, syscall } = bytes;
      return answer(undefined, new Failure(errno, syscall, syscall === "open" ? path : undefined));
    },
    writeFileUtf8: (path: Path | number, data: string, flags: number, mode: number) => {
      const bytes = encodeString(data, "utf8");
      if (typeof path === "number") return answer(undefined, done(writeFully(path, bytes), "write"));
      let result = syscall(SYS.write_file, text(path), bytes, flags | O_CLOEXEC, mode);
      if (result === EOPNOTSUPP) {
        const fd = syscall(SYS.open, text(path), flags | O_CLOEXEC, mode);
        if (fd < 0) return answer(undefined, new Failure(fd, "open", path));
        result = writeFully(fd, bytes);
        syscall(SYS.close, fd);
        return answer(undefined, done(result, "write"));
      }
      return answer(undefined, done(result, "open", path));
    },
    fsync: (fd: number, req) => answer(req, onFd(fd, SYS.fsync, "fsync")),
    fdatasync: (fd: number, req) => answer(req, onFd(fd, SYS.fdatasync, "fdatasync")),
    ftruncate: (fd: number, length: number, req) => answer(req, onFd(fd, SYS.ftruncate, "ftruncate", length)),
    rename: (from: Path, to: Path, req) =>
      answer(req, done(syscall(SYS.rename, text(from), text(to)), "rename", from, to)),
    rmdir: (path: Path, req) => answer(req, done(syscall(SYS.rmdir, text(path)), "rmdir", path)),
    mkdir: (path: Path, mode: number, recursive: boolean, req) => {
      if (!recursive) return answer(req, done(syscall(SYS.mkdir, text(path), mode), "mkdir", path));
      return answer(req, mkdirRecursive(text(path), mode));
    },
    readdir: (path: Path, encoding: Encoding, withTypes: boolean, req) => {
      const entries = readDirectory(text(path));
      if (typeof entries === "number") return answer(req, new Failure(entries, "scandir", path));
      const names = entries.names.map((name) => inEncoding(name, encoding));
      return answer(req, withTypes ? [names, entries.types.map((type) => DIRENT_TYPES[type] ?? 0)] : names);
    },
    internalModuleStat: (receiverOrPath: any, maybePath?: string) => {
      const path = typeof receiverOrPath === "string" ? receiverOrPath : maybePath;
      const kind = syscall(SYS.path_kind, path);
      return kind < 0 ? ENOENT : kind;
    },
    stat: stat(SYS.stat, SYS.stat_bigint, "stat"),
    lstat: stat(SYS.lstat, SYS.lstat_bigint, "lstat"),
    fstat: (fd: number, bigint: boolean, req, shouldNotThrow) => {
      checkFd(fd);
      if (req !== undefined || !shouldNotThrow) return fstat(fd, bigint, req);
      return syscall(bigint ? SYS.fstat_bigint : SYS.fstat, fd, bigint ? bigints : numbers) < 0
        ? undefined
        : bigint
          ? bigintStatValues
          : statValues;
    },
    statfs: (path: Path, bigint: boolean, req) => {
      const fields = req === undefined ? statFsValues : new Float64Array(STATFS_FIELDS);
      const result = syscall(SYS.statfs, text(path), fields);
      if (result < 0) return answer(req, new Failure(result, "statfs", path));
      if (!bigint) return answer(req, fields);
      const big = req === undefined ? bigintStatFsValues : new BigInt64Array(STATFS_FIELDS);
      for (let i = 0; i < STATFS_FIELDS; i++) big[i] = BigInt(fields[i]!);
      return answer(req, big);
    },
    link: (existing: Path, created: Path, req) =>
      answer(req, done(syscall(SYS.link, text(existing), text(created)), "link", existing, created)),
    symlink: (target: Path, path: Path, _flags: number, req) =>
      answer(req, done(syscall(SYS.symlink, text(target), text(path)), "symlink", target, path)),
    readlink: (path: Path, encoding: Encoding, req) => {
      const target = syscall(SYS.readlink, text(path));
      return answer(
        req,
        typeof target === "string" ? inEncoding(target, encoding) : new Failure(target, "readlink", path),
      );
    },
    unlink: (path: Path, req) => answer(req, done(syscall(SYS.unlink, text(path)), "unlink", path)),
    realpath: (path: Path, encoding: Encoding, req) => {
      const real = syscall(SYS.realpath, text(path));
      return answer(req, typeof real === "string" ? inEncoding(real, encoding) : new Failure(real, "realpath", path));
    },
    copyFile: (from: Path, to: Path, mode: number, req) => {
      return answer(req, done(syscall(SYS.copy_file, text(from), text(to), checkMode(mode)), "copyfile", from, to));
    },
    chmod: (path: Path, mode: number, req) => answer(req, done(syscall(SYS.chmod, text(path), mode), "chmod", path)),
    fchmod: (fd: number, mode: number, req) => answer(req, onFd(fd, SYS.fchmod, "fchmod", mode)),
    chown: (path: Path, uid: number, gid: number, req) =>
      answer(req, done(syscall(SYS.chown, text(path), uid, gid), "chown", path)),
    lchown: (path: Path, uid: number, gid: number, req) =>
      answer(req, done(syscall(SYS.lchown, text(path), uid, gid), "lchown", path)),
    fchown: (fd: number, uid: number, gid: number, req) => answer(req, onFd(fd, SYS.fchown, "fchown", uid, gid)),
    utimes: (path: Path, atime: number, mtime: number, req) =>
      answer(
        req,
        done(syscall(SYS.utimensat, AT_FDCWD, text(path), fileTime(atime), fileTime(mtime), 0), "utime", path),
      ),
    lutimes: (path: Path, atime: number, mtime: number, req) =>
      answer(
        req,
        done(
          syscall(SYS.utimensat, AT_FDCWD, text(path), fileTime(atime), fileTime(mtime), AT_SYMLINK_NOFOLLOW),
          "lutime",
          path,
        ),
      ),
    futimes: (fd: number, atime: number, mtime: number, req) =>
      answer(req, onFd(fd, SYS.utimensat, "futime", null, atime, mtime, 0)),
    mkdtemp: (prefix: Path, encoding: Encoding, req) => {
      const path = syscall(SYS.mkdtemp, text(prefix));
      return answer(
        req,
        typeof path === "string" ? inEncoding(path, encoding) : new Failure(path, "mkdtemp", `${text(prefix)}XXXXXX`),
      );
    },
    getFormatOfExtensionlessFile: (path: string) => {
      const bytes = readFile(path);
      const isWasm = bytes instanceof Uint8Array && WASM_MAGIC.every((byte, i) => bytes[i] === byte);
      return isWasm
        ? seed.constants.internal.EXTENSIONLESS_FORMAT_WASM
        : seed.constants.internal.EXTENSIONLESS_FORMAT_JAVASCRIPT;
    },
    legacyMainResolve,
    cpSyncCheckPaths,
    cpSyncOverrideFile,
    cpSyncCopyDir,
  };

  const binding: Record<string, unknown> = {
    kFsStatsFieldsNumber: STAT_FIELDS,
    statValues,
    bigintStatValues,
    statFsValues,
    bigintStatFsValues,
    kUsePromises,
    FSReqCallback,
    FileHandle,
    StatWatcher,
  };
  for (const [name, operation] of Object.entries(operations)) {
    const checked = ON_DESCRIPTORS.has(name)
      ? withFd(operation)
      : name in MODE_ARGUMENTS
        ? withMode(MODE_ARGUMENTS[name]!, operation)
        : operation;
    binding[name] = engine.wrap(checked, name);
  }
  return binding;
}
