import { SYS } from "../../../abi/syscalls.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import { Request } from "../../base/loop/request.ts";
import { engine, syscall } from "../../base/native.ts";
import { asNativeClass } from "../../base/native_class.ts";
import {
  type Description,
  describe,
  registerTransferable,
  TRANSFERABLE,
  transfer,
  transferMode,
} from "../../base/transferable.ts";
import { Failure } from "./request.ts";

class FileHandleCloseReq extends Request {
  constructor() {
    super("FILEHANDLECLOSEREQ");
  }
}

/** What outlives a FileHandle that nobody closed. `fd` is -1 once it is closed or given away. */
interface OpenFile {
  fd: number;
}

const COLLECTED =
  "Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects explicitly using " +
  "FileHandle.prototype.close(). In the future, an error will be thrown if a file descriptor is closed during garbage " +
  "collection.";

/** Made when first needed: an image can hold none. */
let collected: FinalizationRegistry<OpenFile> | undefined;
let hasWarned = false;

function closeCollected(file: OpenFile): void {
  const { fd } = file;
  if (fd < 0) return;
  syscall(SYS.close, fd);
  warn(`Closing file descriptor ${fd} on garbage collection`);
  if (!hasWarned) warn(COLLECTED, "DeprecationWarning", "DEP0137");
  hasWarned = true;
}

function warn(...warning: string[]): void {
  const { process } = globalThis as any;
  engine.makeCallback(process, process.emitWarning, 0, 0, ...warning);
}

/** The open file behind a FileHandle of fs/promises. */
export class FileHandle extends AsyncResource {
  readonly #file: OpenFile;
  #closing: Promise<void> | undefined;

  constructor(fd: number) {
    super("FILEHANDLE");
    this.#file = { fd };
    this[transferMode] = TRANSFERABLE;
    collected ??= new FinalizationRegistry(closeCollected);
    collected.register(this, this.#file);
  }

  get fd(): number {
    return this.#file.fd;
  }

  /** Closes the file; the same promise for every call. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve, reject) => {
      const result = syscall(SYS.close, this.releaseFD());
      const request = new FileHandleCloseReq();
      request.completeLater(() => {
        AsyncResource.destroy(this);
        const settle = () => (result < 0 ? reject(new Failure(result, "close").toError()) : resolve());
        return AsyncResource.callback(request, request, settle);
      });
    });
    return this.#closing;
  }

  /** A message takes the descriptor with it. */
  [transfer](): Description {
    return describe("FileHandle", this.releaseFD());
  }

  /** Gives the descriptor away: this object closes nothing any more. */
  releaseFD(): number {
    const { fd } = this.#file;
    this.#file.fd = -1;
    return fd;
  }
}

asNativeClass(FileHandle);
registerTransferable("FileHandle", (fd: number) => new FileHandle(fd));
