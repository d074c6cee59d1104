import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";
const LATER = "ERR_NOT_IMPLEMENTED";

type Case = [options: unknown, code: string, named: string];

const CREATE_CASES: Case[] = [
  [5, TYPE, "options"],
  [null, TYPE, "options"],
  [[], TYPE, "options"],
  [{ evn: {} }, VALUE, "evn"],
  [{ env: "x" }, TYPE, "env"],
  [{ env: { A: 1 } }, TYPE, "env.A"],
  [{ env: { "A=B": "1" } }, VALUE, "env"],
  [{ env: { "": "1" } }, VALUE, "env"],
  [{ env: { A: "a\0b" } }, VALUE, "env.A"],
  [{ cwd: 1 }, TYPE, "cwd"],
  [{ cwd: "relative" }, VALUE, "cwd"],
  [{ cwd: "/a\0b" }, VALUE, "cwd"],
  [{ files: [] }, TYPE, "files"],
  [{ files: { "relative.txt": "" } }, VALUE, "files"],
  [{ files: { "/a": 1 } }, TYPE, 'files["/a"]'],
  [{ files: { "/a": new ArrayBuffer(1) } }, TYPE, 'files["/a"]'],
  [{ limits: 1 }, TYPE, "limits"],
  [{ limits: { memory: 1 } }, VALUE, "limits.memory"],
  [{ limits: { memoryMb: "1" } }, TYPE, "limits.memoryMb"],
  [{ limits: { memoryMb: 1 } }, RANGE, "limits.memoryMb"],
  [{ limits: { memoryMb: Number.NaN } }, RANGE, "limits.memoryMb"],
  [{ limits: { cpuMs: 0 } }, RANGE, "limits.cpuMs"],
  [{ limits: { processes: 1.5 } }, RANGE, "limits.processes"],
  [{ limits: { outputBytes: -1 } }, RANGE, "limits.outputBytes"],
  [{ limits: { fds: Infinity } }, RANGE, "limits.fds"],
  [{ limits: { vmMemoryMb: 8 } }, RANGE, "limits.vmMemoryMb"],
  [{ jail: "on" }, VALUE, "jail"],
  [{ jail: true }, TYPE, "jail"],
  [{ nodeVersion: 22 }, TYPE, "nodeVersion"],
  [{ nodeVersion: "v22" }, VALUE, "nodeVersion"],
  [{ onBootTiming: true }, TYPE, "onBootTiming"],
  [{ platform: "deno" }, VALUE, "platform"],
  [{ platform: 1 }, TYPE, "platform"],
  [{ moduleResolution: "all" }, VALUE, "moduleResolution"],
  [{ allowedBuiltins: "fs" }, TYPE, "allowedBuiltins"],
  [{ allowedBuiltins: [1] }, TYPE, "allowedBuiltins[0]"],
  [{ mounts: {} }, TYPE, "mounts"],
  [{ mounts: [1] }, TYPE, "mounts[0]"],
  [{ mounts: [{ guestPath: "a", hostPath: "/a" }] }, VALUE, "mounts[0].guestPath"],
  [{ mounts: [{ guestPath: "/a", hostPath: "/a", readonly: true }] }, VALUE, "mounts[0].readonly"],
  [{ nodeModules: "relative" }, VALUE, "nodeModules"],
  [{ permissions: { network: "maybe" } }, VALUE, "permissions.network"],
  [{ permissions: { net: "allow" } }, VALUE, "permissions.net"],
  [{ permissions: { fs: { default: "no" } } }, VALUE, "permissions.fs.default"],
  [{ loopbackExemptPorts: [70_000] }, RANGE, "loopbackExemptPorts[0]"],
  [{ commandsDir: "x" }, VALUE, "commandsDir"],
  [{ onDenied: 1 }, TYPE, "onDenied"],
  [{ tools: 1 }, TYPE, "tools"],
];

const LATER_CASES: unknown[] = [
  { platform: "browser" },
  { moduleResolution: "none" },
  { allowedBuiltins: [] },
  { mounts: [{ guestPath: "/a", hostPath: "/a" }] },
  { nodeModules: "/node_modules" },
  { permissions: { network: "allow" } },
  { permissions: { fs: "deny" } },
  { permissions: { fs: { default: "allow", rules: [{ action: "deny", paths: ["/etc/**"] }] } } },
  { tools: { add: { description: "", handler: () => 1 } } },
  { hostFunctions: { orders: { list: () => [] } } },
  { loopbackExemptPorts: [3000] },
  { commandsDir: "/commands" },
  { onDenied: () => {} },
];

const RUN_CASES: Case[] = [
  [{ stdout: 1 }, VALUE, "stdout"],
  [{ args: "a" }, TYPE, "args"],
  [{ args: ["a", 1] }, TYPE, "args[1]"],
  [{ argv0: "" }, VALUE, "argv0"],
  [{ execArgv: [1] }, TYPE, "execArgv[0]"],
  [{ env: { A: null } }, TYPE, "env.A"],
  [{ cwd: "x" }, VALUE, "cwd"],
  [{ stdin: 1 }, TYPE, "stdin"],
  [{ stdin: ["a"] }, TYPE, "stdin"],
  [{ timeout: "1" }, TYPE, "timeout"],
  [{ timeout: 0 }, RANGE, "timeout"],
  [{ timeout: -1 }, RANGE, "timeout"],
  [{ timeout: Number.NaN }, RANGE, "timeout"],
  [{ signal: {} }, TYPE, "signal"],
  [{ onStdout: "x" }, TYPE, "onStdout"],
  [{ onStderr: {} }, TYPE, "onStderr"],
  [{ limits: { processes: 3 } }, VALUE, "limits.processes"],
  [{ limits: { memoryMb: 0 } }, RANGE, "limits.memoryMb"],
  [{ language: "coffee" }, VALUE, "language"],
];

/** The error has the code and its class, and names the option. */
function matches(code: string, named: string) {
  return (error: any) => {
    assert.equal(error.code, code, error.stack);
    assert.ok(error instanceof (code === RANGE ? RangeError : TypeError));
    assert.ok(error.message.includes(`"${named}"`), error.message);
    return true;
  };
}

describe("create() rejects", () => {
  for (const [options, code, named] of CREATE_CASES) {
    test(`${named}: ${JSON.stringify(options)}`, async () => {
      await assert.rejects(NodeRuntime.create(options as any), matches(code, named));
    });
  }
  for (const options of LATER_CASES) {
    test(`${JSON.stringify(options)}, which is not available yet`, async () => {
      await assert.rejects(NodeRuntime.create(options as any), { code: LATER, message: /is not available yet/ });
    });
  }
  test("a misspelt option with a hint", async () => {
    await assert.rejects(NodeRuntime.create({ onBootTimings() {} } as any), /Did you mean "onBootTiming"\?/);
    await assert.rejects(NodeRuntime.create({ Env: {} } as any), /Did you mean "env"\?/);
    await assert.rejects(NodeRuntime.create({ quux: 1 } as any), /There are: env, cwd, /);
  });
});

describe("create() accepts", () => {
  test("what is the default anyway", async () => {
    await using _runtime = await NodeRuntime.create({
      permissions: {
        network: "deny",
        fs: "allow",
        childProcess: { default: "allow" },
        tool: { default: "deny", rules: [] },
      },
      mounts: [],
      tools: {},
      hostFunctions: {},
      loopbackExemptPorts: [],
      platform: "node",
      moduleResolution: "node",
      limits: { cpuMs: Infinity },
      env: undefined,
      cwd: undefined,
    } as any);
  });
});

describe("exec(), run() and spawn() reject", () => {
  for (const [options, code, named] of RUN_CASES) {
    test(`${named}: ${JSON.stringify(options)}`, async () => {
      await using runtime = await NodeRuntime.create();
      for (const call of ["exec", "run", "spawn"] as const) {
        await assert.rejects(runtime[call]("", options as any), matches(code, named));
      }
    });
  }
  test("a program that is no string", async () => {
    await using runtime = await NodeRuntime.create();
    await assert.rejects(runtime.exec(1 as any), matches(TYPE, "program"));
  });
  test("inputs that can't be cloned", async () => {
    await using runtime = await NodeRuntime.create();
    await assert.rejects(runtime.run("", { inputs: () => {} }), { name: "DataCloneError" });
  });
  test("calls whose world comes later", async () => {
    await using runtime = await NodeRuntime.create();
    for (const call of [
      () => runtime.fetch(80),
      () => runtime.request(80, {}),
      () => runtime.waitForListener({ port: 80 }),
      () => runtime.findListener({ port: 80 }),
      () => runtime.registerTools({}),
    ]) {
      await assert.rejects(call, { code: LATER });
    }
  });
});

describe("an environment and arguments", () => {
  const names = (count: number, length = 1): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, "x".repeat(length)]));

  test("may be many", async () => {
    await using runtime = await NodeRuntime.create({ env: names(70_000) });
    const code = "console.log(Object.keys(process.env).length, process.argv.length);";
    const { stdout } = await runtime.exec(code, { env: { ...names(100_000) }, args: Array(70_000).fill("a") });
    assert.equal(stdout, "100000 70002\n");
  });

  test("beyond what Linux takes are E2BIG", async () => {
    const tooLong = (options: RegExp) => ({ name: "Error", code: "E2BIG", errno: -7, message: options });
    const large = names(6200, 1024);
    await assert.rejects(NodeRuntime.create({ env: large }), tooLong(/the option "env"/));
    await using runtime = await NodeRuntime.create({ env: names(3100, 1024) });
    await assert.rejects(runtime.exec("", { env: large }), tooLong(/"env"/));
    await assert.rejects(runtime.exec("", { args: Array(700_000).fill("a") }), tooLong(/"args"/));
    // Only together they are too much.
    const others = Object.fromEntries(Object.entries(names(3100, 1024)).map(([name, value]) => [`${name}_`, value]));
    await assert.rejects(runtime.exec("", { env: others }), tooLong(/argument list too long/));
    const { exitCode } = await runtime.exec("", { env: names(100) });
    assert.equal(exitCode, 0);
  });
});

test("each option is read once, so that what was checked is what is used", async () => {
  const reads = new Map<string, number>();
  const counted = (prefix: string, values: Record<string, unknown>): any => {
    const object = {};
    for (const [key, value] of Object.entries(values)) {
      const get = () => {
        reads.set(prefix + key, (reads.get(prefix + key) ?? 0) + 1);
        return value;
      };
      Object.defineProperty(object, key, { enumerable: true, get });
    }
    return object;
  };
  const runtime = await NodeRuntime.create(
    counted("create.", {
      env: counted("env.", { A: "1" }),
      cwd: "/home/user",
      files: counted("files.", { "/a": "x" }),
      limits: counted("limits.", { memoryMb: 64, fds: 64, outputBytes: 100, processes: 8 }),
      permissions: counted("permissions.", { fs: counted("fs.", { default: "allow", rules: [] }), network: "deny" }),
      platform: "node",
      moduleResolution: "node",
      nodeVersion: "22.1.0",
      mounts: [],
      tools: counted("tools.", {}),
    }),
  );
  const { stdout } = await runtime.exec(
    "process.stdout.write(process.argv[2] + process.env.A)",
    counted("run.", {
      env: counted("run.env.", { A: "2" }),
      cwd: "/",
      args: ["a"],
      argv0: "node",
      stdin: "x",
      timeout: 10_000,
      limits: counted("run.limits.", { memoryMb: 64 }),
      language: "js",
      inputs: 1,
      onStderr: () => {},
      execArgv: [],
    }),
  );
  await runtime.mkdir("/made", counted("mkdir.", { recursive: true }));
  await runtime.rm("/made", counted("rm.", { recursive: true, force: true }));
  await runtime.dispose();
  assert.equal(stdout, "a2");
  assert.ok(reads.size > 30, `${reads.size} options were read`);
  for (const [name, count] of reads) assert.equal(count, 1, name);
});
