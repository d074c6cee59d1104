import type { ExecInfo } from "../process/exec_info.ts";
import { bytes } from "./arguments.ts";
import type { SyscallHandler, SyscallValue } from "./table.ts";

/** execinfo() → ExecInfo. */
export const execinfo: SyscallHandler = (task) => {
  const { argv, execArgv, env, exe, pid, parent, creds, entry, vm, fs } = task.process;
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
export const inputs: SyscallHandler = (task) => task.process.inputs;

/** return_value(bytes): the first call wins. Returns whether it was the first. */
export const return_value: SyscallHandler = (task, value) => {
  const result = bytes(value);
  if (task.process.returnValue !== null) return false;
  task.process.returnValue = result.slice();
  return true;
};
