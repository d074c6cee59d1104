/**
 * Syscall numbers: Linux x86-64's, under Linux's names, on every host architecture. Numbers from 1000 on are
 * extensions of this kernel. What is not listed answers ENOSYS.
 */
export const SYS = {
  read: 0,
  write: 1,
  open: 2,
  close: 3,
  stat: 4,
  fstat: 5,
  lstat: 6,
  poll: 7,
  lseek: 8,
  rt_sigaction: 13,
  rt_sigprocmask: 14,
  ioctl: 16,
  pread64: 17,
  pwrite64: 18,
  access: 21,
  dup: 32,
  dup2: 33,
  getpid: 39,
  kill: 62,
  wait4: 61,
  uname: 63,
  fcntl: 72,
  fsync: 74,
  fdatasync: 75,
  truncate: 76,
  ftruncate: 77,
  getcwd: 79,
  chdir: 80,
  fchdir: 81,
  rename: 82,
  mkdir: 83,
  rmdir: 84,
  link: 86,
  unlink: 87,
  symlink: 88,
  readlink: 89,
  chmod: 90,
  fchmod: 91,
  chown: 92,
  fchown: 93,
  lchown: 94,
  umask: 95,
  getrusage: 98,
  sysinfo: 99,
  getuid: 102,
  getgid: 104,
  setuid: 105,
  setgid: 106,
  geteuid: 107,
  getegid: 108,
  setpgid: 109,
  getppid: 110,
  setsid: 112,
  getgroups: 115,
  setgroups: 116,
  setresuid: 117,
  setresgid: 119,
  getpgid: 121,
  getsid: 124,
  rt_sigpending: 127,
  statfs: 137,
  fstatfs: 138,
  getpriority: 140,
  setpriority: 141,
  sethostname: 170,
  gettid: 186,
  getdents64: 217,
  clock_gettime: 228,
  clock_nanosleep: 230,
  exit_group: 231,
  epoll_wait: 232,
  epoll_ctl: 233,
  tgkill: 234,
  inotify_add_watch: 254,
  inotify_rm_watch: 255,
  openat: 257,
  utimensat: 280,
  signalfd4: 289,
  eventfd2: 290,
  epoll_create1: 291,
  dup3: 292,
  pipe2: 293,
  inotify_init1: 294,
  prlimit64: 302,
  getrandom: 318,
  close_range: 436,

  /** What the process boots from: argv, env, cwd, entry… See `ExecInfo`. */
  execinfo: 1000,
  /** The serialized `inputs` of this run, or null. */
  inputs: 1001,
  /** Hands over the serialized result of this run; the first call wins. */
  return_value: 1002,
  /** "FILE" | "PIPE" | "TTY" | "UNKNOWN", as libuv's uv_guess_handle. */
  fd_type: 1003,
  isatty: 1004,
  /** stat, lstat, fstat into a BigInt64Array(18). */
  stat_bigint: 1005,
  lstat_bigint: 1006,
  fstat_bigint: 1007,
  realpath: 1008,
  mkdtemp: 1009,
  copy_file: 1010,
  /** open, read all, close. */
  read_file: 1011,
  /** open, write all, close. */
  write_file: 1012,
  /** open, all entries, close. */
  read_dir: 1013,
  /** 0: exists and is no directory, 1: a directory; else -errno. What a module loader asks most. */
  path_kind: 1014,
  /** inotify events as records. */
  inotify_read: 1015,
  cpu_info: 1016,
  network_interfaces: 1017,
  memory_usage: 1018,
} as const;

export type SyscallName = keyof typeof SYS;

/** Numbers from here on are extensions, not Linux's. */
export const FIRST_EXTENSION = 1000;

/** "Block and dispatch again", -errno. Linux's in-kernel ERESTARTSYS; a guest never sees it. */
export const ERESTARTSYS = -512;

/** "Make the host call that Host.offload was given, and dispatch again", -errno. Beyond Linux's; a guest never sees it. */
export const EOFFLOAD = -1024;

/** What the gate copies to the guest: plain data only. */
export type SyscallValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly SyscallValue[]
  | { readonly [key: string]: SyscallValue };
