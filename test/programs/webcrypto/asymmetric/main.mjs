import fixed from "./keys.json" with { type: "json" };
import crypto from "node:crypto";
const { subtle } = globalThis.crypto;
const data = Buffer.from("data");
const der = (name) => crypto.createPrivateKey(fixed[name]).export({ type: "pkcs8", format: "der" });
const spki = (name) => crypto.createPublicKey(fixed[name]).export({ type: "spki", format: "der" });
for (const [name, algorithm, use] of [
  ["rsa", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }],
  ["rsa", { name: "RSA-PSS", hash: "SHA-512" }, { name: "RSA-PSS", saltLength: 32 }],
  ["ec", { name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  ["ed", { name: "Ed25519" }],
]) {
  const privateKey = await subtle.importKey("pkcs8", der(name), algorithm, true, ["sign"]);
  const publicKey = await subtle.importKey("spki", spki(name), algorithm, true, ["verify"]);
  const signature = await subtle.sign(use ?? algorithm, privateKey, data);
  console.log(
    algorithm.name,
    signature.byteLength,
    await subtle.verify(use ?? algorithm, publicKey, signature, data),
    await subtle.verify(use ?? algorithm, publicKey, signature, Buffer.from("x")),
    publicKey.algorithm,
    Object.keys(await subtle.exportKey("jwk", privateKey)).join(),
  );
}
const oaep = await subtle.generateKey(
  { name: "RSA-OAEP", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" },
  true,
  ["encrypt", "decrypt"],
);
console.log(
  Buffer.from(
    await subtle.decrypt("RSA-OAEP", oaep.privateKey, await subtle.encrypt("RSA-OAEP", oaep.publicKey, data)),
  ).toString(),
);
const x = await subtle.importKey("pkcs8", der("x"), "X25519", false, ["deriveBits", "deriveKey"]);
const peer = await subtle.importKey("spki", spki("x2"), "X25519", false, []);
console.log(Buffer.from(await subtle.deriveBits({ name: "X25519", public: peer }, x, 256)).toString("hex"));
const ecdh = await subtle.generateKey({ name: "ECDH", namedCurve: "P-384" }, false, ["deriveKey"]);
console.log(
  (
    await subtle.deriveKey(
      { name: "ECDH", public: ecdh.publicKey },
      ecdh.privateKey,
      { name: "AES-GCM", length: 256 },
      true,
      ["encrypt"],
    )
  ).algorithm,
);
await subtle
  .importKey("pkcs8", Buffer.alloc(9), "Ed25519", true, ["sign"])
  .catch((error) => console.log(error.name, error.message));
await subtle
  .importKey("spki", spki("ec"), { name: "ECDSA", namedCurve: "P-384" }, true, ["verify"])
  .catch((error) => console.log(error.name, error.message));
