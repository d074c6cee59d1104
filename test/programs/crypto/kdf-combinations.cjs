// PBKDF2 and scrypt over sizes around their blocks, each result as a digest.
const crypto = require("node:crypto");
const short = (derive) => {
  try {
    return crypto.createHash("sha256").update(derive()).digest("hex").slice(0, 16);
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
};
for (const digest of ["md5", "sha1", "sha256", "sha512", "sha3-256", "ripemd160"])
  for (const passwordLength of [0, 1, 63, 64, 65, 128, 129, 300])
    for (const [saltLength, iterations, length] of [
      [0, 1, 0],
      [8, 1, 1],
      [16, 2, 20],
      [64, 3, 64],
      [200, 7, 65],
      [1, 1000, 257],
    ]) {
      const [password, salt] = [Buffer.alloc(passwordLength, 1), Buffer.alloc(saltLength, 2)];
      const key = short(() => crypto.pbkdf2Sync(password, salt, iterations, length, digest));
      console.log(digest, passwordLength, saltLength, iterations, length, key);
    }
for (const [N, r, p] of [
  [2, 1, 1],
  [16, 8, 1],
  [64, 3, 5],
  [1024, 8, 2],
  [16_384, 8, 1],
])
  for (const length of [0, 1, 64, 129])
    console.log(N, r, p, length, short(() => crypto.scryptSync("password", "salt", length, { N, r, p })));
