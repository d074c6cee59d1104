const { subtle } = globalThis.crypto;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const raw = Buffer.alloc(32, 7);
for (const [name, parameters] of [
  ["AES-GCM", { iv: Buffer.alloc(12), additionalData: Buffer.from("aad"), tagLength: 128 }],
  ["AES-CBC", { iv: Buffer.alloc(16) }],
  ["AES-CTR", { counter: Buffer.alloc(16), length: 64 }],
]) {
  const key = await subtle.importKey("raw", raw, name, true, ["encrypt", "decrypt"]);
  const sealed = await subtle.encrypt({ name, ...parameters }, key, Buffer.from("plain text"));
  console.log(
    name,
    hex(sealed),
    Buffer.from(await subtle.decrypt({ name, ...parameters }, key, sealed)).toString(),
    (await subtle.exportKey("jwk", key)).alg,
  );
  await subtle.decrypt({ name, ...parameters }, key, Buffer.alloc(32)).then(
    (bytes) => console.log("no error", bytes.byteLength),
    (error) => console.log(error.name, error.message),
  );
}
const wrapping = await subtle.importKey("raw", raw, "AES-KW", false, ["wrapKey", "unwrapKey"]);
const inner = await subtle.importKey("raw", Buffer.alloc(16, 9), "AES-CBC", true, ["encrypt"]);
const wrapped = await subtle.wrapKey("raw", inner, wrapping, "AES-KW");
console.log(
  hex(wrapped),
  (await subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-CBC", true, ["decrypt"])).usages,
);
await subtle.exportKey("raw", wrapping).catch((error) => console.log(error.name, error.message));
const generated = await subtle.generateKey({ name: "AES-GCM", length: 192 }, false, ["encrypt"]);
console.log(generated.extractable, generated.algorithm, generated.type);
