import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

describe("checks of paths and rights stand in the kernel, whatever form a call takes", () => {
  const { attack, withVm } = battleground();

  /** A program prints one line a way; all have to be what is expected. */
  async function assertAll(expected: RegExp, code: string): Promise<void> {
    const { exitCode, stdout, stderr } = await attack(code, { timeout: 20_000 });
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trim().split("\n");
    assert.ok(lines.length > 1, stdout);
    for (const line of lines) assert.match(line, expected);
  }

  /** A directory whose inside nobody may reach, with a file in it. */
  const SECRET = `
    import fs from "node:fs";
    import { Buffer } from "node:buffer";
    import path from "node:path";
    fs.mkdirSync("/home/user/closed");
    fs.writeFileSync("/home/user/closed/secret", "the secret");
    fs.chmodSync("/home/user/closed", 0);
    const secret = "/home/user/closed/secret";
    const tell = (name, act) => {
      try { console.log(name, "gave", String(act())); } catch (error) { console.log(name, error.code ?? error.name + error.message); }
    };`;

  // As in CVE-2023-39332, CVE-2024-21891, CVE-2026-21715.
  test("no way to spell a path leads past a right", async () => {
    await assertAll(
      /^\S+ E(?:ACCES|PERM|RR_INVALID_ARG_VALUE|RR_INVALID_ARG_TYPE|LOOP|NOENT|RR_FS_FILE_TOO_LARGE)$/,
      `${SECRET}
      const bytes = new TextEncoder().encode(secret);
      class Odd extends Buffer { toString() { return "/etc/hostname"; } }
      const odd = Buffer.from(secret);
      for (const key of ["toString", "utf8Slice", "latin1Slice", "valueOf"]) odd[key] = () => "/etc/hostname";
      Object.setPrototypeOf(odd, Odd.prototype);
      const disguised = Buffer.from(secret);
      Object.defineProperty(disguised, "length", { get: () => 5 });
      Object.defineProperty(disguised, "byteLength", { get: () => 5 });
      const spellings = {
        string: secret, bytes, buffer: Buffer.from(secret), odd, disguised, url: new URL("file://" + secret),
        dots: "/home/user/../user/./closed/../closed/./secret", slashes: "//home///user//closed//secret", relative: "closed/secret",
        encoded: new URL("file:///home/user/%63losed/secret"), up: "../../../../../../home/user/closed/secret",
        proc: "/proc/self/cwd/closed/secret", root: "/proc/self/root/home/user/closed/secret", trailing: secret + "/", dotted: secret + "/.",
        shared: new Uint8Array(new SharedArrayBuffer(bytes.length)).map((_, i) => bytes[i]),
        resizable: (() => { const memory = new Uint8Array(new ArrayBuffer(bytes.length, { maxByteLength: 99 })); memory.set(bytes); return memory; })(),
      };
      fs.symlinkSync(secret, "/home/user/link");
      fs.symlinkSync("closed", "/home/user/folder");
      Object.assign(spellings, { link: "/home/user/link", through: "/home/user/folder/secret" });
      for (const [name, spelling] of Object.entries(spellings)) {
        tell(name + ".read", () => fs.readFileSync(spelling));
        tell(name + ".open", () => fs.openSync(spelling, "r"));
        tell(name + ".write", () => fs.writeFileSync(spelling, "x"));
        tell(name + ".stat", () => fs.statSync(spelling).size);
        tell(name + ".access", () => fs.accessSync(spelling));
        tell(name + ".copy", () => fs.copyFileSync(spelling, "/home/user/copy"));
        // A link to a link is one to what is in the open.
        if (name !== "link") tell(name + ".link", () => fs.linkSync(spelling, "/home/user/hard"));
        // The library itself asks for its string.
        if (spelling !== odd && spelling !== disguised) tell(name + ".realpath", () => fs.realpathSync(spelling));
        tell(name + ".native", () => fs.realpathSync.native(spelling));
        tell(name + ".truncate", () => fs.truncateSync(spelling, 0));
        tell(name + ".utimes", () => fs.utimesSync(spelling, 1, 1));
        tell(name + ".chmod", () => fs.chmodSync(spelling, 0o777));
        tell(name + ".readdir", () => fs.readdirSync(spelling));
      }`,
    );
  });

  // As in CVE-2024-21896: the check may not pass through what a program can replace.
  test("no builtin that a program replaced leads past a right", async () => {
    await assertAll(
      /^\S+ (?:EACCES|ENOENT)$/,
      `${SECRET}
      const { log } = console;
      const lines = [];
      const attempt = (name) => {
        for (const use of [() => fs.readFileSync(secret), () => fs.readFileSync(Buffer.from(secret)), () => fs.openSync(secret)])
          try { const got = use(); lines.push(name + (typeof got === "number" || /secret/.test(got) ? " gave" : " EACCES")); } catch (error) { lines.push(name + " " + error.code); }
      };
      attempt("plain");
      const { resolve, normalize, toNamespacedPath } = path;
      for (const key of ["resolve", "normalize", "join", "isAbsolute", "toNamespacedPath", "relative", "dirname"]) path[key] = () => "/etc/hostname";
      attempt("path");
      for (const key of ["toString", "utf8Write", "utf8Slice", "latin1Write", "latin1Slice", "write", "slice", "subarray", "copy"])
        try { Buffer.prototype[key] = () => "/etc/hostname"; } catch {}
      attempt("buffer");
      for (const key of ["startsWith", "includes", "indexOf", "charCodeAt", "slice", "split", "replace", "normalize", "at"]) String.prototype[key] = () => "";
      attempt("string");
      RegExp.prototype[Symbol.replace] = RegExp.prototype.exec = () => null;
      attempt("regexp");
      for (const key of ["uid", "euid", "getuid", "geteuid"]) process[key] = () => 0;
      process.getuid = process.geteuid = process.getgid = () => 0;
      attempt("ids");
      Object.defineProperty(Object.prototype, "flags", { value: "w+" });
      attempt("prototype");
      fs.writeSync(1, lines.join("\\n"));`,
    );
  });

  // As in CVE-2025-55132 and CVE-2026-47261.
  test("a descriptor for reading changes nothing, nor does O_TRUNC without the right to write", async () => {
    const { exitCode, stdout, stderr } = await attack(`
      import fs from "node:fs";
      const { O_RDONLY, O_TRUNC, O_CREAT, O_EXCL, O_WRONLY, O_APPEND, O_RDWR } = fs.constants;
      const state = () => {
        const { mode, uid, gid, size, mtimeMs } = fs.statSync("/etc/passwd");
        return JSON.stringify([mode, uid, gid, size, mtimeMs, fs.readFileSync("/etc/passwd", "utf8")]);
      };
      const before = state();
      const outcomes = [];
      const tell = (name, act) => { try { act(); outcomes.push(name + " done"); } catch (error) { outcomes.push(name + " " + error.code); } };
      const fd = fs.openSync("/etc/passwd", "r");
      tell("futimes", () => fs.futimesSync(fd, 1, 1));
      tell("fchmod", () => fs.fchmodSync(fd, 0o777));
      tell("fchown", () => fs.fchownSync(fd, 1000, 1000));
      tell("ftruncate", () => fs.ftruncateSync(fd));
      tell("write", () => fs.writeSync(fd, "x"));
      tell("writev", () => fs.writevSync(fd, [Buffer.from("x")]));
      tell("utimes", () => fs.utimesSync("/etc/passwd", 1, 1));
      tell("lutimes", () => fs.lutimesSync("/etc/passwd", 1, 1));
      tell("trunc", () => fs.openSync("/etc/passwd", O_RDONLY | O_TRUNC));
      tell("create trunc", () => fs.openSync("/etc/passwd", O_RDONLY | O_CREAT | O_TRUNC));
      tell("append", () => fs.openSync("/etc/passwd", O_WRONLY | O_APPEND));
      tell("proc", () => fs.openSync("/proc/self/fd/" + fd, O_RDWR));
      tell("proc trunc", () => fs.openSync("/proc/self/fd/" + fd, O_RDONLY | O_TRUNC));
      tell("dev", () => fs.openSync("/dev/fd/" + fd, O_WRONLY));
      fs.symlinkSync("/etc/made", "dangling");
      tell("create through a link", () => fs.openSync("dangling", O_WRONLY | O_CREAT, 0o666));
      tell("create excl through a link", () => fs.openSync("dangling", O_WRONLY | O_CREAT | O_EXCL, 0o666));
      tell("hard link", () => fs.linkSync("/etc/passwd", "mine") || fs.writeFileSync("mine", "x"));
      tell("rename over", () => fs.renameSync("dangling", "/etc/passwd"));
      tell("copy over", () => fs.copyFileSync("/etc/hostname", "/etc/passwd"));
      fs.writeFileSync("own", "kept", { mode: 0o444 });
      tell("own trunc", () => fs.openSync("own", O_RDONLY | O_TRUNC));
      tell("own write", () => fs.openSync("own", O_WRONLY));
      console.log(before === state(), fs.readFileSync("own", "utf8"));
      console.log(fs.existsSync("/etc/made"));
      console.log(outcomes.join("\\n"));`);
    assert.equal(exitCode, 0, stderr);
    const [same, made, ...outcomes] = stdout.trim().split("\n");
    assert.deepEqual([same, made], ["true kept", "false"]);
    for (const outcome of outcomes) assert.match(outcome, / E(?:PERM|ACCES|BADF|INVAL|EXIST)$/);
  });

  test("a NUL byte ends no path early", async () => {
    await assertAll(
      /^\S+ (?:E(?:RR_INVALID_ARG_VALUE|NOENT|INVAL|RR_INVALID_FILE_URL_PATH|ACCES)|MODULE_NOT_FOUND|.*null bytes)$/,
      `import fs from "node:fs";
      import { createRequire } from "node:module";
      const tell = (name, act) => {
        try { console.log(name, "gave", String(act())); } catch (error) { console.log(name, error.code ?? error.message); }
      };
      const calls = {
        read: (path) => fs.readFileSync(path), write: (path) => fs.writeFileSync(path, "x"), open: (path) => fs.openSync(path, "w+"), stat: (path) => fs.statSync(path),
        mkdir: (path) => fs.mkdirSync(path, { recursive: true }), mkdtemp: (path) => fs.mkdtempSync(path), symlink: (path) => fs.symlinkSync(path, "/home/user/l"),
        place: (path) => fs.symlinkSync("x", path), rename: (path) => fs.renameSync("/home/user", path), rm: (path) => fs.rmSync(path), readdir: (path) => fs.readdirSync(path),
        realpath: (path) => fs.realpathSync(path), native: (path) => fs.realpathSync.native(path), access: (path) => fs.accessSync(path), copy: (path) => fs.copyFileSync("/etc/hostname", path),
        watch: (path) => fs.watch(path).close(), opendir: (path) => fs.opendirSync(path), chmod: (path) => fs.chmodSync(path, 0o777), link: (path) => fs.linkSync("/etc/hostname", path),
        cp: (path) => fs.cpSync("/etc/hostname", path), truncate: (path) => fs.truncateSync(path), stream: (path) => fs.createReadStream(path).destroy(), statfs: (path) => fs.statfsSync(path),
      };
      for (const [name, call] of Object.entries(calls)) {
        tell(name, () => call("/etc/hostname\\0.txt"));
        tell(name + ".bytes", () => call(Buffer.from("/etc/hostname\\0.txt")));
        tell(name + ".url", () => call(new URL("file:///etc/hostname%00.txt")));
      }
      tell("chdir", () => process.chdir("/home\\0/x"));
      tell("require", () => createRequire("/")("/etc/hostname\\0.json"));
      const names = fs.readdirSync("/home/user").concat(fs.readdirSync("/etc"));
      tell("names", () => { if (names.some((name) => name.includes("\\0"))) return names; throw Object.assign(new Error(), { code: "ENOENT" }); });`,
    );
  });

  test("bindings below the library's own checks have the kernel's", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `${SECRET}
      const { internalBinding } = (await import("node:module")).createRequire("/")("internal/test/binding");
      const binding = internalBinding("fs");
      fs.writeFileSync("/home/user/plain", "plain");
      const paths = [secret, Buffer.from(secret), "/home/user/closed/secret\\0x", Buffer.from("/home/user/closed/secret\\0x"), "/home/user/plain/../closed/secret", "x".repeat(5000), "\\ud800", "", {}, null, 7];
      for (const path of paths) {
        for (const [name, act] of Object.entries({
          open: () => binding.open(path, 0, 0o666), readFileUtf8: () => binding.readFileUtf8(path, 0), stat: () => binding.stat(path, false), lstat: () => binding.lstat(path, false),
          internalModuleStat: () => { const found = binding.internalModuleStat(path); if (found < 0) throw { code: "ENOENT" }; return found; },
          copyFile: () => binding.copyFile(path, "/home/user/copy", 0), rename: () => binding.rename(path, "/home/user/moved"), link: () => binding.link(path, "/home/user/hard"),
          realpath: () => binding.realpath(path, "utf8"), access: () => binding.access(path, 4), unlink: () => binding.unlink(path), chmod: () => binding.chmod(path, 0o777),
          readdir: () => binding.readdir(path, "utf8", false), writeFileUtf8: () => binding.writeFileUtf8(path, "x", 1, 0o666),
        })) tell(name, act);
      }
      console.log("folder", fs.readdirSync("/home/user").sort().join());`,
      { execArgv: ["--expose-internals", "--no-warnings"], timeout: 20_000 },
    );
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trim().split("\n");
    assert.equal(lines.pop(), "folder closed,plain");
    for (const line of lines) assert.doesNotMatch(line, /gave (?!undefined$)/, line);
  });

  test("spellings in other Unicode forms are other names", async () => {
    const { stdout } = await attack(`
      import fs from "node:fs";
      const names = ["\u00e9", "e\u0301", "\uff0e\uff0e", "\u2024\u2024", "..\u200b", "\u212b", "\u00c5", "A\u030a", "\ufb01le", "file", "FILE"];
      for (const name of names) fs.writeFileSync("/home/user/" + name, name);
      console.log(fs.readdirSync("/home/user").length === names.length, names.every((name) => fs.readFileSync("/home/user/" + name, "utf8") === name));`);
    assert.equal(stdout, "true true\n");
  });

  // As in GHSA-cp6g, CVE-2025-55130 and CVE-2026-39861.
  describe("links that lead out", () => {
    let folder: string;
    let file: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "host-"));
      file = join(folder, "secret");
      writeFileSync(file, "of the host");
    });
    after(() => rmSync(folder, { recursive: true }));

    test("chains of relative links end in the VM, for the program and for the host's own calls", async () => {
      await withVm(async (vm) => {
        const { exitCode, stdout, stderr } = await vm.exec(`
          import fs from "node:fs";
          const up = "../".repeat(60);
          const target = ${JSON.stringify(file)}, folder = ${JSON.stringify(folder)};
          fs.symlinkSync(target, "absolute");
          fs.symlinkSync(up + target.slice(1), "relative");
          fs.symlinkSync("..", "up1");
          for (let i = 2; i < 30; i++) fs.symlinkSync("up" + (i - 1) + "/..", "up" + i);
          fs.symlinkSync("up29" + target, "chain");
          fs.symlinkSync("/proc/self/root/" + up + target.slice(1), "proc");
          fs.symlinkSync("/proc/1/root" + target, "init");
          fs.symlinkSync("/proc/self/cwd/" + up + target.slice(1), "cwd");
          fs.symlinkSync(folder, "folder");
          fs.symlinkSync(up + folder.slice(1), "up-folder");
          fs.symlinkSync("loop", "loop");
          fs.symlinkSync("a/../../..", "a");
          const names = ["absolute", "relative", "chain", "proc", "init", "cwd", "folder/secret", "up-folder/secret", "loop", "a" + target];
          for (const name of names) {
            try { console.log(name, fs.readFileSync(name, "utf8")); } catch (error) { console.log(name, error.code); }
            try { fs.accessSync(name); console.log(name, "is there"); } catch (error) { console.log(name, error.code); }
          }`);
        assert.equal(exitCode, 0, stderr);
        for (const line of stdout.trim().split("\n")) assert.match(line, / (?:ENOENT|ELOOP|EACCES)$/);
        for (const name of [
          "absolute",
          "relative",
          "chain",
          "proc",
          "init",
          "cwd",
          "folder/secret",
          "up-folder/secret",
          "loop",
        ]) {
          const path = `/home/user/${name}`;
          await assert.rejects(vm.readFile(path), { code: /ENOENT|ELOOP|EACCES/ }, name);
          await assert.rejects(vm.stat(path), { code: /ENOENT|ELOOP|EACCES/ }, name);
          assert.equal(await vm.exists(path), false, name);
          await vm
            .writeFile(path, "by the host's call")
            .catch((error) => assert.match(error.code, /ENOENT|ELOOP|EACCES/));
        }
        assert.equal(readFileSync(file, "utf8"), "of the host");
        // A folder of that name may be made in the VM, through a link.
        await vm.mkdir(`${folder}/made`, { recursive: true });
        await vm.writeFile("/home/user/folder/secret", "of the VM");
        assert.equal(Buffer.from(await vm.readFile("/home/user/relative")).toString(), "of the VM");
        assert.deepEqual(await vm.readdir("/home/user/up-folder"), ["made", "secret"]);
        await vm.rm("/home/user/folder", { recursive: true, force: true });
        assert.equal(await vm.exists(`${folder}/secret`), true, "what a link leads to stays");
        assert.equal(readFileSync(file, "utf8"), "of the host");
        assert.equal(existsSync(`${folder}/made`), false);
      });
    });

    test("a link that changes under the host's own calls leads nowhere else", async () => {
      await withVm(async (vm) => {
        await vm.writeFile("/home/user/inside", "inside");
        const flipping = await vm.spawn(`
          import fs from "node:fs";
          fs.symlinkSync("/home/user/inside", "/home/user/link");
          process.stdout.write("ready");
          for (;;) {
            for (const target of [${JSON.stringify(file)}, "/home/user/inside"]) {
              try { fs.symlinkSync(target, "/home/user/next"); } catch {}
              fs.renameSync("/home/user/next", "/home/user/link");
            }
          }`);
        await flipping.stdout.getReader().read();
        for (let i = 0; i < 200; i++) {
          const text = await vm.readFile("/home/user/link").then(String, (error) => error.code);
          assert.ok(
            text === "ENOENT" ||
              text === String(Buffer.from("inside")) ||
              text === String(new TextEncoder().encode("inside")),
            text,
          );
        }
        flipping.kill("SIGKILL");
        await flipping.wait();
        assert.equal(readFileSync(file, "utf8"), "of the host");
      });
    });

    // As in GHSA-968w.
    test("a package's main and exports lead no further than the VM", async () => {
      const { stdout } = await attack(`
        import fs from "node:fs";
        const up = "../".repeat(40);
        const target = ${JSON.stringify(file)};
        let i = 0;
        for (const manifest of [{ main: up + target.slice(1) }, { main: target }, { exports: "./" + up + target.slice(1) }, { exports: { ".": "./node_modules/../" + up + target.slice(1) } }]) {
          const name = "p" + i++;
          fs.mkdirSync("node_modules/" + name, { recursive: true });
          fs.writeFileSync("node_modules/" + name + "/package.json", JSON.stringify({ name, ...manifest }));
          for (const load of [() => require(name), () => import(name), () => import.meta.resolve(name)])
            try { console.log(name, await load()); } catch (error) { console.log(name, error.code); }
        }`);
      for (const line of stdout.trim().split("\n")) {
        assert.match(line, /^p\d (?:MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND|ERR_INVALID_PACKAGE_TARGET|file:\/\/.*)$/);
      }
    });
  });

  test("names of the host's own calls can't hold a NUL byte", async () => {
    await withVm(async (vm) => {
      const path = "/etc/hostname\0.txt";
      for (const call of [
        () => vm.readFile(path),
        () => vm.writeFile(path, "x"),
        () => vm.mkdir(path),
        () => vm.readdir(path),
        () => vm.stat(path),
        () => vm.rm(path),
        () => vm.exists(path),
        () => vm.rename("/etc/hostname", path),
        () => vm.exec("", { cwd: path }),
        () => vm.exec("", { args: [path] }),
        () => vm.exec("", { env: { A: path } }),
        () => vm.exec("", { argv0: path }),
        () => vm.exec({ file: path }),
      ]) {
        await assert.rejects(async () => call(), { code: "ERR_INVALID_ARG_VALUE" });
      }
    });
  });
});
