import { S_IFCHR } from "../../../abi/mode.ts";
import type { StorageBudgets } from "../../limits/storage.ts";
import type { FsContext } from "../../vfs/context.ts";
import type { VirtualFilesystem } from "../../vfs/virtual_filesystem.ts";
import { Tmpfs } from "../tmpfs/tmpfs.ts";
import { DEVICE_NUMBERS, registerDevices } from "./devices.ts";

const LINKS = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
};

/** Mounts /dev and /dev/shm. As on Linux, devtmpfs is a tmpfs that is filled with device nodes. */
export function mountDevices(vfs: VirtualFilesystem, ctx: FsContext, storage: StorageBudgets): void {
  const { clock } = vfs;
  registerDevices(vfs);
  vfs.mount(new Tmpfs({ storage, clock, type: "devtmpfs" }), "/dev", { source: "dev" });
  for (const [name, device] of Object.entries(DEVICE_NUMBERS)) vfs.mknod(ctx, `/dev/${name}`, S_IFCHR | 0o666, device);
  for (const [name, target] of Object.entries(LINKS)) vfs.symlink(ctx, target, `/dev/${name}`);
  vfs.mkdir(ctx, "/dev/pts", 0o755);
  vfs.mkdir(ctx, "/dev/shm", 0o1777);
  vfs.mount(new Tmpfs({ storage, clock, mode: 0o1777 }), "/dev/shm");
}
