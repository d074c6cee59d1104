// Keys of all kinds: made, written, read, compared, cloned, used.
const crypto = require("node:crypto");

const kinds = {
  rsa: { modulusLength: 1024 },
  "rsa-pss": { modulusLength: 1024, hashAlgorithm: "sha256", saltLength: 20 },
  ec: { namedCurve: "P-384" },
  ed25519: undefined,
  ed448: undefined,
  x25519: undefined,
  dh: { group: "modp5" },
};
for (const [kind, options] of Object.entries(kinds)) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync(kind, options);
  console.log(kind, publicKey, privateKey.asymmetricKeyType, privateKey.asymmetricKeyDetails);
  const pem = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" });
  console.log(pem.split("\n")[0], crypto.createPrivateKey({ key: pem, passphrase: "secret" }).equals(privateKey));
  const der = publicKey.export({ type: "spki", format: "der" });
  console.log(der.constructor.name, crypto.createPublicKey({ key: der, type: "spki", format: "der" }).equals(publicKey));
  console.log(crypto.createPublicKey(privateKey).equals(publicKey), structuredClone({ publicKey }).publicKey.equals(publicKey));
  try {
    const jwk = privateKey.export({ format: "jwk" });
    console.log(Object.keys(jwk).sort().join(), crypto.createPrivateKey({ key: jwk, format: "jwk" }).equals(privateKey));
  } catch (error) {
    console.log(error.code, error.message);
  }
  try {
    crypto.createPrivateKey(pem);
  } catch (error) {
    console.log(error.code, error.message);
  }
  if (kind.startsWith("x") || kind === "dh") {
    console.log(crypto.diffieHellman({ publicKey, privateKey }).length);
    continue;
  }
  const digest = kind.startsWith("ed") ? null : "sha256";
  const signature = crypto.sign(digest, Buffer.from("text"), privateKey);
  console.log(crypto.verify(digest, Buffer.from("text"), publicKey, signature), crypto.verify(digest, Buffer.from("texd"), publicKey, signature));
}

const secret = crypto.createSecretKey("00112233445566778899aabbccddeeff", "hex");
console.log(secret, secret.export({ format: "jwk" }), structuredClone(secret).export());
const { port1, port2 } = new MessageChannel();
port2.once("message", ({ key }) => {
  console.log("message", key instanceof crypto.KeyObject, key.equals(secret));
  port2.close();
});
port1.postMessage({ key: secret });

const cipher = crypto.createCipheriv("aes-128-gcm", secret, Buffer.alloc(12, 1)).setAAD(Buffer.from("aad"));
const body = cipher.update("some text", "utf8", "hex") + cipher.final("hex");
console.log(body, cipher.getAuthTag().toString("hex"));
const decipher = crypto.createDecipheriv("aes-128-gcm", secret, Buffer.alloc(12, 1)).setAAD(Buffer.from("aad"));
decipher.setAuthTag(Buffer.alloc(16));
try {
  console.log(decipher.update(body, "hex", "utf8"), decipher.final());
} catch (error) {
  console.log(error.message);
}
const ecdh = crypto.createECDH("secp256k1");
ecdh.setPrivateKey("07".repeat(32), "hex");
console.log(ecdh.getPublicKey("hex", "compressed"), ecdh.computeSecret(ecdh.getPublicKey(), null, "hex"));
const dh = crypto.createDiffieHellmanGroup("modp14");
// A key with leading zeros is shorter.
console.log(dh.generateKeys().length <= 256, dh.getPrime("hex").length, dh.verifyError);
