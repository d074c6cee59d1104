const crypto = require("node:crypto");
const fixed = require("./keys.json");
const data = Buffer.from("to be signed");
for (const [name, algorithm] of [
  ["rsa", "sha256"],
  ["rsa", "sha1"],
  ["ed", null],
  ["ed448", null],
]) {
  const key = crypto.createPrivateKey(fixed[name]);
  const signature = crypto.sign(algorithm, data, key);
  const spoiled = Buffer.from(signature);
  spoiled[3] ^= 1;
  console.log(
    name,
    algorithm,
    signature.toString("base64"),
    crypto.verify(algorithm, data, crypto.createPublicKey(key), signature),
    crypto.verify(algorithm, data, key, spoiled),
  );
}
for (const name of ["ec", "ec384"]) {
  const key = crypto.createPrivateKey(fixed[name]);
  const der = crypto.sign("sha256", data, key);
  const raw = crypto.sign("sha256", data, { key, dsaEncoding: "ieee-p1363" });
  console.log(
    name,
    raw.length,
    crypto.verify("sha256", data, key, der),
    crypto.verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, raw),
    crypto.verify("sha256", data, key, raw),
  );
}
const pss = { key: fixed.rsa, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
console.log(
  crypto.verify("sha256", data, pss, crypto.sign("sha256", data, pss)),
  crypto
    .createVerify("RSA-SHA256")
    .update(data)
    .verify(
      crypto.createPublicKey(fixed.rsa),
      crypto.createSign("RSA-SHA256").update("to be ").update("signed").sign(fixed.rsa, "hex"),
      "hex",
    ),
);
crypto.sign("sha256", data, fixed.rsa, (error, signature) => console.log("async", error, signature.length));
for (const fail of [
  () => crypto.sign("sha256", data, "not a key"),
  () => crypto.sign("nope", data, fixed.rsa),
  () => crypto.sign("sha256", data, fixed.ed),
  () => crypto.createSign("nope"),
  () => crypto.createSign("sha256").sign(),
  () => crypto.sign("sha256", "text", fixed.rsa).length,
  () => crypto.sign("sha256", data, crypto.createPublicKey(fixed.rsa)),
  () => crypto.verify("sha256", data, fixed.rsa, "text"),
  () => crypto.sign(null, data, fixed.x),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message.split("\n")[0]);
  }
}
