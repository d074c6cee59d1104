import {
  AT_FDCWD,
  COPYFILE_EXCL,
  COPYFILE_FICLONE_FORCE,
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from "../../abi/fcntl.ts";
import { SI_KERNEL, SIGPIPE } from "../../abi/signal.ts";
import { ERESTARTSYS } from "../../abi/syscalls.ts";
import { EAGAIN, EBADF, EINVAL, EISDIR, ENOTDIR, ENXIO, EOPNOTSUPP, EPIPE, Errno } from "../errno.ts";
import type { CallState, Task } from "../process/task.ts";
import { copyFileRange } from "../vfs/copy_file_range.ts";
import type { Dentry } from "../vfs/dentry.ts";
import { type FileDescription, WouldBlock } from "../vfs/file_description.ts";
import type { Inode } from "../vfs/inode.ts";
import { InodeDescription } from "../vfs/inode_description.ts";
import type { Vm } from "../vm.ts";
import { bytes, int, offset, optionalInt, path } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** Bytes that are carried at a time: a task lets others have the kernel's lock between. */
const PIECE = 2 * 1024 * 1024;
/** Files up to this size have the one-call paths of read_file and write_file: those are not cut into pieces. */
const MAX_ONE_CALL = 4 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** The directory that relative paths start from; undefined: the working directory. */
export function startDirectory(task: Task, dirfd: unknown): Dentry | undefined {
  if (dirfd === AT_FDCWD) return undefined;
  const file = task.process.fds.get(dirfd);
  if (!(file instanceof InodeDescription) || !file.inode.isDirectory) throw ENOTDIR;
  return file.dentry;
}

/** A file that waits for its other end. */
interface Opening extends CallState {
  /** null once a descriptor owns it. */
  file: FileDescription | null;
}

function openAt(
  vm: Vm,
  task: Task,
  dirfd: unknown,
  name: unknown,
  flagsArgument: unknown,
  modeArgument: unknown,
): number {
  const { fds } = task.process;
  const flags = int(flagsArgument);
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  fds.reserve();
  const opening = task.resumed<Opening>();
  const file =
    opening?.file ??
    vm.vfs.open(
      task.process.fs,
      path(name),
      flags & ~O_CLOEXEC,
      optionalInt(modeArgument, 0o666),
      startDirectory(task, dirfd),
    );
  const wait = file.opening();
  if (wait !== null) {
    task.call<Opening>(
      () => ({ done: 0, file }),
      ({ file: unused }) => unused?.decRef(),
    );
    return task.block(wait);
  }
  const fd = fds.install(file, closeOnExec);
  if (opening !== null) opening.file = null;
  return fd;
}

/** open(path, flags, mode) → fd. */
export const open: SyscallHandler = (vm, task, name, flags, mode) => openAt(vm, task, AT_FDCWD, name, flags, mode);

/** openat(dirfd, path, flags, mode) → fd. */
export const openat: SyscallHandler = (vm, task, dirfd, name, flags, mode) =>
  openAt(vm, task, dirfd, name, flags, mode);

export const close: SyscallHandler = (_vm, task, fd) => {
  task.process.fds.close(fd);
  return 0;
};

function readFrom(task: Task, file: FileDescription, dst: Uint8Array, at: number | null): number {
  if (dst.length <= PIECE) return readOnce(task, file, dst, at);
  return task.inPieces(dst.length, PIECE, (from, to) => {
    const piece = dst.subarray(from, to);
    if (from === 0) return readOnce(task, file, piece, at);
    try {
      const result = file.read(piece, at === null ? null : at + from);
      return typeof result === "number" ? result : 0;
    } catch (error) {
      // What was read counts.
      if (error instanceof Errno) return 0;
      throw error;
    }
  });
}

/** Reads what there is, or sleeps until there is something. */
function readOnce(task: Task, file: FileDescription, dst: Uint8Array, at: number | null): number {
  const result = file.read(dst, at);
  if (typeof result === "number") return result;
  if (file.statusFlags & O_NONBLOCK) throw EAGAIN;
  return task.block(result);
}

function writeTo(task: Task, file: FileDescription, src: Uint8Array, at: number | null): number {
  let done = task.resumed()?.done ?? 0;
  try {
    while (true) {
      const piece = done === 0 && src.length <= PIECE ? src : src.subarray(done, done + PIECE);
      const result = file.write(piece, at === null ? null : at + done);
      if (typeof result !== "number") {
        if (file.statusFlags & O_NONBLOCK) {
          if (done > 0) return done;
          throw EAGAIN;
        }
        task.call(newTransfer).done = done;
        return task.block(result);
      }
      done += result;
      if (done >= src.length || result === 0) return done;
      if (result === PIECE) {
        task.call(newTransfer).done = done;
        return task.pause();
      }
    }
  } catch (error) {
    if (error === EPIPE) {
      const { pid, creds } = task.process;
      task.process.signals.send({ signal: SIGPIPE, code: SI_KERNEL, pid, uid: creds.uid, status: 0 }, task);
    } else if (done > 0) {
      return done;
    }
    throw error;
  }
}

const newTransfer = (): CallState => ({ done: 0 });

function position(value: unknown): number {
  const at = offset(value);
  if (at < 0) throw EINVAL;
  return at;
}

/** read(fd, buffer) → bytes read. */
export const read: SyscallHandler = (_vm, task, fd, buffer) =>
  readFrom(task, task.process.fds.get(fd), bytes(buffer), null);

/** write(fd, buffer) → bytes written. Blocks until all are, unless the file is non-blocking. */
export const write: SyscallHandler = (_vm, task, fd, buffer) =>
  writeTo(task, task.process.fds.get(fd), bytes(buffer), null);

/** pread64(fd, buffer, offset) → bytes read. */
export const pread64: SyscallHandler = (_vm, task, fd, buffer, at) =>
  readFrom(task, task.process.fds.get(fd), bytes(buffer), position(at));

/** pwrite64(fd, buffer, offset) → bytes written. */
export const pwrite64: SyscallHandler = (_vm, task, fd, buffer, at) =>
  writeTo(task, task.process.fds.get(fd), bytes(buffer), position(at));

/** lseek(fd, offset, whence) → the new offset. */
export const lseek: SyscallHandler = (_vm, task, fd, at, whence) =>
  task.process.fds.get(fd).seek(offset(at), int(whence));

/** truncate(path, length). */
export const truncate: SyscallHandler = (vm, task, name, length) => {
  const file = path(name);
  const size = position(length);
  vm.vfs.truncate(task.process.fs, file, size);
  return 0;
};

/** ftruncate(fd, length). */
export const ftruncate: SyscallHandler = (_vm, task, fd, length) => {
  task.process.fds.get(fd).truncate(position(length));
  return 0;
};

/** fsync(fd), fdatasync(fd). */
export const fsync: SyscallHandler = (_vm, task, fd) => {
  task.process.fds.get(fd).sync();
  return 0;
};

/** ioctl(fd, request, argument) → whatever the request gives. */
export const ioctl: SyscallHandler = (_vm, task, fd, request, argument) =>
  task.process.fds.get(fd).ioctl(int(request) >>> 0, argument) as number;

/** Takes what a blocking file would give without ever sleeping: the one-call paths are for ordinary files. */
function settled(result: number | WouldBlock): number {
  if (result instanceof WouldBlock) throw EOPNOTSUPP;
  return result;
}

/** The inode of an open regular file; EISDIR, EOPNOTSUPP for other kinds. */
function regularInode(file: FileDescription): Inode {
  if (!(file instanceof InodeDescription)) throw EOPNOTSUPP;
  const { inode } = file;
  if (inode.isDirectory) throw EISDIR;
  if (!inode.isRegular) throw EOPNOTSUPP;
  return inode;
}

/** Opens for a one-call path. A fifo that would have to wait for its reader is EOPNOTSUPP. */
function openOrdinary(vm: Vm, task: Task, name: unknown, flags: number, mode: number): FileDescription {
  try {
    return vm.vfs.open(task.process.fs, path(name), (flags & ~O_CLOEXEC) | O_NONBLOCK, mode);
  } catch (error) {
    throw error === ENXIO ? EOPNOTSUPP : error;
  }
}

/**
 * read_file(path) → Uint8Array: open, read to the end, close. EOPNOTSUPP for anything but a regular file of moderate
 * size: the caller then opens and reads it as usual.
 */
export const read_file: SyscallHandler = (vm, task, name, flags) => {
  const file = openOrdinary(vm, task, name, optionalInt(flags, O_RDONLY), 0o666);
  try {
    const { size } = regularInode(file);
    if (size > MAX_ONE_CALL) throw EOPNOTSUPP;
    return size > 0 ? readSized(file, size) : readUnsized(file);
  } finally {
    file.decRef();
  }
};

function readSized(file: FileDescription, size: number): Uint8Array {
  const content = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = settled(file.read(content.subarray(length), null));
    if (count === 0) break;
    length += count;
  }
  return length === size ? content : content.subarray(0, length);
}

/** Files of procfs say that their size is 0. */
function readUnsized(file: FileDescription): Uint8Array {
  let content = NO_BYTES;
  const chunk = new Uint8Array(16 * 1024);
  while (content.length <= MAX_ONE_CALL) {
    const count = settled(file.read(chunk, null));
    if (count === 0) break;
    const longer = new Uint8Array(content.length + count);
    longer.set(content);
    longer.set(chunk.subarray(0, count), content.length);
    content = longer;
  }
  return content;
}

/** write_file(path, buffer, flags, mode) → bytes written: open, write all, close. EOPNOTSUPP as for read_file. */
export const write_file: SyscallHandler = (vm, task, name, buffer, flags, mode) => {
  const src = bytes(buffer);
  const openFlags = optionalInt(flags, O_WRONLY | O_CREAT | O_TRUNC);
  if ((openFlags & O_ACCMODE) === O_RDONLY) throw EBADF;
  if (src.length > MAX_ONE_CALL) throw EOPNOTSUPP;
  const file = openOrdinary(vm, task, name, openFlags, optionalInt(mode, 0o666));
  try {
    regularInode(file);
    let done = 0;
    while (done < src.length) done += settled(file.write(done === 0 ? src : src.subarray(done), null));
    return done;
  } finally {
    file.decRef();
  }
};

/** Both files of a copy. */
interface Copy extends CallState {
  readonly source: FileDescription;
  /** null: it is the source. */
  readonly target: FileDescription | null;
}

/** copy_file(source, target, flags): Node's fs.copyFile. EOPNOTSUPP: COPYFILE_FICLONE_FORCE, or no regular files. */
export const copy_file: SyscallHandler = (vm, task, sourceName, targetName, flags) => {
  const { source, target } = task.call(
    () => openCopy(vm, task, sourceName, targetName, optionalInt(flags, 0)),
    (copy) => {
      copy.source.decRef();
      copy.target?.decRef();
    },
  );
  if (target === null) return 0;
  const result = task.inPieces(regularInode(source).size, PIECE, (from, to) =>
    from >= to ? 0 : copyFileRange(source, null, target, null, to - from),
  );
  return result === ERESTARTSYS ? result : 0;
};

/** Opens both files of a copy and makes the target ready. */
function openCopy(vm: Vm, task: Task, sourceName: unknown, targetName: unknown, flags: number): Copy {
  if (flags & COPYFILE_FICLONE_FORCE) throw EOPNOTSUPP;
  const source = openOrdinary(vm, task, sourceName, O_RDONLY, 0);
  let target: FileDescription | null = null;
  try {
    const inode = regularInode(source);
    const { mode } = inode;
    const create = O_WRONLY | O_CREAT | (flags & COPYFILE_EXCL ? O_EXCL : 0);
    target = openOrdinary(vm, task, targetName, create, mode & 0o777);
    if (regularInode(target) === inode) {
      target.decRef();
      return { done: 0, source, target: null };
    }
    target.truncate(0);
    vm.vfs.fchmod(task.process.fs, target, mode & 0o7777);
    return { done: 0, source, target };
  } catch (error) {
    source.decRef();
    target?.decRef();
    throw error;
  }
}
