import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Dependencies } from "./dependencies.ts";
import { judge } from "./outcome.ts";
import { runInEngine } from "./real.ts";
import { OutcomeRecord, readRecord } from "./record.ts";
import { changes, table } from "./report.ts";
import { compileFilter, listTests, moduleOf } from "./suite.ts";

const FILES = {
  "common/index.js": "",
  "fixtures/keys/a.pem": "key",
  "fixtures/elsewhere/b.txt": "not read",
  "fixtures/empty.js": "require('./needed');",
  "fixtures/needed.js": "",
  "parallel/test-fs-one.js":
    "// Flags: --expose-internals  --no-warnings\nfixtures.readKey('a.pem'); fixtures.path('keys');",
  "parallel/test-fs-two.js": "fixtures.path('empty.js'); require('../common');",
  "parallel/test-os.mjs": "console.log('1..0 # Skipped: no reason')",
  "parallel/test-hang.js": "setInterval(() => {}, 1000)",
  "parallel/helper.js": "",
};

let suite: string;
before(() => {
  suite = mkdtempSync(join(tmpdir(), "suite-"));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(suite, path)), { recursive: true });
    writeFileSync(join(suite, path), text);
  }
});
after(() => rmSync(suite, { recursive: true }));

const select = (only?: string, shard = { index: 1, count: 1 }) =>
  listTests({ suite, folders: ["parallel"], only: only === undefined ? undefined : compileFilter(only), shard });

describe("the selection of test files", () => {
  test("takes files named test-*, with their flags", () => {
    const names = select().map(({ name }) => name);
    assert.deepEqual(
      names,
      ["test-fs-one.js", "test-fs-two.js", "test-hang.js", "test-os.mjs"].map((n) => `parallel/${n}`),
    );
    assert.deepEqual(select()[0]!.flags, ["--expose-internals", "--no-warnings"]);
    assert.deepEqual(select()[1]!.flags, []);
  });

  test("by glob and by regular expression", () => {
    assert.deepEqual(select("test-fs-*").length, 2);
    assert.deepEqual(select("test-os").length, 1);
    assert.deepEqual(select("/os|hang/").length, 2);
  });

  test("shards are disjoint and complete", () => {
    const shards = [1, 2, 3].flatMap((index) => select(undefined, { index, count: 3 }).map(({ name }) => name));
    assert.deepEqual(
      shards.sort(),
      select().map(({ name }) => name),
    );
  });

  test("the module is the first word", () => {
    assert.deepEqual(["parallel/test-fs-a.js", "parallel/test-http2-b.js", "es-module/test-esm.mjs"].map(moduleOf), [
      "fs",
      "http2",
      "esm",
    ]);
  });
});

describe("the files that a test reads", () => {
  const read = (only: string) => [...new Dependencies(suite).of(select(only)[0]!).keys()].sort();

  test("common, itself and the fixtures it names", () => {
    assert.deepEqual(read("test-fs-one"), ["common/index.js", "fixtures/keys/a.pem", "parallel/test-fs-one.js"]);
  });

  test("what fixtures require in turn", () => {
    const expected = ["common/index.js", "fixtures/empty.js", "fixtures/needed.js", "parallel/test-fs-two.js"];
    assert.deepEqual(read("test-fs-two"), expected);
  });
});

describe("verdicts", () => {
  const ended = { exitCode: 0, stdout: "", stderr: "", timedOut: false, ms: 1.4 };

  test("exit code 0 is a pass, a TAP skip never is", () => {
    assert.deepEqual(judge(ended), { verdict: "pass", exitCode: 0, ms: 1 });
    assert.equal(judge({ ...ended, stdout: "1..0 # Skipped: as root\n" }).verdict, "skip");
    assert.equal(judge({ ...ended, exitCode: 1, stdout: "1..0 # Skipped: as root\n" }).verdict, "fail");
    assert.equal(judge({ ...ended, exitCode: 137, timedOut: true }).verdict, "timeout");
  });

  test("the reason is the error and its innermost frame", () => {
    const stderr = "node:fs:1\n  throw e;\n  ^\n\nTypeError: no\n    at f (file.js:1:1)\n    at g (file.js:2:2)\n";
    assert.equal(judge({ ...ended, exitCode: 1, stderr }).reason, "TypeError: no at f (file.js:1:1)");
  });

  test("real Node is judged the same way", async () => {
    assert.equal((await runInEngine(select("test-os")[0]!, suite, 10_000, 0)).verdict, "skip");
    assert.equal((await runInEngine(select("test-hang")[0]!, suite, 100, 0)).verdict, "timeout");
    assert.equal((await runInEngine(select("test-fs-one")[0]!, suite, 10_000, 0)).verdict, "fail");
  });
});

describe("reports", () => {
  const pass = { verdict: "pass", exitCode: 0, ms: 1 } as const;
  const fail = { verdict: "fail", exitCode: 1, ms: 1, reason: "Error" } as const;
  const results = [
    { name: "parallel/test-fs-a.js", guest: pass, real: pass },
    { name: "parallel/test-fs-b.js", guest: fail, real: pass },
    { name: "parallel/test-fs-c.js", guest: pass, real: fail },
    { name: "parallel/test-os.js", guest: { ...pass, verdict: "skip" as const }, real: pass },
  ];

  test("only files that real Node passes count", () => {
    const [, fs, os, all] = table(results).split("\n");
    assert.match(fs!, /^fs +1 +2 +0 +3 +50\.0 %$/);
    assert.match(os!, /^os +0 +1 +1 +1 +0\.0 %$/);
    assert.match(all!, /^all +1 +3 +1 +4 +33\.3 %$/);
  });

  test("changes against an earlier run", () => {
    const earlier = { "parallel/test-fs-a.js": fail, "parallel/test-fs-b.js": pass, "parallel/test-os.js": fail };
    assert.deepEqual(changes(earlier, results).split("\n"), [
      "1 files pass now, 2 others changed:",
      "+ parallel/test-fs-a.js: fail → pass",
      "- parallel/test-fs-b.js: pass → fail",
      "- parallel/test-os.js: fail → skip",
    ]);
  });

  test("a record is kept between runs only if asked", () => {
    const path = join(suite, "out/record.json");
    const record = new OutcomeRecord(path, false);
    record.set("b", fail);
    record.set("a", pass);
    record.save();
    assert.deepEqual(Object.keys(readRecord(path)!.files), ["a", "b"]);
    assert.deepEqual(new OutcomeRecord(path, true).get("b"), fail);
    assert.equal(new OutcomeRecord(path, false).get("b"), undefined);
    assert.equal(readRecord(join(suite, "none.json")), undefined);
  });
});
