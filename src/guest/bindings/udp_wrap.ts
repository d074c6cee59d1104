/** UDP sockets. The system has no sockets yet: objects can be made, what they are asked to do answers ENOSYS. */
import { ERRNO } from "../../abi/errno.ts";
import { describeFailure, type ErrorContext } from "../base/error_context.ts";
import { Handle } from "../base/loop/handle.ts";
import { Request } from "../base/loop/request.ts";
import { asNativeClass } from "../base/native_class.ts";
import { notImplemented } from "./not_implemented.ts";

const EBADF = -ERRNO.EBADF;
const constants = { UV_UDP_IPV6ONLY: 1, UV_UDP_REUSEADDR: 4, UV_UDP_REUSEPORT: 64 };

class SendWrap extends Request {
  constructor() {
    super("UDPSENDWRAP");
  }
}

class UDP extends Handle {
  constructor() {
    super("UDPWRAP");
  }
  get fd(): number {
    return EBADF;
  }
  getSendQueueSize(): number {
    return 0;
  }
  getSendQueueCount(): number {
    return 0;
  }
}

const OPENING = ["open", "bind", "bind6", "connect", "connect6", "send", "send6"];
/** Those that need an open socket. */
const OPEN_ONLY = [
  "recvStart",
  "recvStop",
  "disconnect",
  "getpeername",
  "getsockname",
  "addMembership",
  "dropMembership",
  "addSourceSpecificMembership",
  "dropSourceSpecificMembership",
  "setMulticastInterface",
  "setMulticastTTL",
  "setMulticastLoopback",
  "setBroadcast",
  "setTTL",
];

asNativeClass(UDP);

export function createUdpWrap(): object {
  notImplemented(UDP, OPENING);
  notImplemented(UDP, OPEN_ONLY, EBADF);
  // The library reads errors of this one from the record that it passes.
  const bufferSize = (_size: number, _receive: boolean, context: ErrorContext) => {
    describeFailure(context, EBADF, "uv_recv_buffer_size");
  };
  Object.defineProperty(UDP.prototype, "bufferSize", { value: bufferSize, writable: true, configurable: true });
  return { UDP, SendWrap, constants };
}
