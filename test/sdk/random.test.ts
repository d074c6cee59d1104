import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeRuntime } from "secure-exec";

/** Everything that a guest, or its kernel, draws. */
const PROGRAM = `
  import crypto from "node:crypto";
  import fs from "node:fs";
  const values = {
    math: Math.random(),
    mathLater: (Math.random(), Math.random()),
    uuid: crypto.randomUUID(),
    webUuid: globalThis.crypto.randomUUID(),
    bytes: crypto.randomBytes(8).toString("hex"),
    webBytes: Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(8))).toString("hex"),
    int: crypto.randomInt(2 ** 47),
    key: crypto.generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }).toString("hex"),
    secret: crypto.generateKeySync("aes", { length: 128 }).export().toString("hex"),
    ecdh: crypto.createECDH("prime256v1").generateKeys("hex"),
    temporary: fs.mkdtempSync("/tmp/x-"),
    urandom: fs.openSync("/dev/urandom"),
    bootId: fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8"),
    procUuid: fs.readFileSync("/proc/sys/kernel/random/uuid", "utf8"),
  };
  const bytes = Buffer.alloc(8);
  fs.readSync(values.urandom, bytes);
  values.urandom = bytes.toString("hex");
  globalThis.__return(values);
`;

test("of 100 VMs no two draw the same random value", async () => {
  const seen = new Map<unknown, string>();
  for (let i = 0; i < 100; i++) {
    await using runtime = await NodeRuntime.create();
    const { value, stderr } = await runtime.run<Record<string, unknown>>(PROGRAM);
    assert.ok(value, stderr);
    for (const [name, drawn] of Object.entries(value)) {
      assert.ok(!seen.has(drawn), `${name} of VM ${i} is ${seen.get(drawn)}: ${drawn}`);
      seen.set(drawn, `${name} of VM ${i}`);
    }
  }
});

test("nor do the processes of one VM", async () => {
  await using runtime = await NodeRuntime.create();
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const { value } = await runtime.run<number>("globalThis.__return(Math.random())");
    seen.add(value!);
  }
  assert.equal(seen.size, 40);
});
