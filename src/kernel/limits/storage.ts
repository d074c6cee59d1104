import { ENOSPC } from "../errno.ts";
import { Budget } from "./budget.ts";

/** What the in-memory filesystems of one VM may hold together. */
export interface StorageBudgets {
  /** File data. */
  readonly bytes: Budget;
  /** Files, directories and further hard links. */
  readonly inodes: Budget;
}

export const createStorage = (maxBytes: number, maxInodes: number): StorageBudgets => ({
  bytes: new Budget(maxBytes, ENOSPC),
  inodes: new Budget(maxInodes, ENOSPC),
});
