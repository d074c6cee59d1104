/** Operations on names: making, moving, linking, listing and removing what they stand for. */
import { ERRNO } from "../../../abi/errno.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { type Encoding, inEncoding } from "../../base/encoding.ts";
import { syscall } from "../../base/native.ts";
import { readDirectory, sortedByName } from "../../base/whole_file.ts";
import { type Path, text } from "./arguments.ts";
import { answer, Failure } from "./request.ts";
import { checkMode, done, type Operations } from "./result.ts";

const ENOENT = -ERRNO.ENOENT;
const EEXIST = -ERRNO.EEXIST;
const ENOTDIR = -ERRNO.ENOTDIR;
const EISDIR = -ERRNO.EISDIR;

/** Node's UV_DIRENT_* by readdir(3)'s DT_*. */
export const DIRENT_TYPES: Record<number, number> = { 1: 4, 2: 6, 4: 2, 6: 7, 8: 1, 10: 3, 12: 5 };

const mkdirRecursive = (path: string, mode: number): string | Failure | undefined => {
  // The first directory that had to be made is the answer.
  const missing: string[] = [];
  let at = path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  for (;;) {
    const result = syscall(SYS.mkdir, at, mode);
    if (result >= 0) {
      const first = at;
      for (const next of missing.reverse()) {
        const made = syscall(SYS.mkdir, next, mode);
        if (made < 0 && made !== EEXIST) return new Failure(made, "mkdir", path);
      }
      return first;
    }
    if (result === ENOENT) {
      const slash = at.lastIndexOf("/");
      if (slash < 0) return new Failure(result, "mkdir", path);
      missing.push(at);
      at = at.slice(0, slash) || "/";
      continue;
    }
    const kind = syscall(SYS.path_kind, at);
    if (result === EEXIST || result === EISDIR) {
      if (kind === 1 && missing.length === 0) return undefined;
      if (kind !== 1) return new Failure(missing.length === 0 ? EEXIST : ENOTDIR, "mkdir", path);
      // Somebody made it meanwhile.
      for (const next of missing.reverse()) {
        const made = syscall(SYS.mkdir, next, mode);
        if (made < 0 && made !== EEXIST) return new Failure(made, "mkdir", path);
      }
      return missing[missing.length - 1];
    }
    return new Failure(result, "mkdir", path);
  }
};

export const entryOperations: Operations = {
  rename: (from: Path, to: Path, req) =>
    answer(req, done(syscall(SYS.rename, text(from), text(to)), "rename", from, to)),
  rmdir: (path: Path, req) => answer(req, done(syscall(SYS.rmdir, text(path)), "rmdir", path)),
  mkdir: (path: Path, mode: number, recursive: boolean, req) => {
    if (!recursive) return answer(req, done(syscall(SYS.mkdir, text(path), mode), "mkdir", path));
    return answer(req, mkdirRecursive(text(path), mode));
  },
  readdir: (path: Path, encoding: Encoding, withTypes: boolean, req) => {
    const found = readDirectory(text(path));
    if (typeof found === "number") return answer(req, new Failure(found, "scandir", path));
    const entries = sortedByName(found);
    const names = entries.names.map((name) => inEncoding(name, encoding));
    return answer(req, withTypes ? [names, entries.types.map((type) => DIRENT_TYPES[type] ?? 0)] : names);
  },
  link: (existing: Path, created: Path, req) =>
    answer(req, done(syscall(SYS.link, text(existing), text(created)), "link", existing, created)),
  symlink: (target: Path, path: Path, _flags: number, req) =>
    answer(req, done(syscall(SYS.symlink, text(target), text(path)), "symlink", target, path)),
  readlink: (path: Path, encoding: Encoding, req) => {
    const target = syscall(SYS.readlink, text(path));
    return answer(
      req,
      typeof target === "string" ? inEncoding(target, encoding) : new Failure(target, "readlink", path),
    );
  },
  unlink: (path: Path, req) => answer(req, done(syscall(SYS.unlink, text(path)), "unlink", path)),
  realpath: (path: Path, encoding: Encoding, req) => {
    const real = syscall(SYS.realpath, text(path));
    return answer(req, typeof real === "string" ? inEncoding(real, encoding) : new Failure(real, "realpath", path));
  },
  copyFile: (from: Path, to: Path, mode: number, req) => {
    return answer(req, done(syscall(SYS.copy_file, text(from), text(to), checkMode(mode)), "copyfile", from, to));
  },
  mkdtemp: (prefix: Path, encoding: Encoding, req) => {
    const path = syscall(SYS.mkdtemp, text(prefix));
    return answer(
      req,
      typeof path === "string" ? inEncoding(path, encoding) : new Failure(path, "mkdtemp", `${text(prefix)}XXXXXX`),
    );
  },
};
