import { ERRNO } from "../../src/abi/errno.ts";
import { S_IFREG } from "../../src/abi/mode.ts";
import type { FileOperations, HostPort, HostReply, HostStat, NetworkOperations } from "../../src/kernel/host_calls.ts";

type Answers<O extends { [K in keyof O]: { args: object; result: unknown } }> = {
  [K in keyof O]?: (args: O[K]["args"]) => O[K]["result"];
};

/** A port that answers what a test tells it to, by copies as a message would carry; the rest is ENOSYS. */
class FakePort<O extends { [K in keyof O]: { args: object; result: unknown } }> implements HostPort<O> {
  readonly calls: (readonly [operation: keyof O, args: object])[] = [];
  readonly #answers: Answers<O>;

  constructor(answers: Answers<O>) {
    this.#answers = answers;
  }

  call<K extends keyof O>(operation: K, args: O[K]["args"]): HostReply<O[K]["result"]> {
    const message = structuredClone(args);
    this.calls.push([operation, message]);
    const answer = this.#answers[operation];
    if (answer === undefined) return { errno: ERRNO.ENOSYS };
    try {
      return { result: structuredClone(answer(message)) };
    } catch (error) {
      if (typeof error === "number") return { errno: error };
      throw error;
    }
  }
}

/** Files of the host: those of one directory, by name. Directory 0 is it; other numbers are open files. */
export class FakeFiles extends FakePort<FileOperations> {
  readonly contents: Map<string, Uint8Array>;
  /** Names of open files by number. */
  readonly open: Map<number, string>;

  constructor(files: Record<string, string>) {
    const contents = new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]));
    const open = new Map<number, string>();
    const stat = (name: string): HostStat => {
      const bytes = contents.get(name);
      if (bytes === undefined) throw ERRNO.ENOENT;
      const times = { atimeNs: 0n, mtimeNs: 0n, ctimeNs: 0n, birthtimeNs: 0n };
      return { dev: 1, ino: 1, mode: S_IFREG | 0o644, nlink: 1, size: bytes.length, blocks: 8, ...times };
    };
    let last = 0;
    super({
      lookup: ({ name }) => stat(name),
      open: ({ name }) => {
        const found = stat(name);
        open.set(++last, name);
        return { file: last, stat: found };
      },
      read: ({ file, offset, length }) => contents.get(open.get(file)!)!.slice(offset, offset + length),
      close: ({ file }) => {
        open.delete(file);
        return null;
      },
    });
    this.contents = contents;
    this.open = open;
  }
}

/** A network of names and addresses to which connections can be begun; what is sent comes back. */
export class FakeNetwork extends FakePort<NetworkOperations> {
  constructor(names: Record<string, readonly string[]>) {
    const sockets = new Map<number, Uint8Array[]>();
    super({
      resolve: ({ name }) => {
        const addresses = names[name];
        if (addresses === undefined) throw ERRNO.ENOENT;
        return { addresses };
      },
      connect: () => {
        sockets.set(sockets.size + 1, []);
        return { socket: sockets.size };
      },
      send: ({ socket, bytes }) => {
        sockets.get(socket)!.push(bytes);
        return bytes.length;
      },
      receive: ({ socket }) => {
        const bytes = sockets.get(socket)!.shift();
        if (bytes === undefined) throw ERRNO.EAGAIN;
        return bytes;
      },
    });
  }
}
