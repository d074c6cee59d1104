const crypto = require("node:crypto");
const fixed = require("./keys.json");
for (const [name, pem] of Object.entries(fixed)) {
  const key = crypto.createPrivateKey(pem);
  const publicKey = crypto.createPublicKey(key);
  console.log(
    name,
    key.type,
    key.asymmetricKeyType,
    key.asymmetricKeyDetails,
    key,
    publicKey.export({ type: "spki", format: "pem" }).split("\n").length,
  );
  console.log(publicKey.export({ format: "jwk" }));
  console.log(
    key.export({ type: "pkcs8", format: "der" }).length,
    key.export({ type: "pkcs8", format: "pem" }) === pem,
    crypto.createPrivateKey({ key: key.export({ format: "jwk" }), format: "jwk" }).equals(key),
    publicKey.equals(
      crypto.createPublicKey({ key: publicKey.export({ type: "spki", format: "der" }), format: "der", type: "spki" }),
    ),
  );
}
const rsa = crypto.createPrivateKey(fixed.rsa);
console.log(
  rsa.export({ type: "pkcs1", format: "pem" }).split("\n")[0],
  crypto.createPrivateKey(fixed.ec).export({ type: "sec1", format: "pem" }).split("\n")[0],
);
const locked = rsa.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" });
console.log(locked.split("\n")[0], crypto.createPrivateKey({ key: locked, passphrase: "open sesame" }).equals(rsa));
const secret = crypto.createSecretKey("text key", "utf8");
console.log(
  secret,
  secret.symmetricKeySize,
  secret.export().toString(),
  secret.export({ format: "jwk" }),
  secret.equals(crypto.createSecretKey(Buffer.from("text key"))),
  crypto.KeyObject.name,
  secret instanceof crypto.KeyObject,
  structuredClone(secret).export().toString(),
);
for (const fail of [
  () => crypto.createPrivateKey({ key: locked, passphrase: "wrong" }),
  () => crypto.createPrivateKey(locked),
  () => crypto.createPrivateKey("nonsense"),
  () => crypto.createPublicKey(secret),
  () => rsa.export(),
  () => rsa.export({ format: "pem", type: "spki" }),
  () => crypto.createSecretKey("x", "nope") && "empty",
  () => crypto.createPrivateKey({ key: { kty: "RSA" }, format: "jwk" }),
  () => new crypto.KeyObject(),
  () => crypto.KeyObject.from(5),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message.split("\n")[0]);
  }
}
