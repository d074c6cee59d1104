import {
  SIGABRT,
  SIGBUS,
  SIGCHLD,
  SIGCONT,
  SIGFPE,
  SIGILL,
  SIGQUIT,
  SIGSEGV,
  SIGSYS,
  SIGTRAP,
  SIGURG,
  SIGWINCH,
  SIGXCPU,
  SIGXFSZ,
  STOP_SIGNALS,
  signalBit,
  signalSet,
} from "../../abi/signal.ts";

export type DefaultAction = "terminate" | "core" | "ignore" | "stop" | "continue";

const CORE = signalSet(SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS);
const IGNORED = signalSet(SIGCHLD, SIGURG, SIGWINCH);

/** What a signal does to a process that made no arrangement for it, signal(7). */
export function defaultAction(signal: number): DefaultAction {
  const bit = signalBit(signal);
  if (IGNORED & bit) return "ignore";
  if (STOP_SIGNALS & bit) return "stop";
  if (signal === SIGCONT) return "continue";
  return CORE & bit ? "core" : "terminate";
}
