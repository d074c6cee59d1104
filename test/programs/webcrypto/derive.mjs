const { subtle } = globalThis.crypto;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const base = await subtle.importKey("raw", Buffer.from("password"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
console.log(
  hex(
    await subtle.deriveBits({ name: "PBKDF2", salt: Buffer.from("salt"), iterations: 100, hash: "SHA-256" }, base, 128),
  ),
);
const derived = await subtle.deriveKey(
  { name: "PBKDF2", salt: Buffer.from("salt"), iterations: 1, hash: "SHA-1" },
  base,
  { name: "AES-CBC", length: 128 },
  true,
  ["encrypt"],
);
console.log(hex(await subtle.exportKey("raw", derived)), derived.usages);
const hkdf = await subtle.importKey("raw", Buffer.from("ikm"), "HKDF", false, ["deriveBits"]);
console.log(
  hex(
    await subtle.deriveBits(
      { name: "HKDF", hash: "SHA-512", salt: Buffer.alloc(0), info: Buffer.from("info") },
      hkdf,
      256,
    ),
  ),
);
for (const length of [7, 0, null])
  await subtle
    .deriveBits({ name: "HKDF", hash: "SHA-1", salt: Buffer.alloc(0), info: Buffer.alloc(0) }, hkdf, length)
    .then(
      (bits) => console.log(bits.byteLength),
      (error) => console.log(error.name, error.message),
    );
await subtle
  .deriveBits({ name: "PBKDF2", salt: Buffer.alloc(1), iterations: 0, hash: "SHA-1" }, base, 8)
  .catch((error) => console.log(error.name, error.message));
console.log(structuredClone(base).type, CryptoKey.name, base instanceof CryptoKey);
