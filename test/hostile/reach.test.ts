import assert from "node:assert/strict";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";
import { becomesIdle } from "../support/processor.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** What only the host has: none of it may show in a guest. */
const HOST = [ROOT, dirname(process.execPath), import.meta.dirname, ...(hostname().length > 3 ? [hostname()] : [])];
/** Parts of ours that stand below Node's library. */
const OURS = /secure.?exec|\bdist\/|engine\.node|guest\/|kernel\/|zygote|bundle/i;

/** For a look at the attacked VM after its program's end: it stops computing. */
const idleWithin = (patienceMs: number) => async (pid: number) =>
  assert.ok(await becomesIdle(pid, patienceMs), "nothing is computed any more");

describe("what shows of the runtime and the host is nothing", () => {
  const { attack } = battleground();

  // As in GHSA-v27g.
  test("the call sites of a stack name Node's modules and the program, and hand out no function", async () => {
    const { stdout, stderr } = await attack(
      `import fs from "node:fs";
      import vm from "node:vm";
      import zlib from "node:zlib";
      import crypto from "node:crypto";
      import { createHook, AsyncLocalStorage } from "node:async_hooks";
      process.on("uncaughtException", () => {});
      const seen = new Set();
      Error.stackTraceLimit = Infinity;
      Error.prepareStackTrace = (error, sites) => {
        for (const site of sites) {
          for (const get of ["getFileName", "getScriptNameOrSourceURL", "getEvalOrigin", "getTypeName", "toString", "getScriptHash"]) {
            try { seen.add(get + " " + site[get]()); } catch (error) { seen.add(error.name); }
          }
          const own = String(site.getFileName()).includes("index.mjs") || site.isEval();
          if (!own && (site.getThis() !== undefined || site.getFunction() !== undefined)) {
            const name = String(site.getFunction()?.name);
            if (!site.isNative() && site.getFileName() !== null) seen.add("a function of " + site.getFileName() + " " + name);
          }
        }
        return "";
      };
      const look = () => { new Error("x").stack; };
      const failing = (act) => { try { act()?.catch?.((error) => error.stack); } catch (error) { error?.stack; } };
      const trap = new Proxy({}, { get() { look(); return undefined; }, has() { look(); return false; }, ownKeys() { look(); return []; } });
      const text = { toString() { look(); return "x"; }, valueOf() { look(); return 1; }, [Symbol.toPrimitive]() { look(); return 1; } };
      for (const act of [
        () => fs.statSync("/nowhere"), () => fs.openSync(text), () => fs.readFileSync("/etc/hostname", trap), () => fs.promises.readFile("/no"),
        () => fs.writeFileSync("/etc/no", "x"), () => process.chdir("/no"), () => process.kill(99999, 0), () => process.setuid("nobody"),
        () => new URL(text), () => Buffer.from(text), () => crypto.createHash(text), () => crypto.generateKeyPairSync("rsa", trap),
        () => crypto.createCipheriv("aes-128-cbc", "short", "x"), () => zlib.inflateSync("x"), () => vm.runInNewContext("throw 1; }"),
        () => vm.runInNewContext("f()", { f: look }), () => structuredClone({ get x() { look(); return 1; } }), () => process.binding("nowhere"),
        () => JSON.parse("[1]", look), () => [2, 1].sort(look), () => import("/nowhere.mjs"), () => require("/nowhere"), () => process.emit("exit"),
        () => new Function("}"), () => eval("look(1); x.y"), () => new WebAssembly.Module(Uint8Array.of(1)), () => process.dlopen({}, "/x"),
        () => { process.env.X = text; }, () => { process.title = text; }, () => process.hrtime(trap), () => queueMicrotask(look),
      ]) failing(act);
      setTimeout(look); setImmediate(look); process.nextTick(look); Promise.resolve().then(look);
      fs.stat("/", look); fs.stat("/nowhere", (error) => error.stack); zlib.deflate("x", look); crypto.randomBytes(1, look);
      fs.createReadStream("/etc/hostname").on("data", look).on("close", look);
      createHook({ init: look, before: look, after: look, destroy: look }).enable();
      new AsyncLocalStorage().run(1, look);
      process.on("exit", look);
      process.on("exit", () => { process.stdout.write([...seen].join("\\n") + "\\n"); });`,
      { timeout: 20_000 },
    );
    assert.equal(stderr, "");
    const lines = stdout.trim().split("\n");
    assert.ok(lines.length > 100, `${lines.length} things were seen`);
    for (const line of lines) {
      assert.doesNotMatch(line, OURS);
      assert.ok(!HOST.some((text) => line.includes(text)), line);
      assert.ok(!line.startsWith("a function of node:"), line);
    }
    const files = lines
      .filter((line) => line.startsWith("getFileName "))
      .map((line) => line.slice("getFileName ".length));
    for (const file of files)
      assert.match(file, /^(?:node:|file:\/\/\/home\/user\/index\.mjs$|evalmachine|null$|undefined$|$)/);
  });

  test("no frame of ours shows in an overflow of the stack, at whatever depth it is met", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      import { inspect } from "node:util";
      const names = new Set();
      Error.stackTraceLimit = 30;
      const dive = (use) => { use(); return dive(use) + 1; };
      for (const use of [
        () => fs.statSync("/nowhere", { throwIfNoEntry: false }), () => fs.readFileSync("/etc/hostname"), () => fs.existsSync("/"),
        () => process.hrtime(), () => process.cwd(), () => process.memoryUsage(), () => inspect({ a: [1] }), () => structuredClone({ a: 1 }),
        () => setTimeout(() => {}, 1).unref(), () => process.env.HOME, () => performance.now(), () => new URL("http://x/"), () => process.stdout.fd,
      ]) {
        try { dive(use); } catch (error) {
          for (const line of error.stack.split("\\n")) names.add(line.replace(/:\\d+:\\d+/g, ""));
        }
      }
      fs.writeSync(1, [...names].join("\\n"));`,
      { timeout: 20_000 },
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /RangeError/);
    for (const line of stdout.split("\n")) assert.doesNotMatch(line, OURS);
  });

  // As in CVE-2024-34346.
  test("nothing under /proc, /sys and /dev is of the host", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      import { join } from "node:path";
      const names = [], seen = new Set();
      const visit = (path, depth) => {
        let entries = [];
        try { entries = fs.readdirSync(path, { withFileTypes: true }); } catch {}
        for (const entry of entries) {
          const at = join(path, entry.name);
          names.push(at);
          if (entry.isSymbolicLink()) try { names.push(fs.readlinkSync(at)); } catch {}
          if (entry.isDirectory() && depth > 0) visit(at, depth - 1);
          else if (entry.isFile()) try {
            const fd = fs.openSync(at, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
            const buffer = Buffer.alloc(1 << 16);
            names.push(at + ": " + buffer.toString("latin1", 0, fs.readSync(fd, buffer)));
            fs.closeSync(fd);
          } catch {}
        }
      };
      for (const root of ["/proc", "/sys", "/dev", "/etc", "/run", "/tmp"]) visit(root, 4);
      for (const path of ["environ", "cmdline", "maps", "mountinfo", "mounts", "status", "stat", "auxv", "cgroup", "limits", "mem", "cwd/x", "root/etc/hostname"])
        for (const pid of ["self", "1", "2", process.ppid, process.pid, "thread-self"])
          try { names.push(pid + path + fs.readFileSync("/proc/" + pid + "/" + path, "latin1").slice(0, 1 << 16)); } catch (error) { names.push(error.code); }
      for (const link of ["cwd", "exe", "root", "fd/0", "fd/1", "fd/2", "ns/user"])
        try { names.push(fs.readlinkSync("/proc/self/" + link)); } catch (error) { names.push(error.code); }
      process.stdout.write(names.join("\\n"));`,
      { timeout: 20_000, env: { OWN: "own-value" }, args: ["own-argument"] },
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /OWN=own-value/);
    assert.match(stdout, /own-argument/);
    for (const text of HOST) assert.ok(!stdout.includes(text), text);
  });

  // As in CVE-2023-32002 and CVE-2023-32559; the doors as such are compared with Node's (test/programs/process/reach).
  test("bindings that are reached all the same know the VM alone", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      process.removeAllListeners("warning");
      const old = process.binding("fs");
      const found = [];
      const tell = (name, act) => { try { found.push(name + " " + JSON.stringify(act())); } catch (error) { found.push(name + " " + (error.code ?? error.name)); } };
      tell("stat", () => old.internalModuleStat?.(${JSON.stringify(ROOT)}));
      tell("open", () => old.open(${JSON.stringify(`${ROOT}/package.json`)}, 0, 0o666));
      tell("readdir", () => old.readdir(${JSON.stringify(ROOT)}, "utf8", false));
      tell("spawn", () => process.binding("spawn_sync").spawn({ file: "/bin/sh", args: ["sh", "-c", "echo host"], stdio: [] }).error < 0);
      tell("process", () => { const { Process } = process.binding("process_wrap"); return new Process().spawn({ file: "/bin/sh", args: ["sh"] }) < 0; });
      tell("dlopen", () => process.dlopen({ exports: {} }, ${JSON.stringify(`${ROOT}/engine/build/Release/engine.node`)}));
      tell("require", () => require(${JSON.stringify(`${ROOT}/engine/build/Release/engine.node`)}));
      tell("import", () => require.extensions[".node"]({ exports: {} }, ${JSON.stringify(`${ROOT}/engine/build/Release/engine.node`)}));
      console.log(found.join("\\n"));`,
    );
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.replace(/"errno.*/, "")),
      [
        "stat -2",
        "open ENOENT",
        "readdir ENOENT",
        "spawn true",
        "process true",
        "dlopen ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
        "require MODULE_NOT_FOUND",
        "import ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
      ],
    );
  });

  // As in CVE-2024-27933.
  test("descriptors that are not the program's own can't be closed or used", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      const outcomes = new Set();
      for (let fd = 3; fd < 5000; fd++) {
        for (const act of [() => fs.closeSync(fd), () => fs.fstatSync(fd), () => fs.readSync(fd, Buffer.alloc(1), 0, 1, 0), () => fs.writeSync(fd, "x"), () => fs.ftruncateSync(fd), () => fs.fsyncSync(fd)])
          try { act(); outcomes.add("done"); } catch (error) { outcomes.add(error.code); }
      }
      for (const fd of [2 ** 31 - 1, 1 << 20, 65536, 1023, 1024]) try { fs.closeSync(fd); outcomes.add("done"); } catch (error) { outcomes.add(error.code); }
      for (const fd of [-1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 1.5, NaN, Infinity, "1", null, {}]) try { fs.closeSync(fd); outcomes.add("odd done"); } catch (error) { outcomes.add(error.code); }
      fs.writeSync(1, [...outcomes].sort().join());
      fs.closeSync(1); fs.closeSync(2); fs.closeSync(0);
      try { fs.writeSync(1, "never"); } catch (error) { process.exitCode = error.code === "EBADF" ? 5 : 6; }
      for (const path of ["/etc/hostname", "/etc/hostname", "/etc/hostname"]) fs.openSync(path);`,
      { timeout: 20_000 },
    );
    assert.deepEqual({ exitCode, stderr }, { exitCode: 5, stderr: "" });
    // What the runtime itself has open may be among them; that harms the program alone.
    assert.match(stdout, /EBADF/);
    assert.doesNotMatch(stdout, /odd done/);
  });
});

describe("what is fed to V8", () => {
  const ground = battleground();

  // As in CVE-2022-39266.
  test("a cache of compiled code that was tampered with is rejected", async () => {
    const { exitCode, stdout, stderr } = await ground.attack(
      `import vm from "node:vm";
      const source = "(function f(a) { let s = 0; for (const x of [1, 2, 3]) s += x * a; return class { #p = s; get p() { return this.#p; } }; })";
      const makers = [
        (cachedData) => new vm.Script(source, { cachedData }),
        (cachedData) => vm.compileFunction("return " + source, [], { cachedData }),
      ];
      const genuine = [
        new vm.Script(source).createCachedData(),
        vm.compileFunction("return " + source, [], { produceCachedData: true }).cachedData,
      ];
      let accepted = 0, rejected = 0;
      const use = (which, cachedData) => {
        const made = makers[which](cachedData);
        if (made.cachedDataRejected) rejected++; else accepted++;
        new ((made.runInThisContext ?? made).call(made))(2).p;
      };
      use(0, genuine[0]);
      use(1, genuine[1]);
      const first = accepted;
      let state = 7;
      const random = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
      for (let i = 0; i < 3000; i++) {
        for (const which of [0, 1]) {
          const { length } = genuine[which];
          const bytes = Buffer.from(genuine[which]);
          bytes[i < length ? i : random(length)] ^= 1 << random(8);
          if (i % 3 === 0) bytes[random(length)] += 1 + random(255);
          const cut = bytes.subarray(0, i % 5 === 0 ? random(length) : length);
          if (!cut.equals(genuine[which])) use(which, cut);
        }
      }
      for (const bytes of [Buffer.alloc(0), Buffer.alloc(64), Buffer.alloc(1 << 20, 255), Buffer.concat(genuine)]) use(0, bytes), use(1, bytes);
      console.log(first, accepted === first, rejected > 5000);`,
      { timeout: 60_000 },
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^2 true true\n$/);
  });

  test("a cache that another V8 made is rejected", async () => {
    const { stdout } = await ground.withVm(async (vm) => {
      const { Script } = await import("node:vm");
      const source = "globalThis.x = 1 + 1";
      const inputs = { source, cachedData: new Script(source).createCachedData() };
      return vm.exec(
        `import vm from "node:vm";
        console.log(new vm.Script(inputs.source, { cachedData: Buffer.from(inputs.cachedData) }).cachedDataRejected);`,
        { inputs },
      );
    });
    assert.equal(stdout, "true\n");
  });

  /** Calls `f` for ever, whatever it throws: (loop (try (call $f) (catch_all)) (br 0)). */
  const CATCH_ALL = `
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 103, 0, 1,
      10, 15, 1, 13, 0, 3, 64, 6, 64, 16, 0, 25, 11, 12, 0, 11, 11);
    const catching = async (f) => (await WebAssembly.instantiate(bytes, { m: { f } })).instance.exports.g();`;

  // As in CVE-2026-26956.
  test("WebAssembly that catches all can't catch the end of its process", async () => {
    const ends: Record<string, number> = {
      "let n = 0; await catching(() => { if (++n === 1000) process.exit(40); throw n; });": 40,
      "await catching(() => process.reallyExit(41));": 41,
      "await catching(() => process.kill(process.pid, 9));": 137,
      "await catching(() => process.abort());": 134,
      "await catching(() => {});": 137,
      "await catching(() => { while (true); });": 137,
      "await catching(() => { throw new Error('x'); });": 137,
      // V8 lets no WebAssembly catch an overflow of the stack.
      "const dive = () => dive(); await catching(dive);": 1,
    };
    for (const [code, expected] of Object.entries(ends)) {
      const { exitCode, stdout } = await ground.attack(`${CATCH_ALL}\n${code}\nconsole.log("went on");`, {
        timeout: 500,
        inspect: idleWithin(2000),
      });
      assert.deepEqual({ code, exitCode, stdout }, { code, exitCode: expected, stdout: "" });
    }
  });

  test("WebAssembly that catches all can't catch its memory's limit", async () => {
    const code = `${CATCH_ALL}
      const kept = [];
      await catching(() => { kept.push(new Array(1e5).fill(1.5)); });`;
    const { exitCode, stderr } = await ground.attack(code, { timeout: 30_000, limits: { memoryMb: 64 } });
    assert.equal(exitCode, 137);
    assert.match(stderr, /out of memory/);
  });

  test("what V8 gives up at ends its VM alone", async () => {
    // An array with more elements than V8 can hold, where it does not ask first.
    const code = "'x'.repeat(2 ** 29 - 24).split('');";
    await assert.rejects(ground.attack(code, { timeout: 30_000 }), { code: "ERR_VM_CRASHED" });
  });

  // As in GHSA-6785.
  const huge = {
    "a long string": "'x'.repeat(2 ** 26).split('')",
    "a filled array": "new Array(2 ** 27).fill({})",
    "a padded string": "'a'.padEnd(2 ** 29 - 24, 'bc').replaceAll('b', 'dd')",
    "a big integer": "2n ** (2n ** 29n) * 3n ** (2n ** 25n)",
    "the digits of a big integer": "(1n << (2n ** 29n)).toString()",
    "the parts of a long string": "Array.from('x'.repeat(2 ** 26))",
    "a join": "new Array(2 ** 25).fill('abcdefgh').join('-')",
    "a flat array": "Array.from({ length: 1e4 }, () => new Array(1e5).fill(1)).flat()",
    "a JSON text": "JSON.stringify(new Array(2 ** 24).fill('x'.repeat(30)))",
    "a buffer": "Buffer.alloc(2 ** 32, 'xy')",
    "a typed array": "new Float64Array(2 ** 29).fill(1).sort().reverse()",
    "a concatenation of buffers": "Buffer.concat(Array(300).fill(Buffer.alloc(1 << 24, 1)))",
    "a spread": "Math.max(...new Array(2 ** 26).fill(1))",
    "a table": "new Map(Array.from({ length: 2 ** 24 }, (_, i) => [i, i]))",
  };
  for (const [name, expression] of Object.entries(huge)) {
    test(`one huge allocation keeps its limits: ${name}`, async () => {
      const { exitCode } = await ground.attack(
        `for (;;) { try { globalThis.kept = ${expression}; } catch (error) { if (!(error instanceof RangeError)) throw error; } }`,
        { timeout: 400, limits: { memoryMb: 128 }, inspect: idleWithin(5000) },
      );
      assert.equal(exitCode, 137);
    });
  }
});
