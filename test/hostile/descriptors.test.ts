import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

describe("programs that take all they can get", () => {
  const { attack } = battleground();

  test("10,000 open files: EMFILE at the limit, and closing gives them back", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      fs.writeFileSync("file", "x");
      const open = [];
      const grab = () => {
        try {
          while (open.length < 10_000) open.push(fs.openSync("file"));
        } catch (error) {
          return error.code;
        }
      };
      console.log(grab(), open.length > 900 && open.length < 1024);
      for (const fd of open.splice(0)) fs.closeSync(fd);
      console.log(grab(), open.length > 900);
      await fs.promises.readFile("file").catch((error) => console.log(error.code));
      process.exit(0);`,
      { limits: { fds: 1024 } },
    );
    assert.deepEqual(
      { exitCode, stdout, stderr },
      { exitCode: 0, stdout: "EMFILE true\nEMFILE true\nEMFILE\n", stderr: "" },
    );
  });

  test("1,000 timers, and 100,000", async () => {
    for (const count of [1000, 100_000]) {
      const { exitCode, stdout } = await attack(`
        let fired = 0;
        for (let i = 0; i < ${count}; i++) setTimeout(() => fired++, 1 + (i % 10));
        process.on("exit", () => console.log(fired));`);
      assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: `${count}\n` });
    }
  });

  test("1,000 intervals that are never cleared", async () => {
    const { exitCode } = await attack("for (let i = 0; i < 1000; i++) setInterval(() => {}, 1);", { timeout: 300 });
    assert.equal(exitCode, 137);
  });

  test("files without end: ENOSPC, and removing gives the room back", async () => {
    const { exitCode, stdout, stderr } = await attack(`
      import fs from "node:fs";
      const block = Buffer.alloc(16 << 20);
      const fill = () => {
        let written = 0;
        try {
          for (let i = 0; ; i++) written += (fs.writeFileSync("file-" + i, block), 1);
        } catch (error) {
          return error.code + " " + (written > 8 && written <= 16);
        }
      };
      console.log(fill());
      for (const name of fs.readdirSync(".")) fs.rmSync(name);
      console.log(fill());`);
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "ENOSPC true\nENOSPC true\n", stderr: "" });
  });

  test("a million empty files: ENOSPC at the limit of inodes", async () => {
    const { stdout } = await attack(
      `import fs from "node:fs";
      try {
        for (let i = 0; i < 1e6; i++) fs.closeSync(fs.openSync("empty-" + i, "w"));
      } catch (error) {
        console.log(error.code);
      }`,
      { timeout: 60_000 },
    );
    assert.equal(stdout, "ENOSPC\n");
  });

  test("folders without end are no deeper than a path may be long", async () => {
    const { exitCode, stdout } = await attack(
      `import fs from "node:fs";
      let depth = 0;
      try {
        for (; depth < 5000; depth++) { fs.mkdirSync("d"); process.chdir("d"); }
      } catch (error) {
        console.log(error.code);
      }
      process.chdir("/");
      try {
        fs.rmSync("/home/user/d", { recursive: true, force: true });
      } catch (error) {
        console.log(error.code ?? error.name);
      }
      console.log("end");`,
      { timeout: 60_000 },
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /end\n$/);
  });

  test("a file of 2⁵⁰ bytes that holds nothing, and one with something at its end", async () => {
    const { exitCode, stdout } = await attack(`
      import fs from "node:fs";
      fs.writeFileSync("sparse", "");
      for (const attempt of [
        () => fs.truncateSync("sparse", 2 ** 50),
        () => fs.writeSync(fs.openSync("sparse", "r+"), "x", 2 ** 45),
        () => fs.readFileSync("sparse"),
        () => fs.copyFileSync("sparse", "copy"),
      ]) try { attempt(); } catch (error) { console.log(error.code); }
      console.log("end");`);
    assert.equal(exitCode, 0);
    assert.match(stdout, /end\n$/);
  });

  test("a large directory tree watched, with nobody reading the events", async () => {
    const { exitCode } = await attack(`
      import fs from "node:fs";
      fs.mkdirSync("watched");
      for (let i = 0; i < 100; i++) fs.watch("watched", () => {}).unref();
      for (let i = 0; i < 20_000; i++) fs.writeFileSync("watched/f" + (i % 100), "x");`);
    assert.equal(exitCode, 0);
  });
});
