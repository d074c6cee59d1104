import { ENXIO } from "../../errno.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";
import { O_ACCMODE, O_NONBLOCK, O_WRONLY } from "../../vfs/open_flags.ts";
import { Pipe, type PipeMemory } from "./pipe.ts";
import { PipeDescription } from "./pipe_description.ts";

/**
 * Opens a named pipe, fifo(7), or an anonymous one anew through /proc/<pid>/fd. ENXIO: a writer of a named one that does
 * not want to wait, and no reader. An end that must wait says so in its opening().
 */
export function openFifo(dentry: Dentry, flags: number, memory: PipeMemory): FileDescription {
  const { inode } = dentry;
  const pipe = inode.fifo ?? new Pipe(memory);
  const waits = !pipe.anonymous && pipe.readers === 0;
  if ((flags & O_ACCMODE) === O_WRONLY && (flags & O_NONBLOCK) !== 0 && waits) throw ENXIO;
  inode.fifo = pipe;
  return new PipeDescription(dentry, flags, pipe);
}
