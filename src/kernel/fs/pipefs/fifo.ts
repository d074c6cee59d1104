import { O_ACCMODE, O_NONBLOCK, O_WRONLY } from "../../../abi/fcntl.ts";
import { ENXIO } from "../../errno.ts";
import type { Budget } from "../../limits/budget.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import type { Endpoint } from "../../vfs/inode.ts";
import { Pipe } from "./pipe.ts";
import { PipeDescription } from "./pipe_description.ts";

/**
 * What is behind the file of a pipe: a named one, fifo(7), or an anonymous one that is opened anew through /proc/<pid>/fd.
 * The inode has it while somebody has the pipe open.
 */
export class Fifo implements Endpoint {
  readonly pipe: Pipe;

  constructor(memory: Budget) {
    this.pipe = new Pipe(memory);
  }

  /** ENXIO: a writer that does not want to wait, and no reader. An end that must wait says so in its opening(). */
  open(dentry: Dentry, flags: number): PipeDescription {
    const isWriter = (flags & O_ACCMODE) === O_WRONLY;
    if (isWriter && (flags & O_NONBLOCK) !== 0 && this.pipe.readers === 0) throw ENXIO;
    dentry.inode.endpoint = this;
    return new PipeDescription(dentry, flags, this.pipe);
  }
}
