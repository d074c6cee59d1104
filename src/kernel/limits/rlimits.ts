import {
  RLIM_NLIMITS,
  RLIMIT_CORE,
  RLIMIT_CPU,
  RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT_NPROC,
  RLIMIT_RTPRIO,
  RLIMIT_SIGPENDING,
  RLIMIT_STACK,
} from "../../abi/resource.ts";
import { EINVAL, EPERM } from "../errno.ts";
import type { Limits } from "./limits.ts";

/** Names and units of /proc/<pid>/limits, by resource number. */
const DESCRIPTIONS: readonly (readonly [name: string, unit: string])[] = [
  ["Max cpu time", "seconds"],
  ["Max file size", "bytes"],
  ["Max data size", "bytes"],
  ["Max stack size", "bytes"],
  ["Max core file size", "bytes"],
  ["Max resident set", "bytes"],
  ["Max processes", "processes"],
  ["Max open files", "files"],
  ["Max locked memory", "bytes"],
  ["Max address space", "bytes"],
  ["Max file locks", "locks"],
  ["Max pending signals", "signals"],
  ["Max msgqueue size", "bytes"],
  ["Max nice priority", ""],
  ["Max realtime priority", ""],
  ["Max realtime timeout", "us"],
];

/** The resource limits of a process, setrlimit(2). Infinity stands for RLIM_INFINITY. */
export class Rlimits {
  readonly #soft: number[];
  readonly #hard: number[];

  private constructor(soft: number[], hard: number[]) {
    this.#soft = soft;
    this.#hard = hard;
  }

  /** What the first processes of a VM start with. */
  static initial(limits: Limits): Rlimits {
    const soft = new Array<number>(RLIM_NLIMITS).fill(Infinity);
    soft[RLIMIT_CPU] = Math.ceil(limits.cpuMs / 1000);
    soft[RLIMIT_STACK] = 8 * 1024 * 1024;
    soft[RLIMIT_CORE] = 0;
    soft[RLIMIT_NPROC] = limits.processes;
    soft[RLIMIT_NOFILE] = limits.fds;
    soft[RLIMIT_MEMLOCK] = 8 * 1024 * 1024;
    soft[RLIMIT_SIGPENDING] = 1024;
    soft[RLIMIT_MSGQUEUE] = 819_200;
    soft[RLIMIT_NICE] = 0;
    soft[RLIMIT_RTPRIO] = 0;
    const hard = [...soft];
    hard[RLIMIT_STACK] = Infinity;
    hard[RLIMIT_NOFILE] = limits.fdsHard;
    return new Rlimits(soft, hard);
  }

  clone(): Rlimits {
    return new Rlimits([...this.#soft], [...this.#hard]);
  }

  soft(resource: number): number {
    const value = this.#soft[resource];
    if (value === undefined) throw EINVAL;
    return value;
  }

  hard(resource: number): number {
    const value = this.#hard[resource];
    if (value === undefined) throw EINVAL;
    return value;
  }

  /** A hard limit is never raised, not even by root: it is the host's. */
  set(resource: number, soft: number, hard: number): void {
    const current = this.hard(resource);
    if (!(soft >= 0) || !(hard >= 0) || soft > hard) throw EINVAL;
    if (hard > current) throw EPERM;
    this.#soft[resource] = soft;
    this.#hard[resource] = hard;
  }

  /** Both limits become `value`: the host's word. */
  override(resource: number, value: number): void {
    this.#hard[resource] = value;
    this.#soft[resource] = value;
  }

  describe(): { name: string; soft: number; hard: number; unit: string }[] {
    return DESCRIPTIONS.map(([name, unit], i) => ({ name, soft: this.#soft[i]!, hard: this.#hard[i]!, unit }));
  }
}
