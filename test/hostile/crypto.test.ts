import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";
import { becomesIdle } from "../support/processor.ts";

const LIMIT_MB = 128;
const TOLERANCE_MB = 4 * LIMIT_MB;
/** One step of a search for primes, which OpenSSL does not break off, takes a second or so on a slow machine. */
const GIVING_UP_MS = 5000;

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
    "large DSA parameters": "crypto.generateKeyPairSync('dsa', { modulusLength: 10000, divisorLength: 256 });",
  };
  for (const [name, code] of Object.entries(endless)) {
    test(`${name} is given up at the time limit`, async () => {
      const { exitCode } = await ground.attack(`import crypto from "node:crypto";\n${code}`, {
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
