/**
 * The parts of fs.cpSync that Node does natively, with std::filesystem's ways: what may be copied onto what, in which
 * order that is checked, and the two shapes of its errors.
 */
import { ERRNO } from "../../../abi/errno.ts";
import { AT_FDCWD } from "../../../abi/fcntl.ts";
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "../../../abi/mode.ts";
import { STAT, STAT_FIELDS } from "../../../abi/stat.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { engine, syscall } from "../../base/native.ts";
import { components, resolvePath } from "../../base/paths.ts";
import { readDirectory } from "../../base/whole_file.ts";
import { type Path, text } from "./arguments.ts";
import { setTimes } from "./times.ts";

const EEXIST = ERRNO.EEXIST;
const ENOTDIR = ERRNO.ENOTDIR;
const EOPNOTSUPP = ERRNO.EOPNOTSUPP;

const fields = new Float64Array(STAT_FIELDS);

interface Seen {
  dev: number;
  ino: number;
  /** S_IFMT bits. */
  kind: number;
  atime: number;
  mtime: number;
}

/** An error that ends the copy; thrown only within this module. */
class CopyError {
  readonly raise: () => undefined;
  constructor(raise: () => undefined) {
    this.raise = raise;
  }
}

/** Runs a part of the copy, so that its error is raised in the wrapped function's way. */
function copying(run: () => void): undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CopyError) return error.raise();
    throw error;
  }
}

function stop(code: string, message: string): never {
  throw new CopyError(() => engine.failWith("Error", message, { code }));
}

/** A failed call that the binding made itself, as libuv's errors. */
function stopFailed(errno: number, name: string, path: string): never {
  throw new CopyError(() => engine.fail(errno, name, path));
}

/** A failed call of std::filesystem's: its error has a positive errno, and the text of the C library. */
function stopFilesystem(errno: number, path: string): never {
  const { code, text: description } = DESCRIPTIONS[errno] ?? describeErrno(errno);
  const properties = { errno, code, path, syscall: "cp" };
  throw new CopyError(() => engine.failWith("Error", `${code}, ${description} '${path}'`, properties));
}

/** strerror(3), where it differs from libuv's text by more than its first letter. */
const DESCRIPTIONS: Record<number, { code: string; text: string }> = {
  [EEXIST]: { code: "EEXIST", text: "File exists" },
  [ENOTDIR]: { code: "ENOTDIR", text: "Not a directory" },
  [EOPNOTSUPP]: { code: "ENOTSUP", text: "Operation not supported" },
};

function describeErrno(errno: number): { code: string; text: string } {
  const { code, message } = engine.uvException(-errno, "cp") as Error & { code: string };
  const description = message.slice(code.length + 2, -", cp".length);
  return { code, text: description.charAt(0).toUpperCase() + description.slice(1) };
}

function look(path: string, follow: boolean): Seen | undefined {
  if (syscall(follow ? SYS.stat : SYS.lstat, path, fields) < 0) return undefined;
  return {
    dev: fields[STAT.dev]!,
    ino: fields[STAT.ino]!,
    kind: fields[STAT.mode]! & S_IFMT,
    atime: fields[STAT.atimeSec]! + fields[STAT.atimeSec + 1]! / 1e9,
    mtime: fields[STAT.mtimeSec]! + fields[STAT.mtimeSec + 1]! / 1e9,
  };
}

const statErrno = (path: string, follow: boolean): number => syscall(follow ? SYS.stat : SYS.lstat, path, fields);

const same = (a: Seen | undefined, b: Seen | undefined): boolean =>
  a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;

/** The path without its last component; "" when there is none before it. */
function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash > 0 ? path.slice(0, slash).replace(/\/+$/, "") || "/" : slash === 0 ? "/" : "";
}

/** Whether `inner` lies in `outer` or is it, going by the names alone. */
function isInside(outer: string, inner: string): boolean {
  const [a, b] = [components(outer), components(inner)];
  return a.length <= b.length && a.every((part, i) => part === b[i]);
}

function makeDirectories(path: string): void {
  if (path === "" || path === "/") return;
  const seen = look(path, true);
  if (seen?.kind === S_IFDIR) return;
  if (seen !== undefined) stopFilesystem(ENOTDIR, path);
  makeDirectories(parentOf(path));
  const made = syscall(SYS.mkdir, path, 0o777);
  if (made < 0 && made !== -EEXIST) stopFilesystem(-made, path);
}

/** Throws unless `src` may be copied to `dest`, and makes the directories that `dest` lies in. */
export function cpSyncCheckPaths(srcPath: Path, destPath: Path, dereference: boolean, recursive: boolean): undefined {
  return copying(() => {
    const src = text(srcPath);
    const dest = text(destPath);
    // Upside down, and so in Node: a source that is a link counts as a directory if links are to be dereferenced.
    const from = look(src, !dereference);
    if (from === undefined) stopFailed(statErrno(src, !dereference), dereference ? "stat" : "lstat", src);
    const to = look(dest, dereference);
    const isDirectory = from.kind === S_IFDIR || (dereference && from.kind === S_IFLNK);
    if (to !== undefined) checkOverwrite(src, dest, isDirectory, to);
    const folder = src.endsWith("/") ? src : `${src}/`;
    if (isDirectory && dest.startsWith(folder)) refuseSelf(folder, dest);
    checkParents(src, folder, dest);
    if (isDirectory && !recursive)
      stop("ERR_FS_EISDIR", `Recursive option not enabled, cannot copy a directory: ${folder}`);
    if (from.kind === S_IFSOCK) stop("ERR_FS_CP_SOCKET", `Cannot copy a socket file: ${dest}`);
    if (from.kind === S_IFIFO) stop("ERR_FS_CP_FIFO_PIPE", `Cannot copy a FIFO pipe: ${dest}`);
    if (to === undefined) makeDirectories(parentOf(dest));
  });
}

function checkOverwrite(src: string, dest: string, isDirectory: boolean, to: Seen): void {
  if (same(look(src, true), look(dest, true))) stop("ERR_FS_CP_EINVAL", `src and dest cannot be the same ${dest}`);
  if (isDirectory && to.kind !== S_IFDIR)
    stop("ERR_FS_CP_DIR_TO_NON_DIR", `Cannot overwrite non-directory ${dest} with directory ${src}`);
  if (!isDirectory && to.kind === S_IFDIR)
    stop("ERR_FS_CP_NON_DIR_TO_DIR", `Cannot overwrite directory ${dest} with non-directory ${src}`);
}

const refuseSelf = (folder: string, dest: string): never =>
  stop("ERR_FS_CP_EINVAL", `Cannot copy ${folder} to a subdirectory of self ${dest}`);

/** `dest` must not lie in `src` by way of another name of it. */
function checkParents(src: string, folder: string, dest: string): void {
  const from = look(src, true);
  for (let at = parentOf(dest); at !== "" && at !== "/" && at !== parentOf(src); at = parentOf(at)) {
    const parent = look(at, true);
    if (parent === undefined) return;
    if (same(from, parent)) refuseSelf(folder, dest);
  }
}

/** Replaces the file `dest` by a copy of `src`. */
export function cpSyncOverrideFile(
  srcPath: Path,
  destPath: Path,
  mode: number,
  preserveTimestamps: boolean,
): undefined {
  return copying(() => {
    const src = text(srcPath);
    const dest = text(destPath);
    const removed = syscall(SYS.unlink, dest);
    if (removed < 0) stopFilesystem(-removed, dest);
    const copied = syscall(SYS.copy_file, src, dest, mode);
    if (copied < 0) stopFilesystem(-copied, dest);
    if (preserveTimestamps) keepTimes(src, dest);
  });
}

function keepTimes(src: string, dest: string): void {
  const from = look(src, true);
  if (from === undefined) stopFailed(statErrno(src, true), "stat", src);
  const result = setTimes(AT_FDCWD, dest, from.atime, from.mtime, 0);
  if (result < 0) stopFailed(result, "utime", dest);
}

interface CopyOptions {
  readonly force: boolean;
  readonly errorOnExist: boolean;
  readonly verbatimSymlinks: boolean;
  readonly preserveTimestamps: boolean;
}

/** Copies a directory's content; the caller has checked both ends. Links stay links even if they are to be dereferenced. */
export function cpSyncCopyDir(
  src: Path,
  dest: Path,
  force: boolean,
  _dereference: boolean,
  errorOnExist: boolean,
  verbatimSymlinks: boolean,
  preserveTimestamps: boolean,
): undefined {
  const options = { force, errorOnExist, verbatimSymlinks, preserveTimestamps };
  return copying(() => {
    makeDirectories(text(dest).replace(/(?<=.)\/+$/, ""));
    copyDirectory(text(src), text(dest), options);
  });
}

const join = (directory: string, name: string): string =>
  directory.endsWith("/") ? `${directory}${name}` : `${directory}/${name}`;

function copyDirectory(src: string, dest: string, options: CopyOptions): void {
  const entries = readDirectory(src);
  if (typeof entries === "number") stopFilesystem(-entries, src);
  for (const name of entries.names) {
    const from = join(src, name);
    const to = join(dest, name);
    const kind = look(from, false)?.kind;
    if (kind === S_IFLNK) {
      copyLink(src, dest, from, to, options);
    } else if (kind === S_IFDIR) {
      const made = syscall(SYS.mkdir, to, 0o777);
      if (made < 0 && !(made === -EEXIST && look(to, true)?.kind === S_IFDIR)) stopFilesystem(-made, to);
      copyDirectory(from, to, options);
    } else if (kind === S_IFREG) {
      copyFile(dest, from, to, options);
    }
  }
}

function copyFile(dest: string, from: string, to: string, options: CopyOptions): void {
  const there = look(to, true);
  if (there !== undefined) {
    if (there.kind !== S_IFREG) stopFilesystem(EOPNOTSUPP, dest);
    if (!options.force) {
      if (!options.errorOnExist) return;
      const reason = `cp returned EEXIST (${to} already exists)`;
      stop("ERR_FS_CP_EEXIST", `[ERR_FS_CP_EEXIST]: Target already exists: ${reason}`);
    }
  }
  const copied = syscall(SYS.copy_file, from, to, 0);
  if (copied < 0) stopFilesystem(-copied, dest);
  if (options.preserveTimestamps) keepTimes(from, to);
}

function copyLink(src: string, dest: string, from: string, to: string, { verbatimSymlinks }: CopyOptions): void {
  const target: string | number = syscall(SYS.readlink, from);
  if (typeof target === "number") stopFilesystem(-target, dest);
  if (!verbatimSymlinks) replaceLink(dest, to, target);
  const created = verbatimSymlinks || target.startsWith("/") ? target : realTarget(join(src, target));
  const linked = syscall(SYS.symlink, created, to);
  if (linked < 0) stopFilesystem(-linked, dest);
}

/** Makes room for a link to `target`, unless that would make the copy go round. */
function replaceLink(dest: string, to: string, target: string): void {
  if (look(to, true) === undefined) return;
  const there = look(to, false)!.kind;
  if (there === S_IFREG) stopFilesystem(EEXIST, to);
  if (there !== S_IFLNK) return;
  const current: string = syscall(SYS.readlink, to);
  if (look(target, true)?.kind === S_IFDIR && isInside(target, current))
    stop("ERR_FS_CP_EINVAL", `Cannot copy ${target} to a subdirectory of self ${current}`);
  if (look(to, true)?.kind === S_IFDIR && isInside(current, target))
    stop("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", `cannot overwrite ${current} with ${target}`);
  const removed = syscall(SYS.unlink, to);
  if (removed < 0) stopFilesystem(-removed, dest);
}

/** The path without links as far as it exists, and without dots behind that. */
function realTarget(path: string): string {
  const rest: string[] = [];
  for (let at = path; at !== ""; at = parentOf(at)) {
    const real: string | number = syscall(SYS.realpath, at);
    if (typeof real === "string") return resolvePath(rest.reduceRight(join, real));
    if (at === "/") break;
    rest.push(at.slice(at.lastIndexOf("/") + 1));
  }
  return resolvePath(path);
}
