import { EINVAL, EPERM } from "../errno.ts";
import type { Task } from "../process/task.ts";
import type { Vm } from "../vm.ts";
import { id } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** Changing the identity is an operation of permission scope process. */
const demand = (vm: Vm, task: Task, operation: string, target: number): void =>
  vm.permissions.demand("process", operation, String(target), task.process.pid);

export const getuid: SyscallHandler = (_vm, task) => task.process.creds.uid;
export const geteuid: SyscallHandler = (_vm, task) => task.process.creds.euid;
export const getgid: SyscallHandler = (_vm, task) => task.process.creds.gid;
export const getegid: SyscallHandler = (_vm, task) => task.process.creds.egid;

/** getgroups() → supplementary groups. */
export const getgroups: SyscallHandler = (_vm, task) => task.process.creds.groups;

function newId(value: unknown): number {
  const result = id(value);
  if (result === -1) throw EINVAL;
  return result;
}

/** setuid(uid). */
export const setuid: SyscallHandler = (vm, task, uid) => {
  const { creds } = task.process;
  const value = newId(uid);
  demand(vm, task, "setuid", value);
  if (creds.euid !== 0 && value !== creds.uid && value !== creds.suid) throw EPERM;
  const all = creds.euid === 0 && { uid: value, suid: value };
  task.process.setCredentials({ ...creds, ...all, euid: value });
  return 0;
};

/** setgid(gid). */
export const setgid: SyscallHandler = (vm, task, gid) => {
  const { creds } = task.process;
  const value = newId(gid);
  demand(vm, task, "setgid", value);
  if (creds.euid !== 0 && value !== creds.gid && value !== creds.sgid) throw EPERM;
  const all = creds.euid === 0 && { gid: value, sgid: value };
  task.process.setCredentials({ ...creds, ...all, egid: value });
  return 0;
};

/** setresuid(ruid, euid, suid): -1 leaves an id as it is. */
export const setresuid: SyscallHandler = (vm, task, ...ids) => {
  const { creds } = task.process;
  const wanted = ids.slice(0, 3).map(id);
  const [uid, euid, suid] = change(vm, task, "setuid", wanted, [creds.uid, creds.euid, creds.suid]);
  task.process.setCredentials({ ...creds, uid, euid, suid });
  return 0;
};

/** setresgid(rgid, egid, sgid). */
export const setresgid: SyscallHandler = (vm, task, ...ids) => {
  const { creds } = task.process;
  const wanted = ids.slice(0, 3).map(id);
  const [gid, egid, sgid] = change(vm, task, "setgid", wanted, [creds.gid, creds.egid, creds.sgid]);
  task.process.setCredentials({ ...creds, gid, egid, sgid });
  return 0;
};

/** Who isn't root can only choose among the ids that the process has. */
function change(vm: Vm, task: Task, operation: string, wanted: number[], current: number[]): [number, number, number] {
  const privileged = task.process.creds.euid === 0;
  const [a, b, c] = wanted.map((value, i) => {
    if (value === -1) return current[i]!;
    demand(vm, task, operation, value);
    if (!privileged && !current.includes(value)) throw EPERM;
    return value;
  });
  return [a!, b!, c!];
}

const MAX_GROUPS = 65_536;

/** setgroups(gids). */
export const setgroups: SyscallHandler = (vm, task, gids) => {
  if (!Array.isArray(gids) || gids.length > MAX_GROUPS) throw EINVAL;
  const groups = gids.map(newId);
  for (const gid of groups) demand(vm, task, "setgroups", gid);
  const { creds } = task.process;
  if (creds.euid !== 0) throw EPERM;
  task.process.setCredentials({ ...creds, groups });
  return 0;
};
