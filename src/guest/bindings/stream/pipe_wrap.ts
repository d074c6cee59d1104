import { ERRNO } from "../../../abi/errno.ts";
import { isWatched } from "../../base/loop/loop.ts";
import { Request } from "../../base/loop/request.ts";
import { asNativeClass } from "../../base/native_class.ts";
import { StreamHandle } from "./stream_wrap.ts";

const EEXIST = -ERRNO.EEXIST;
const ENOSYS = -ERRNO.ENOSYS;
const constants = { SOCKET: 0, SERVER: 1, IPC: 2, UV_READABLE: 1, UV_WRITABLE: 2 };

class PipeConnectWrap extends Request {
  constructor() {
    super("PIPECONNECTWRAP");
  }
}

/** A pipe that is already open: standard streams. Unix sockets come with the socket table. */
class Pipe extends StreamHandle {
  constructor(type: number) {
    super(type === constants.SERVER ? "PIPESERVERWRAP" : "PIPEWRAP");
  }
  open(fd: number): number {
    return isWatched(fd) ? EEXIST : this.adopt(fd);
  }
  bind(): number {
    return ENOSYS;
  }
  listen(): number {
    return ENOSYS;
  }
  connect(): number {
    return ENOSYS;
  }
  fchmod(): number {
    return ENOSYS;
  }
}

asNativeClass(Pipe);

export function createPipeWrap(): object {
  return { Pipe, PipeConnectWrap, constants };
}
