// One Ed25519 key, encrypted in several ways, and with every part of what says how replaced by others.
const { createPrivateKey } = require("node:crypto");

const keys = {
  scrypt:
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAikA3wZqFIjvwICQAACAQgCAQEwHQYJYIZIAWUDBAEqBBDjdx1dZ5ju0YCyV6KHcSIGBECqP/bqyBO+8ltTvcpxJ75bOhnDtZc65MA9QGz1fKaD+e0ykUvhAu6JHLsl8mjEy3nz5XmoPEiOUlVSlRC8l6G0",
  "small scrypt":
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAjKnhSqVuaJKwICBAACAQECARAwHQYJYIZIAWUDBAEqBBA5Ec92nIlkIGpg5H7oo0s2BEBMsa42Puf4nMWmRaoUg6QXrYeJdTV1naWzPGtq8A727/mpDMY3v1tVJNVZBWZ/7zemx7itaV0kpRj8mAT98EyQ",
  "PBKDF2, SHA-1, one round":
    "MIGMMEgGCSqGSIb3DQEFDTA7MBoGCSqGSIb3DQEFDDANBAjxPSh6YpTyPwIBATAdBglghkgBZQMEAQIEEFUE+guGmppvbTMnJ5/q6ZAEQPx1ieA50KNP2RwR6III311wPgk/cDd6/U6X2KMFDCrmaJQ1qXuiaYIJzYgSwA4XZIhJgrqnBoQ1OLnrC3tCSp0=",
  "PBKDF2, SHA-512":
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhU0L2ImRwYugICA+gwDAYIKoZIhvcNAgsFADAdBglghkgBZQMEASoEEPf/abpWMxgKByUqwNFVJY4EQBFiaJRQDJW7E+ztOLGDBd8Y8jLPASs93I93G3WQd4aze7fy7w/m5sH5eNem8jFS4H8ReQcibY1+ZynEs5bBxzk=",
  "PBKDF2, SHA-224, Triple-DES":
    "MIGKME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAi6PYEOjZN9gwICCAAwDAYIKoZIhvcNAggFADAUBggqhkiG9w0DBwQIAaw0h51IF9AEOFeQ80N3EoevqJIg87gJI6WMXjXUvC5+B69276glsBsaoAME9/YVzZ2Yv44IIVy+xuXR4PQby557",
  "PKCS#12":
    "MFcwGwYKKoZIhvcNAQwBAzANBAiUEFOATFgOCAIBAwQ4mMps8pkz1/HGnskGKGvNAjHupGLDVrena998D13RBAOV3K4xpVZ6Wc7PxU2/SRdqDDVu0DQ0Naw=",
};

function attempt(key, passphrase, format = "der") {
  try {
    return createPrivateKey({ key, format, type: "pkcs8", passphrase }).export({ format: "jwk" }).x;
  } catch ({ code, message }) {
    return `${code} ${message}`;
  }
}

for (const [name, text] of Object.entries(keys)) {
  const der = Buffer.from(text, "base64");
  const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${text.replace(/.{64}/g, "$&\n")}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  console.log(name, attempt(der, "secret"), attempt(pem, "secret", "pem"));
  for (const passphrase of ["", "wrong", "secret\0", undefined]) console.log(attempt(der, passphrase));
  // Each byte of the parameters. The first 20 hold the lengths and that it is encrypted at all.
  for (let at = 20; at < der.indexOf(Buffer.from([4, 0x40])) || at < 32; at++)
    for (const value of [0, 3, 0x80, 0xff]) {
      const changed = Buffer.from(der);
      changed[at] = value;
      console.log(at, value, attempt(changed, "secret"));
    }
}
