/** The `blob` binding's part that reads files. */
import { STAT, STAT_FIELDS } from "../../abi/stat.ts";
import { SYS } from "../../abi/syscalls.ts";
import { engine, syscall } from "../base/native.ts";
import { readFile } from "../base/whole_file.ts";

/** Files are read in chunks of this size, so that a change is noticed between them. */
const CHUNK_SIZE = 65536;
/** What a reader says when it cannot go on: the library makes a NotReadableError of it. */
const UNREADABLE = -1;

type Callback = (status: number, part?: ArrayBuffer) => void;

interface Reader {
  pull(callback: Callback): void;
}
interface Handle {
  getReader(): Reader;
  slice(start: number, end: number): Handle;
}

/** The file's state as far as a change of its content shows in it; undefined when there is no file. */
function stateOf(path: string): string | undefined {
  const stat = new Float64Array(STAT_FIELDS);
  if (syscall(SYS.stat, path, stat) < 0) return undefined;
  return [STAT.size, STAT.mtimeSec, STAT.mtimeNsec].map((field) => stat[field]).join();
}

/** Makes a handle, and what is sliced off it, unreadable once the file has changed. */
function guard(handle: Handle, isUnchanged: () => boolean): Handle {
  const { getReader, slice } = handle;
  return Object.assign(handle, {
    getReader(): Reader {
      const reader = getReader.call(handle);
      return { pull: (callback) => (isUnchanged() ? reader.pull(callback) : callback(UNREADABLE)) };
    },
    slice: (start: number, end: number) => guard(slice.call(handle, start, end), isUnchanged),
  });
}

export function extendBlob(target: any): any {
  /** [handle, length]. The blob holds the file's bytes of this moment. */
  target.createBlobFromFilePath = engine.wrap((path: string) => {
    const state = stateOf(path);
    const bytes = readFile(path);
    if (state === undefined || !(bytes instanceof Uint8Array))
      return engine.failWith("TypeError", "Unable to open file as blob", { code: "ERR_INVALID_ARG_VALUE" });
    // Copies, since creating the blob takes each part's whole buffer.
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += CHUNK_SIZE) parts.push(bytes.slice(at, at + CHUNK_SIZE));
    return [guard(target.createBlob(parts, bytes.length), () => stateOf(path) === state), bytes.length];
  }, "createBlobFromFilePath");
  return target;
}
