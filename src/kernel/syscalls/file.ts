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
import { EAGAIN, EBADF, EINVAL, EISDIR, ENOTDIR, ENXIO, EOPNOTSUPP, EPIPE } from "../errno.ts";
import type { Task } from "../process/task.ts";
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
  const file =
    task.opened.pop() ??
    vm.vfs.open(
      task.process.fs,
      path(name),
      flags & ~O_CLOEXEC,
      optionalInt(modeArgument, 0o666),
      startDirectory(task, dirfd),
    );
  const wait = file.opening();
  if (wait !== null) {
    task.opened.push(file);
    return task.block(wait);
  }
  return fds.install(file, closeOnExec);
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
  const before = task.progress;
  const piece = pieceOf(dst, before);
  let result: number | WouldBlock;
  try {
    result = file.read(piece, at === null ? null : at + before);
  } catch (error) {
    if (before > 0) return before;
    throw error;
  }
  if (typeof result !== "number") {
    if (before > 0) return before;
    if (file.statusFlags & O_NONBLOCK) throw EAGAIN;
    return task.block(result);
  }
  return carried(task, before + result, result === piece.length && before + result < dst.length);
}

/** What of a read's or write's bytes is to be carried next, `done` of them being so already. */
const pieceOf = (bytes: Uint8Array, done: number): Uint8Array =>
  done === 0 && bytes.length <= PIECE ? bytes : bytes.subarray(done, done + PIECE);

/** The result of a read or write; if there is `more` to do, that comes after a pause. */
function carried(task: Task, done: number, more: boolean): number {
  if (!more) return done;
  task.progress = done;
  return task.pause();
}

function writeTo(task: Task, file: FileDescription, src: Uint8Array, at: number | null): number {
  let done = task.progress;
  try {
    while (true) {
      const piece = pieceOf(src, done);
      const result = file.write(piece, at === null ? null : at + done);
      if (typeof result !== "number") {
        if (file.statusFlags & O_NONBLOCK) {
          if (done > 0) return done;
          throw EAGAIN;
        }
        task.progress = done;
        return task.block(result);
      }
      done += result;
      if (done >= src.length || result === 0) return done;
      if (result === PIECE) return carried(task, done, true);
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

/** copy_file(source, target, flags): Node's fs.copyFile. EOPNOTSUPP: COPYFILE_FICLONE_FORCE, or no regular files. */
export const copy_file: SyscallHandler = (vm, task, sourceName, targetName, flagsArgument) => {
  if (task.opened.length === 0) {
    const same = !openCopy(vm, task, sourceName, targetName, optionalInt(flagsArgument, 0));
    if (same) return 0;
  }
  const [source, target] = task.opened as [FileDescription, FileDescription];
  const left = regularInode(source).size - task.progress;
  const count = left <= 0 ? 0 : copyFileRange(source, null, target, null, Math.min(PIECE, left));
  if (count === 0 || count === left) return 0;
  task.progress += count;
  return task.pause();
};

/** Opens both files of a copy and makes the target ready. False if they are the same. */
function openCopy(vm: Vm, task: Task, sourceName: unknown, targetName: unknown, flags: number): boolean {
  if (flags & COPYFILE_FICLONE_FORCE) throw EOPNOTSUPP;
  // What is opened is given back at the end of the syscall.
  task.unfinished = true;
  const source = openOrdinary(vm, task, sourceName, O_RDONLY, 0);
  task.opened.push(source);
  const inode = regularInode(source);
  const { mode } = inode;
  const create = O_WRONLY | O_CREAT | (flags & COPYFILE_EXCL ? O_EXCL : 0);
  const target = openOrdinary(vm, task, targetName, create, mode & 0o777);
  task.opened.push(target);
  if (regularInode(target) === inode) return false;
  target.truncate(0);
  vm.vfs.fchmod(task.process.fs, target, mode & 0o7777);
  return true;
}
