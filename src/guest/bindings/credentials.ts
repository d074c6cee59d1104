import { SYS } from "../../abi/syscalls.ts";
import { lookupGroup, lookupUser } from "../base/etc.ts";
import { engine, syscall } from "../base/native.ts";
import { asNativeFunctions } from "../base/native_functions.ts";

/** Names and texts of the C library (strerror) for what these calls answer. */
const ERRORS: Record<number, [code: string, text: string]> = {
  [-1]: ["EPERM", "Operation not permitted"],
  [-14]: ["EFAULT", "Bad address"],
  [-22]: ["EINVAL", "Invalid argument"],
};

/** Throws, on return, what Node makes of errno itself: unlike libuv's errors it is positive and capitalised. */
function refuse(result: number, call: string): undefined {
  const [code, text] = ERRORS[result] ?? ["", "Unknown error"];
  return engine.failWith("Error", `${code}, ${text}`, { errno: -result, code, syscall: call });
}

/** setuid(2) and its kin: 0 done, 1 unknown name; throws on a refusal. */
function setter(nr: number, name: string, lookup: (name: string) => number | undefined): Function {
  return engine.wrap((id: number | string) => {
    const value = typeof id === "number" ? id : lookup(id);
    if (value === undefined) return 1;
    const result = syscall(nr, value);
    return result < 0 ? refuse(result, name) : 0;
  }, name);
}

export function createCredentials(): object {
  const uidOf = (name: string) => lookupUser(name)?.uid;
  const NO_CHANGE = -1;
  const functions = {
    implementsPosixCredentials: true,
    safeGetenv: (key: string) => processEnv()[key],
    getTempDir: () => {
      const { TMPDIR, TMP, TEMP } = processEnv();
      const dir = TMPDIR || TMP || TEMP || "/tmp";
      return dir.length > 1 && dir.endsWith("/") ? dir.slice(0, -1) : dir;
    },
    getuid: () => syscall(SYS.getuid),
    geteuid: () => syscall(SYS.geteuid),
    getgid: () => syscall(SYS.getgid),
    getegid: () => syscall(SYS.getegid),
    getgroups: () => {
      const groups: number[] = syscall(SYS.getgroups);
      const egid = syscall(SYS.getegid);
      return groups.includes(egid) ? groups : [...groups, egid];
    },
    setuid: setter(SYS.setuid, "setuid", uidOf),
    setgid: setter(SYS.setgid, "setgid", lookupGroup),
    seteuid: engine.wrap((id: number | string) => {
      const uid = typeof id === "number" ? id : uidOf(id);
      if (uid === undefined) return 1;
      const result = syscall(SYS.setresuid, NO_CHANGE, uid, NO_CHANGE);
      return result < 0 ? refuse(result, "seteuid") : 0;
    }, "seteuid"),
    setegid: engine.wrap((id: number | string) => {
      const gid = typeof id === "number" ? id : lookupGroup(id);
      if (gid === undefined) return 1;
      const result = syscall(SYS.setresgid, NO_CHANGE, gid, NO_CHANGE);
      return result < 0 ? refuse(result, "setegid") : 0;
    }, "setegid"),
    setgroups: engine.wrap((groups: Array<number | string>) => {
      const ids: number[] = [];
      for (let i = 0; i < groups.length; i++) {
        const group = groups[i]!;
        const id = typeof group === "number" ? group : lookupGroup(group);
        if (id === undefined) return i + 1;
        ids.push(id);
      }
      const result = syscall(SYS.setgroups, ids);
      return result < 0 ? refuse(result, "setgroups") : 0;
    }, "setgroups"),
    initgroups: engine.wrap((user: number | string, extra: number | string) => {
      // A name is not looked up: it only selects among the groups' members.
      if (typeof user === "number" && lookupUser(user) === undefined) return 1;
      const group = typeof extra === "number" ? extra : lookupGroup(extra);
      if (group === undefined) return 2;
      const result = syscall(SYS.setgroups, [group]);
      return result < 0 ? refuse(result, "initgroups") : 0;
    }, "initgroups"),
  };
  return asNativeFunctions(functions, ["getuid", "geteuid", "getgid", "getegid", "getgroups"]);
}

function processEnv(): Record<string, string> {
  return (globalThis as any).process.env;
}
