import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NodeRuntime } from "secure-exec";

let runtime: NodeRuntime;
before(async () => {
  runtime = await NodeRuntime.create({
    cwd: "/work/here",
    files: { "/seed/text.txt": "grüße", "/seed/deep/bytes.bin": new Uint8Array([0, 255]) },
  });
});
after(() => runtime.dispose());

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("files are there before the first program, and belong to it", async () => {
  const { stdout, stderr } = await runtime.exec(`
    import fs from "node:fs";
    console.log(fs.readFileSync("/seed/text.txt", "utf8"), [...fs.readFileSync("/seed/deep/bytes.bin")], process.cwd());
    fs.appendFileSync("/seed/text.txt", "!");
    fs.writeFileSync("/seed/deep/new.txt", "new");
    fs.writeFileSync("relative.txt", "in cwd");
  `);
  assert.equal(stderr, "");
  assert.equal(stdout, "grüße [ 0, 255 ] /work/here\n");
  assert.equal(text(await runtime.readFile("/seed/text.txt")), "grüße!");
  assert.equal(text(await runtime.readFile("/work/here/relative.txt")), "in cwd");
});

test("readFile() gives a plain Uint8Array", async () => {
  await runtime.writeFile("/tmp/a", new Uint8Array([1, 2]));
  assert.deepEqual(await runtime.readFile("/tmp/a"), new Uint8Array([1, 2]));
  await runtime.writeFile("/tmp/empty", "");
  assert.deepEqual(await runtime.readFile("/tmp/empty"), new Uint8Array(0));
});

test("large files go both ways", async () => {
  const large = new Uint8Array(30_000_000);
  for (let i = 0; i < large.length; i += 997) large[i] = i;
  await runtime.writeFile("/tmp/large", large);
  assert.equal((await runtime.stat("/tmp/large")).size, large.length);
  assert.ok(Buffer.from(await runtime.readFile("/tmp/large")).equals(large));
  await runtime.rm("/tmp/large");
  await using other = await NodeRuntime.create({ files: { "/a": large, "/b": "small", "/c/d": large } });
  assert.ok(Buffer.from(await other.readFile("/c/d")).equals(large));
});

test("directories, stat, rename, exists, rm", async () => {
  await runtime.mkdir("/tmp/d/e", { recursive: true });
  await runtime.mkdir("/tmp/d/e", { recursive: true });
  await runtime.writeFile("/tmp/d/e/f", "12345");
  assert.deepEqual(await runtime.readdir("/tmp/d"), ["e"]);
  const stat = await runtime.stat("/tmp/d/e/f");
  assert.deepEqual([stat.type, stat.size, stat.isFile(), stat.isDirectory()], ["file", 5, true, false]);
  assert.equal(stat.mode & 0o777, 0o644);
  assert.ok(Math.abs(stat.mtimeMs - Date.now()) < 60_000);
  assert.ok((await runtime.stat("/tmp/d")).isDirectory());
  await runtime.rename("/tmp/d/e/f", "/tmp/d/g");
  assert.equal(await runtime.exists("/tmp/d/e/f"), false);
  assert.equal(await runtime.exists("/tmp/d/g"), true);
  await runtime.rm("/tmp/d", { recursive: true });
  assert.equal(await runtime.exists("/tmp/d"), false);
  await runtime.rm("/tmp/d", { force: true });
});

test("errors carry POSIX codes as Node's do", async () => {
  const missing = { code: "ENOENT", errno: -2, syscall: "open", path: "/none" };
  const message = "ENOENT: no such file or directory, open '/none'";
  await assert.rejects(runtime.readFile("/none"), { ...missing, message });
  await assert.rejects(runtime.readFile("/tmp"), { code: "EISDIR" });
  await assert.rejects(runtime.writeFile("/none/a", ""), { code: "ENOENT" });
  await assert.rejects(runtime.mkdir("/tmp"), { code: "EEXIST" });
  await assert.rejects(runtime.readdir("/seed/text.txt"), { code: "ENOTDIR" });
  await assert.rejects(runtime.rm("/tmp"), { code: "EISDIR" });
  await assert.rejects(runtime.rename("/none", "/a"), { code: "ENOENT" });
  await assert.rejects(runtime.stat("/none"), { code: "ENOENT" });
});

test("bad arguments are refused", async () => {
  await assert.rejects(runtime.readFile("relative"), { code: "ERR_INVALID_ARG_VALUE" });
  await assert.rejects(runtime.readFile(1 as any), { code: "ERR_INVALID_ARG_TYPE" });
  await assert.rejects(runtime.writeFile("/a", 1 as any), { code: "ERR_INVALID_ARG_TYPE" });
  await assert.rejects(runtime.rename("/a", "b"), { code: "ERR_INVALID_ARG_VALUE" });
  await assert.rejects(runtime.mkdir("/a", { recursiv: true } as any), /Did you mean "recursive"/);
});

test("a file of holes that is larger than the filesystem is EFBIG", async () => {
  const runtime = await NodeRuntime.create({ limits: { fsBytes: 1 << 20 } });
  try {
    for (const size of [(1 << 20) + 1, 2 ** 31, 2 ** 45]) {
      const code = `import fs from "node:fs"; fs.writeFileSync("/tmp/holes", ""); fs.truncateSync("/tmp/holes", ${size});`;
      const { exitCode, stderr } = await runtime.exec(code);
      assert.equal(exitCode, 0, stderr);
      await assert.rejects(runtime.readFile("/tmp/holes"), { code: "EFBIG", syscall: "open" });
    }
    await runtime.exec('import fs from "node:fs"; fs.truncateSync("/tmp/holes", 1 << 20);');
    assert.equal((await runtime.readFile("/tmp/holes")).byteLength, 1 << 20);
  } finally {
    await runtime.dispose();
  }
});

test("a full filesystem is ENOSPC, and leaves the VM working", async () => {
  await using small = await NodeRuntime.create({ limits: { fsBytes: 1_000_000 } });
  await assert.rejects(small.writeFile("/tmp/big", new Uint8Array(2_000_000)), { code: "ENOSPC" });
  await small.rm("/tmp/big", { force: true });
  await small.writeFile("/tmp/fits", new Uint8Array(100_000));
});
