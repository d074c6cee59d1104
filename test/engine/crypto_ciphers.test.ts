import { test } from "node:test";
import { assertSameAsNode } from "./bare.ts";

const SETUP = `
const b = internalBinding("crypto");
const bytes = (...list) => Uint8Array.from(list);
const fill = (size, start = 0) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + start) & 255);
const hex = (view) => typeof view === "string" ? view : Array.from(ArrayBuffer.isView(view) ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view), (byte) => byte.toString(16).padStart(2, "0")).join("");
const full = (fn) => { try { return fn(); } catch (e) { return [e.name, e.message, e.code, e.library, e.reason, e.opensslErrorStack]; } };
const secret = (size) => { const handle = new b.KeyObjectHandle(); handle.init(b.kKeyTypeSecret, fill(size, 3)); return handle; };
const run = (Job, ...args) => {
  const [error, result] = new Job(b.kCryptoJobSync, ...args).run();
  return error ? [error.message, error.opensslErrorStack] : result instanceof ArrayBuffer ? hex(result) : result;
};
const crypt = (encrypts, name, key, iv, tagLength, data, { aad, length = -1, tag, padding } = {}) => full(() => {
  const c = new b.CipherBase(encrypts);
  c.initiv(name, fill(key), iv === null ? null : fill(iv, 9), tagLength);
  const out = [];
  if (padding !== undefined) out.push(c.setAutoPadding(padding));
  if (tag) out.push(c.setAuthTag(tag));
  if (aad) out.push(c.setAAD(aad, length));
  out.push(hex(c.update(data)), hex(c.final()));
  const made = c.getAuthTag();
  out.push(made && hex(made), c.setAutoPadding(true), full(() => c.update(data)), full(() => c.final()));
  return out;
});
`;

const there = (name: string, key: number, iv: number | null, tagLength = -1, extra = "{}", size = 37) =>
  `crypt(true, "${name}", ${key}, ${iv}, ${tagLength}, fill(${size}), ${extra})`;

test("ciphers encrypt as Node's", () => {
  assertSameAsNode(SETUP, [
    there("aes-128-cbc", 16, 16),
    there("AES-256-CBC", 32, 16),
    there("aes-128-ecb", 16, null),
    there("aes-128-ctr", 16, 16),
    there("aes-192-cfb8", 24, 16),
    there("aes-256-ofb", 32, 16),
    there("aes-128-gcm", 16, 12, -1, "{ aad: fill(5) }"),
    there("aes-128-gcm", 16, 7, 12),
    there("aes-128-ccm", 16, 12, 8, "{ aad: fill(5), length: 37 }"),
    there("aes-128-ccm", 16, 12, 8, "{ aad: fill(5) }"),
    there("aes-128-ccm", 16, 13, 8, "{}", 70000),
    there("aes-128-ocb", 16, 12, 16, "{ aad: fill(5) }"),
    there("chacha20-poly1305", 32, 12, -1, "{ aad: fill(5) }"),
    there("chacha20-poly1305", 32, 12, 12),
    there("id-aes128-wrap", 16, 8, -1, "{}", 32),
    there("des-ede3-cbc", 24, 8),
    there("aes-128-cbc", 16, 16, -1, "{ padding: false }"),
    there("aes-128-cbc", 16, 16, -1, "{ padding: false }", 32),
    there("camellia-128-cbc", 16, 16),
  ]);
});

test("bad parameters give Node's errors", () => {
  assertSameAsNode(SETUP, [
    there("nothing", 16, 16),
    there("aes-128-cbc", 15, 16),
    there("aes-128-cbc", 16, 15),
    there("aes-128-cbc", 16, null),
    there("aes-128-ecb", 16, 16),
    there("aes-128-gcm", 16, 12, 5),
    there("aes-128-gcm", 16, null),
    there("aes-128-ccm", 16, 12),
    there("aes-128-ccm", 16, 6, 8),
    there("aes-128-ocb", 16, 12),
    there("aes-128-ocb", 16, 12, 17),
    there("chacha20-poly1305", 32, 13),
    there("chacha20-poly1305", 32, 12, 17),
    there("bf-cbc", 16, 8),
    `crypt(false, "aes-128-cbc", 16, 16, -1, fill(32))`,
    `crypt(false, "aes-128-cbc", 16, 16, -1, fill(31))`,
    `crypt(false, "aes-128-gcm", 16, 12, -1, fill(31))`,
    `crypt(false, "aes-128-gcm", 16, 12, -1, fill(31), { tag: fill(16) })`,
    `crypt(false, "aes-128-gcm", 16, 12, -1, fill(31), { tag: fill(5) })`,
    `crypt(false, "aes-128-gcm", 16, 12, 12, fill(31), { tag: fill(16) })`,
    `crypt(false, "aes-128-ccm", 16, 12, 16, fill(31), { tag: fill(16) })`,
    `crypt(false, "aes-128-ocb", 16, 12, 16, fill(31), { tag: fill(16) })`,
    `crypt(true, "aes-128-cbc", 16, 16, -1, fill(31), { tag: fill(16) })`,
  ]);
});

test("what was encrypted is decrypted", () => {
  assertSameAsNode(SETUP, [
    ...[
      ["aes-128-gcm", 16, 12, -1],
      ["aes-256-ccm", 32, 11, 16],
      ["aes-192-ocb", 24, 12, 16],
      ["chacha20-poly1305", 32, 12, -1],
    ].map(
      ([name, key, iv, length]) => `(() => {
        const e = new b.CipherBase(true);
        e.initiv("${name}", fill(${key}), fill(${iv}), ${length});
        e.setAAD(fill(3), 21);
        const body = e.update(fill(21));
        e.final();
        const d = new b.CipherBase(false);
        d.initiv("${name}", fill(${key}), fill(${iv}), ${length});
        d.setAuthTag(e.getAuthTag());
        d.setAAD(fill(3), 21);
        return [hex(d.update(body)), hex(d.final())];
      })()`,
    ),
  ]);
});

test("information on ciphers", () => {
  assertSameAsNode(SETUP, [
    "b.getCiphers()",
    "b.getSSLCiphers()",
    ..."aes-128-gcm aes-256-ccm chacha20-poly1305 aes-128-ecb id-aes128-wrap aes-128-xts des3 nothing"
      .split(" ")
      .map((name) => `b.getCipherInfo({}, "${name}")`),
    "b.getCipherInfo({}, 895)",
    "b.getCipherInfo({}, 'aes-128-gcm', 16, 7)",
    "b.getCipherInfo({}, 'aes-128-gcm', 15)",
    "b.getCipherInfo({}, 'aes-128-ccm', undefined, 14)",
    "b.getCipherInfo({}, 'aes-128-cbc', undefined, 12)",
  ]);
});

test("Web Crypto's AES", () => {
  const job = (mode: number, key: number, data: string, variant: string, rest: string) =>
    `full(() => run(b.AESCipherJob, ${mode}, secret(${key}), ${data}, b.kKeyVariantAES_${variant}, ${rest}))`;
  assertSameAsNode(SETUP, [
    job(0, 16, "fill(37)", "CBC_128", "fill(16)"),
    job(1, 16, "fill(37)", "CBC_128", "fill(16)"),
    job(0, 32, "fill(37)", "GCM_256", "fill(12), 16, fill(3)"),
    job(0, 32, "fill(37)", "GCM_256", "fill(12), 4, undefined"),
    job(1, 32, "fill(37)", "GCM_256", "fill(12), fill(16), undefined"),
    job(0, 24, "fill(40)", "KW_192", "undefined"),
    job(0, 24, "fill(41)", "KW_192", "undefined"),
    job(0, 16, "fill(100)", "CTR_128", "fill(16), 64"),
    job(0, 16, "fill(100)", "CTR_128", "new Uint8Array(16).fill(255), 64"),
    job(0, 16, "fill(100)", "CTR_128", "new Uint8Array(16).fill(254), 3"),
    job(0, 16, "fill(200)", "CTR_128", "new Uint8Array(16).fill(254), 3"),
    job(0, 16, "fill(100)", "CTR_128", "new Uint8Array(16).fill(255), 128"),
    job(0, 16, "bytes()", "CTR_128", "new Uint8Array(16).fill(255), 128"),
    job(0, 16, "fill(100)", "CTR_128", "fill(16), 0"),
    job(0, 16, "fill(37)", "CBC_128", "fill(15)"),
  ]);
});

test("key derivation", () => {
  assertSameAsNode(SETUP, [
    "run(b.PBKDF2Job, fill(5), fill(9), 100, 50, 'sha256')",
    "run(b.PBKDF2Job, bytes(), bytes(), 1, 0, 'sha256')",
    "run(b.PBKDF2Job, bytes(), bytes(), 1, 20, 'sha256')",
    "run(b.ScryptJob, fill(5), fill(9), 16, 8, 2, 1e7, 0)",
    "full(() => run(b.PBKDF2Job, fill(5), fill(9), 100, 50, 'nothing'))",
    "run(b.ScryptJob, fill(5), fill(9), 16, 8, 2, 1e7, 40)",
    "full(() => run(b.ScryptJob, fill(5), fill(9), 15, 8, 2, 1e7, 40))",
    "full(() => run(b.ScryptJob, fill(5), fill(9), 16, 8, 2, 1, 40))",
    "run(b.HKDFJob, 'sha256', secret(20), fill(4), fill(3), 90)",
    "run(b.HKDFJob, 'sha512', secret(0), bytes(), bytes(), 0)",
    "full(() => run(b.HKDFJob, 'sha256', secret(20), fill(4), fill(3), 9000))",
    "full(() => run(b.HKDFJob, 'nothing', secret(20), fill(4), fill(3), 90))",
  ]);
});
