const crypto = require("node:crypto");
console.log(Object.keys(crypto).sort().join(" "));
console.log(
  Object.keys(crypto.constants).length > 50,
  crypto.constants.RSA_PKCS1_PADDING,
  crypto.constants.defaultCoreCipherList.includes("TLS_AES_256_GCM_SHA384"),
  crypto.getFips(),
  crypto.webcrypto === globalThis.crypto,
  crypto.subtle === globalThis.crypto.subtle,
);
console.log(
  crypto.Certificate.verifySpkac(Buffer.from("nonsense")),
  String(crypto.Certificate.exportChallenge(Buffer.from("x"))),
  typeof crypto.secureHeapUsed(),
  crypto.secureHeapUsed(),
);
try {
  new crypto.X509Certificate("nonsense");
} catch (error) {
  console.log(error.name, error.code);
}
try {
  crypto.setEngine("nope");
} catch (error) {
  console.log(error.name, error.code !== undefined);
}
