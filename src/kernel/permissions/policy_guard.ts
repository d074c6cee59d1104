import { EXDEV } from "../errno.ts";
import { type Dentry, dentryPath } from "../vfs/dentry.ts";
import type { FsGuard, FsOperation, Place } from "../vfs/guard.ts";
import type { PermissionPolicy } from "./policy.ts";

/** Files below a directory that a rename asks the policy about; with more, it is refused as between filesystems. */
const MAX_MOVED = 2048;

/** Asks scope fs of a policy for one process. The policy sees where a file really lies, with links and ".." resolved. */
export class PolicyGuard implements FsGuard {
  readonly #policy: PermissionPolicy;
  readonly #pid: number;

  constructor(policy: PermissionPolicy, pid: number) {
    this.#policy = policy;
    this.#pid = pid;
  }

  authorize(operation: FsOperation, file: Dentry): void {
    this.#demand(operation, dentryPath(file));
  }

  authorizeEntry(operation: FsOperation, place: Place): void {
    this.#demand(operation, pathOf(place));
  }

  authorizeMove(moved: Dentry, from: Place, to: Place): void {
    const [source, target] = [pathOf(from), pathOf(to)];
    for (const below of descendants(moved)) {
      this.#demand("rename", source + below);
      this.#demand("rename", target + below);
    }
  }

  #demand(operation: FsOperation, path: string): void {
    this.#policy.demand("fs", operation, path, this.#pid);
  }
}

function pathOf({ dir, name }: Place): string {
  const base = dentryPath(dir);
  return base === "/" ? `/${name}` : `${base}/${name}`;
}

/** Paths of everything below a directory, relative to it: "/a", "/a/b"… EXDEV if there is too much. */
function descendants(top: Dentry): string[] {
  const paths: string[] = [];
  const directories: { dentry: Dentry; path: string }[] = top.inode.isDirectory ? [{ dentry: top, path: "" }] : [];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const { dentry, path } = directory;
    for (const { name } of dentry.inode.entries(dentry, { position: 0 }, MAX_MOVED + 1 - paths.length)) {
      paths.push(`${path}/${name}`);
      const child = dentry.inode.lookup(dentry, name);
      if (child?.inode.isDirectory) directories.push({ dentry: child, path: `${path}/${name}` });
    }
    if (paths.length > MAX_MOVED) throw EXDEV;
  }
  return paths;
}
