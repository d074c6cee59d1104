import assert from "node:assert/strict";
import { test } from "node:test";
import { bareEval } from "./bare.ts";

/** Whatever a guest passes, the process survives: every function and class takes every odd value. */
test("hostile arguments throw or give a value", () => {
  const result = bareEval(`
    const b = internalBinding("crypto");
    const bytes = (...list) => Uint8Array.from(list);
    const secret = new b.KeyObjectHandle();
    secret.init(b.kKeyTypeSecret, bytes(1, 2, 3));
    const shared = new SharedArrayBuffer(8, { maxByteLength: 16 });
    const detached = new ArrayBuffer(8);
    const orphan = new Uint8Array(detached);
    detached.transfer();
    const resized = new ArrayBuffer(8, { maxByteLength: 16 });
    const view = new Uint8Array(resized);
    resized.resize(0);
    const thrower = new Proxy({}, { get() { throw new Error("get"); } });
    const odd = [undefined, null, true, 0, -1, 1, 2, 0.5, NaN, Infinity, 2 ** 31, 2 ** 53, 10n, "", "sha256", "aes-128-gcm", Symbol(),
      {}, [], () => {}, thrower, bytes(), bytes(1, 2, 3), new Float64Array(3), new DataView(shared), shared, detached,
      orphan, view, secret, new b.KeyObjectHandle(), Object.create(b.Hash.prototype)];
    let seed = 12345;
    const random = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
    // These compute for hours when the numbers are right.
    const slow = new Set(["RandomPrimeJob", "CheckPrimeJob", "ScryptJob", "PBKDF2Job", "DsaKeyPairGenJob", "DhKeyPairGenJob", "RsaKeyPairGenJob", "DiffieHellman"]);
    let calls = 0;
    const attempt = (fn) => { calls++; try { return fn(); } catch {} };
    for (const [name, fn] of Object.entries(b)) {
      if (typeof fn !== "function" || slow.has(name)) continue;
      for (let i = 0; i < 150; i++) {
        const args = Array.from({ length: random(8) }, () => odd[random(odd.length)]);
        attempt(() => fn(...args));
        const made = attempt(() => new fn(...args));
        if (made === undefined) continue;
        for (const method of Object.getOwnPropertyNames(fn.prototype)) {
          const inner = Array.from({ length: random(8) }, () => odd[random(odd.length)]);
          if (method === "constructor") continue;
          attempt(() => made[method](...inner));
          attempt(() => made[method].call(odd[random(odd.length)], ...inner));
        }
      }
    }
    calls > 1000`);
  assert.equal(result, "true");
});
