import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SyscallName } from "../../src/abi/syscalls.ts";
import { type IncomingStream, STREAM_WINDOW } from "../../src/protocol/stream.ts";
import { Fixture } from "./fixture.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (value: string) => new TextEncoder().encode(value);

/** Collects what the process `run` writes to its stdout and stderr. */
function collectOutput(fixture: Fixture): { stdout: string; stderr: string; ended: number } {
  const output = { stdout: "", stderr: "", ended: 0 };
  fixture.onStarted = (started) => {
    for (const name of ["stdout", "stderr"] as const) {
      const stream = fixture.connection.acceptStream(started[name]);
      stream.onData = (data) => {
        output[name] += text(data);
        stream.consumed(data.byteLength);
      };
      stream.onEnd = () => {
        output.ended++;
      };
    }
  };
  return output;
}

describe("processes", () => {
  test("a program gets its argv, env, cwd, entry and inputs", async () => {
    const fixture = new Fixture();
    await fixture.createVm({ env: { A: "1", B: "1" } });
    const { tid } = await fixture.run({
      program: { kind: "source", source: "code", language: "ts", format: "auto", filename: "a.ts" },
      args: ["x"],
      argv0: "me",
      execArgv: ["--expose-gc"],
      env: { B: "2" },
      cwd: "/tmp",
      inputs: bytes("inputs"),
    });
    const info = fixture.host.call(tid, "execinfo") as any;
    assert.deepEqual(info.argv, ["me", "x"]);
    assert.deepEqual(info.execArgv, ["--expose-gc"]);
    assert.deepEqual(Object.fromEntries(info.env), { A: "1", B: "2" });
    assert.equal(info.cwd, "/tmp");
    const source = { kind: "source", source: "code", language: "ts", format: "auto", filename: "a.ts" };
    assert.deepEqual(info.entry, { ...source, value: true, inputs: true });
    assert.equal(info.nodeVersion, "22.0.0");
    assert.equal(text((await fixture.syscall(tid, "inputs")) as Uint8Array), "inputs");
  });

  test("a file is run by its path", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const { tid } = await fixture.run({ program: { kind: "file", path: "/a.mjs" }, args: ["x"] });
    const info = fixture.host.call(tid, "execinfo") as any;
    assert.deepEqual(info.argv, ["node", "/a.mjs", "x"]);
    assert.equal(info.entry, null);
  });

  test("output, exit code and value come back, in this order", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const output = collectOutput(fixture);
    const { result, tid } = await fixture.run();
    await fixture.syscall(tid, "write", 1, bytes("out"));
    await fixture.syscall(tid, "write", 2, bytes("err"));
    await fixture.syscall(tid, "return_value", bytes("value"));
    await fixture.exit(tid, 3);
    await fixture.until(() => output.ended === 2);
    const { value, ...rest } = await fixture.while(result);
    assert.deepEqual(rest, { exitCode: 3, signal: null, truncated: false });
    assert.equal(text(value as Uint8Array), "value");
    assert.equal(output.stdout, "out");
    assert.equal(output.stderr, "err");
  });

  test("a host that does not consume stops the guest's writes, and a lot of output arrives whole", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    let received = 0;
    let consuming = false;
    let stdout: IncomingStream | undefined;
    fixture.onStarted = (started) => {
      stdout = fixture.connection.acceptStream(started.stdout);
      stdout.onData = (data) => {
        received += data.byteLength;
        if (consuming) stdout?.consumed(data.byteLength);
      };
    };
    const { result, tid } = await fixture.run();
    const total = 3_000_000;
    const writing = (async () => {
      for (let rest = total; rest > 0; )
        rest -= (await fixture.syscall(tid, "write", 1, new Uint8Array(rest))) as number;
    })();
    await fixture.until(() => received >= STREAM_WINDOW && fixture.host.sleepers.size > 0);
    assert.equal(received, STREAM_WINDOW);
    consuming = true;
    stdout?.consumed(received);
    await fixture.while(writing);
    await fixture.exit(tid, 0);
    assert.equal((await fixture.while(result)).exitCode, 0);
    await fixture.until(() => received === total);
  });

  test("what exceeds the output limit is dropped without stopping the guest", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const output = collectOutput(fixture);
    const { result, tid } = await fixture.run({ outputLimit: 5 });
    for (let i = 0; i < 40; i++) await fixture.syscall(tid, "write", 1, Buffer.alloc(50_000, "x"));
    await fixture.exit(tid, 0);
    assert.equal((await fixture.while(result)).truncated, true);
    assert.equal(output.stdout, "xxxxx");
  });

  test("a host that cancels the output breaks the guest's pipe", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    fixture.onStarted = ({ stdout }) => fixture.connection.acceptStream(stdout).cancel();
    const { result, tid } = await fixture.run();
    await fixture.until(() => fixture.host.call(tid, "write", 1, bytes("x")) === -32);
    fixture.host.reap();
    assert.deepEqual((await fixture.while(result)).signal, "SIGPIPE");
  });

  test("stdin arrives, in place and by stream, and ends", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    for (const inline of [true, false]) {
      const data = bytes("some input ".repeat(20_000));
      const stream = inline ? undefined : fixture.connection.openStream();
      const { tid } = await fixture.run({ process: inline ? 1 : 2, stdin: stream?.id ?? data });
      if (stream) void stream.write(data).then(() => stream.end());
      const chunks: Uint8Array[] = [];
      const buffer = new Uint8Array(10_000);
      for (let count = -1; count !== 0; ) {
        count = (await fixture.syscall(tid, "read", 0, buffer)) as number;
        chunks.push(buffer.slice(0, count));
      }
      assert.ok(Buffer.concat(chunks).equals(data));
      await fixture.exit(tid, 0);
    }
  });

  test("a guest that ends stops the host's stdin", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const stream = fixture.connection.openStream();
    const { result, tid } = await fixture.run({ stdin: stream.id });
    const writing = stream.write(new Uint8Array(STREAM_WINDOW * 4));
    await fixture.exit(tid, 0);
    await fixture.while(result);
    assert.equal(await fixture.while(writing), false);
  });

  test("a signal ends a process; its exit code is a shell's", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const { result } = await fixture.run();
    await fixture.call("process.kill", { process: 1, signal: "SIGTERM" });
    fixture.host.reap();
    const { exitCode, signal } = await fixture.while(result);
    assert.deepEqual({ exitCode, signal }, { exitCode: 143, signal: "SIGTERM" });
    await fixture.call("process.kill", { process: 1, signal: "SIGTERM" });
  });

  test("a timeout kills", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const { result } = await fixture.run({ timeoutMs: 1 });
    await fixture.until(() => fixture.host.terminated.length > 0);
    fixture.host.reap();
    assert.equal((await fixture.while(result)).exitCode, 137);
  });

  test("what was to go to a process that can't start is not waited for", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const large = new Uint8Array(4 * STREAM_WINDOW);
    for (const name of ["stdin", "inputs"] as const) {
      const stream = fixture.connection.openStream();
      const refusal = fixture.request({ cwd: "/missing", [name]: stream.id });
      refusal.catch(() => {});
      const writing = stream.write(large);
      if (name === "inputs") await fixture.while(writing.then(() => stream.end()));
      await assert.rejects(fixture.while(refusal), { code: "ENOENT" });
      await fixture.while(writing);
    }
  });

  test("a process that can't start is an error with a code", async () => {
    const fixture = new Fixture();
    await fixture.createVm({ limits: { processes: 1 } });
    await fixture.run();
    await assert.rejects(fixture.request({ process: 2 }), { code: "EAGAIN" });
    const other = new Fixture();
    await assert.rejects(other.request({}), { code: "ERR_NO_VM" });
    await other.createVm();
    const missing = { code: "ENOENT", syscall: "spawn", path: "/missing" };
    await assert.rejects(other.request({ cwd: "/missing" }), missing);
  });
});

describe("VMs", () => {
  test("creating one makes its directory and its files, owned by the user", async () => {
    const fixture = new Fixture();
    const large = new Uint8Array(1_000_000).fill(7);
    const stream = fixture.connection.openStream();
    const creating = fixture.createVm({
      cwd: "/work/deep",
      files: [
        ["/data/in/a.txt", bytes("a")],
        ["/data/large", stream.id],
      ],
    });
    void stream.write(large).then(() => stream.end());
    await creating;
    const stat = await fixture.call("fs.stat", { path: "/data/in/a.txt" });
    assert.deepEqual([stat.type, stat.size, stat.uid, stat.gid], ["file", 1, 1000, 1000]);
    assert.equal((await fixture.call("fs.stat", { path: "/data/in" })).uid, 1000);
    assert.equal((await fixture.call("fs.stat", { path: "/work/deep" })).type, "directory");
    const read = await fixture.call("fs.readFile", { path: "/data/large" }, (payload) =>
      fixture.connection.receivePayload(payload, 1e7),
    );
    assert.ok(Buffer.from(await read).equals(large));
  });

  test("what is wrong with its files is told", async () => {
    const files: [string, Uint8Array][] = [
      ["/a/b", bytes("x")],
      ["/a/b/c", bytes("x")],
    ];
    await assert.rejects(new Fixture().createVm({ files }), { code: "EEXIST", path: "/a/b" });
    const limits = { fsBytes: 10 };
    await assert.rejects(new Fixture().createVm({ limits, files: [["/f", new Uint8Array(5000)]] }), { code: "ENOSPC" });
  });

  test("there is one, once", async () => {
    const fixture = new Fixture();
    await assert.rejects(fixture.call("fs.exists", { path: "/" }), { code: "ERR_NO_VM" });
    await fixture.createVm();
    await assert.rejects(fixture.createVm(), { code: "ERR_VM_EXISTS" });
    assert.equal(await fixture.call("fs.exists", { path: "/" }), true);
  });

  test("a host that goes away ends the session", async () => {
    const fixture = new Fixture();
    fixture.connection.close();
    await fixture.until(() => fixture.sessionClosed);
  });

  test("an unknown method is an error", async () => {
    const fixture = new Fixture();
    for (const method of ["nothing", "constructor"]) {
      await assert.rejects(fixture.connection.request(method, {}), { code: "ERR_UNKNOWN_METHOD" });
    }
  });
});

describe("files", () => {
  test("are written, listed, moved and removed", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    await fixture.call("fs.mkdir", { path: "/a/b", recursive: true });
    await fixture.call("fs.writeFile", { path: "/a/b/f", data: bytes("one") });
    await fixture.call("fs.writeFile", { path: "/a/b/f", data: bytes("2") });
    assert.equal(text((await fixture.call("fs.readFile", { path: "/a/b/f" })) as Uint8Array), "2");
    assert.deepEqual(await fixture.call("fs.readdir", { path: "/a/b" }), ["f"]);
    await fixture.call("fs.rename", { path: "/a/b/f", to: "/a/g" });
    assert.deepEqual((await fixture.call("fs.readdir", { path: "/a" })).sort(), ["b", "g"]);
    assert.equal(await fixture.call("fs.exists", { path: "/a/b/f" }), false);
    await fixture.call("fs.rm", { path: "/a", recursive: true, force: false });
    assert.equal(await fixture.call("fs.exists", { path: "/a" }), false);
    await fixture.call("fs.rm", { path: "/a", recursive: false, force: true });
  });

  test("a tree of any depth and size is removed", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const { tid } = await fixture.run();
    const sys = (name: SyscallName, ...args: unknown[]): unknown => fixture.host.call(tid, name, ...args);
    const { storage } = fixture.kernel.vm!;
    const before = storage.inodes.used;
    sys("mkdir", "tree", 0o755);
    sys("chdir", "tree");
    for (let i = 0; i < 6000; i++) {
      sys("mkdir", "deep", 0o755);
      sys("symlink", "/etc", "link");
      sys("chdir", "deep");
    }
    sys("chdir", "/home/user/tree");
    for (let i = 0; i < 20_000; i++) sys("symlink", "/etc/passwd", `l${i}`);
    sys("mkdir", "not-mine", 0);
    sys("chdir", "/");
    await fixture.call("fs.rm", { path: "/home/user/tree", recursive: true, force: false });
    assert.equal(storage.inodes.used, before);
    assert.equal(await fixture.call("fs.exists", { path: "/etc/passwd" }), true);
  });

  test("exists() tells no errors, mkdir() takes any path to a directory", async () => {
    const fixture = new Fixture();
    await fixture.createVm();
    const { tid } = await fixture.run();
    fixture.host.call(tid, "symlink", "loop", "/home/user/loop");
    for (const path of ["/home/user/loop", `/${"n".repeat(300)}`, `/${"d/".repeat(3000)}`]) {
      assert.equal(await fixture.call("fs.exists", { path }), false);
    }
    await fixture.call("fs.mkdir", { path: "/new/../newer/.", recursive: true });
    assert.equal((await fixture.call("fs.stat", { path: "/newer" })).type, "directory");
    assert.equal(await fixture.call("fs.exists", { path: "/new" }), true);
  });

  test("fail as Node's fs does", async () => {
    const fixture = new Fixture();
    await fixture.createVm({ files: [["/d/f", bytes("x")]] });
    await assert.rejects(fixture.call("fs.readFile", { path: "/none" }), {
      message: "ENOENT: no such file or directory, open '/none'",
      ...{ code: "ENOENT", errno: -2, syscall: "open", path: "/none" },
    });
    await assert.rejects(fixture.call("fs.readFile", { path: "/d" }), { code: "EISDIR" });
    await assert.rejects(fixture.call("fs.readFile", { path: "/dev/zero" }), { code: "EFBIG" });
    await assert.rejects(fixture.call("fs.writeFile", { path: "/none/f", data: bytes("") }), { code: "ENOENT" });
    await assert.rejects(fixture.call("fs.mkdir", { path: "/d", recursive: false }), { code: "EEXIST" });
    await assert.rejects(fixture.call("fs.mkdir", { path: "/d/f", recursive: true }), { code: "EEXIST" });
    await assert.rejects(fixture.call("fs.readdir", { path: "/d/f" }), { code: "ENOTDIR" });
    await assert.rejects(fixture.call("fs.stat", { path: "/d/f/g" }), { code: "ENOTDIR" });
    await assert.rejects(fixture.call("fs.rm", { path: "/d", recursive: false, force: true }), { code: "EISDIR" });
    await assert.rejects(fixture.call("fs.rm", { path: "/none", recursive: false, force: false }), {
      code: "ENOENT",
    });
    await assert.rejects(fixture.call("fs.rename", { path: "/none", to: "/x" }), {
      message: "ENOENT: no such file or directory, rename '/none' -> '/x'",
      dest: "/x",
    });
  });
});
