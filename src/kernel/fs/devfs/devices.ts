import { makeDevice, S_IFCHR } from "../../../abi/mode.ts";
import { EBADF, ENOSPC } from "../../errno.ts";
import { randomFill } from "../../random.ts";
import type { Endpoint } from "../../vfs/inode.ts";
import { InodeDescription } from "../../vfs/inode_description.ts";
import type { VirtualFilesystem } from "../../vfs/virtual_filesystem.ts";

/** Device numbers of Linux's Documentation/admin-guide/devices.txt. */
export const DEVICE_NUMBERS = {
  null: makeDevice(1, 3),
  zero: makeDevice(1, 5),
  full: makeDevice(1, 7),
  random: makeDevice(1, 8),
  urandom: makeDevice(1, 9),
  /** The controlling terminal; without a driver, opening it gives ENXIO as for a process that has none. */
  tty: makeDevice(5, 0),
} as const;

/** A device that neither blocks nor seeks: mem(4), null(4), random(4). */
abstract class MemoryDevice extends InodeDescription {
  protected abstract produce(dst: Uint8Array): number;
  protected consume(src: Uint8Array): number {
    return src.length;
  }

  override read(dst: Uint8Array): number {
    if (!this.readable) throw EBADF;
    return this.produce(dst);
  }
  override write(src: Uint8Array): number {
    if (!this.writable) throw EBADF;
    return this.consume(src);
  }
  override seek(): number {
    return 0;
  }
}

class NullDevice extends MemoryDevice {
  protected override produce(): number {
    return 0;
  }
}

class ZeroDevice extends MemoryDevice {
  protected override produce(dst: Uint8Array): number {
    dst.fill(0);
    return dst.length;
  }
}

class FullDevice extends ZeroDevice {
  protected override consume(): number {
    throw ENOSPC;
  }
}

class RandomDevice extends MemoryDevice {
  protected override produce(dst: Uint8Array): number {
    randomFill(dst);
    return dst.length;
  }
}

const DRIVERS = new Map<number, Endpoint>([
  [DEVICE_NUMBERS.null, { open: (dentry, flags) => new NullDevice(dentry, flags) }],
  [DEVICE_NUMBERS.zero, { open: (dentry, flags) => new ZeroDevice(dentry, flags) }],
  [DEVICE_NUMBERS.full, { open: (dentry, flags) => new FullDevice(dentry, flags) }],
  [DEVICE_NUMBERS.random, { open: (dentry, flags) => new RandomDevice(dentry, flags) }],
  [DEVICE_NUMBERS.urandom, { open: (dentry, flags) => new RandomDevice(dentry, flags) }],
]);

/** Gives the character devices of `vfs` their drivers, by number. */
export const registerDevices = (vfs: VirtualFilesystem): void =>
  vfs.registerSpecial(S_IFCHR, ({ rdev }) => DRIVERS.get(rdev));
