/** The user database: /etc/passwd and /etc/group, passwd(5) and group(5). */
import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "./native.ts";

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

function records(path: string): string[][] {
  const bytes: Uint8Array | number = syscall(SYS.read_file, path);
  if (typeof bytes === "number") return [];
  return String.fromCharCode(...bytes)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}

export function lookupUser(nameOrUid: string | number): User | undefined {
  for (const [name, , uid, gid, , home, shell] of records("/etc/passwd"))
    if (name === nameOrUid || Number(uid) === nameOrUid)
      return { name: name!, uid: Number(uid), gid: Number(gid), home: home ?? "/", shell: shell ?? "" };
  return undefined;
}

export function lookupGroup(name: string): number | undefined {
  for (const [group, , gid] of records("/etc/group")) if (group === name) return Number(gid);
  return undefined;
}
