import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";
import { becomesIdle } from "../support/processor.ts";

const LIMIT_MB = 128;
const TOLERANCE_MB = 4 * LIMIT_MB;
/** One step of a search for primes, which OpenSSL does not break off, takes a second or so on a slow machine. */
const GIVING_UP_MS = 5000;

/** Guest code: DER by hand, and private keys whose numbers have as many bytes as one likes. */
const DER = `
  const length = (n) => (n < 128 ? [n] : [0x84, n >> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]);
  const der = (tag, ...parts) => {
    const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content]);
  };
  const sequence = (...parts) => der(0x30, ...parts);
  const integer = (bytes) => der(2, bytes);
  const octets = (...parts) => der(4, ...parts);
  const identifier = (hex) => der(6, Buffer.from(hex, "hex"));
  const large = (size) => integer(Buffer.alloc(size, 0x55));
  const zero = integer([0]);
  const rounds = integer([0x7f, 255, 255, 255]);
  const salt = octets("saltsalt");
  const AES = sequence(identifier("60864801650304012a"), octets(Buffer.alloc(16)));
  const encrypted = (kdf) =>
    sequence(sequence(identifier("2a864886f70d01050d"), sequence(kdf, AES)), octets(Buffer.alloc(64)));
  const pkcs8 = (key) => crypto.createPrivateKey({ key, format: "der", type: "pkcs8", passphrase: "p" });
  const pem = (label, key) =>
    crypto.createPrivateKey(\`-----BEGIN \${label}-----\\n\${key.toString("base64")}\\n-----END \${label}-----\\n\`);
  const dsa = (size) => sequence(
    zero, sequence(identifier("2a8648ce380401"), sequence(large(size), large(20), large(size))), octets(large(size)));
  const rsa = (size) => sequence(
    zero, large(256), integer([3]), large(size), large(128), large(128), large(size), large(128), large(128));
`;

describe("cryptography is no way around a guest's limits", () => {
  const ground = battleground();

  const endless = {
    "a search for a large prime": "crypto.generatePrimeSync(4096, { safe: true });",
    "an asynchronous search for a large prime": "crypto.generatePrime(4096, { safe: true }, () => {});",
    "a large RSA key": "crypto.generateKeyPairSync('rsa', { modulusLength: 16384 });",
    "large DH parameters": "crypto.createDiffieHellman(8192);",
    "a DH key with a new prime": "crypto.generateKeyPairSync('dh', { primeLength: 8192 });",
    PBKDF2: "crypto.pbkdf2Sync('p', 's', 2 ** 31 - 1, 1e6, 'sha512');",
    "PBKDF2 without a wait": "crypto.pbkdf2('p', 's', 2 ** 31 - 1, 64, 'sha512', () => {});",
    scrypt: "crypto.scryptSync('p', 's', 64, { N: 2 ** 14, r: 8, p: 1000, maxmem: 2 ** 40 });",
    "a slow cipher": `
      const cipher = crypto.createCipheriv("des-ede3-cbc", Buffer.alloc(24), Buffer.alloc(8));
      for (const data = Buffer.alloc(100e6); ; ) cipher.update(data);`,
    "a key behind very many rounds of PBKDF2":
      "pkcs8(encrypted(sequence(identifier('2a864886f70d01050c'), sequence(salt, rounds))));",
    "a key behind very much scrypt": `
      const cost = sequence(salt, integer([0x40, 0]), integer([1]), integer([1, 0, 0]));
      pkcs8(encrypted(sequence(identifier("2b06010401da47040b"), cost)));`,
    "large DSA parameters": "crypto.generateKeyPairSync('dsa', { modulusLength: 10000, divisorLength: 256 });",
  };
  for (const [name, code] of Object.entries(endless)) {
    test(`${name} is given up at the time limit`, async () => {
      const { exitCode } = await ground.attack(`import crypto from "node:crypto";\n${DER}\n${code}`, {
        timeout: 500,
        inspect: async (pid) => assert.ok(await becomesIdle(pid, GIVING_UP_MS), "nothing is computed any more"),
      });
      assert.equal(exitCode, 137);
    });
  }

  test("what can't be given up half-way is refused when it takes too long", async () => {
    const { stdout } = await ground.attack(`
      import crypto from "node:crypto";
      for (const attempt of [
        () => crypto.checkPrimeSync(2n ** 100000n - 1n),
        () => crypto.generatePrimeSync(2 ** 31 - 1),
        () => crypto.createDiffieHellman(Buffer.alloc(5000, 255)),
        () => crypto.generateKeyPairSync("rsa", { modulusLength: 2 ** 32 - 1 }),
      ]) try { attempt(); console.log("done"); } catch ({ code }) { console.log(code); }`);
    assert.deepEqual(stdout.trim().split("\n"), Array(4).fill("ERR_OUT_OF_RANGE"));
  });

  test("keys whose numbers are out of all proportion are refused before anything is computed with them", async () => {
    const { stdout } = await ground.attack(`
      import crypto from "node:crypto";
      ${DER}
      const text = Buffer.alloc(1e5, 0x55).toString("base64url");
      const jwk = crypto.generateKeyPairSync("rsa", { modulusLength: 512 }).privateKey.export({ format: "jwk" });
      const exchange = crypto.createDiffieHellman(512);
      const old = sequence(sequence(identifier("2a864886f70d010c0103"), sequence(salt, rounds)), octets(Buffer.alloc(64)));
      for (const attempt of [
        () => pkcs8(dsa(20_000)),
        () => pem("PRIVATE KEY", dsa(20_000)),
        () => pem("DSA PRIVATE KEY", sequence(zero, large(20_000), large(20), large(20_000), large(9), large(9))),
        () => pkcs8(sequence(sequence(identifier("2a864886f70d010c0103"), sequence(salt, integer([1]))), octets(Buffer.alloc(20_000)))),
        () => pem("RSA PRIVATE KEY", rsa(1e6)),
        () => pem("PRIVATE KEY", sequence(zero, sequence(identifier("2a864886f70d010101"), [5, 0]), octets(rsa(1e6)))),
        () => crypto.createPrivateKey({ format: "jwk", key: { ...jwk, dp: text } }),
        () => crypto.createPrivateKey({ format: "jwk", key: { ...jwk, d: text } }),
        () => exchange.setPrivateKey(Buffer.alloc(1e6, 255)),
        () => pkcs8(old),
      ]) try { attempt(); console.log("done"); } catch ({ code }) { console.log(code); }`);
    assert.deepEqual(stdout.trim().split("\n"), [
      ...Array(6).fill("ERR_OUT_OF_RANGE"),
      ...Array(2).fill("ERR_CRYPTO_INVALID_JWK"),
      "ERR_OUT_OF_RANGE",
      "ERR_OSSL_EVP_PARAMETER_TOO_LARGE",
    ]);
  });

  const bombs = {
    hashes: "kept.push(crypto.createHash('sha512'));",
    ciphers: "kept.push(crypto.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12)));",
    "key pairs": "kept.push(crypto.createPublicKey(pem));",
    "secret keys": "kept.push(crypto.createSecretKey(Buffer.alloc(1 << 20, 1)));",
    "clones of secret keys": "kept.push(structuredClone(secret));",
    "keys in messages that nobody reads": "port1.postMessage(secret);",
    exchanges: "kept.push(crypto.createDiffieHellmanGroup('modp18'));",
    "scratch memory": "crypto.scryptSync('p', 's', 64, { N: 2 ** 20, r: 8, maxmem: 2 ** 40 });",
  };
  for (const [name, code] of Object.entries(bombs)) {
    test(`a bomb of ${name} is stopped at the memory limit`, async () => {
      const { exitCode, stderr, peakMb } = await ground.attack(
        `import crypto from "node:crypto";
        const kept = [];
        const secret = crypto.createSecretKey(Buffer.alloc(1 << 20, 1));
        const pem = crypto.generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "pem" });
        const { port1, port2 } = new MessageChannel();
        while (true) ${code}`,
        { limits: { memoryMb: LIMIT_MB }, timeout: 60_000 },
      );
      assert.ok(exitCode === 137 || exitCode === 1, `exit code ${exitCode}: ${stderr}`);
      assert.match(stderr, /memory|allocat/i);
      assert.ok(peakMb < TOLERANCE_MB, `the VM grew by ${Math.round(peakMb)} MB`);
    });
  }
});
