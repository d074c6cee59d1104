/** stat(2) and its kin: what they fill is shared with Node's library. */
import { ERRNO } from "../../../abi/errno.ts";
import { STAT_FIELDS, STATFS_FIELDS } from "../../../abi/stat.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { syscall } from "../../base/native.ts";
import { type Path, text } from "./arguments.ts";
import { answer, Failure } from "./request.ts";
import { checkFd, type Operations } from "./result.ts";

const ENOENT = -ERRNO.ENOENT;
const ENOTDIR = -ERRNO.ENOTDIR;

const statValues = new Float64Array(2 * STAT_FIELDS);
const bigintStatValues = new BigInt64Array(2 * STAT_FIELDS);
const statFsValues = new Float64Array(STATFS_FIELDS);
const bigintStatFsValues = new BigInt64Array(STATFS_FIELDS);
const numbers = statValues.subarray(0, STAT_FIELDS);
const bigints = bigintStatValues.subarray(0, STAT_FIELDS);

/** The arrays, as properties of the binding. */
export const statArrays = {
  kFsStatsFieldsNumber: STAT_FIELDS,
  statValues,
  bigintStatValues,
  statFsValues,
  bigintStatFsValues,
};

/** Fills the shared array for a sync call, one of its own for an asynchronous one. */
const stat =
  (nr: number, bigNr: number, name: string) =>
  (target: any, bigint: boolean, req: unknown, throwIfNoEntry = true): unknown => {
    const fields =
      req === undefined
        ? bigint
          ? bigints
          : numbers
        : bigint
          ? new BigInt64Array(STAT_FIELDS)
          : new Float64Array(STAT_FIELDS);
    const where = typeof target === "number" ? target : text(target);
    const result = syscall(bigint ? bigNr : nr, where, fields);
    if (result >= 0) return answer(req, req === undefined ? (bigint ? bigintStatValues : statValues) : fields);
    // Node's lstat takes a file in the place of a directory for an error.
    const absent = result === ENOENT || (result === ENOTDIR && name !== "lstat");
    if (req === undefined && throwIfNoEntry === false && absent) return undefined;
    return answer(req, new Failure(result, name, typeof target === "number" ? undefined : target));
  };
const fstat = stat(SYS.fstat, SYS.fstat_bigint, "fstat");

export const statOperations: Operations = {
  internalModuleStat: (receiverOrPath: any, maybePath?: string) => {
    const path = typeof receiverOrPath === "string" ? receiverOrPath : maybePath;
    const kind = syscall(SYS.path_kind, path);
    return kind < 0 ? ENOENT : kind;
  },
  stat: stat(SYS.stat, SYS.stat_bigint, "stat"),
  lstat: stat(SYS.lstat, SYS.lstat_bigint, "lstat"),
  fstat: (fd: number, bigint: boolean, req, shouldNotThrow) => {
    checkFd(fd);
    if (req !== undefined || !shouldNotThrow) return fstat(fd, bigint, req);
    return syscall(bigint ? SYS.fstat_bigint : SYS.fstat, fd, bigint ? bigints : numbers) < 0
      ? undefined
      : bigint
        ? bigintStatValues
        : statValues;
  },
  statfs: (path: Path, bigint: boolean, req) => {
    const fields = req === undefined ? statFsValues : new Float64Array(STATFS_FIELDS);
    const result = syscall(SYS.statfs, text(path), fields);
    if (result < 0) return answer(req, new Failure(result, "statfs", path));
    if (!bigint) return answer(req, fields);
    const big = req === undefined ? bigintStatFsValues : new BigInt64Array(STATFS_FIELDS);
    for (let i = 0; i < STATFS_FIELDS; i++) big[i] = BigInt(fields[i]!);
    return answer(req, big);
  },
};
