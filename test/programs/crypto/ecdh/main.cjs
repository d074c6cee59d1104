const crypto = require("node:crypto");
const fixed = require("./keys.json");
const alice = crypto.createECDH("prime256v1");
alice.setPrivateKey("11".repeat(32), "hex");
const bob = crypto.createECDH("prime256v1");
bob.setPrivateKey("22".repeat(32), "hex");
console.log(
  alice.getPublicKey("hex"),
  alice.getPublicKey("hex", "compressed"),
  alice.computeSecret(bob.getPublicKey(), null, "hex") === bob.computeSecret(alice.getPublicKey("hex"), "hex", "hex"),
  alice.computeSecret(bob.getPublicKey(null, "compressed"), null, "base64"),
);
console.log(
  crypto.ECDH.convertKey(alice.getPublicKey(), "prime256v1", null, "hex", "hybrid").slice(0, 4),
  crypto.getCurves().includes("secp256k1"),
);
const secret = crypto.diffieHellman({
  privateKey: crypto.createPrivateKey(fixed.x),
  publicKey: crypto.createPublicKey(fixed.x2),
});
console.log(
  secret.toString("hex"),
  secret.equals(
    crypto.diffieHellman({ privateKey: crypto.createPrivateKey(fixed.x2), publicKey: crypto.createPublicKey(fixed.x) }),
  ),
);
const group = crypto.getDiffieHellman("modp14");
console.log(
  group.getPrime("hex").slice(0, 20),
  group.getGenerator("hex"),
  group.verifyError,
  // A key with leading zeros is shorter.
  group.generateKeys().length <= 256,
);
const dh = crypto.createDiffieHellman(
  Buffer.from(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff",
    "hex",
  ),
  2,
);
dh.setPrivateKey(Buffer.from("1234567890", "hex"));
console.log(
  dh.generateKeys("hex").slice(0, 32),
  dh.verifyError,
  dh.computeSecret(Buffer.from([5]), null, "hex").slice(0, 32),
);
for (const fail of [
  () => crypto.createECDH("nope"),
  () => alice.computeSecret(Buffer.alloc(3)),
  () => alice.setPrivateKey("00", "hex"),
  () =>
    crypto.diffieHellman({ privateKey: crypto.createPrivateKey(fixed.x), publicKey: crypto.createPublicKey(fixed.ec) }),
  () => crypto.getDiffieHellman("modp99"),
  () => dh.computeSecret(Buffer.from([0])),
  () => crypto.createECDH("secp521r1").getPublicKey(),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
