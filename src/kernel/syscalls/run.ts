import type { ExecInfo } from "../../abi/exec_info.ts";
import { ERESTARTSYS, type SyscallValue } from "../../abi/syscalls.ts";
import { bytes } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** execinfo() → ExecInfo. */
export const execinfo: SyscallHandler = (vm, task) => {
  const { image, pid, parent, creds, fs } = task.process;
  const { argv, execArgv, env, exe, entry } = image;
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
export const inputs: SyscallHandler = (_vm, task) => task.process.image.inputs;

/** Bytes of a value that are taken at a time: a task lets others have the kernel's lock between. */
const RETURN_PIECE = 2 * 1024 * 1024;

/** return_value(bytes): the first call wins. Returns whether it was the first. */
export const return_value: SyscallHandler = (_vm, task, value) => {
  const result = bytes(value);
  const { process } = task;
  if (task.resumed() === null) {
    if (process.returnValue !== null) return false;
    process.returnValue = new Uint8Array(result.length);
  }
  const done = task.inPieces(result.length, RETURN_PIECE, (from, to) => {
    process.returnValue!.set(result.subarray(from, to), from);
    return to - from;
  });
  return done === ERESTARTSYS ? done : true;
};
