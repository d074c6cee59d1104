import { X_OK } from "../../abi/mode.ts";
import { EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from "../errno.ts";
import type { FsContext } from "./context.ts";
import { type Dentry, mountPoint, PATH_MAX } from "./dentry.ts";
import { NAME_MAX } from "./filesystem.ts";
import type { FsOperation } from "./guard.ts";
import { nameLength, validName } from "./name.ts";
import { permits } from "./permission.ts";

const SLASH = 47;
const DOT = 46;
/** How many symbolic links one walk follows, path_resolution(7). */
const MAX_LINKS = 40;

/** What the last component of a path is; only NORMAL ones can be made, removed or renamed. */
export const LAST_NORMAL = 0;
export const LAST_DOT = 1;
export const LAST_DOTDOT = 2;
/** The path is "/". */
export const LAST_ROOT = 3;

/** The root of what is mounted on `dentry` (topmost), or `dentry`. */
export function crossMounts(dentry: Dentry): Dentry {
  let current = dentry;
  while (current.mounted !== null) current = current.mounted.fs.root;
  return current;
}

/**
 * Path resolution, path_resolution(7). One object serves all walks of a VFS, so that a walk allocates nothing but
 * names; after a walk to a parent its fields describe the last component.
 */
export class PathWalk {
  /** The last component. */
  name = "";
  /** LAST_*. */
  kind: number = LAST_NORMAL;
  /** Slashes follow the last component: it must be a directory. */
  slash = false;
  #links = 0;
  /** Where the walk that failed last found no entry `name` in the last place; null: it failed for another reason. */
  #missingFrom: Dentry | null = null;

  /** Walks the whole path. `follow`: also follow a symbolic link in the last place. */
  resolve(ctx: FsContext, at: Dentry, path: string, follow: boolean): Dentry {
    this.#links = 0;
    return this.#walk(ctx, at, checkPath(path), follow, false);
  }

  /**
   * As resolve(), to a file that `operations` are to be done to: the guard is asked about what was found, or, where all
   * but the last component is there, about the place where there is nothing.
   */
  find(ctx: FsContext, operations: readonly FsOperation[], at: Dentry, path: string, follow: boolean): Dentry {
    this.#links = 0;
    const { guard } = ctx;
    // No further frame for what is asked most: an error costs by the frames that it leaves.
    if (guard === null) return this.#walk(ctx, at, checkPath(path), follow, false);
    let found: Dentry;
    try {
      found = this.#walk(ctx, at, checkPath(path), follow, false);
    } catch (error) {
      const dir = this.#missingFrom;
      this.#missingFrom = null;
      if (dir !== null) for (const operation of operations) guard.authorizeEntry(operation, { dir, name: this.name });
      throw error;
    }
    for (const operation of operations) guard.authorize(operation, found);
    return found;
  }

  /** Asks the guard about what a walk to the parent `dir` described. */
  authorizeLast(ctx: FsContext, operation: FsOperation, dir: Dentry): void {
    const { guard } = ctx;
    if (guard === null) return;
    if (this.kind === LAST_NORMAL) guard.authorizeEntry(operation, { dir, name: this.name });
    else guard.authorize(operation, this.kind === LAST_DOTDOT ? parentOf(ctx, dir) : dir);
  }

  /** Walks to the directory of the last component, which then may exist or not; see `name`, `kind`, `slash`. */
  resolveParent(ctx: FsContext, at: Dentry, path: string): Dentry {
    this.#links = 0;
    return this.#walk(ctx, at, checkPath(path), false, true);
  }

  /**
   * Goes on from a walk to a parent whose last component turned out to be the ordinary symbolic link `link`: walks to
   * the parent of what it points to.
   */
  resolveTargetParent(ctx: FsContext, parent: Dentry, link: Dentry): Dentry {
    if (++this.#links > MAX_LINKS) throw ELOOP;
    const target = link.inode.readlink();
    return this.#walk(ctx, parent, this.slash ? `${target}/` : target, false, true);
  }

  /** The entry `name` of `dir`, across mounts; undefined if there is none. Search permission is not asked. */
  lookup(dir: Dentry, name: string): Dentry | undefined {
    if (name.length > NAME_MAX / 3 && nameLength(name) > NAME_MAX) throw ENAMETOOLONG;
    const child = dir.inode.lookup(dir, name);
    return child === undefined || child.mounted === null ? child : crossMounts(child);
  }

  #walk(ctx: FsContext, at: Dentry, start: string, follow: boolean, toParent: boolean): Dentry {
    let path = start;
    let current = path.charCodeAt(0) === SLASH ? ctx.root : at;
    let position = 0;
    for (;;) {
      while (path.charCodeAt(position) === SLASH) position++;
      if (position === path.length) {
        // Only a path of slashes ends here: slashes behind a component are skipped together with it.
        this.name = "";
        this.kind = LAST_ROOT;
        this.slash = true;
        return current;
      }
      let end = path.indexOf("/", position);
      let next = end;
      if (end < 0) next = end = path.length;
      else while (path.charCodeAt(next) === SLASH) next++;
      const last = next === path.length;
      const slash = next !== end;

      if (!current.inode.isDirectory) throw ENOTDIR;
      if (!permits(ctx.creds, current.inode, X_OK)) throw EACCES;
      const kind = componentKind(path, position, end);
      if (last && toParent) {
        this.name = path.slice(position, end);
        this.kind = kind;
        this.slash = slash;
        return current;
      }
      if (kind === LAST_DOT) {
        if (last) return current;
      } else if (kind === LAST_DOTDOT) {
        current = parentOf(ctx, current);
        if (last) return current;
      } else {
        const child = this.lookup(current, path.slice(position, end));
        if (child === undefined) {
          if (last && ctx.guard !== null) {
            this.name = path.slice(position, end);
            this.#missingFrom = current;
          }
          throw ENOENT;
        }
        if (child.inode.isSymlink && (!last || follow || slash)) {
          if (++this.#links > MAX_LINKS) throw ELOOP;
          const destination = child.inode.jump();
          if (destination === null) {
            path = child.inode.readlink() + path.slice(end);
            position = 0;
            if (path.charCodeAt(0) === SLASH) current = ctx.root;
            continue;
          }
          current = destination;
        } else {
          current = child;
        }
        if (last) {
          if (slash && !current.inode.isDirectory) throw ENOTDIR;
          return current;
        }
      }
      position = next;
    }
  }
}

function checkPath(path: string): string {
  if (path.length === 0) throw ENOENT;
  if (path.length > PATH_MAX / 3 && nameLength(path) > PATH_MAX) throw ENAMETOOLONG;
  return validName(path);
}

function componentKind(path: string, start: number, end: number): number {
  if (path.charCodeAt(start) !== DOT) return LAST_NORMAL;
  if (end - start === 1) return LAST_DOT;
  return end - start === 2 && path.charCodeAt(start + 1) === DOT ? LAST_DOTDOT : LAST_NORMAL;
}

/** "..": stays at the process's root, leaves a mounted filesystem by its mount point. */
function parentOf(ctx: FsContext, dentry: Dentry): Dentry {
  if (dentry === ctx.root) return dentry;
  const below = mountPoint(dentry, ctx.root);
  if (below === ctx.root || below.parent === null) return below;
  return crossMounts(below.parent);
}
