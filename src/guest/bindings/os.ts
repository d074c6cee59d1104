import { ERRNO } from "../../abi/errno.ts";
import { PRIO_PROCESS } from "../../abi/resource.ts";
import { SYS } from "../../abi/syscalls.ts";
import { describeFailure, type ErrorContext } from "../base/error_context.ts";
import { lookupUser } from "../base/etc.ts";
import { syscall } from "../base/native.ts";

export function createOs(): object {
  return withoutNames({
    isBigEndian: false,
    getHostname: () => syscall(SYS.uname).nodename,
    getOSInformation: () => {
      const { sysname, version, release, machine } = syscall(SYS.uname);
      return [sysname, version, release, machine];
    },
    getLoadAvg: (out: Float64Array) => out.set(syscall(SYS.sysinfo).loads),
    getUptime: () => syscall(SYS.sysinfo).uptime,
    getTotalMem: () => syscall(SYS.sysinfo).totalram,
    getFreeMem: () => syscall(SYS.sysinfo).freeram,
    getCPUs: () => syscall(SYS.cpu_info),
    getAvailableParallelism: () => syscall(SYS.cpu_info).length / CPU_FIELDS,
    getInterfaceAddresses: () => syscall(SYS.network_interfaces),
    getHomeDirectory: (context: ErrorContext) => {
      const { HOME } = (globalThis as any).process.env;
      if (HOME) return HOME;
      return lookupUser(syscall(SYS.getuid))?.home ?? describeFailure(context, ENOENT, "uv_os_homedir");
    },
    getUserInfo: (options: { encoding?: string } | undefined, context: ErrorContext) => {
      const user = lookupUser(syscall(SYS.getuid));
      if (user === undefined) return describeFailure(context, ENOENT, "uv_os_get_passwd");
      const text = (value: string) => (options?.encoding === "buffer" ? (globalThis as any).Buffer.from(value) : value);
      return {
        __proto__: null,
        uid: user.uid,
        gid: user.gid,
        username: text(user.name),
        homedir: text(user.home),
        shell: text(user.shell),
      };
    },
    getPriority: (pid: number, context: ErrorContext) => {
      const result = syscall(SYS.getpriority, PRIO_PROCESS, pid);
      return result < 0 ? describeFailure(context, result, "uv_os_getpriority") : 20 - result;
    },
    setPriority: (pid: number, priority: number, context: ErrorContext) => {
      const result = syscall(SYS.setpriority, PRIO_PROCESS, pid, priority);
      if (result < 0) describeFailure(context, result, "uv_os_setpriority");
      return result;
    },
  });
}

/** Node's own functions of this binding have none; three of them are the public module's. */
function withoutNames<T extends object>(functions: T): T {
  for (const fn of Object.values(functions))
    if (typeof fn === "function") Object.defineProperty(fn, "name", { value: "", configurable: true });
  return functions;
}

const CPU_FIELDS = 7;
const ENOENT = -ERRNO.ENOENT;
