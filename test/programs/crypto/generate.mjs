import crypto from "node:crypto";
import { promisify } from "node:util";
const generate = promisify(crypto.generateKeyPair);
for (const [type, options] of [
  ["rsa", { modulusLength: 1024 }],
  ["rsa-pss", { modulusLength: 1024, hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha256", saltLength: 32 }],
  ["ec", { namedCurve: "P-384" }],
  ["ec", { namedCurve: "secp256k1" }],
  ["ed25519"],
  ["ed448"],
  ["x25519"],
  ["x448"],
]) {
  const { publicKey, privateKey } = await generate(type, options ?? {});
  console.log(
    type,
    publicKey.type,
    privateKey.type,
    publicKey.asymmetricKeyType,
    publicKey.asymmetricKeyDetails,
    crypto.createPublicKey(privateKey).equals(publicKey),
  );
}
const pems = crypto.generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "der" },
});
console.log(pems.publicKey.split("\n")[0], pems.privateKey.length);
console.log(
  (await promisify(crypto.generateKey)("aes", { length: 256 })).symmetricKeySize,
  crypto.generateKeySync("hmac", { length: 123 }).symmetricKeySize,
  crypto.generatePrimeSync(64, { bigint: true }) > 2n ** 63n,
  crypto.checkPrimeSync(97n),
  crypto.checkPrimeSync(96n),
  crypto.generatePrimeSync(32).byteLength,
);
for (const fail of [
  () => crypto.generateKeyPairSync("nope"),
  () => crypto.generateKeyPairSync("rsa", {}),
  () => crypto.generateKeyPairSync("ec", { namedCurve: "nope" }),
  () => crypto.generateKeySync("aes", { length: 100 }),
  () => crypto.generateKeyPairSync("rsa", { modulusLength: 512, publicExponent: -1 }),
  () => crypto.generatePrimeSync(0),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
