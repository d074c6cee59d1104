import { FIRST_EXTENSION, SYS, type SyscallName } from "../../abi/syscalls.ts";
import * as attributes from "./attributes.ts";
import * as directory from "./directory.ts";
import * as event from "./event.ts";
import * as fd from "./fd.ts";
import * as file from "./file.ts";
import * as identity from "./identity.ts";
import * as link from "./link.ts";
import * as process from "./process.ts";
import * as run from "./run.ts";
import * as signal from "./signal.ts";
import * as stat from "./stat.ts";
import * as system from "./system.ts";
import type { SyscallEntry, SyscallHandler } from "./table.ts";
import * as time from "./time.ts";

/** Every syscall: how the gate carries its arguments, and what carries it out. */
const DEFINITIONS: Record<SyscallName, readonly [signature: string, handler: SyscallHandler]> = {
  read: ["-o", file.read],
  write: ["-i", file.write],
  open: ["---", file.open],
  close: ["-", file.close],
  stat: ["-f", stat.stat],
  fstat: ["-f", stat.fstat],
  lstat: ["-f", stat.lstat],
  poll: ["if-", event.poll],
  lseek: ["---", file.lseek],
  rt_sigaction: ["---", signal.rt_sigaction],
  rt_sigprocmask: ["--", signal.rt_sigprocmask],
  ioctl: ["---", file.ioctl],
  pread64: ["-o-", file.pread64],
  pwrite64: ["-i-", file.pwrite64],
  access: ["--", attributes.access],
  dup: ["-", fd.dup],
  dup2: ["--", fd.dup2],
  getpid: ["", process.getpid],
  wait4: ["--", process.wait4],
  kill: ["--", signal.kill],
  uname: ["", system.uname],
  fcntl: ["---", fd.fcntl],
  fsync: ["-", file.fsync],
  fdatasync: ["-", file.fsync],
  truncate: ["--", file.truncate],
  ftruncate: ["--", file.ftruncate],
  getcwd: ["", directory.getcwd],
  chdir: ["-", directory.chdir],
  fchdir: ["-", directory.fchdir],
  rename: ["---", link.rename],
  mkdir: ["--", directory.mkdir],
  rmdir: ["-", directory.rmdir],
  link: ["--", link.link],
  unlink: ["-", link.unlink],
  symlink: ["--", link.symlink],
  readlink: ["-", link.readlink],
  chmod: ["--", attributes.chmod],
  fchmod: ["--", attributes.fchmod],
  chown: ["---", attributes.chown],
  fchown: ["---", attributes.fchown],
  lchown: ["---", attributes.lchown],
  umask: ["-", attributes.umask],
  getrusage: ["-f", process.getrusage],
  sysinfo: ["", system.sysinfo],
  getuid: ["", identity.getuid],
  getgid: ["", identity.getgid],
  setuid: ["-", identity.setuid],
  setgid: ["-", identity.setgid],
  geteuid: ["", identity.geteuid],
  getegid: ["", identity.getegid],
  setpgid: ["--", process.setpgid],
  getppid: ["", process.getppid],
  setsid: ["", process.setsid],
  getgroups: ["", identity.getgroups],
  setgroups: ["-", identity.setgroups],
  setresuid: ["---", identity.setresuid],
  setresgid: ["---", identity.setresgid],
  getpgid: ["-", process.getpgid],
  getsid: ["-", process.getsid],
  rt_sigpending: ["", signal.rt_sigpending],
  statfs: ["-f", stat.statfs],
  fstatfs: ["-f", stat.fstatfs],
  getpriority: ["--", process.getpriority],
  setpriority: ["---", process.setpriority],
  sethostname: ["-", system.sethostname],
  gettid: ["", process.gettid],
  getdents64: ["--", directory.getdents64],
  clock_gettime: ["-", time.clock_gettime],
  clock_nanosleep: ["---", time.clock_nanosleep],
  exit_group: ["-", process.exit_group],
  epoll_wait: ["-f-", event.epoll_wait],
  epoll_ctl: ["-----", event.epoll_ctl],
  tgkill: ["---", signal.tgkill],
  inotify_add_watch: ["---", event.inotify_add_watch],
  inotify_rm_watch: ["--", event.inotify_rm_watch],
  openat: ["----", file.openat],
  utimensat: ["-----", attributes.utimensat],
  signalfd4: ["---", event.signalfd4],
  eventfd2: ["--", event.eventfd2],
  epoll_create1: ["-", event.epoll_create1],
  dup3: ["---", fd.dup3],
  pipe2: ["-", fd.pipe2],
  inotify_init1: ["-", event.inotify_init1],
  prlimit64: ["----", process.prlimit64],
  getrandom: ["o-", system.getrandom],
  close_range: ["---", fd.close_range],
  execinfo: ["", run.execinfo],
  inputs: ["", run.inputs],
  return_value: ["i", run.return_value],
  fd_type: ["-", fd.fd_type],
  isatty: ["-", fd.isatty],
  stat_bigint: ["-f", stat.stat_bigint],
  lstat_bigint: ["-f", stat.lstat_bigint],
  fstat_bigint: ["-f", stat.fstat_bigint],
  realpath: ["-", directory.realpath],
  mkdtemp: ["-", directory.mkdtemp],
  copy_file: ["---", file.copy_file],
  read_file: ["--", file.read_file],
  write_file: ["-i--", file.write_file],
  read_dir: ["-", directory.read_dir],
  path_kind: ["-", stat.path_kind],
  inotify_read: ["-", event.inotify_read],
  cpu_info: ["", system.cpu_info],
  network_interfaces: ["", system.network_interfaces],
  memory_usage: ["f", system.memory_usage],
};

export const SYSCALLS: readonly SyscallEntry[] = Object.entries(DEFINITIONS).map(([name, [signature, handler]]) => ({
  nr: SYS[name as SyscallName],
  name,
  signature,
  handler,
}));

/** Handlers by number, without holes: an absent one is undefined. */
function indexed(from: number, to: number): readonly (SyscallHandler | undefined)[] {
  const handlers = new Array<SyscallHandler | undefined>(to - from).fill(undefined);
  for (const { nr, handler } of SYSCALLS) if (nr >= from && nr < to) handlers[nr - from] = handler;
  return handlers;
}

/** Numbers of Linux are below. */
const LINUX_NUMBERS = 512;
const EXTENSION_NUMBERS = 64;

export const LINUX_HANDLERS = indexed(0, LINUX_NUMBERS);
export const EXTENSION_HANDLERS = indexed(FIRST_EXTENSION, FIRST_EXTENSION + EXTENSION_NUMBERS);
