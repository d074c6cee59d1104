import { O_CREAT, O_EXCL, O_WRONLY } from "../../abi/fcntl.ts";
import { PROGRAM_FILE_MAGIC } from "../../abi/program_file.ts";
import type { StorageBudgets } from "../limits/storage.ts";
import { type Clock, RealtimeClock } from "../vfs/clock.ts";
import type { FsContext } from "../vfs/context.ts";
import { VirtualFilesystem } from "../vfs/virtual_filesystem.ts";
import { mountDevices } from "./devfs/devfs.ts";
import { PipeFilesystem } from "./pipefs/pipefs.ts";
import type { ProcessInspector } from "./procfs/process_inspector.ts";
import { ProcFilesystem } from "./procfs/procfs.ts";
import { Tmpfs } from "./tmpfs/tmpfs.ts";

export interface RootFilesystemOptions {
  storage: StorageBudgets;
  inspector: ProcessInspector;
  /** The default is the real time. */
  clock?: Clock;
  /** The user that guests run as; the default is 1000. */
  uid?: number;
  gid?: number;
}

/** A VM's tree, and the pipes beside it. */
export interface RootFilesystem {
  readonly vfs: VirtualFilesystem;
  readonly pipes: PipeFilesystem;
}

export type CreateRootFilesystem = (options: RootFilesystemOptions) => RootFilesystem;

/** What belongs to the system, i.e. to root. Parents come first. */
const SYSTEM_DIRECTORIES = [
  "/bin",
  "/dev",
  "/etc",
  "/lib",
  "/proc",
  "/run",
  "/sbin",
  "/usr",
  "/usr/bin",
  "/usr/lib",
  "/usr/local",
  "/usr/local/bin",
  "/usr/local/lib",
  "/var",
];

/**
 * What belongs to the user. A VM has one tenant, who expects to write where a container lets him: in "/" (`/app`,
 * `/data`), in /root (where hosts put programs and data) and in the places for software of his own. Running guests as
 * root would give that too, but a Node user's programs expect a home directory, a user name and EACCES where the mode
 * bits forbid.
 */
const USER_DIRECTORIES = ["/home", "/home/user", "/mnt", "/opt", "/root", "/srv"];

const SHARED_DIRECTORIES = ["/tmp", "/var/tmp"];

/** The program that the kernel runs itself: only its name and its x bits matter. */
const NODE_PATH = "/usr/local/bin/node";
const NODE_FILE = `${PROGRAM_FILE_MAGIC}node\n`;

/** A VM's tree at boot: tmpfs at /, devfs at /dev, procfs at /proc, and the files that programs expect of a Linux. */
export const createRootFilesystem: CreateRootFilesystem = ({
  storage,
  inspector,
  clock = new RealtimeClock(),
  uid = 1000,
  gid = 1000,
}) => {
  const vfs = new VirtualFilesystem(new Tmpfs({ storage, clock }));
  const pipes = new PipeFilesystem(vfs);
  const ctx: FsContext = { ...vfs.rootContext(), umask: 0 };
  for (const path of SYSTEM_DIRECTORIES) vfs.mkdir(ctx, path, 0o755);
  for (const path of SHARED_DIRECTORIES) vfs.mkdir(ctx, path, 0o1777);
  for (const path of USER_DIRECTORIES) {
    vfs.mkdir(ctx, path, 0o755);
    vfs.chown(ctx, path, uid, gid);
  }
  vfs.chown(ctx, "/", uid, gid);

  mountDevices(vfs, ctx, storage);
  vfs.mount(new ProcFilesystem({ inspector, clock, mounts: () => vfs.describeMounts() }), "/proc");

  for (const [path, text] of Object.entries(configurationFiles(inspector.hostname(), uid, gid))) {
    writeFile(vfs, ctx, path, text, 0o644);
  }
  vfs.symlink(ctx, "/proc/self/mounts", "/etc/mtab");
  writeFile(vfs, ctx, NODE_PATH, NODE_FILE, 0o755);
  return { vfs, pipes };
};

function configurationFiles(hostname: string, uid: number, gid: number): Record<string, string> {
  const users = ["root:x:0:0:root:/root:/bin/sh"];
  const groups = ["root:x:0:"];
  if (uid !== 0) users.push(`user:x:${uid}:${gid}:user:/home/user:/bin/sh`);
  if (gid !== 0) groups.push(`user:x:${gid}:`);
  users.push("nobody:x:65534:65534:nobody:/nonexistent:/bin/false");
  groups.push("nogroup:x:65534:");
  return {
    "/etc/group": lines(groups),
    "/etc/hostname": lines([hostname]),
    "/etc/hosts": lines(["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", ...ownHost(hostname)]),
    "/etc/nsswitch.conf": lines(["passwd: files", "group: files", "hosts: files dns"]),
    "/etc/os-release": lines(['NAME="Secure Exec"', "ID=secure-exec", "ID_LIKE=linux", 'PRETTY_NAME="Secure Exec"']),
    "/etc/passwd": lines(users),
    // Names are resolved by the kernel, which does as this file says: one server, itself.
    "/etc/resolv.conf": lines(["nameserver 127.0.0.53"]),
    "/etc/shells": lines(["/bin/sh", "/bin/bash"]),
  };
}

const ownHost = (hostname: string): string[] => (hostname === "localhost" ? [] : [`127.0.1.1\t${hostname}`]);
const lines = (parts: string[]): string => `${parts.join("\n")}\n`;

function writeFile(vfs: VirtualFilesystem, ctx: FsContext, path: string, text: string, mode: number): void {
  const file = vfs.open(ctx, path, O_WRONLY | O_CREAT | O_EXCL, mode);
  file.write(Buffer.from(text), null);
  file.decRef();
}
