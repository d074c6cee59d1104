/** TCP sockets. The system has no sockets yet: objects can be made, what they are asked to do answers ENOSYS. */
import { ERRNO } from "../../../abi/errno.ts";
import { Request } from "../../base/loop/request.ts";
import { asNativeClass } from "../../base/native_class.ts";
import { ENOSYS, notImplemented } from "../not_implemented.ts";
import { StreamHandle } from "./stream_wrap.ts";

const EBADF = -ERRNO.EBADF;
const constants = { SOCKET: 0, SERVER: 1, UV_TCP_IPV6ONLY: 1, UV_TCP_REUSEPORT: 2 };

class TCPConnectWrap extends Request {
  constructor() {
    super("TCPCONNECTWRAP");
  }
}

class TCP extends StreamHandle {
  constructor(type: number) {
    super(type === constants.SERVER ? "TCPSERVERWRAP" : "TCPWRAP");
  }
  open(): number {
    return ENOSYS;
  }
}

const METHODS = ["bind", "bind6", "listen", "connect", "connect6", "reset"];
/** Those that need an open socket. */
const OPEN_ONLY = ["getsockname", "getpeername", "setNoDelay", "setKeepAlive"];

asNativeClass(TCP);

export function createTcpWrap(): object {
  notImplemented(TCP, METHODS);
  notImplemented(TCP, OPEN_ONLY, EBADF);
  return { TCP, TCPConnectWrap, constants };
}
