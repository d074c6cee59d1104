import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_DIRECTORY, O_PATH, O_RDONLY, O_RDWR, O_WRONLY, RENAME_EXCHANGE } from "../../src/abi/fcntl.ts";
import { SIGTERM } from "../../src/abi/signal.ts";
import { EACCES, EBADF, ENOENT, EXDEV } from "../../src/kernel/errno.ts";
import { type Denial, PermissionPolicy, type Permissions } from "../../src/kernel/permissions/policy.ts";
import { Machine } from "./machine.ts";

const denied = -EACCES.errno;

test("scopes left out keep the secure default", () => {
  const policy = new PermissionPolicy({}, null);
  assert.ok(policy.allows("fs", "read", "/x", 2));
  assert.ok(policy.allows("process", "kill", "3", 2));
  assert.ok(policy.allows("childProcess", "spawn", "sh", 2));
  assert.ok(policy.allows("env", "read", "HOME", 2));
  assert.ok(!policy.allows("tool", "invoke", "add", 2));
});

test("the first matching rule wins, then the default", () => {
  const policy = new PermissionPolicy(
    {
      fs: {
        default: "deny",
        rules: [
          { action: "deny", paths: ["/data/secret/**"] },
          { action: "allow", operations: ["read", "stat"], paths: ["/data/**"] },
          { action: "allow", operations: ["*"], paths: ["/tmp/**"] },
          { action: "allow", operations: ["mkdir"] },
        ],
      },
    },
    null,
  );
  assert.ok(!policy.allows("fs", "read", "/data/secret/x", 2));
  assert.ok(policy.allows("fs", "read", "/data/x", 2));
  assert.ok(!policy.allows("fs", "write", "/data/x", 2));
  assert.ok(policy.allows("fs", "write", "/tmp/x", 2));
  assert.ok(policy.allows("fs", "mkdir", "/elsewhere", 2));
  assert.ok(!policy.allows("fs", "read", "/elsewhere", 2));
});

test("rules that cannot change the default leave a verdict for the fast path", () => {
  assert.equal(new PermissionPolicy({}, null).fs.verdict, "allow");
  assert.equal(new PermissionPolicy({ fs: "deny" }, null).fs.verdict, "deny");
  const redundant: Permissions = { fs: { default: "allow", rules: [{ action: "allow", paths: ["/x"] }] } };
  assert.equal(new PermissionPolicy(redundant, null).fs.verdict, "allow");
  const mixed: Permissions = { fs: { default: "allow", rules: [{ action: "deny", paths: ["/x"] }] } };
  assert.equal(new PermissionPolicy(mixed, null).fs.verdict, null);
});

function guarded() {
  const denials: Denial[] = [];
  const machine = new Machine({
    permissions: { fs: { default: "allow", rules: [{ action: "deny", paths: ["/tmp/secret/**"] }] } },
    onDenied: (denial) => denials.push(denial),
  });
  const root = machine.vm.vfs.rootContext();
  machine.vm.vfs.mkdir(root, "/tmp/secret", 0o777);
  machine.vm.vfs.chmod(root, "/tmp/secret", 0o777);
  machine.vm.vfs.open(root, "/tmp/secret/key", O_WRONLY | O_CREAT, 0o666).decRef();
  return { machine, guest: machine.guest(), denials };
}

test("every path syscall asks, and the host hears of refusals", () => {
  const { machine, guest, denials } = guarded();
  const stats = new Uint8Array(144);
  guest.writeFile("/tmp/open", "x");
  const refused: Parameters<typeof guest.sys>[] = [
    ["open", "/tmp/secret/key", O_RDONLY],
    ["open", "/tmp/secret/new", O_WRONLY | O_CREAT, 0o666],
    ["openat", -100, "/tmp/secret/key", O_RDWR],
    ["read_file", "/tmp/secret/key"],
    ["write_file", "/tmp/secret/key", new Uint8Array(1)],
    ["stat", "/tmp/secret/key", stats],
    ["lstat", "/tmp/secret/key", stats],
    ["stat_bigint", "/tmp/secret/key", stats],
    ["path_kind", "/tmp/secret/key"],
    ["statfs", "/tmp/secret/key", stats],
    ["access", "/tmp/secret/key", 4],
    ["read_dir", "/tmp/secret"],
    ["mkdir", "/tmp/secret/d", 0o777],
    ["rmdir", "/tmp/secret"],
    ["mkdtemp", "/tmp/secret/t-"],
    ["unlink", "/tmp/secret/key"],
    ["rename", "/tmp/secret/key", "/tmp/k"],
    ["rename", "/tmp/open", "/tmp/secret/k"],
    ["link", "/tmp/secret/key", "/tmp/k"],
    ["link", "/tmp/open", "/tmp/secret/k"],
    ["symlink", "/x", "/tmp/secret/l"],
    ["readlink", "/tmp/secret/key"],
    ["chmod", "/tmp/secret/key", 0o600],
    ["chown", "/tmp/secret/key", -1, -1],
    ["lchown", "/tmp/secret/key", -1, -1],
    ["utimensat", -100, "/tmp/secret/key", 1, 0, 1, 0, 0],
    ["truncate", "/tmp/secret/key", 0],
    ["realpath", "/tmp/secret/key"],
    ["chdir", "/tmp/secret"],
    ["copy_file", "/tmp/secret/key", "/tmp/k"],
    ["copy_file", "/tmp/open", "/tmp/secret/k"],
    ["inotify_add_watch", guest.sys("inotify_init1", 0) as number, "/tmp/secret", 0x100],
  ];
  for (const call of refused) assert.equal(guest.sys(...call), denied, call.join(" "));
  machine.host.run();
  assert.equal(denials.length, refused.length);
  assert.deepEqual(denials[0], { scope: "fs", operation: "read", target: "/tmp/secret/key", pid: guest.pid });
  machine.check();
});

test("a flood of refusals is bounded, and told again after the host has listened", () => {
  const { machine, guest, denials } = guarded();
  for (let i = 0; i < 5000; i++) guest.sys("path_kind", "/tmp/secret/key");
  machine.host.run();
  assert.equal(denials.length, 1024);
  guest.sys("path_kind", "/tmp/secret/key");
  machine.host.run();
  assert.equal(denials.length, 1025);
});

test("neither links, nor .., nor the working directory, nor a renamed parent lead around a rule", () => {
  const { machine, guest } = guarded();
  assert.equal(guest.sys("read_file", "/tmp/../tmp/./secret//key"), denied);
  assert.equal(guest.sys("chdir", "/tmp"), 0);
  assert.equal(guest.sys("read_file", "secret/key"), denied);
  assert.equal(guest.sys("symlink", "/tmp/secret/key", "/tmp/alias"), 0);
  assert.equal(guest.sys("read_file", "/tmp/alias"), denied);
  assert.equal(guest.sys("symlink", "/tmp/secret", "/tmp/dir"), 0);
  assert.equal(guest.sys("read_file", "/tmp/dir/key"), denied);
  assert.equal(guest.sys("symlink", "secret/created", "/tmp/dangling"), 0);
  assert.equal(guest.sys("write_file", "/tmp/dangling", new Uint8Array(1)), denied);
  assert.equal(guest.sys("mkdir", "/tmp/mine", 0o777), 0);
  assert.equal(guest.sys("rename", "/tmp/secret", "/tmp/mine/moved"), denied);
  assert.equal(guest.sys("unlink", "/tmp/alias"), 0, "a link itself lies elsewhere");
  machine.check();
});

test("a directory cannot be renamed if a refused file lies in it, or would lie in it afterwards", () => {
  const machine = new Machine({
    permissions: { fs: { default: "allow", rules: [{ action: "deny", paths: ["/tmp/*/key", "/tmp/b/x/**"] }] } },
  });
  const root = machine.vm.vfs.rootContext();
  for (const path of ["/tmp/a", "/tmp/c", "/tmp/c/x"]) {
    machine.vm.vfs.mkdir(root, path, 0o777);
    machine.vm.vfs.chown(root, path, 1000, 1000);
  }
  machine.vm.vfs.open(root, "/tmp/a/key", O_WRONLY | O_CREAT, 0o666).decRef();
  const guest = machine.guest();
  assert.equal(guest.sys("rename", "/tmp/a", "/tmp/deeper"), denied);
  assert.equal(guest.sys("rename", "/tmp/c", "/tmp/b"), denied);
  assert.equal(guest.sys("rename", "/tmp/c", "/tmp/d"), 0);
  machine.check();
});

test("an exchange moves both sides, and asks about what lies in both", () => {
  const machine = new Machine({
    permissions: { fs: { default: "allow", rules: [{ action: "deny", paths: ["/tmp/b/key"] }] } },
  });
  const root = machine.vm.vfs.rootContext();
  const guest = machine.guest();
  for (const path of ["/tmp/a", "/tmp/b", "/tmp/c"]) guest.sys("mkdir", path, 0o777);
  machine.vm.vfs.open(root, "/tmp/b/key", O_WRONLY | O_CREAT, 0o666).decRef();
  assert.equal(guest.sys("rename", "/tmp/a", "/tmp/b", RENAME_EXCHANGE), denied);
  assert.equal(guest.sys("rename", "/tmp/b", "/tmp/a", RENAME_EXCHANGE), denied);
  assert.equal(guest.sys("rename", "/tmp/a", "/tmp/c", RENAME_EXCHANGE), 0);
  machine.check();
});

test("a rename asks about no more files than it may; the rest is moved one by one", () => {
  const { machine, guest } = guarded();
  guest.sys("mkdir", "/tmp/deep", 0o777);
  guest.sys("chdir", "/tmp/deep");
  for (let i = 0; i < 1500; i++) {
    guest.sys("mkdir", "d", 0o777);
    guest.sys("chdir", "d");
  }
  assert.equal(guest.sys("rename", "/tmp/deep", "/tmp/deeper"), 0);
  for (let i = 0; i < 1000; i++) guest.sys("symlink", "x", `l${i}`);
  const start = performance.now();
  assert.equal(guest.sys("rename", "/tmp/deeper", "/tmp/deep"), -EXDEV.errno);
  assert.ok(performance.now() - start < 200);
  machine.check();
});

test("a directory that may not be listed can't be opened for it", () => {
  const machine = new Machine({
    permissions: {
      fs: { default: "allow", rules: [{ action: "deny", operations: ["readdir"], paths: ["/tmp/dropbox"] }] },
    },
  });
  const guest = machine.guest();
  guest.sys("mkdir", "/tmp/dropbox", 0o777);
  assert.equal(guest.sys("write_file", "/tmp/dropbox/f", new Uint8Array(1)), 1);
  assert.equal(guest.sys("read_dir", "/tmp/dropbox"), denied);
  assert.equal(guest.sys("open", "/tmp/dropbox", O_RDONLY, 0), denied);
  assert.equal(guest.sys("open", "/tmp/dropbox/../dropbox/", O_RDONLY | O_DIRECTORY, 0), denied);
  const place = guest.sys("open", "/tmp/dropbox", O_PATH, 0) as number;
  assert.ok(place > 2);
  assert.equal(guest.sys("getdents64", place, 10), -EBADF.errno);
  assert.equal(machine.vm.openFiles.used, 4);
  machine.check();
});

test("what is not there is refused or absent as the policy says of its place", () => {
  const { guest } = guarded();
  assert.equal(guest.sys("path_kind", "/tmp/secret/none"), denied);
  assert.equal(guest.sys("path_kind", "/tmp/none"), -ENOENT.errno);
  assert.equal(guest.sys("path_kind", "/none/at/all"), -ENOENT.errno);
});

test("scope process guards signals to others and identity, not to oneself", () => {
  const machine = new Machine({ permissions: { process: "deny" } });
  const guest = machine.guest();
  const other = machine.guest();
  assert.equal(guest.sys("kill", other.pid, SIGTERM), denied);
  assert.equal(guest.sys("kill", guest.pid, 0), 0);
  assert.equal(guest.sys("setuid", 1000), denied);
  assert.equal(guest.sys("setpriority", 0, 0, 5), denied);
});

test("scope env hides variables", () => {
  const machine = new Machine({
    env: { PATH: "/bin", AWS_KEY: "k" },
    permissions: { env: { default: "allow", rules: [{ action: "deny", patterns: ["AWS_*"] }] } },
  });
  const info = machine.guest({ env: { A: "1", AWS_TOKEN: "t" } }).sys("execinfo") as { env: unknown };
  assert.deepEqual(info.env, [
    ["PATH", "/bin"],
    ["A", "1"],
  ]);
});
