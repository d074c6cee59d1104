/** internalBinding('fs'), each operation a system call. Arguments are checked by Node's library and again by the kernel. */
import { engine } from "../../base/native.ts";
import { withFd, withMode } from "./arguments.ts";
import { attributeOperations } from "./attributes.ts";
import { cpSyncCheckPaths, cpSyncCopyDir, cpSyncOverrideFile } from "./cp.ts";
import { entryOperations } from "./entries.ts";
import { FileHandle } from "./file_handle.ts";
import { legacyMainResolve } from "./legacy_main_resolve.ts";
import { openOperations } from "./open.ts";
import { FSReqCallback, kUsePromises } from "./request.ts";
import type { Operations } from "./result.ts";
import { statArrays, statOperations } from "./stat.ts";
import { StatWatcher } from "./stat_watcher.ts";
import { transferOperations } from "./transfer.ts";

/** Operations whose first argument is a descriptor. */
const ON_DESCRIPTORS = new Set([
  "close",
  "fchmod",
  "fchown",
  "fdatasync",
  "fstat",
  "fsync",
  "ftruncate",
  "futimes",
  "read",
  "readBuffers",
  "writeBuffer",
  "writeBuffers",
  "writeString",
]);
/** Where operations that check their mode themselves have it. */
const MODE_ARGUMENTS: Record<string, number> = { access: 1, copyFile: 2 };

const operations: Operations = {
  ...openOperations,
  ...transferOperations,
  ...entryOperations,
  ...statOperations,
  ...attributeOperations,
  legacyMainResolve,
  cpSyncCheckPaths,
  cpSyncOverrideFile,
  cpSyncCopyDir,
};

/** An operation that checks what Node's C++ would check itself. */
function checked(name: string, operation: Operations[string]): Operations[string] {
  if (ON_DESCRIPTORS.has(name)) return withFd(operation);
  return name in MODE_ARGUMENTS ? withMode(MODE_ARGUMENTS[name]!, operation) : operation;
}

export function createFs(): object {
  const binding: Record<string, unknown> = { ...statArrays, kUsePromises, FSReqCallback, FileHandle, StatWatcher };
  for (const [name, operation] of Object.entries(operations))
    binding[name] = engine.wrap(checked(name, operation), name);
  return binding;
}
