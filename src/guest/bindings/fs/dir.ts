import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../../../abi/fcntl.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import { type Encoding, inEncoding } from "../../base/encoding.ts";
import { engine, syscall } from "../../base/native.ts";
import { type Path, text } from "./arguments.ts";
import { DIRENT_TYPES } from "./entries.ts";
import { answer, Failure, Made } from "./request.ts";

const O_RDONLY_DIRECTORY_CLOEXEC = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/** An open directory of fs.opendir: entries come in portions. */
class DirHandle extends AsyncResource {
  readonly #fd: number;

  constructor(fd: number) {
    super("DIRHANDLE");
    this.#fd = fd;
  }

  static close(handle: DirHandle, req: unknown): unknown {
    const result = syscall(SYS.close, handle.#fd);
    AsyncResource.destroy(handle);
    return answer(req, result < 0 ? new Failure(result, "closedir") : undefined);
  }

  /** [name, type, name, type …], or null at the end. */
  static read(handle: DirHandle, encoding: Encoding, count: number, req: unknown): unknown {
    const entries = syscall(SYS.getdents64, handle.#fd, count);
    if (typeof entries === "number") return answer(req, new Failure(entries, "scandir"));
    if (entries.names.length === 0) return answer(req, null);
    const flat: unknown[] = [];
    entries.names.forEach((name: string, i: number) => {
      flat.push(inEncoding(name, encoding), DIRENT_TYPES[entries.types[i]] ?? 0);
    });
    return answer(req, flat);
  }
}

const methods = {
  read: engine.wrap(function (this: DirHandle, encoding: Encoding, count: number, req: unknown) {
    return DirHandle.read(this, encoding, count, req);
  }, "read"),
  close: engine.wrap(function (this: DirHandle, req: unknown) {
    return DirHandle.close(this, req);
  }, "close"),
};
for (const [name, value] of Object.entries(methods))
  Object.defineProperty(DirHandle.prototype, name, { value, writable: true, configurable: true });

export function createFsDir(): object {
  const open = (path: Path): number => syscall(SYS.open, text(path), O_RDONLY_DIRECTORY_CLOEXEC, 0);
  const opendir = (path: Path, _encoding: Encoding, req: unknown) => {
    const fd = open(path);
    return answer(req, fd < 0 ? new Failure(fd, "opendir", path) : new Made(() => new DirHandle(fd)));
  };
  // The error of the synchronous call names no path.
  const opendirSync = (path: Path) => {
    const fd = open(path);
    return answer(undefined, fd < 0 ? new Failure(fd, "opendir") : new DirHandle(fd));
  };
  return {
    DirHandle,
    opendir: engine.wrap(opendir, "opendir"),
    opendirSync: engine.wrap(opendirSync, "opendirSync"),
  };
}
