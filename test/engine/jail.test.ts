import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type Argument,
  buildProbe,
  type Command,
  type ProbeOptions,
  runProbe,
  startProbe,
  systemCalls,
  Zeros,
} from "./jail/probe.ts";

const { EACCES, ENOMEM, ENOSYS, EPERM } = constants.errno;

/** An errno that no call gives by itself: whoever answers it is the filter. */
const REFUSED = 4000;

/** What passes, some of it only with certain arguments. A change here is a change of what the wall holds. */
const ALLOWED = new Set(
  `futex read write epoll_pwait epoll_wait epoll_ctl
   clock_gettime clock_getres clock_nanosleep gettimeofday nanosleep
   madvise mprotect pkey_mprotect munmap mmap mremap brk
   writev readv pread64 close shutdown fstat eventfd2 epoll_create1 pipe2 ppoll poll ioctl fcntl
   clone set_robust_list rseq sched_yield membarrier sched_getaffinity prctl
   rt_sigprocmask rt_sigaction rt_sigreturn sigaltstack restart_syscall tgkill pause
   getpid gettid getrandom getrusage uname prlimit64
   exit exit_group`.split(/\s+/),
);

/** The newest call that the list was made with; what is newer is unknown to the filter. */
const NEWEST_CALL = 469;

let folder: string;
let probe: string;
let numbers: ReadonlyMap<string, number>;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "jail-"));
  probe = join(folder, "probe");
  buildProbe(probe);
  numbers = systemCalls();
  assert.ok(numbers.size > 250, "the system's calls were found");
});

after(() => rmSync(folder, { recursive: true }));

type Call = readonly [name: string, ...args: Argument[]];

/** Makes calls in one probe and returns for each "<name> <result> <errno>"; of arguments, only their numbers show. */
function callAll(options: ProbeOptions, calls: readonly Call[]): { call: string; result: number; errno: number }[] {
  const known = calls.filter(([name]) => numbers.has(name));
  const { answers, signal } = runProbe(
    probe,
    options,
    known.map(([name, ...args]) => ({ call: numbers.get(name)!, args })),
  );
  assert.equal(signal, null);
  assert.equal(answers.length, known.length, "every call was answered");
  return answers.map((answer, index) => {
    const [result, errno] = answer.split(" ").map(Number);
    const [name, ...args] = known[index]!;
    return {
      call: `${name}(${args.map((arg) => (typeof arg === "object" ? "…" : arg)).join(", ")})`,
      result: result!,
      errno: errno!,
    };
  });
}

/** Asserts that the filter refuses all of these. */
function assertRefused(calls: readonly Call[], options: Partial<ProbeOptions> = {}, errno = REFUSED): void {
  for (const answer of callAll({ kind: "jail", refusal: REFUSED, ...options }, calls)) {
    assert.deepEqual(answer, { call: answer.call, result: -1, errno });
  }
}

/** Asserts that the filter lets all of these pass, whatever the kernel then says of them. */
function assertPasses(calls: readonly Call[], options: Partial<ProbeOptions> = {}): void {
  for (const { call, errno } of callAll({ kind: "jail", refusal: REFUSED, ...options }, calls)) {
    assert.notEqual(errno, REFUSED, call);
    assert.notEqual(errno, ENOSYS, call);
  }
}

describe("the walls", () => {
  test("all stand on this system, and nothing failed", () => {
    const { walls } = runProbe(probe, { kind: "jail" });
    const { landlock_abi, ...built } = walls;
    assert.deepEqual(built, {
      no_new_privs: 1,
      no_capabilities: 1,
      seccomp: 1,
      landlock: Number(landlock_abi > 0),
      landlock_scopes: Number(landlock_abi >= 6),
      rlimits: 1,
      failure: landlock_abi > 0 ? "" : walls.failure,
    });
    assert.deepEqual(runProbe(probe, { kind: "none" }).walls, walls, "asking tells the same as building");
  });

  test("the kernel confirms them", async () => {
    const { child, close } = await startProbe(probe, { kind: "jail" });
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const value = (name: string) => status.match(new RegExp(`^${name}:\\s*(\\S+)$`, "m"))?.[1];
    assert.equal(value("NoNewPrivs"), "1");
    assert.equal(value("Seccomp"), "2");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) assert.equal(value(set), "0000000000000000");
    assert.match(readFileSync(`/proc/${child.pid}/limits`, "utf8"), /^Max core file size +0 +0 /m);
    await close();
  });

  test("nothing is built around a process that has threads already", () => {
    const { walls } = runProbe(probe, { kind: "threaded" });
    const { failure, ...built } = walls;
    assert.match(failure, /^2 threads/);
    assert.deepEqual(new Set(Object.values(built)), new Set([0]));
  });
});

describe("from inside the jail", () => {
  test("every call that is not on the list is refused", () => {
    const refused = [...numbers].filter(([name]) => !ALLOWED.has(name) && name !== "clone3");
    assertRefused(refused.map(([name]) => [name]));
    // Of uretprobe and uprobe of x86_64 the kernel asks no filter; they end whom no probe of the kernel's sent there.
    const unaskable = process.arch === "x64" ? [335, 336] : [];
    const seen = new Set([...numbers.values(), ...unaskable]);
    const unnamed: Command[] = [];
    for (let number = 0; number <= NEWEST_CALL; number++) if (!seen.has(number)) unnamed.push({ call: number });
    const { answers } = runProbe(probe, { kind: "jail", refusal: REFUSED }, unnamed);
    assert.deepEqual(answers, Array(unnamed.length).fill(`-1 ${REFUSED}`));
  });

  test("a call that is newer than the list does not exist", () => {
    const newer = [NEWEST_CALL + 1, 500, 1000, 2 ** 31 - 1, 2 ** 32 - 1];
    if (process.arch === "x64") newer.push(0x40000000, 0x40000000 + numbers.get("openat")!);
    const { answers } = runProbe(
      probe,
      { kind: "jail", refusal: REFUSED },
      newer.map((call) => ({ call })),
    );
    assert.deepEqual(answers, Array(newer.length).fill(`-1 ${ENOSYS}`));
  });

  test("attempts at the host are refused as a plain lack of rights", () => {
    const parent = process.pid;
    const buffer = new Zeros(4096);
    const attempts: Call[] = [
      ["open", "/etc/passwd", 0],
      ["openat", -100, "/etc/passwd", 0],
      ["openat", 0, "passwd", 0],
      ["openat2", -100, "/etc/passwd", new Zeros(24), 24],
      ["creat", join(folder, "new"), 0o644],
      ["stat", "/etc/passwd", buffer],
      ["newfstatat", -100, "/etc/passwd", buffer, 0],
      ["statx", -100, "/etc/passwd", 0, 0x7ff, buffer],
      ["readlinkat", -100, "/proc/self/exe", buffer, 4096],
      ["unlinkat", -100, probe, 0],
      ["renameat2", -100, probe, -100, `${probe}2`, 0],
      ["linkat", -100, probe, -100, `${probe}2`, 0],
      ["symlinkat", "/etc/passwd", -100, join(folder, "link")],
      ["mknodat", -100, join(folder, "fifo"), 0o10644, 0],
      ["mkdirat", -100, join(folder, "sub"), 0o755],
      ["fchmodat", -100, probe, 0o777],
      ["fchownat", -100, probe, 0, 0, 0],
      ["utimensat", -100, probe, 0, 0],
      ["utimensat", 0, 0, 0, 0],
      ["chdir", "/"],
      ["chroot", folder],
      ["pivot_root", folder, folder],
      ["mount", "none", folder, "tmpfs", 0, 0],
      ["umount2", "/proc", 2],
      ["unshare", 0x10000000],
      ["setns", 0, 0],
      ["name_to_handle_at", -100, "/etc/passwd", buffer, buffer, 0],
      ["open_by_handle_at", -100, buffer, 0],
      ["inotify_init1", 0],
      ["fanotify_init", 0, 0],
      ["memfd_create", "code", 0],
      ["memfd_secret", 0],
      ["execve", "/bin/sh", 0, 0],
      ["execveat", 0, "", 0, 0, 0x1000],
      ["fork"],
      ["vfork"],
      ["socket", 1, 1, 0],
      ["socket", 2, 1, 0],
      ["socketpair", 1, 1, 0, new Zeros(8)],
      ["connect", 0, buffer, 16],
      ["bind", 0, buffer, 16],
      ["listen", 0, 1],
      ["accept4", 0, 0, 0, 0],
      ["sendmsg", 1, buffer, 0],
      ["recvmsg", 0, buffer, 0],
      ["kill", parent, 0],
      ["kill", -1, 0],
      ["kill", 0, 0],
      ["tkill", parent, 0],
      ["rt_sigqueueinfo", parent, 0, buffer],
      ["rt_tgsigqueueinfo", parent, parent, 0, buffer],
      ["pidfd_open", parent, 0],
      ["pidfd_getfd", 0, 0, 0],
      ["pidfd_send_signal", 0, 0, 0, 0],
      ["ptrace", 16, parent, 0, 0],
      ["process_vm_readv", parent, buffer, 1, buffer, 1, 0],
      ["process_vm_writev", parent, buffer, 1, buffer, 1, 0],
      ["process_madvise", 0, buffer, 0, 4, 0],
      ["kcmp", parent, parent, 0, 0, 0],
      ["sched_setaffinity", parent, 8, buffer],
      ["setpriority", 0, parent, 19],
      ["io_uring_setup", 8, new Zeros(120)],
      ["io_uring_enter", 0, 0, 0, 0, 0, 0],
      ["io_uring_register", 0, 0, 0, 0],
      ["bpf", 0, buffer, 128],
      ["perf_event_open", new Zeros(128), 0, -1, -1, 0],
      ["userfaultfd", 0],
      ["keyctl", 0, -3, 0],
      ["add_key", "user", "name", "x", 1, -3],
      ["request_key", "user", "name", 0, 0],
      ["shmget", 0, 4096, 0o1600],
      ["msgget", 0, 0o1600],
      ["semget", 0, 1, 0o1600],
      ["mq_open", "queue", 0o100, 0o600, 0],
      ["personality", 0x0040000],
      ["setuid", 0],
      ["setgroups", 0, 0],
      ["capset", new Zeros(8), new Zeros(24)],
      ["setrlimit", 4, new Zeros(16)],
      ["quotactl", 0, 0, 0, 0],
      ["swapon", "/dev/null", 0],
      ["init_module", buffer, 0, ""],
      ["kexec_load", 0, 0, 0, 0],
      ["acct", 0],
      ["syslog", 3, buffer, 16],
      ["settimeofday", 0, 0],
      ["clock_settime", 0, 0],
      ["adjtimex", 0],
      ["sethostname", "x", 1],
      ["iopl", 3],
      ["ioperm", 0, 1, 1],
      ["modify_ldt", 1, buffer, 16],
      ["seccomp", 1, 0, buffer],
      ["landlock_create_ruleset", buffer, 24, 0],
      ["landlock_restrict_self", 0, 0],
      ["setsid"],
    ];
    assertRefused(attempts, { refusal: EPERM }, EPERM);
    // With arguments that would do harm nowhere: should one of these pass, it is not noticed by a machine that is gone.
    assertRefused([["reboot", 0, 0, 0, 0]], { refusal: EPERM }, EPERM);
  });

  test("calls that pass at all do so only for what the engine needs", () => {
    const parent = process.pid;
    const THREAD = 0x3d0f00;
    const zeros = new Zeros(64);
    const clockOf = (pid: number) => ((~pid << 3) | 2) >>> 0;
    assertRefused([
      // A process, a thread in a user namespace of its own, one with a descriptor of itself; flags out of sight.
      ["clone", 17, 0],
      ["clone", 0, 0],
      ["clone", THREAD | 0x10000000, 0],
      ["clone", THREAD | 0x1000, 0],
      ["clone", BigInt(THREAD) | (1n << 32n), 0],
      // The own parent's death, debuggers, filters, capabilities, another name than a mapping's.
      ...[1, 4, 22, 23, 24, 35, 36, 38, 47, 59, 0x59616d61].map((option): Call => ["prctl", option, 0]),
      ["prctl", 0x53564d41, 1, 0, 0],
      // Keystrokes of a terminal, its settings, signals for a descriptor, network interfaces.
      ...[0x5412, 0x5401, 0x5402, 0x5413, 0x5452, 0x8901, 0x8912, 0x541b].map(
        (number): Call => ["ioctl", 0, number, zeros],
      ),
      // Copies, flags, owners, locks, leases, notices, sizes, seals.
      ...[0, 4, 6, 8, 9, 10, 15, 36, 37, 1024, 1026, 1030, 1031, 1033].map((number): Call => ["fcntl", 0, number, 0]),
      // Files, executable or not; huge pages; locked ones.
      ["mmap", 0, 4096, 5, 2, 0, 0],
      ["mmap", 0, 4096, 1, 1, 0, 0],
      ["mmap", 0, 2 << 20, 3, 0x40022, -1, 0],
      ["mmap", 0, 4096, 3, 0x2022, -1, 0],
      // Pages made bad, merged with other processes' (which can be noticed), cut out of files, or huge.
      ...[9, 12, 14, 100, 101].map((advice): Call => ["madvise", 0, 0, advice]),
      ["tgkill", parent, parent, 0],
      ["clock_gettime", clockOf(parent), zeros],
      ["clock_gettime", clockOf(0), zeros],
      ["clock_nanosleep", clockOf(parent), 0, zeros, 0],
      // A limit set; one of another process read.
      ["prlimit64", 0, 7, zeros, 0],
      ["prlimit64", 0, 7, 1n << 40n, 0],
      ["prlimit64", parent, 7, 0, zeros],
    ]);
    assertRefused(
      [
        ["sched_getaffinity", parent, 64, zeros],
        ["clone3", zeros, 64],
      ],
      {},
      ENOSYS,
    );
    assertPasses([
      ["prctl", 15, "name"],
      ["prctl", 16, zeros],
      ["prctl", 0x53564d41, 0, 0, 0, 0],
      ["ioctl", 0, 0x5421, new Zeros(4)],
      ["fcntl", 0, 1, 0],
      ["fcntl", 0, 2, 1],
      ["fcntl", 0, 3, 0],
      ["mmap", 0, 4096, 7, 0x22, -1, 0],
      ["mmap", 0, 4096, 0, 0x4022, -1, 0],
      ...[4, 8, 10, 15, 16, 102, 103].map((advice): Call => ["madvise", 0, 0, advice]),
      ["clock_gettime", ((~0 << 3) | 6) >>> 0, zeros],
      ["clock_gettime", 1, zeros],
      ["prlimit64", 0, 7, 0, zeros],
      ["sched_getaffinity", 0, 64, zeros],
    ]);
  });

  test("it can't give itself more memory than it was given", () => {
    const MB = 1 << 20;
    const map = (size: number, protection: number): Call => ["mmap", 0, size, protection, 0x4022, -1, 0];
    const options: ProbeOptions = { kind: "jail", dataBytes: 64 * MB };
    const [large, small, reserved, more] = callAll(options, [
      map(65 * MB, 3),
      map(32 * MB, 3),
      map(1024 * MB, 0),
      map(33 * MB, 3),
    ]);
    assert.equal(large!.errno, ENOMEM);
    assert.equal(small!.errno, 0);
    assert.equal(reserved!.errno, 0, "what can't be written is not memory yet");
    assert.equal(more!.errno, ENOMEM);
  });

  for (const check of ["threads", "conditions", "code", "memory", "loop", "signals", "questions"]) {
    test(`an engine has what it needs: ${check}`, () => {
      const { answers, signal } = runProbe(probe, { kind: "jail" }, [{ check }]);
      assert.deepEqual({ answers, signal }, { answers: ["ok"], signal: null });
    });
  }

  test("it ends itself: by abort, by SIGKILL, by a call of another architecture", () => {
    assert.equal(runProbe(probe, { kind: "jail" }, [{ check: "abort" }]).signal, "SIGABRT");
    assert.equal(runProbe(probe, { kind: "jail" }, [{ check: "kill" }]).signal, "SIGKILL");
    if (process.arch !== "x64") return;
    // Without the emulation of 32-bit programs the kernel has no such call.
    const { signal } = runProbe(probe, { kind: "none" }, [{ check: "foreign" }]);
    assert.equal(runProbe(probe, { kind: "jail" }, [{ check: "foreign" }]).signal, signal ?? "SIGSYS");
  });

  test("with network it connects by TCP, and does nothing else", async (t) => {
    const { port } = (await listen(t, { host: "127.0.0.1", port: 0 })).address() as AddressInfo;
    const network = { network: true };
    const address = Uint8Array.of(2, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    const answers = callAll({ kind: "jail", refusal: REFUSED, ...network }, [
      ["socket", 2, 1, 0],
      ["setsockopt", 3, 6, 1, Uint8Array.of(1, 0, 0, 0), 4],
      ["connect", 3, address, 16],
      ["getpeername", 3, new Zeros(16), Uint8Array.of(16, 0, 0, 0)],
    ]);
    assert.deepEqual(
      answers.map(({ result }) => result),
      [3, 0, 0, 0],
    );
    assertPasses([["socket", 10, 0o4000 | 0o2000000 | 1, 0]], network);
    assertRefused(
      [
        ...[1, 16, 17, 38, 40].map((family): Call => ["socket", family, 1, 0]),
        ...[2, 3, 5, 10].map((type): Call => ["socket", 2, type, 0]),
        ["socket", 2, 1, 262],
        ["bind", 0, address, 16],
        ["listen", 0, 1],
        ["accept4", 0, 0, 0, 0],
        ["sendmsg", 0, new Zeros(64), 0],
        ["recvmsg", 0, new Zeros(64), 0],
        ["setsockopt", 0, 1, 26, new Zeros(16), 16],
        ["setsockopt", 0, 6, 19, new Zeros(4), 4],
        ["setsockopt", 0, 6, 31, "tls", 3],
      ],
      network,
    );
  });
});

describe("Landlock alone", () => {
  test("keeps the file system away", (t) => {
    if (runProbe(probe, { kind: "none" }).walls.landlock === 0) return t.skip("this kernel has none");
    for (const kind of ["none", "landlock"] as const) {
      const place = join(folder, kind);
      const file = join(place, "file");
      mkdirSync(place);
      writeFileSync(file, "");
      const attempts: Call[] = [
        ["openat", -100, "/etc/passwd", 0],
        ["openat", -100, "/", 0o200000],
        ["openat", -100, file, 1],
        ["openat", -100, join(place, "new"), 0o101, 0o644],
        ["mkdirat", -100, join(place, "sub"), 0o755],
        ["symlinkat", "target", -100, join(place, "link")],
        ["mknodat", -100, join(place, "fifo"), 0o10644, 0],
        ["renameat2", -100, file, -100, `${file}2`, 0],
        ["unlinkat", -100, `${file}${kind === "none" ? "2" : ""}`, 0],
      ];
      const errors = [...new Set(callAll({ kind }, attempts).map(({ errno }) => errno))];
      assert.deepEqual(errors, [kind === "none" ? 0 : EACCES], `with ${kind}`);
    }
  });

  test("keeps sockets and processes of the host away", async (t) => {
    const { landlock_abi } = runProbe(probe, { kind: "none" }).walls;
    if (landlock_abi < 6) return t.skip("this kernel's is too old");
    const { port } = (await listen(t, { host: "127.0.0.1", port: 0 })).address() as AddressInfo;
    const name = `jail-${process.pid}`;
    await listen(t, { path: `\0${name}` });
    const unix = Buffer.concat([Uint8Array.of(1, 0, 0), Buffer.from(name)]);
    const calls: Call[] = [
      ["kill", process.pid, 0],
      ["socket", 1, 1, 0],
      ["connect", 3, unix, unix.length],
      ["socket", 2, 1, 0],
      ["connect", 4, Uint8Array.of(2, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0), 16],
    ];
    const errors = (kind: "none" | "landlock") => callAll({ kind }, calls).map(({ errno }) => errno);
    assert.deepEqual(errors("none"), [0, 0, 0, 0, 0]);
    assert.deepEqual(errors("landlock"), [EPERM, 0, EPERM, 0, EACCES]);
  });
});

/** A server for the duration of a test. */
async function listen(
  t: { after(fn: () => void): void },
  where: { host?: string; port?: number; path?: string },
): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(where);
  t.after(() => server.close());
  await once(server, "listening");
  return server;
}
