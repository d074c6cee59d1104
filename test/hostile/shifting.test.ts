import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

/**
 * `shrinking(size)`: memory that can be taken away, and all ways to do so. `whenRead(act)`: values that do `act` at the
 * moment when a call converts or looks at them.
 */
const SHIFTS = `
  const shifts = {
    resize: { make: (size) => new ArrayBuffer(size, { maxByteLength: 2 * size }), act: (memory) => memory.resize(0) },
    halve: { make: (size) => new ArrayBuffer(size, { maxByteLength: 2 * size }), act: (memory) => memory.resize(memory.byteLength >> 1) },
    grow: { make: (size) => new ArrayBuffer(size, { maxByteLength: 2 * size }), act: (memory) => memory.resize(memory.maxByteLength) },
    transfer: { make: (size) => new ArrayBuffer(size), act: (memory) => memory.transfer() },
    shrink: { make: (size) => new ArrayBuffer(size), act: (memory) => memory.transfer(1) },
    clone: { make: (size) => new ArrayBuffer(size), act: (memory) => structuredClone(memory, { transfer: [memory] }) },
    post: { make: (size) => new ArrayBuffer(size), act: (memory) => new MessageChannel().port1.postMessage(memory, [memory]) },
    shared: { make: (size) => new SharedArrayBuffer(size, { maxByteLength: 2 * size }), act: (memory) => memory.grow(memory.maxByteLength) },
  };
  const whenRead = (value, act) => {
    let acted = false;
    const now = () => { if (!acted) { acted = true; try { act(); } catch {} } return value; };
    return { valueOf: now, toString: () => String(now()), [Symbol.toPrimitive]: now, get length() { return now(); }, get then() { now(); } };
  };
  const getter = (values, key, act) => {
    const object = { ...values };
    let acted = false;
    Object.defineProperty(object, key, { enumerable: true, get() { if (!acted) { acted = true; try { act(); } catch {} } return values[key]; } });
    return object;
  };
  const forAll = (test) => {
    for (const [name, { make, act }] of Object.entries(shifts))
      for (const size of [1, 64, 8192, 8193, 1 << 17])
        for (const View of [Uint8Array, Float64Array, DataView, Buffer]) {
          if (View === Float64Array && size % 8) continue;
          const memory = make(size);
          const view = View === Buffer ? Buffer.from(memory) : new View(memory);
          try { test(view, () => act(memory), name + size); } catch (error) { if (!(error instanceof Error)) throw error; }
        }
  };`;

describe("what changes between a check and its use", () => {
  const { attack, withVm } = battleground();

  const uses: Record<string, string> = {
    "reads of files": `
      const fd = fs.openSync("file", "r+");
      forAll((view, act) => fs.readSync(fd, view, getter({ offset: 0, length: view.byteLength, position: 0 }, "position", act)));
      forAll((view, act) => fs.readSync(fd, view, getter({ offset: 0, length: view.byteLength, position: 0 }, "length", act)));
      forAll((view, act) => fs.readSync(fd, view, whenRead(0, act), view.byteLength, 0));
      forAll((view, act) => fs.readvSync(fd, [view, getter({}, "byteLength", act), view], 0));
      forAll((view, act) => { const list = [view]; Object.defineProperty(list, 1, { get() { act(); return view; } }); fs.readvSync(fd, list, 0); });
      forAll((view, act) => { fs.read(fd, view, () => {}); act(); });
      forAll((view, act) => { fs.promises.open("file").then((handle) => { const done = handle.read(view, 0, view.byteLength, 0); act(); return done.finally(() => handle.close()); }).catch(() => {}); });`,
    "writes of files": `
      const fd = fs.openSync("file", "r+");
      forAll((view, act) => fs.writeSync(fd, view, getter({ offset: 0, length: view.byteLength, position: 0 }, "position", act)));
      forAll((view, act) => fs.writeSync(fd, view, getter({ offset: 0, length: view.byteLength }, "offset", act)));
      forAll((view, act) => { const list = [view, view]; Object.defineProperty(list, 0, { get() { act(); return view; } }); fs.writevSync(fd, list, 0); });
      forAll((view, act) => fs.writeFileSync("other", view, getter({ flag: "w", mode: 0o666, encoding: "utf8" }, "flag", act)));
      forAll((view, act) => { fs.write(fd, view, () => {}); act(); });
      forAll((view, act) => { fs.writeFile("other", view, () => {}); act(); });
      forAll((view, act) => fs.appendFileSync("other", view, getter({ mode: 0o666 }, "mode", act)));`,
    "paths in buffers": `
      forAll((view, act) => fs.statSync(view, getter({ bigint: false }, "bigint", act)));
      forAll((view, act) => fs.openSync(view, whenRead(0, act)));
      forAll((view, act) => fs.mkdirSync(view, getter({ recursive: true }, "recursive", act)));
      forAll((view, act) => fs.renameSync(view, view));
      forAll((view, act) => fs.utimesSync(view, whenRead(1, act), whenRead(1, act)));
      forAll((view, act) => fs.symlinkSync(view, "l" + Math.random(), whenRead("file", act)));`,
    "buffers and strings": `
      const other = Buffer.alloc(100);
      forAll((view, act) => Buffer.prototype.copy.call(view, other, whenRead(0, act), whenRead(0, act), whenRead(50, act)));
      forAll((view, act) => other.copy(view, whenRead(0, act)));
      forAll((view, act) => Buffer.from(view.buffer).fill("ab", whenRead(0, act), view.byteLength, "utf8"));
      forAll((view, act) => Buffer.from(view.buffer).fill(whenRead(7, act)));
      forAll((view, act) => Buffer.from(view.buffer).write("text", whenRead(0, act)));
      forAll((view, act) => Buffer.from(view.buffer).toString("hex", whenRead(0, act), whenRead(99, act)));
      forAll((view, act) => Buffer.from(view.buffer).indexOf(whenRead("x", act), whenRead(0, act)));
      forAll((view, act) => Buffer.from(view.buffer).compare(other, whenRead(0, act)));
      forAll((view, act) => Buffer.concat([view, getter({}, "length", act)]));
      forAll((view, act) => Buffer.from(view.buffer).writeDoubleBE(whenRead(1, act), 0));
      forAll((view, act) => new TextEncoder().encodeInto(whenRead("text", act), view));
      forAll((view, act) => new TextDecoder("utf8", getter({ fatal: true }, "fatal", act)).decode(view, getter({ stream: true }, "stream", act)));
      forAll((view, act) => new (require("node:string_decoder").StringDecoder)("utf8").write(view));
      forAll((view, act) => structuredClone(getter({ x: 1, view }, "x", act)));
      forAll((view, act) => structuredClone({ view, ...{} }, getter({ transfer: [view.buffer] }, "transfer", act)));
      forAll((view, act) => v8.serialize([getter({ x: 1 }, "x", act), view]));
      forAll((view, act) => { const s = new v8.Serializer(); s.writeHeader(); s.writeRawBytes(view); act(); s.writeValue(view); s.releaseBuffer(); });
      forAll((view, act) => { const d = new v8.Deserializer(Buffer.from(view.buffer)); act(); d.readHeader(); d.readRawBytes(10); d.readValue(); });
      forAll((view, act) => new Blob([view, whenRead("x", act)], getter({ type: "x" }, "type", act)));
      forAll((view, act) => crypto.getRandomValues(view) && act());`,
    cryptography: `
      const key = Buffer.alloc(32, 1);
      forAll((view, act) => crypto.createHash("sha256", getter({ outputLength: 32 }, "outputLength", act)).update(view).digest());
      forAll((view, act) => { const hash = crypto.createHash("sha256"); hash.update(view); act(); hash.update(view); hash.digest(whenRead("hex", act)); });
      forAll((view, act) => crypto.createHmac("sha256", view, getter({ encoding: "utf8" }, "encoding", act)).update(view).digest());
      forAll((view, act) => crypto.createCipheriv("aes-256-gcm", key, view, getter({ authTagLength: 16 }, "authTagLength", act)).update(view));
      forAll((view, act) => { const cipher = crypto.createCipheriv("aes-256-ctr", key, Buffer.alloc(16)); cipher.update(view); act(); cipher.update(view); });
      forAll((view, act) => crypto.createSecretKey(view, whenRead("utf8", act)));
      forAll((view, act) => crypto.createPrivateKey(getter({ key: view, format: "der", type: "pkcs8", passphrase: "x" }, "type", act)));
      forAll((view, act) => crypto.sign("sha256", view, getter({ key: view, dsaEncoding: "der" }, "dsaEncoding", act)));
      forAll((view, act) => crypto.verify("sha256", view, getter({ key: view, padding: 1 }, "padding", act), view));
      forAll((view, act) => { crypto.randomFill(view, () => {}); act(); });
      forAll((view, act) => crypto.randomFillSync(view, 0, view.byteLength));
      forAll((view, act) => { crypto.pbkdf2(view, view, 1, 32, "sha1", () => {}); act(); });
      forAll((view, act) => { crypto.scrypt(view, view, 32, getter({ N: 2, r: 1, p: 1 }, "r", act), () => {}); });
      forAll((view, act) => { crypto.hkdf("sha1", view, view, view, 32, () => {}); act(); });
      forAll((view, act) => crypto.timingSafeEqual(view, view));
      forAll((view, act) => { crypto.subtle.digest("SHA-256", view).catch(() => {}); act(); });
      forAll((view, act) => { crypto.subtle.importKey("raw", view, getter({ name: "AES-GCM" }, "name", act), true, ["encrypt"]).catch(() => {}); act(); });
      forAll((view, act) => { crypto.checkPrime(view, getter({ checks: 1 }, "checks", act), () => {}); });`,
    compression: `
      forAll((view, act) => zlib.deflateSync(view, getter({ level: 1 }, "level", act)));
      forAll((view, act) => zlib.inflateSync(zlib.deflateSync(Buffer.alloc(view.byteLength)), getter({ dictionary: view }, "dictionary", act)));
      forAll((view, act) => { zlib.deflate(view, () => {}); act(); });
      forAll((view, act) => { const stream = zlib.createGzip(); stream.write(view); act(); stream.flush(); stream.resume().destroy(); });
      forAll((view, act) => { const stream = zlib.createBrotliCompress(); stream.write(view, () => act()); stream.end(view); stream.resume(); });
      forAll((view, act) => zlib.crc32(view, whenRead(0, act)));`,
  };
  for (const [name, code] of Object.entries(uses)) {
    test(`memory that shrinks, moves or grows in the middle of ${name}`, async () => {
      const { exitCode, stdout, stderr } = await attack(
        `import fs from "node:fs"; import v8 from "node:v8"; import zlib from "node:zlib"; import crypto from "node:crypto";
        process.on("uncaughtException", (error) => { if (!(error instanceof Error)) throw error; });
        fs.writeFileSync("file", "x".repeat(10_000));
        ${SHIFTS}
        ${code}
        process.on("exit", () => fs.writeSync(1, "end"));`,
        { timeout: 60_000, limits: { memoryMb: 512 } },
      );
      assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "end", stderr: "" });
    });
  }

  // As in CVE-2023-28445: what is read must be the file's, never other memory.
  test("a read into memory that went away gives no bytes of anything else", async () => {
    const { exitCode, stdout, stderr } = await attack(`
      import fs from "node:fs";
      fs.writeFileSync("file", Buffer.alloc(1 << 20, "A"));
      const fd = fs.openSync("file", "r");
      for (const size of [100, 8192, 10_000, 1 << 20]) {
        const memory = new ArrayBuffer(size, { maxByteLength: 1 << 20 });
        const view = new Uint8Array(memory);
        const count = fs.readSync(fd, view, { get offset() { memory.resize(size >> 1); return 0; }, position: 0 });
        memory.resize(size);
        const bytes = new Set(view);
        console.log(count <= size, [...bytes].every((byte) => byte === 0 || byte === 65));
        fs.writeSync(1, "");
        memory.resize(size >> 1);
        const out = fs.openSync("out", "w+");
        try { fs.writeSync(out, view, { get offset() { memory.resize(8); return 0; }, length: size >> 1 }); } catch (error) { if (!error.code) throw error; }
        console.log(fs.readFileSync("out").every((byte) => byte === 65 || byte === 0), fs.fstatSync(out).size <= size >> 1);
      }`);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(new Set(stdout.trim().split("\n")), new Set(["true true"]));
  });

  // As in CVE-2026-25641.
  test("records whose keys and lengths change while the kernel's gate reads them", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs";
      const { internalBinding } = (await import("node:module")).createRequire("/")("internal/test/binding");
      const binding = internalBinding("fs");
      const outcomes = new Set();
      const attempt = (act) => { try { act(); outcomes.add("done"); } catch (error) { outcomes.add(error.code ?? error.name); } };
      const list = (values, change) => {
        const array = [...values];
        Object.defineProperty(array, 1, { configurable: true, enumerable: true, get() { change(array); return values[1]; } });
        return array;
      };
      const changes = [
        (array) => { array.length = 0; }, (array) => { array.length = 1; }, (array) => { array.push(...Array(70_000).fill(1)); },
        (array) => { delete array[2]; }, (array) => { array[2] = {}; }, (array) => { array[2] = array; }, (array) => { Object.setPrototypeOf(array, null); },
        (array) => { array[2] = Symbol("s"); }, (array) => { array[2] = "x".repeat(1 << 20); }, (array) => { Object.freeze(array); },
        (array) => { Object.defineProperty(array, 2, { get() { throw new Error("late"); } }); }, () => { throw new Error("now"); }, () => fs.closeSync(fd),
        (array) => { Object.defineProperty(array, "length", { writable: false }); }, (array) => { array[2] = new Proxy([], {}); }, (array) => { array[2] = 2 ** 53; },
      ];
      let fd = 0;
      for (const change of changes) {
        fd = fs.openSync("file", "w+");
        const bytes = [Buffer.from("a"), Buffer.from("b"), Buffer.from("c")];
        for (const act of [
          () => process.setgroups(list([1, 2, 3], change)),
          () => internalBinding("credentials").setgroups?.(list([1, 2, 3], change)),
          () => fs.writevSync(fd, list(bytes, change)), () => fs.readvSync(fd, list(bytes, change)),
          () => binding.writeBuffers(fd, list(bytes, change), 0), () => binding.readBuffers(fd, list(bytes, change), 0),
          () => binding.writeBuffers(fd, new Proxy(bytes, { get(target, key) { change([...target]); return key === "length" ? 1e6 : Reflect.get(target, key); } }), 0),
          () => internalBinding("spawn_sync").spawn({ file: "x", args: list(["a", "b", "c"], change), envPairs: list(["A=1", "B=2", "C=3"], change), stdio: list([{ type: "pipe" }, { type: "pipe" }, { type: "pipe" }], change) }),
          () => internalBinding("process_methods").setEmitWarningSync?.(list([1, 2, 3], change)),
          () => internalBinding("util").getCallSites?.(list([1, 2, 3], change)),
          () => internalBinding("blob").createBlob(list(bytes.map((item) => new Uint8Array(item)), change), 3),
          () => internalBinding("blob").concat?.(list(bytes.map((item) => new Uint8Array(item)), change)),
          () => internalBinding("process_env")?.create(list(["A", "B", "C"], change), list(["1", "2", "3"], change), () => {}),
          () => internalBinding("messaging").structuredClone(1, { transfer: list([new ArrayBuffer(1), new ArrayBuffer(2), new ArrayBuffer(3)], change) }),
          () => new MessageChannel().port1.postMessage(1, list([new ArrayBuffer(1), new ArrayBuffer(2), new ArrayBuffer(3)], change)),
          () => process.execve?.("/x", list(["a", "b", "c"], change), {}),
          () => process.hrtime(list([1, 2, 3], change)),
          () => crypto.getRandomValues(list([1, 2, 3], change)),
        ]) attempt(act);
        try { fs.closeSync(fd); } catch {}
      }
      console.log(outcomes.size > 3);`,
      { execArgv: ["--expose-internals", "--no-warnings"], timeout: 30_000 },
    );
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "true\n", stderr: "" });
  });

  // As in CVE-2026-34211.
  test("nesting exhausts no parser", async () => {
    const { exitCode, stdout, stderr } = await attack(
      `import fs from "node:fs"; import v8 from "node:v8"; import vm from "node:vm"; import util from "node:util"; import qs from "node:querystring";
      const deep = 1_000_000;
      const outcomes = [];
      for (const act of [
        () => JSON.parse("[".repeat(deep) + "]".repeat(deep)), () => JSON.parse('{"a":'.repeat(deep) + "1" + "}".repeat(deep)),
        () => new RegExp("(".repeat(deep) + ")".repeat(deep)), () => new Function("return " + "[".repeat(deep) + "]".repeat(deep)),
        () => new vm.Script("(".repeat(deep) + ")".repeat(deep)), () => new vm.Script("\`\${".repeat(deep)), () => eval("-".repeat(deep * 2 + 1) + "1"),
        () => eval("{".repeat(deep) + "}".repeat(deep)), () => v8.deserialize(Buffer.concat([Buffer.from([255, 15]), Buffer.alloc(deep * 2, "A\\x01", "latin1")])),
        () => new URL("http://x/" + "../".repeat(deep)), () => qs.parse("a[".repeat(deep)),
        () => { let value = {}; for (let i = 0; i < deep; i++) value = { value }; util.inspect(value, { depth: Infinity }); },
        () => { let value = {}; for (let i = 0; i < deep; i++) value = { value }; util.isDeepStrictEqual(value, structuredClone(value)); },
        () => { let error = new Error("x"); for (let i = 0; i < 1e5; i++) error = new Error("x", { cause: error }); util.inspect(error); },
        () => new Intl.DateTimeFormat("en-" + "x-".repeat(1e5)), () => { fs.writeFileSync("package.json", '{"a":' .repeat(deep)); require("./package.json"); },
      ]) {
        Error.stackTraceLimit = 0;
        try { act(); outcomes.push("done"); } catch (error) { outcomes.push(error.name); }
      }
      console.log(outcomes.length, outcomes.filter((name) => !/^(done|RangeError|SyntaxError|Error|TypeError|DataCloneError)$/.test(name)).join());`,
      { timeout: 60_000, limits: { memoryMb: 512 } },
    );
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "16 \n", stderr: "" });
  });

  test("options of a run are taken when it is called", async () => {
    await withVm(async (vm) => {
      const inputs = { list: [1] };
      const env: Record<string, string> = { A: "1" };
      const args = ["a"];
      const stdin = new TextEncoder().encode("stdin");
      const running = vm.run<unknown>(
        "globalThis.__return([inputs, process.env.A, process.argv.slice(2)]); process.stdin.pipe(process.stdout);",
        { inputs, env, args, stdin: stdin.slice() },
      );
      inputs.list.push(2);
      env.A = "2";
      args.push("b");
      const { value, stdout } = await running;
      assert.deepEqual(value, [{ list: [1] }, "1", ["a"]]);
      assert.equal(stdout, "stdin");
    });
  });

  // As in CVE-2025-66479: while the option is not there, it must not be taken for its opposite.
  test("an empty allow-list does not mean everything", async () => {
    const { NodeRuntime } = await import("secure-exec");
    await assert.rejects(NodeRuntime.create({ allowedBuiltins: [] }), { code: "ERR_NOT_IMPLEMENTED" });
    await assert.rejects(NodeRuntime.create({ permissions: { fs: "deny" } }), { code: "ERR_NOT_IMPLEMENTED" });
    await assert.rejects(NodeRuntime.create({ permissions: { network: { default: "allow", rules: [] } } }), {
      code: "ERR_NOT_IMPLEMENTED",
    });
  });
});
