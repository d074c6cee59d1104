import { O_ACCMODE, O_NONBLOCK, O_WRONLY } from "../../../abi/fcntl.ts";
import { ENXIO } from "../../errno.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";
import { Pipe, type PipeMemory } from "./pipe.ts";
import { PipeDescription } from "./pipe_description.ts";

/**
 * Opens a named pipe, fifo(7), or an anonymous one anew through /proc/<pid>/fd. ENXIO: a writer that does not want to
 * wait, and no reader. An end that must wait says so in its opening().
 */
export function openFifo(dentry: Dentry, flags: number, memory: PipeMemory): FileDescription {
  const { inode } = dentry;
  const readers = inode.fifo?.readers ?? 0;
  if ((flags & O_ACCMODE) === O_WRONLY && (flags & O_NONBLOCK) !== 0 && readers === 0) throw ENXIO;
  inode.fifo ??= new Pipe(memory);
  return new PipeDescription(dentry, flags, inode.fifo);
}
