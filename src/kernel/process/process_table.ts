import { RLIMIT_NPROC } from "../../abi/resource.ts";
import { EAGAIN, EPERM, ESRCH } from "../errno.ts";
import type { Host } from "../host.ts";
import { Budget } from "../limits/budget.ts";
import { MAX_PID } from "../limits/fixed.ts";
import type { Process } from "./process.ts";

export const INIT_PID = 1;

/** The processes of a VM by pid: gVisor's `PIDNamespace`. */
export class ProcessTable {
  readonly #byPid = new Map<number, Process>();
  #lastPid = INIT_PID;
  /** How many processes there may be, zombies counted, init not. */
  readonly #budget: Budget;
  /** What their threads run on. */
  readonly host: Host;
  /** Their descriptors, all together. */
  readonly openFiles: Budget;

  constructor(host: Host, max: number, openFiles: Budget) {
    this.host = host;
    this.#budget = new Budget(max, EAGAIN);
    this.openFiles = openFiles;
  }

  get init(): Process {
    return this.#byPid.get(INIT_PID)!;
  }

  /** Without init. */
  get size(): number {
    return this.#budget.used;
  }

  get(pid: number): Process | undefined {
    return this.#byPid.get(pid);
  }

  /** ESRCH if there is none. */
  require(pid: number): Process {
    const process = this.#byPid.get(pid);
    if (process === undefined) throw ESRCH;
    return process;
  }

  /** Without init, in the order of their creation. */
  *[Symbol.iterator](): Iterator<Process> {
    for (const process of this.#byPid.values()) if (!process.isInit) yield process;
  }

  pids(): number[] {
    return [...this.#byPid.keys()].sort((a, b) => a - b);
  }

  /** A pid for a new process, which is its first thread's id, too; EAGAIN if there may be no more. */
  allocateId(): number {
    this.#budget.require();
    do {
      this.#lastPid = this.#lastPid >= MAX_PID - 1 ? INIT_PID + 1 : this.#lastPid + 1;
    } while (this.#taken(this.#lastPid));
    return this.#lastPid;
  }

  /** RLIMIT_NPROC: EAGAIN if the user of `parent`, not being root, has as many processes as it may have. */
  checkUserLimit({ creds, rlimits }: Process): void {
    if (creds.euid === 0) return;
    let count = 0;
    for (const process of this) if (process.creds.uid === creds.uid) count++;
    if (count >= rlimits.soft(RLIMIT_NPROC)) throw EAGAIN;
  }

  add(process: Process): void {
    if (!process.isInit) this.#budget.take();
    this.#byPid.set(process.pid, process);
    process.parent?.children.add(process);
  }

  /** Removes a zombie: somebody has waited for it. */
  reap(process: Process): void {
    if (this.#byPid.delete(process.pid)) this.#budget.give();
    const { parent } = process;
    if (parent === null) return;
    parent.children.delete(process);
    parent.childrenCpu.userUs += process.endedCpu.userUs + process.childrenCpu.userUs;
    parent.childrenCpu.systemUs += process.endedCpu.systemUs + process.childrenCpu.systemUs;
  }

  /** Gives the children of `process`, which has ended, to init, and wakes stopped groups that are orphaned by it. */
  orphan(process: Process): void {
    const groups = new Set<number>([process.pgid]);
    for (const child of [...process.children]) {
      groups.add(child.pgid);
      process.children.delete(child);
      child.parent = this.init;
      this.init.children.add(child);
      if (child.isZombie) this.reap(child);
    }
    for (const pgid of groups) {
      const members = this.group(pgid);
      if (members.some((member) => member.state === "stopped") && this.isOrphanedGroup(pgid)) {
        for (const member of members) member.hangUp();
      }
    }
  }

  /** The live members of a process group. */
  group(pgid: number): Process[] {
    return [...this].filter((process) => process.pgid === pgid && !process.isZombie);
  }

  /** setpgid(2). */
  setGroup(caller: Process, pid: number, pgid: number): void {
    const process = pid === 0 ? caller : this.require(pid);
    if (process !== caller && process.parent !== caller) throw ESRCH;
    const target = pgid === 0 ? process.pid : pgid;
    if (process.sid === process.pid || process.sid !== caller.sid) throw EPERM;
    if (target !== process.pid && !this.group(target).some((member) => member.sid === process.sid)) throw EPERM;
    process.pgid = target;
  }

  /** setsid(2): the process becomes the leader of a new session and group. Returns its id. */
  newSession(process: Process): number {
    if (this.group(process.pid).length > 0) throw EPERM;
    process.sid = process.pid;
    process.pgid = process.pid;
    return process.sid;
  }

  /** No member has a parent in another group of the same session: nobody who does job control for it. */
  isOrphanedGroup(pgid: number): boolean {
    return this.group(pgid).every(
      ({ parent, sid }) => parent === null || parent.isInit || parent.pgid === pgid || parent.sid !== sid,
    );
  }

  /** A number is taken as long as a process, a group, a session or a thread has it. */
  #taken(pid: number): boolean {
    if (this.#byPid.has(pid)) return true;
    for (const { pgid, sid, tasks } of this.#byPid.values()) {
      if (pgid === pid || sid === pid || tasks.some(({ id }) => id === pid)) return true;
    }
    return false;
  }
}
