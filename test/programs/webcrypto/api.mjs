// The Web Crypto API.
const { subtle } = crypto;
const text = new TextEncoder().encode("some text");
const hex = (buffer) => Buffer.from(buffer).toString("hex");
const attempt = async (fn) => {
  try {
    return await fn();
  } catch (error) {
    return `${error.name}: ${error.message}; ${error.cause?.message}`;
  }
};

console.log(hex(await subtle.digest("SHA-512", text)), crypto.getRandomValues(new Uint8Array(5)).length);

const raw = new Uint8Array(32).map((_, i) => i);
for (const [name, params] of [
  ["AES-CBC", { iv: raw.slice(0, 16) }],
  ["AES-CTR", { counter: new Uint8Array(16).fill(255), length: 64 }],
  ["AES-GCM", { iv: raw.slice(0, 12), additionalData: raw, tagLength: 96 }],
]) {
  const key = await subtle.importKey("raw", raw, name, true, ["encrypt", "decrypt"]);
  const sealed = await subtle.encrypt({ name, ...params }, key, text);
  console.log(name, hex(sealed), hex(await subtle.decrypt({ name, ...params }, key, sealed)), await subtle.exportKey("jwk", key));
  console.log(structuredClone(key));
  console.log(await attempt(() => subtle.decrypt({ name, ...params }, key, sealed.slice(1))).then((r) => typeof r));
}

const hmac = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
console.log(hex(await subtle.sign("HMAC", hmac, text)), await subtle.verify("HMAC", hmac, raw, text));

for (const [algorithm, usages, use] of [
  [{ name: "ECDSA", namedCurve: "P-256" }, ["sign", "verify"], { name: "ECDSA", hash: "SHA-256" }],
  [{ name: "Ed25519" }, ["sign", "verify"], { name: "Ed25519" }],
  [{ name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, ["sign", "verify"], { name: "RSA-PSS", saltLength: 20 }],
]) {
  const { publicKey, privateKey } = await subtle.generateKey(algorithm, true, usages);
  const signature = await subtle.sign(use, privateKey, text);
  console.log(publicKey.algorithm.name, await subtle.verify(use, publicKey, signature, text), await subtle.verify(use, publicKey, signature, raw));
  for (const format of ["spki", "jwk"]) {
    const exported = await subtle.exportKey(format, publicKey);
    const again = await subtle.importKey(format, exported, algorithm, true, ["verify"]);
    console.log(format, await subtle.verify(use, again, signature, text));
  }
}

const rsa = await subtle.generateKey({ name: "RSA-OAEP", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" }, true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
console.log(hex(await subtle.decrypt("RSA-OAEP", rsa.privateKey, await subtle.encrypt("RSA-OAEP", rsa.publicKey, text))));
console.log(await attempt(() => subtle.decrypt("RSA-OAEP", rsa.privateKey, raw)));

const a = await subtle.generateKey({ name: "ECDH", namedCurve: "P-521" }, true, ["deriveBits"]);
const b = await subtle.generateKey({ name: "ECDH", namedCurve: "P-521" }, true, ["deriveBits"]);
const shared = await Promise.all([[a, b], [b, a]].map(([x, y]) => subtle.deriveBits({ name: "ECDH", public: x.publicKey }, y.privateKey, 256)));
console.log(hex(shared[0]) === hex(shared[1]), shared[0].byteLength);

const password = await subtle.importKey("raw", text, "PBKDF2", false, ["deriveBits", "deriveKey"]);
console.log(hex(await subtle.deriveBits({ name: "PBKDF2", salt: raw, iterations: 10, hash: "SHA-256" }, password, 128)));
console.log(await subtle.deriveKey({ name: "PBKDF2", salt: raw, iterations: 10, hash: "SHA-256" }, password, { name: "AES-KW", length: 256 }, false, ["wrapKey"]));
const hkdf = await subtle.importKey("raw", text, "HKDF", false, ["deriveBits"]);
console.log(hex(await subtle.deriveBits({ name: "HKDF", salt: raw, info: text, hash: "SHA-512" }, hkdf, 128)));
console.log(await attempt(() => subtle.importKey("raw", raw.slice(1), "AES-GCM", true, ["encrypt"])));
console.log(await attempt(() => subtle.digest("MD5", text)));
