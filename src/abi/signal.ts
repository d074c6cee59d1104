/** Signal numbers of signal(7), x86-64. */
export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGPWR = 30;
export const SIGSYS = 31;
/** The first real-time signal: from here on each instance is queued. */
export const SIGRTMIN = 32;
export const LAST_SIGNAL = 64;

const NAMES = [
  "",
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
];

/** "SIGTERM" for 15, "SIGRT34" for a real-time signal. */
export const signalName = (signal: number): string => NAMES[signal] ?? `SIGRT${signal}`;

/** The number of a signal's name, undefined if there is none. */
export function signalNumber(name: string): number | undefined {
  if (name === "SIGPOLL") return SIGIO;
  if (name === "SIGIOT") return SIGABRT;
  const number = NAMES.indexOf(name);
  return number > 0 ? number : undefined;
}

/** A set of signals: bit n-1 stands for signal n, as Linux's sigset_t. */
export type SignalSet = bigint;

export const ALL_SIGNALS: SignalSet = (1n << BigInt(LAST_SIGNAL)) - 1n;

export const signalBit = (signal: number): SignalSet => 1n << BigInt(signal - 1);

export const signalSet = (...signals: number[]): SignalSet => {
  let set = 0n;
  for (const signal of signals) set |= signalBit(signal);
  return set;
};

/** They can be neither blocked, nor ignored, nor caught. */
export const UNMASKABLE: SignalSet = signalSet(SIGKILL, SIGSTOP);
export const STOP_SIGNALS: SignalSet = signalSet(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU);

/** How rt_sigprocmask(2) changes the mask. */
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

/** Dispositions of rt_sigaction: what a signal does to the process. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;
/** The process wants to know: the signal stays pending until it reads it from a signalfd. */
export const SIG_CATCH = 2;

/** rt_sigaction flags. */
export const SA_NOCLDSTOP = 1;
export const SA_NOCLDWAIT = 2;
/** A sleeping syscall is not ended with EINTR by this signal. */
export const SA_RESTART = 0x10000000;

/** Why a signal was sent: si_code of sigaction(2). */
export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_TKILL = -6;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;

/** sizeof(struct signalfd_siginfo): what a signalfd is read in. */
export const SIGNALFD_SIGINFO_BYTES = 128;

/** siginfo_t, sigaction(2), as far as this kernel fills it. */
export interface SignalInfo {
  readonly signal: number;
  readonly code: number;
  /** Sender, or the child that changed state. */
  readonly pid: number;
  readonly uid: number;
  /** SIGCHLD: exit code or signal. */
  readonly status: number;
}
