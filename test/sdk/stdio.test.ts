import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { NodeRuntime, type NodeRuntimeProcess } from "secure-exec";

let runtime: NodeRuntime;
before(async () => {
  runtime = await NodeRuntime.create();
});
after(() => runtime.dispose());

const COUNT_STDIN = `
  let bytes = 0;
  for await (const chunk of process.stdin) bytes += chunk.length;
  console.log(bytes);
`;
const WRITE_FOREVER = `
  const fs = require("node:fs");
  const chunk = Buffer.alloc(65536);
  for (;;) fs.writeSync(1, chunk);
`;
const FOREVER = "setInterval(() => {}, 1000);";

describe("stdin", () => {
  test("is empty if nothing is given", async () => {
    assert.equal((await runtime.exec(COUNT_STDIN)).stdout, "0\n");
  });

  test("may be a string, bytes or an async iterable", async () => {
    assert.equal((await runtime.exec(COUNT_STDIN, { stdin: "grüße" })).stdout, "7\n");
    assert.equal((await runtime.exec(COUNT_STDIN, { stdin: new Uint8Array(1000) })).stdout, "1000\n");
    async function* chunks() {
      yield "ab";
      await turn();
      yield new Uint8Array(100_000);
    }
    assert.equal((await runtime.exec(COUNT_STDIN, { stdin: chunks() })).stdout, "100002\n");
    const stream = new Blob(["from a web stream"]).stream();
    assert.equal((await runtime.exec(COUNT_STDIN, { stdin: stream as any })).stdout, "17\n");
  });

  test("may be large", async () => {
    assert.equal((await runtime.exec(COUNT_STDIN, { stdin: new Uint8Array(20_000_000) })).stdout, "20000000\n");
  });

  test("is read synchronously, too", async () => {
    const code = `console.log(require("node:fs").readFileSync(0, "utf8"))`;
    assert.equal((await runtime.exec(code, { stdin: "sync" })).stdout, "sync\n");
  });

  test("need not be read; its source is told to stop", async () => {
    let stopped = false;
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(10_000);
      } finally {
        stopped = true;
      }
    }
    assert.equal((await runtime.exec("console.log(1)", { stdin: endless() })).stdout, "1\n");
    while (!stopped) await turn();
  });

  test("a source that fails kills the program and rejects the call", async () => {
    async function* failing() {
      yield "a";
      throw new Error("source broke");
    }
    async function* wrong() {
      yield 1 as any;
    }
    await assert.rejects(runtime.exec(COUNT_STDIN, { stdin: failing() }), /source broke/);
    await assert.rejects(runtime.exec(COUNT_STDIN, { stdin: wrong() }), { code: "ERR_INVALID_ARG_TYPE" });
  });
});

describe("output", () => {
  test("reaches the callbacks while the program runs", async () => {
    const seen: string[] = [];
    const code = `
      process.stdout.write("ready");
      process.stderr.write("warn");
      for await (const chunk of process.stdin) process.stdout.write(chunk);
    `;
    // Output may come before spawn() has resolved.
    const started: Promise<NodeRuntimeProcess> = runtime.spawn(code, {
      onStdout: async (chunk) => {
        seen.push(`out ${Buffer.from(chunk)}`);
        const process = await started;
        if (seen.includes("out more")) process.closeStdin();
        else void process.writeStdin("more");
      },
      onStderr: (chunk) => seen.push(`err ${Buffer.from(chunk)}`),
    });
    assert.equal(await (await started).wait(), 0);
    assert.deepEqual(seen.sort(), ["err warn", "out more", "out ready"]);
  });

  test("100 MB arrive whole and in order, and hold up the program", async () => {
    let bytes = 0;
    let wrong = 0;
    let running = 0;
    const code = `
      const fs = require("node:fs");
      const chunk = Buffer.alloc(1 << 20);
      for (let i = 0; i < 100; i++) {
        chunk.fill(i);
        for (let at = 0; at < chunk.length; ) at += fs.writeSync(1, chunk, at);
      }
    `;
    const { exitCode, stdout, stderr, truncated } = await runtime.exec(code, {
      limits: { outputBytes: 10 },
      onStdout: async (chunk) => {
        assert.equal(running++, 0);
        for (const byte of chunk) if (byte !== Math.floor(bytes++ / (1 << 20))) wrong++;
        await turn();
        running--;
      },
    });
    assert.equal(stderr, "");
    assert.deepEqual([exitCode, bytes, wrong], [0, 100 << 20, 0]);
    assert.equal(stdout.length, 10);
    assert.equal(truncated, true);
  });

  test("beyond the limit is dropped, and said so", async () => {
    const code = `
      require("node:fs").writeSync(2, "e");
      for (let i = 0; i < 50; i++) console.log("x".repeat(99_999));
    `;
    const result = await runtime.exec(code, { limits: { outputBytes: 1_000_000 } });
    assert.equal(result.stdout.length, 1_000_000);
    assert.equal(result.stderr, "e");
    assert.equal(result.truncated, true);
    assert.equal(result.exitCode, 0);
    assert.ok(!("truncated" in (await runtime.exec(code))));
  });

  test("a callback that throws kills the program and rejects the call", async () => {
    const onStdout = () => {
      throw new Error("callback broke");
    };
    await assert.rejects(runtime.exec(`console.log(1); ${FOREVER}`, { onStdout }), /callback broke/);
    const rejecting = () => Promise.reject(new Error("async"));
    await assert.rejects(runtime.exec(`console.log(1); ${FOREVER}`, { onStdout: rejecting }), /async/);
  });

  test("text is decoded as a whole, byte order mark included", async () => {
    const code = `
      process.stdout.write(Buffer.from([0xef, 0xbb, 0xbf, 0xc3]));
      process.stdout.write(Buffer.from([0xa4]));
    `;
    assert.equal((await runtime.exec(code)).stdout, "\ufeffä");
  });
});

describe("spawn()", () => {
  test("has a pid and ends with an exit code", async () => {
    const process = await runtime.spawn("process.exit(3)");
    assert.ok(process.pid > 1);
    assert.equal(await process.wait(), 3);
    assert.equal(process.exitCode, 3);
    assert.equal(process.signalCode, null);
    assert.equal(process.kill(), false);
  });

  test("kill() ends with the signal", async () => {
    const cases = [[undefined, 143] as const, ["SIGKILL", 137] as const, ["SIGINT", 130] as const];
    for (const [signal, code] of cases) {
      const process = await runtime.spawn(FOREVER);
      assert.equal(process.exitCode, null);
      assert.equal(process.kill(signal), true);
      assert.equal(await process.wait(), code);
      assert.equal(process.signalCode, signal ?? "SIGTERM");
    }
  });

  test("kill() of an unknown signal is an error", async () => {
    const process = await runtime.spawn(FOREVER);
    assert.throws(() => process.kill("SIGNOTHING"), { code: "ERR_UNKNOWN_SIGNAL" });
    process.kill("SIGKILL");
    await process.wait();
  });

  test("a program may catch a signal", async () => {
    const process = await runtime.spawn(`
      process.on("SIGTERM", () => {
        console.log("caught");
        process.exit(7);
      });
      console.log("ready");
      ${FOREVER}
    `);
    const reader = process.stdout.getReader();
    const next = async () => Buffer.from((await reader.read()).value!).toString();
    assert.equal(await next(), "ready\n");
    process.kill();
    assert.equal(await next(), "caught\n");
    assert.equal((await reader.read()).done, true);
    assert.equal(await process.wait(), 7);
  });

  test("stdout and stderr are ReadableStreams that hold what came before", async () => {
    const process = await runtime.spawn(`console.log("one"); console.error("two"); console.log("three")`);
    await process.wait();
    assert.equal(await new Response(process.stdout).text(), "one\nthree\n");
    assert.equal(await new Response(process.stderr).text(), "two\n");
    assert.equal(process.stdout, process.stdout);
  });

  test("a reader that does not read holds up the program; cancelling breaks its pipe", async () => {
    const process = await runtime.spawn(WRITE_FOREVER);
    const reader = process.stdout.getReader();
    for (let bytes = 0; bytes < 5_000_000; ) bytes += (await reader.read()).value!.byteLength;
    assert.equal(process.exitCode, null);
    await reader.cancel();
    assert.notEqual(await process.wait(), 0);
  });

  test("nobody need read the output", async () => {
    const process = await runtime.spawn(`for (let i = 0; i < 300; i++) console.log("x".repeat(100_000))`);
    assert.equal(await process.wait(), 0);
  });

  test("writeStdin() and closeStdin()", async () => {
    const process = await runtime.spawn(COUNT_STDIN);
    await process.writeStdin("abc");
    void process.writeStdin(new Uint8Array(1_000_000));
    void process.writeStdin("d");
    process.closeStdin();
    await assert.rejects(process.writeStdin("late"), { code: "ERR_STREAM_WRITE_AFTER_END" });
    assert.equal(await process.wait(), 0);
    assert.equal(await new Response(process.stdout).text(), "1000004\n");
  });

  test("writeStdin() to a program that ended is EPIPE", async () => {
    const process = await runtime.spawn("process.exit(0)");
    const endless = async () => {
      for (;;) await process.writeStdin(new Uint8Array(100_000));
    };
    await assert.rejects(endless, { code: "EPIPE" });
    assert.equal(await process.wait(), 0);
  });

  test("with the option stdin, writeStdin() is refused", async () => {
    const process = await runtime.spawn(COUNT_STDIN, { stdin: "given" });
    await assert.rejects(process.writeStdin("more"), { code: "ERR_STREAM_WRITE_AFTER_END" });
    assert.equal(await process.wait(), 0);
    assert.equal(await new Response(process.stdout).text(), "5\n");
  });
});
