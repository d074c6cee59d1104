import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { descendantsOf, isAlive } from "../support/vm_process.ts";

const ENGINE = `node-${process.platform}-${process.arch}`;
const require = createRequire(import.meta.url);
const PACKAGE = dirname(require.resolve("secure-exec/package.json"));

/** A program that creates a VM and prints what came of it. */
const PROGRAM = `
  import { NodeRuntime } from "secure-exec";
  globalThis.prepare?.();
  try {
    const runtime = await NodeRuntime.create();
    console.log("created " + (await runtime.exec("console.log(1)")).stdout);
    await runtime.dispose();
  } catch ({ name, code, message }) {
    console.log(name, code, message);
  }
`;

/** An installation of the package of one's own, to be broken. */
class Installation {
  readonly root = mkdtempSync(join(tmpdir(), "secure-exec-install-"));
  readonly engine = join(this.root, "node_modules", ENGINE);
  readonly own = join(this.root, "node_modules", "secure-exec");
  readonly binary = join(this.engine, "bin/node");
  readonly image = join(this.own, "dist/guest/image.bin");
  readonly launcher = join(this.own, "engine/build/Release/launcher");

  constructor() {
    mkdirSync(join(this.engine, "bin"), { recursive: true });
    cpSync(require.resolve(`${ENGINE}/package.json`), join(this.engine, "package.json"));
    symlinkSync(join(dirname(require.resolve(`${ENGINE}/package.json`)), "bin/node"), this.binary);
    cpSync(join(PACKAGE, "package.json"), join(this.own, "package.json"), { recursive: true });
    cpSync(join(PACKAGE, "dist"), join(this.own, "dist"), {
      recursive: true,
      filter: (path) => !path.includes("dist/test"),
    });
    for (const name of ["engine.node", "launcher"]) {
      cpSync(join(PACKAGE, "engine/build/Release", name), join(this.own, "engine/build/Release", name));
    }
  }

  /** Runs PROGRAM here; `prepare` is code that runs first. */
  async create(prepare = "", command: string[] = []): Promise<string> {
    const source = `globalThis.prepare = () => { ${prepare} };\n${PROGRAM}`;
    const [file, ...args] = [...command, process.execPath, "--input-type=module", "-e", source];
    const child = spawn(file!, args, { cwd: this.root, stdio: ["ignore", "pipe", "inherit"] });
    const text = await new Response(child.stdout as any).text();
    if (child.exitCode === null) await once(child, "exit");
    return text;
  }

  /** Replaces the file by a changed copy. */
  change(path: string, change: (bytes: Buffer) => Uint8Array): void {
    const bytes = change(readFileSync(path));
    rmSync(path);
    writeFileSync(path, bytes, { mode: 0o755 });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

describe("an engine that can't start is an error at once", () => {
  let installation: Installation;
  before(() => {
    installation = new Installation();
  });
  after(() => installation.remove());

  /** Breaks something, and mends it. */
  async function assertFails(path: string, change: (path: string) => void, expected: RegExp): Promise<void> {
    const saved = `${path}.saved`;
    cpSync(path, saved);
    try {
      change(path);
      const text = await installation.create();
      assert.match(text, /^Error ERR_ENGINE_START /);
      assert.match(text, expected);
      assert.ok(!text.includes("    at "), "without a stack of the engine's");
    } finally {
      rmSync(path, { force: true });
      cpSync(saved, path);
      rmSync(saved);
    }
  }

  test("the installation works as long as nothing is broken", async () => {
    assert.equal(await installation.create(), "created 1\n\n");
  });

  test("the binary is missing", () => assertFails(installation.binary, rmSync, /bin\/node: No such file/));

  test("the binary is not executable", () =>
    assertFails(
      installation.binary,
      (path) => {
        installation.change(path, () => Buffer.from("not a program"));
        chmodSync(path, 0o644);
      },
      /bin\/node: Permission denied/,
    ));

  test("the binary is no program", () =>
    assertFails(
      installation.binary,
      (path) => installation.change(path, () => Buffer.from("\x7fELFgarbage")),
      /bin\/node: Exec format error/,
    ));

  test("the binary needs another C library", () =>
    assertFails(
      installation.binary,
      (path) => {
        const program = readFileSync(installation.launcher, "latin1");
        installation.change(path, () => Buffer.from(program.replace(/\/ld-linux/, "/ld-linuy"), "latin1"));
      },
      /needs the GNU C library/,
    ));

  test("the launcher is missing", () => assertFails(installation.launcher, rmSync, /launcher is missing/));

  test("the launcher needs another C library", () =>
    assertFails(
      installation.launcher,
      (path) =>
        installation.change(path, (bytes) =>
          Buffer.from(bytes.toString("latin1").replace(/\/ld-linux/, "/ld-linuy"), "latin1"),
        ),
      /needs the GNU C library/,
    ));

  test("the addon is missing", () =>
    assertFails(join(installation.own, "engine/build/Release/engine.node"), rmSync, /engine\.node/));

  test("the image is missing", () => assertFails(installation.image, rmSync, /image\.bin: No such file/));

  test("the image is cut off", () =>
    assertFails(
      installation.image,
      (path) => installation.change(path, (bytes) => bytes.subarray(0, 1_000_000)),
      /has 1000000 bytes instead of \d+/,
    ));

  test("the image is empty", () =>
    assertFails(installation.image, (path) => installation.change(path, () => new Uint8Array()), /image\.bin/));

  test("the image is for another processor", () =>
    assertFails(
      installation.image,
      (path) =>
        installation.change(path, (bytes) => {
          bytes.fill(0, 8, 24).write("mips", 8);
          return bytes;
        }),
      /is for another processor: mips/,
    ));

  test("the image is another build's", () =>
    assertFails(
      installation.image,
      (path) =>
        installation.change(path, (bytes) => {
          bytes[40]! ^= 1;
          return bytes;
        }),
      /another build of the engine/,
    ));

  test("there are no descriptors left", async () => {
    const prepare = `
      const { openSync } = process.getBuiltinModule("node:fs");
      process.getBuiltinModule("node:child_process").execFileSync("prlimit", ["--pid", process.pid, "--nofile=256"]);
      try { for (;;) openSync("/dev/null"); } catch {}`;
    assert.match(await installation.create(prepare), /^Error ERR_ENGINE_START .*EMFILE/);
  });

  test("the system gives no more threads", { skip: process.getuid!() !== 0 }, async () => {
    // The limit counts a user's threads, and does not hold for the superuser.
    chmodSync(installation.root, 0o755);
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const prepare = `
      const { readdirSync } = process.getBuiltinModule("node:fs");
      const limit = readdirSync("/proc/self/task").length + 8;
      process.getBuiltinModule("node:child_process").execFileSync("prlimit", ["--pid", process.pid, "--nproc=" + limit]);`;
    assert.match(await installation.create(prepare, nobody), /^Error ERR_ENGINE_START .*\n.*no more threads/);
  });
});

test("an engine that hangs in its boot ends with its host", async () => {
  const installation = new Installation();
  try {
    installation.change(installation.binary, () => Buffer.from("#!/bin/sh\nsleep 1000 & wait\n"));
    const source = `import { NodeRuntime } from "secure-exec"; NodeRuntime.create(); console.log("asked"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      cwd: installation.root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    let engine: number[];
    do engine = descendantsOf(child.pid!);
    while (engine.length === 0);
    child.kill("SIGKILL");
    while (isAlive(engine[0]!)) await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    installation.remove();
  }
});
