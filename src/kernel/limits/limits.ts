/** Quotas of a VM and of each of its processes. */
export interface Limits {
  /** V8 heap, buffers and WebAssembly memory of one process, in MiB. Over it, the process is killed. */
  memoryMb: number;
  /** CPU time of one process in milliseconds; Infinity: none. Over it, the process is killed. */
  cpuMs: number;
  /** Live and zombie processes of the VM: EAGAIN. */
  processes: number;
  /** Open fds of one process: EMFILE. The soft limit. */
  fds: number;
  /** How far a process may raise `fds` itself; as much as `fds` where that is given. */
  fdsHard: number;
  /** Open fds of the whole VM: ENFILE. */
  openFiles: number;
  /** File data in the VM's memory, in bytes: ENOSPC. */
  fsBytes: number;
  /** Files and directories of the VM: ENOSPC. */
  inodes: number;
  /** Sockets of the VM: ENFILE. */
  sockets: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = Object.freeze({
  memoryMb: 256,
  cpuMs: Infinity,
  processes: 256,
  fds: 1024,
  fdsHard: 65_536,
  openFiles: 65_536,
  fsBytes: 256 * 1024 * 1024,
  inodes: 65_536,
  sockets: 1024,
});
