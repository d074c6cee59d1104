import { O_CLOEXEC, O_NONBLOCK } from "../../abi/fcntl.ts";
import {
  EFD_SEMAPHORE,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  POLLERR,
  POLLHUP,
  POLLNVAL,
} from "../../abi/poll.ts";
import { ERESTARTSYS, type SyscallValue } from "../../abi/syscalls.ts";
import { EINVAL } from "../errno.ts";
import { Epoll } from "../event/epoll.ts";
import { EventFd } from "../event/eventfd.ts";
import { SignalFd } from "../event/signalfd.ts";
import type { Task } from "../process/task.ts";
import { Inotify } from "../vfs/inotify.ts";
import { int, int32s, optionalInt, path, timeout } from "./arguments.ts";
import { signalSetArgument } from "./signal.ts";
import type { SyscallHandler } from "./table.ts";

/** Creation flags of the files of this family, which all share their values with open(2). */
function creationFlags(value: unknown, more = 0): number {
  const flags = optionalInt(value, 0);
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | more)) throw EINVAL;
  return flags;
}

/** epoll_create1(flags) → fd. */
export const epoll_create1: SyscallHandler = (vm, task, flagsArgument) => {
  const flags = optionalInt(flagsArgument, 0);
  if (flags & ~O_CLOEXEC) throw EINVAL;
  task.process.fds.reserve();
  return task.process.fds.install(new Epoll(vm.epollWatches), (flags & O_CLOEXEC) !== 0);
};

function epollOf(task: Task, fd: unknown): Epoll {
  const file = task.process.fds.get(fd);
  if (!(file instanceof Epoll)) throw EINVAL;
  return file;
}

/** epoll_ctl(epfd, operation, fd, events, data?): `data`, an int, is what epoll_wait reports; the fd if left out. */
export const epoll_ctl: SyscallHandler = (_vm, task, epfd, operation, fd, events, data) => {
  const epoll = epollOf(task, epfd);
  const file = task.process.fds.get(fd);
  const number = fd as number;
  switch (int(operation)) {
    case EPOLL_CTL_ADD:
      epoll.add(number, file, int(events), optionalInt(data, number));
      return 0;
    case EPOLL_CTL_MOD:
      epoll.modify(number, file, int(events), optionalInt(data, number));
      return 0;
    case EPOLL_CTL_DEL:
      epoll.remove(number, file);
      return 0;
    default:
      throw EINVAL;
  }
};

/** epoll_wait(epfd, Int32Array, timeout ms) → the number of [data, events] pairs written. */
export const epoll_wait: SyscallHandler = (_vm, task, epfd, out, timeoutArgument) => {
  const epoll = epollOf(task, epfd);
  const pairs = int32s(out);
  const limit = timeout(timeoutArgument);
  if (pairs.length < 2) throw EINVAL;
  const count = epoll.collect(pairs);
  if (count > 0 || limit === 0 || task.timedOut(limit)) return count;
  task.watch(epoll.queue, ANY_EVENT);
  return ERESTARTSYS;
};

const ANY_EVENT = -1;

/** poll([fd, events]* as Int32Array, revents as Int32Array, timeout ms) → how many files are ready. */
export const poll: SyscallHandler = (_vm, task, interests, out, timeoutArgument) => {
  const wanted = int32s(interests);
  const revents = int32s(out);
  const limit = timeout(timeoutArgument);
  const { fds } = task.process;
  const files = wanted.length >>> 1;
  if (revents.length < files || files > fds.max) throw EINVAL;
  let ready = 0;
  for (let i = 0; i < files; i++) {
    const fd = wanted[2 * i]!;
    if (fd < 0) continue;
    const file = fds.find(fd);
    const mask = wanted[2 * i + 1]! | POLLERR | POLLHUP;
    const events = file === undefined ? POLLNVAL : file.readiness() & mask;
    revents[i] = events;
    if (events !== 0) ready++;
  }
  if (ready > 0 || limit === 0 || task.timedOut(limit)) return ready;
  for (let i = 0; i < files; i++) {
    const fd = wanted[2 * i]!;
    if (fd >= 0) task.watch(fds.get(fd).queue, wanted[2 * i + 1]!);
  }
  return ERESTARTSYS;
};

/** eventfd2(initial, flags) → fd. */
export const eventfd2: SyscallHandler = (_vm, task, initial, flagsArgument) => {
  const count = int(initial) >>> 0;
  const flags = creationFlags(flagsArgument, EFD_SEMAPHORE);
  task.process.fds.reserve();
  const file = new EventFd(BigInt(count), flags & O_NONBLOCK, (flags & EFD_SEMAPHORE) !== 0);
  return task.process.fds.install(file, (flags & O_CLOEXEC) !== 0);
};

/** signalfd4(fd, set, flags) → fd: -1 makes a new one, another fd gets the new set. Sets are bigints. */
export const signalfd4: SyscallHandler = (_vm, task, fd, set, flagsArgument) => {
  const { fds } = task.process;
  const mask = signalSetArgument(set);
  const flags = creationFlags(flagsArgument);
  if (fd === -1) {
    fds.reserve();
    return fds.install(new SignalFd(task.process.signals, mask, flags & O_NONBLOCK), (flags & O_CLOEXEC) !== 0);
  }
  const file = fds.get(fd);
  if (!(file instanceof SignalFd)) throw EINVAL;
  file.setMask(mask);
  return fd as number;
};

function inotifyOf(task: Task, fd: unknown): Inotify {
  const file = task.process.fds.get(fd);
  if (!(file instanceof Inotify)) throw EINVAL;
  return file;
}

/** inotify_init1(flags) → fd. */
export const inotify_init1: SyscallHandler = (vm, task, flagsArgument) => {
  const flags = creationFlags(flagsArgument);
  task.process.fds.reserve();
  const inotify = vm.vfs.createInotify(flags & O_NONBLOCK);
  return task.process.fds.install(inotify, (flags & O_CLOEXEC) !== 0);
};

/** inotify_add_watch(fd, path, mask) → watch descriptor. */
export const inotify_add_watch: SyscallHandler = (vm, task, fd, name, mask) => {
  const inotify = inotifyOf(task, fd);
  const file = path(name);
  const events = int(mask);
  return vm.vfs.watch(task.process.fs, inotify, file, events);
};

/** inotify_rm_watch(fd, wd). */
export const inotify_rm_watch: SyscallHandler = (_vm, task, fd, wd) => {
  inotifyOf(task, fd).removeWatch(int(wd));
  return 0;
};

const MAX_INOTIFY_EVENTS = 1024;

/** inotify_read(fd) → a flat array, for each event: wd, mask, cookie, name. Empty if there is none: it never blocks. */
export const inotify_read: SyscallHandler = (_vm, task, fd) => {
  const events = inotifyOf(task, fd).take(MAX_INOTIFY_EVENTS);
  if (!Array.isArray(events)) return [];
  const flat: SyscallValue[] = [];
  for (const { wd, mask, cookie, name } of events) flat.push(wd, mask, cookie, name);
  return flat;
};
