import {
  CLOSE_RANGE_CLOEXEC,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  O_APPEND,
  O_CLOEXEC,
  O_DIRECT,
  O_NOATIME,
  O_NONBLOCK,
} from "../../abi/fcntl.ts";
import { TCGETS } from "../../abi/ioctl.ts";
import { S_IFCHR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from "../../abi/mode.ts";
import { EINVAL, Errno } from "../errno.ts";
import type { FdTable } from "../process/fd_table.ts";
import { fdNumber, int, optionalInt } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** dup(fd) → the lowest free fd. */
export const dup: SyscallHandler = (_vm, task, fd) => duplicate(task.process.fds, fd, 0, false);

function duplicate(fds: FdTable, fd: unknown, from: number, closeOnExec: boolean): number {
  const file = fds.get(fd);
  const result = fds.install(file, closeOnExec, from);
  file.incRef();
  return result;
}

/** dup2(fd, newFd) → newFd. */
export const dup2: SyscallHandler = (_vm, task, fd, newFd) => {
  const { fds } = task.process;
  const target = fdNumber(newFd);
  const file = fds.get(fd);
  if (target === fd) return target;
  file.incRef();
  return replace(fds, target, file, false);
};

/** dup3(fd, newFd, flags) → newFd. */
export const dup3: SyscallHandler = (_vm, task, fd, newFd, flagsArgument) => {
  const { fds } = task.process;
  const target = fdNumber(newFd);
  const flags = optionalInt(flagsArgument, 0);
  if (target === fd || flags & ~O_CLOEXEC) throw EINVAL;
  const file = fds.get(fd);
  file.incRef();
  return replace(fds, target, file, (flags & O_CLOEXEC) !== 0);
};

function replace(fds: FdTable, target: number, file: ReturnType<FdTable["get"]>, closeOnExec: boolean): number {
  try {
    fds.replace(target, file, closeOnExec);
  } catch (error) {
    file.decRef();
    throw error;
  }
  return target;
}

/** close_range(first, last, flags). */
export const close_range: SyscallHandler = (_vm, task, first, last, flagsArgument) => {
  const { fds } = task.process;
  const from = int(first) >>> 0;
  const to = int(last) >>> 0;
  const flags = optionalInt(flagsArgument, 0);
  if (from > to || flags & ~CLOSE_RANGE_CLOEXEC) throw EINVAL;
  for (const fd of fds.numbers()) {
    if (fd < from || fd > to) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) fds.setCloseOnExec(fd, true);
    else fds.close(fd);
  }
  return 0;
};

/** What F_SETFL may change. */
const SETTABLE = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;

/** fcntl(fd, command, argument). Without record locks and leases. */
export const fcntl: SyscallHandler = (_vm, task, fd, command, argument) => {
  const { fds } = task.process;
  switch (int(command)) {
    case F_DUPFD:
      return duplicate(fds, fd, int(argument), false);
    case F_DUPFD_CLOEXEC:
      return duplicate(fds, fd, int(argument), true);
    case F_GETFD:
      return fds.closeOnExec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
      fds.setCloseOnExec(fd, (int(argument) & FD_CLOEXEC) !== 0);
      return 0;
    case F_GETFL:
      return fds.get(fd).statusFlags;
    case F_SETFL: {
      const file = fds.get(fd);
      file.statusFlags = (file.statusFlags & ~SETTABLE) | (int(argument) & SETTABLE);
      return 0;
    }
    default:
      fds.get(fd);
      throw EINVAL;
  }
};

/** pipe2(flags) → [read end, write end]. */
export const pipe2: SyscallHandler = (vm, task, flagsArgument) => {
  const { fds } = task.process;
  const flags = optionalInt(flagsArgument, 0);
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) throw EINVAL;
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  const { reader, writer } = vm.pipes.create(task.process.creds, flags & O_NONBLOCK);
  let readFd = -1;
  try {
    readFd = fds.install(reader, closeOnExec);
    return [readFd, fds.install(writer, closeOnExec)];
  } catch (error) {
    if (readFd >= 0) fds.close(readFd);
    else reader.decRef();
    writer.decRef();
    throw error;
  }
};

function isTerminal(fds: FdTable, fd: unknown): boolean {
  const file = fds.get(fd);
  try {
    file.ioctl(TCGETS, undefined);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

/** isatty(fd) → boolean. */
export const isatty: SyscallHandler = (_vm, task, fd) => isTerminal(task.process.fds, fd);

/** fd_type(fd) → "FILE" | "PIPE" | "TTY" | "UNKNOWN", as uv_guess_handle decides. */
export const fd_type: SyscallHandler = (_vm, task, fd) => {
  const { fds } = task.process;
  const file = typeof fd === "number" ? fds.find(fd) : undefined;
  if (file === undefined) return "UNKNOWN";
  switch (file.stat().mode & S_IFMT) {
    case S_IFCHR:
      return isTerminal(fds, fd) ? "TTY" : "FILE";
    case S_IFREG:
      return "FILE";
    case S_IFIFO:
    case S_IFSOCK:
      return "PIPE";
    default:
      return "UNKNOWN";
  }
};
