import type { StorageBudgets } from "../../limits/storage.ts";
import type { Filesystem } from "../../vfs/filesystem.ts";

/** A filesystem whose files are charged to a VM's storage: what they know of the Tmpfs that they are in. */
export interface ChargedFilesystem extends Filesystem {
  readonly storage: StorageBudgets;
}
