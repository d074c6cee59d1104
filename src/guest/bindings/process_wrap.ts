/** Child processes (Node's ProcessWrap and SyncProcessRunner). The system starts none yet: ENOSYS. */
import { Handle } from "../base/loop/handle.ts";
import { asNativeClass } from "../base/native_class.ts";
import { ENOSYS, notImplemented } from "./not_implemented.ts";

class Process extends Handle {
  constructor() {
    super("PROCESSWRAP");
  }
}

asNativeClass(Process);

export function createProcessWrap(): object {
  notImplemented(Process, ["spawn", "kill"]);
  return { Process };
}

export function createSpawnSync(): object {
  return { spawn: () => ({ error: ENOSYS, status: null, signal: null, output: null, pid: 0 }) };
}
