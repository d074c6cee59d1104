import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const b = internalBinding("crypto");
const bytes = (...list) => Uint8Array.from(list);
const hex = (view) => Array.from(new Uint8Array(view.buffer ?? view), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = (name, length, ...chunks) => {
  const hash = new b.Hash(name, length, -1, {});
  for (const chunk of chunks) hash.update(chunk, "utf8");
  return hash.digest("hex");
};
const secret = (...list) => { const handle = new b.KeyObjectHandle(); handle.init(b.kKeyTypeSecret, bytes(...list)); return handle; };
const hmac = (name, key, text, encoding = "hex") => {
  const mac = new b.Hmac();
  mac.init(name, key);
  mac.update(text, "utf8");
  return [mac.digest(encoding), mac.digest("hex")].join();
};
const run = (Job, ...args) => {
  const [error, result] = new Job(b.kCryptoJobSync, ...args).run();
  return error ? error.message : result instanceof ArrayBuffer ? hex(result) : result;
};
`;

test("digests, their lengths and errors are Node's", () => {
  assertSameAsNode(SETUP, [
    ...["md5", "sha1", "SHA256", "RSA-SHA256", "sha3-384", "shake128", "shake256", "blake2b512", "ripemd160"].map(
      (name) => `digest("${name}", undefined, "abc", "", "def", bytes(1, 2, 3))`,
    ),
    "digest('shake256', 100, 'abc')",
    "digest('shake256', 0, 'abc')",
    "digest('sha256', 32, 'abc')",
    "digest('sha256', 31, 'abc')",
    "digest('nothing', undefined, 'abc')",
    "(() => { const a = new b.Hash('sha1', undefined, -1, {}); a.update('x'); const c = new b.Hash(a, undefined, -1, {}); a.update('y'); return [a.digest('hex'), a.digest('base64'), c.digest('base64url')] })()",
    "b.oneShotDigest('sha1', -1, {}, 'text', 'hex', 5)",
    "b.oneShotDigest('sha512', -1, {}, bytes(1), 'base64', 2)",
    "b.oneShotDigest('unknown', -1, {}, 'text', 'hex', 5)",
    "b.getHashes()",
    "run(b.HashJob, 'sha384', bytes(1, 2, 3))",
  ]);
});

test("the cached identifiers name the same digests", () => {
  const result = bareEval(`${SETUP}
    const aliases = b.getCachedAliases();
    JSON.stringify(Object.keys(aliases).filter((name) => {
      const cached = new b.Hash("", undefined, aliases[name], aliases);
      cached.update("abc");
      return cached.digest("hex") !== digest(name, undefined, "abc");
    }))`);
  assert.equal(result, "[]");
});

test("message authentication codes are Node's", () => {
  assertSameAsNode(SETUP, [
    "hmac('sha256', secret(1, 2, 3), 'text')",
    "hmac('md5', bytes(), 'text', 'base64')",
    "hmac('unknown', bytes(), 'text')",
    "run(b.HmacJob, b.kSignJobModeSign ?? 0, 'sha256', secret(1, 2, 3), bytes(4, 5))",
    "run(b.HmacJob, 1, 'sha256', secret(1, 2, 3), bytes(4, 5), bytes(6))",
  ]);
});

test("random bytes fill exactly what was asked for", () => {
  const result = bareEval(`${SETUP}
    const target = new Uint8Array(64);
    new b.RandomBytesJob(b.kCryptoJobSync, target, 16, 32).run();
    const sum = (from, to) => target.subarray(from, to).reduce((a, c) => a + c, 0);
    JSON.stringify([sum(0, 16), sum(16, 48) > 0, sum(48, 64)])`);
  assert.deepEqual(JSON.parse(result), [0, true, 0]);
});

test("primes", () => {
  assertSameAsNode(SETUP, [
    "run(b.CheckPrimeJob, bytes(7), 0)",
    "run(b.CheckPrimeJob, bytes(9), 0)",
    "run(b.CheckPrimeJob, run(b.RandomPrimeJob, 64, false, undefined, undefined).match(/../g) && bytes(3), 0)",
    "run(b.RandomPrimeJob, 32, false, bytes(200, 1, 1, 1, 1), undefined)",
    "run(b.RandomPrimeJob, 32, false, bytes(2), bytes(3))",
  ]);
});

test("timingSafeEqual", () => {
  assertSameAsNode(SETUP, [
    "b.timingSafeEqual(bytes(1, 2), bytes(1, 2))",
    "b.timingSafeEqual(bytes(1, 2), bytes(1, 3))",
    "b.timingSafeEqual(bytes(1), bytes(1, 3))",
    "b.timingSafeEqual('x', bytes(1, 3))",
    "b.timingSafeEqual(bytes(1), undefined)",
  ]);
});
