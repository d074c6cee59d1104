/** Reading and writing, of open files and of whole ones. */
import { ERRNO } from "../../../abi/errno.ts";
import { O_CLOEXEC } from "../../../abi/fcntl.ts";
import { POLLIN, POLLOUT } from "../../../abi/poll.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { decodeUtf8, type Encoding, encodeString } from "../../base/encoding.ts";
import { pollOnce, whenReady } from "../../base/loop/readiness.ts";
import { syscall } from "../../base/native.ts";
import { seed } from "../../base/seed.ts";
import { readFile, readFully } from "../../base/whole_file.ts";
import { type Path, text } from "./arguments.ts";
import { answer, answerLater, Failure } from "./request.ts";
import { check, done, type Operations } from "./result.ts";

const EINVAL = -ERRNO.EINVAL;
const EOPNOTSUPP = -ERRNO.EOPNOTSUPP;
const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];

type Position = number | bigint | undefined;

/** How writeSync wants to hear of an error: in the object it gave. */
function inContext(result: unknown, context: Record<string, unknown>): unknown {
  if (!(result instanceof Failure)) return result;
  Object.assign(context, { errno: result.errno, syscall: result.syscall });
  return undefined;
}

const writeFully = (fd: number, bytes: Uint8Array): number => {
  let at = 0;
  while (at < bytes.length) {
    const count = syscall(SYS.write, fd, at === 0 ? bytes : bytes.subarray(at));
    if (count < 0) return count;
    at += count;
  }
  return at;
};

/** No file is as long as the largest position, which a number can't hold exactly. */
const position = (value: unknown): number | undefined => {
  if (typeof value === "bigint") return value < 0n ? undefined : Math.min(Number(value), Number.MAX_SAFE_INTEGER);
  return typeof value === "number" && value >= 0 ? value : undefined;
};
const readInto = (fd: number, bytes: Uint8Array, at: number | undefined): number =>
  at === undefined ? syscall(SYS.read, fd, bytes) : syscall(SYS.pread64, fd, bytes, at);
const writeFrom = (fd: number, bytes: Uint8Array, at: Position): number =>
  at === undefined ? syscall(SYS.write, fd, bytes) : syscall(SYS.pwrite64, fd, bytes, at);
const viewOf = (buffer: ArrayBufferView, offset: number, length: number): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);

/** An asynchronous transfer must not put the whole process to sleep: it waits in the loop until `fd` is ready. */
const transfer = (req: unknown, fd: number, events: number, run: () => unknown): unknown => {
  if (req === undefined || pollOnce(fd, events)) return answer(req, run());
  return answerLater(req, (finish) => whenReady(fd, events, () => finish(run())));
};

const vector = (fd: number, buffers: ArrayBufferView[], at: Position, move: typeof readInto): number => {
  if (buffers.length === 0) return EINVAL;
  let total = 0;
  // No loop over an array's iterator here and above: programs may delete it.
  for (let i = 0; i < buffers.length; i++) {
    const buffer = buffers[i]!;
    const bytes = viewOf(buffer, 0, buffer.byteLength);
    if (bytes.length === 0) continue;
    const count = move(fd, bytes, at === undefined ? undefined : Number(at) + total);
    if (count < 0) return total > 0 ? total : count;
    total += count;
    if (count < bytes.length) break;
  }
  return total;
};

export const transferOperations: Operations = {
  read: (fd: number, buffer: ArrayBufferView, offset: number, length: number, at: unknown, req) => {
    const bytes = viewOf(buffer, offset, length);
    return transfer(req, fd, POLLIN, () => check(readInto(fd, bytes, position(at)), "read"));
  },
  readBuffers: (fd: number, buffers: ArrayBufferView[], at: unknown, req) =>
    transfer(req, fd, POLLIN, () => check(vector(fd, buffers, position(at), readInto), "read")),
  writeBuffer: (fd: number, buffer: ArrayBufferView, offset: number, length: number, at: unknown, req, context) => {
    const bytes = viewOf(buffer, offset, length);
    const run = () => check(writeFrom(fd, bytes, position(at)), "write");
    return context === undefined ? transfer(req, fd, POLLOUT, run) : inContext(run(), context);
  },
  writeBuffers: (fd: number, buffers: ArrayBufferView[], at: unknown, req) =>
    transfer(req, fd, POLLOUT, () => check(vector(fd, buffers, position(at), writeFrom), "write")),
  writeString: (fd: number, value: string, at: unknown, encoding: Encoding, req, context) => {
    const bytes = encodeString(value, encoding);
    const run = () => check(writeFrom(fd, bytes, position(at)), "write");
    return context === undefined ? transfer(req, fd, POLLOUT, run) : inContext(run(), context);
  },
  readFileUtf8: (path: Path | number, flags: number) => {
    if (typeof path === "number") {
      const bytes = readFully(path);
      return typeof bytes === "number" ? answer(undefined, new Failure(bytes, "read")) : decodeUtf8(bytes);
    }
    const bytes = readFile(text(path), flags);
    if (bytes instanceof Uint8Array) return decodeUtf8(bytes);
    const { errno, syscall } = bytes;
    return answer(undefined, new Failure(errno, syscall, syscall === "open" ? path : undefined));
  },
  writeFileUtf8: (path: Path | number, data: string, flags: number, mode: number) => {
    const bytes = encodeString(data, "utf8");
    if (typeof path === "number") return answer(undefined, done(writeFully(path, bytes), "write"));
    let result = syscall(SYS.write_file, text(path), bytes, flags | O_CLOEXEC, mode);
    if (result === EOPNOTSUPP) {
      const fd = syscall(SYS.open, text(path), flags | O_CLOEXEC, mode);
      if (fd < 0) return answer(undefined, new Failure(fd, "open", path));
      result = writeFully(fd, bytes);
      syscall(SYS.close, fd);
      return answer(undefined, done(result, "write"));
    }
    return answer(undefined, done(result, "open", path));
  },
  getFormatOfExtensionlessFile: (path: string) => {
    const bytes = readFile(path);
    const isWasm = bytes instanceof Uint8Array && WASM_MAGIC.every((byte, i) => bytes[i] === byte);
    return isWasm
      ? seed.constants.internal.EXTENSIONLESS_FORMAT_WASM
      : seed.constants.internal.EXTENSIONLESS_FORMAT_JAVASCRIPT;
  },
};
