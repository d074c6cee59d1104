import { O_APPEND, SEEK_CUR, SEEK_SET } from "../../abi/fcntl.ts";
import { EBADF, EINVAL, EISDIR } from "../errno.ts";
import { type FileDescription, WouldBlock } from "./file_description.ts";
import { InodeDescription } from "./inode_description.ts";

/** How much one call moves at most, so that a syscall stays short; callers loop. */
const MAX_BYTES = 1 << 24;
const CHUNK_BYTES = 1 << 16;

/**
 * copy_file_range(2) between regular files. Offsets are bytes, or null for the files' own, which then advance.
 * Returns the bytes copied, 0 at the end of the source. Errors: EBADF (access mode, O_APPEND), EINVAL (no regular file,
 * overlapping ranges), EISDIR.
 */
export function copyFileRange(
  source: FileDescription,
  sourceOffset: number | null,
  target: FileDescription,
  targetOffset: number | null,
  length: number,
): number {
  if (!(source instanceof InodeDescription) || !(target instanceof InodeDescription)) throw EINVAL;
  if (source.inode.isDirectory || target.inode.isDirectory) throw EISDIR;
  if (!source.inode.isRegular || !target.inode.isRegular) throw EINVAL;
  if (!source.readable || !target.writable || (target.statusFlags & O_APPEND) !== 0) throw EBADF;
  if (!(length >= 0)) throw EINVAL;
  const from = sourceOffset ?? source.seek(0, SEEK_CUR);
  const to = targetOffset ?? target.seek(0, SEEK_CUR);
  const wanted = Math.min(length, MAX_BYTES, Math.max(0, source.inode.size - from));
  if (source.inode === target.inode && from < to + wanted && to < from + wanted) throw EINVAL;

  const copied = copyBytes(source, from, target, to, wanted);
  if (sourceOffset === null) source.seek(from + copied, SEEK_SET);
  if (targetOffset === null) target.seek(to + copied, SEEK_SET);
  return copied;
}

function copyBytes(
  source: InodeDescription,
  from: number,
  target: InodeDescription,
  to: number,
  wanted: number,
): number {
  const buffer = new Uint8Array(Math.min(wanted, CHUNK_BYTES));
  let copied = 0;
  while (copied < wanted) {
    const got = source.read(buffer.subarray(0, Math.min(buffer.length, wanted - copied)), from + copied);
    if (got instanceof WouldBlock || got === 0) break;
    try {
      const put = target.write(buffer.subarray(0, got), to + copied);
      if (put instanceof WouldBlock) break;
      copied += put;
      if (put < got) break;
    } catch (error) {
      // What was copied before the disk was full counts.
      if (copied > 0) break;
      throw error;
    }
  }
  return copied;
}
