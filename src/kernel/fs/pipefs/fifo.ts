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

  constructor(memory: Budget, anonymous = false) {
    this.pipe = new Pipe(memory, anonymous);
  }

  /**
   * ENXIO: a writer of a named one that does not want to wait, and no reader. An end that must wait says so in its
   * opening().
   */
  open(dentry: Dentry, flags: number): PipeDescription {
    const isWriter = (flags & O_ACCMODE) === O_WRONLY;
    const waits = !this.pipe.anonymous && this.pipe.readers === 0;
    if (isWriter && (flags & O_NONBLOCK) !== 0 && waits) throw ENXIO;
    dentry.inode.endpoint = this;
    return new PipeDescription(dentry, flags, this.pipe);
  }
}
