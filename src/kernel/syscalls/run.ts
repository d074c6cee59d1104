import type { ExecInfo } from "../../abi/exec_info.ts";
import type { SyscallValue } from "../../abi/syscalls.ts";
import { bytes } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** execinfo() → ExecInfo. */
export const execinfo: SyscallHandler = (vm, task) => {
  const { argv, execArgv, env, exe, pid, parent, creds, entry, fs } = task.process;
  const info: ExecInfo = {
    argv,
    execArgv,
    env,
    cwd: vm.vfs.getcwd(fs),
    execPath: exe,
    nodeVersion: vm.nodeVersion,
    pid,
    ppid: parent?.pid ?? 0,
    uid: creds.uid,
    gid: creds.gid,
    entry,
  };
  return info as unknown as SyscallValue;
};

/** inputs() → Uint8Array, or null if the run got none. */
export const inputs: SyscallHandler = (_vm, task) => task.process.inputs;

/** Bytes of a value that are taken at a time: a task lets others have the kernel's lock between. */
const RETURN_PIECE = 2 * 1024 * 1024;

/** return_value(bytes): the first call wins. Returns whether it was the first. */
export const return_value: SyscallHandler = (_vm, task, value) => {
  const result = bytes(value);
  const { process } = task;
  const done = task.progress;
  if (done === 0) {
    if (process.returnValue !== null) return false;
    process.returnValue = new Uint8Array(result.length);
  }
  const piece = result.subarray(done, done + RETURN_PIECE);
  process.returnValue!.set(piece, done);
  if (done + piece.length === result.length) return true;
  task.progress = done + piece.length;
  return task.pause();
};
