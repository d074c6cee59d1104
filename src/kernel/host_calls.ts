/**
 * Calls to the host that reach outside the VM. They are messages: an operation and plain arguments in, a plain result
 * out. Nothing is shared and no object lives on both sides, so that who answers may be another process. Files and sockets
 * are numbers that the host gives; errors are Linux's numbers. Bytes are copies.
 */

/** What each operation of a port takes and gives. */
type Operations = { readonly [operation: string]: { readonly args: object; readonly result: unknown } };

/** `errno`: positive, see abi/errno.ts. */
export type HostReply<T = unknown> = { readonly result: T } | { readonly errno: number };

/** Answers one operation after the other, at once: the caller has the kernel's lock. */
export interface HostPort<O extends { [K in keyof O]: Operations[string] }> {
  call<K extends keyof O>(operation: K, args: O[K]["args"]): HostReply<O[K]["result"]>;
}

/** One call to a port, as a message: what Host.offload makes without the lock. */
export type HostCall =
  | {
      readonly [K in keyof FileOperations]: { port: "files"; operation: K; args: FileOperations[K]["args"] };
    }[keyof FileOperations]
  | {
      readonly [K in keyof NetworkOperations]: { port: "network"; operation: K; args: NetworkOperations[K]["args"] };
    }[keyof NetworkOperations];

/** What a call gives. */
export type ResultOf<C extends HostCall> = C extends { port: "files"; operation: infer K extends keyof FileOperations }
  ? FileOperations[K]["result"]
  : C extends { port: "network"; operation: infer K extends keyof NetworkOperations }
    ? NetworkOperations[K]["result"]
    : never;

/** stat(2) of a host's file. Times are nanoseconds since the epoch. */
export interface HostStat {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly size: number;
  readonly blocks: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
}

/**
 * On files below a mounted directory. `dir` is the number of an open directory, the mounted one's or another's; `name` is
 * one entry of it: neither "..", nor a path, and no symbolic link is followed, since the kernel's own walk resolves those.
 */
export interface FileOperations {
  /** Opens an entry. `flags` and `mode` are open(2)'s. */
  open: { args: { dir: number; name: string; flags: number; mode: number }; result: { file: number; stat: HostStat } };
  close: { args: { file: number }; result: null };
  /** Up to `length` bytes from `offset` on; none at the end. */
  read: { args: { file: number; offset: number; length: number }; result: Uint8Array };
  /** How many bytes were written. `offset` null: at the end, O_APPEND. */
  write: { args: { file: number; offset: number | null; bytes: Uint8Array }; result: number };
  truncate: { args: { file: number; length: number }; result: null };
  sync: { args: { file: number }; result: null };
  /** An entry as it is, without following a link. */
  lookup: { args: { dir: number; name: string }; result: HostStat };
  stat: { args: { file: number }; result: HostStat };
  /** All names and DT_* types, without "." and "..". */
  list: { args: { dir: number }; result: { names: readonly string[]; types: readonly number[] } };
  readlink: { args: { dir: number; name: string }; result: string };
  mkdir: { args: { dir: number; name: string; mode: number }; result: HostStat };
  symlink: { args: { dir: number; name: string; target: string }; result: HostStat };
  /** unlink(2), or rmdir(2) for a directory. */
  remove: { args: { dir: number; name: string; directory: boolean }; result: null };
  rename: { args: { dir: number; name: string; toDir: number; toName: string; flags: number }; result: null };
  chmod: { args: { dir: number; name: string; mode: number }; result: null };
  utimes: { args: { dir: number; name: string; atimeNs: bigint; mtimeNs: bigint }; result: null };
}

/** On the network outside. The kernel has judged every address before it names one here. */
export interface NetworkOperations {
  /** The addresses of a name, IPv4 and IPv6, in the order to try them. */
  resolve: { args: { name: string }; result: { addresses: readonly string[] } };
  /** Begins a connection; it is made when the socket is ready for POLLOUT. */
  connect: { args: { address: string; port: number }; result: { socket: number } };
  /** The error that ended a connection, or its making; 0: none. */
  error: { args: { socket: number }; result: number };
  /** How many bytes were taken; EAGAIN: none now. */
  send: { args: { socket: number; bytes: Uint8Array }; result: number };
  /** Up to `length` bytes; none at the end; EAGAIN: none now. */
  receive: { args: { socket: number; length: number }; result: Uint8Array };
  /** Ends the sending half. */
  shutdown: { args: { socket: number }; result: null };
  close: { args: { socket: number }; result: null };
}
