import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

describe("programs that pass enormous things to the system", () => {
  const { attack } = battleground();

  test("paths of any length are too long, not a burden", async () => {
    const { exitCode, stdout, stderr } = await attack(`
      import fs from "node:fs";
      const codes = new Set();
      for (const character of ["a", "\u00e4", "\u20ac", "/", "./"]) {
        for (const length of [4096, 16_383, 16_384, 16_385, 1 << 22]) {
          for (const use of [fs.statSync, fs.mkdirSync, fs.readFileSync, fs.readdirSync, fs.realpathSync.native, process.chdir,
            (path) => fs.symlinkSync(path, "link"), (path) => fs.renameSync("/etc", path)]) {
            try { use("/" + character.repeat(length)); codes.add("none"); } catch (error) { codes.add(error.code); }
          }
        }
      }
      console.log([...codes].join());`);
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "ENAMETOOLONG\n", stderr: "" });
  });

  test("arrays of millions are refused", async () => {
    const { exitCode, stdout } = await attack(`
      for (const length of [65_536, 65_537, 3_000_000]) {
        try { process.setgroups(new Array(length).fill(7)); } catch (error) { console.log(error.code); }
      }`);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^EPERM\nEINVAL\nE(?:FAULT|INVAL)\n$/);
  });

  test("a file of a hundred megabytes is written, read, copied and hashed whole", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      import { createHash } from "node:crypto";
      const bytes = Buffer.alloc(100 << 20).map((_, i) => (i * 7) >>> 9);
      const sum = (data) => createHash("sha256").update(data).digest("hex");
      const expected = sum(bytes);
      fs.writeFileSync("one", bytes);
      console.log(fs.statSync("one").size === bytes.length, sum(fs.readFileSync("one")) === expected);
      fs.copyFileSync("one", "two");
      fs.unlinkSync("one");
      const fd = fs.openSync("two", "r+");
      bytes.fill(0);
      console.log(fs.readSync(fd, bytes, 0, bytes.length, 0) === bytes.length, sum(bytes) === expected);
      console.log(fs.writeSync(fd, bytes, 0, bytes.length, 1) === bytes.length, fs.fstatSync(fd).size === bytes.length + 1);
      fs.rmSync("two");
      const text = "\u00e9".repeat(10 << 20);
      fs.writeFileSync("text", text, { flag: "wx" });
      console.log(fs.readFileSync("text", "utf8") === text);`,
      { limits: { memoryMb: 1024 }, timeout: 60_000 },
    );
    assert.deepEqual(
      { exitCode, stdout, stderr },
      { exitCode: 0, stdout: "true true\ntrue true\ntrue true\ntrue\n", stderr: "" },
    );
  });

  test("a directory of ten thousand entries is listed whole, in every way", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      fs.mkdirSync("many");
      for (let i = 0; i < 10_000; i++) fs.writeFileSync("many/" + i, "");
      fs.mkdirSync("many/inner");
      const count = 10_001;
      console.log(fs.readdirSync("many").length === count, new Set(await fs.promises.readdir("many")).size === count);
      const typed = fs.readdirSync("many", { withFileTypes: true });
      console.log(typed.length === count, typed.filter((entry) => entry.isDirectory()).map(({ name }) => name).join());
      fs.cpSync("many", "copy", { recursive: true });
      let copied = 0;
      for await (const entry of await fs.promises.opendir("copy")) copied += entry.name !== "";
      console.log(copied === count);
      fs.rmSync("many", { recursive: true });
      console.log(fs.existsSync("many"));`,
      { timeout: 60_000 },
    );
    assert.deepEqual(
      { exitCode, stdout, stderr },
      { exitCode: 0, stdout: "true true\ntrue inner\ntrue\nfalse\n", stderr: "" },
    );
  });
});
