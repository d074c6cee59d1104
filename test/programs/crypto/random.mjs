import crypto from "node:crypto";
import { promisify } from "node:util";
console.log(
  crypto.randomBytes(8).length,
  (await promisify(crypto.randomBytes)(4)).length,
  crypto.randomBytes(0),
  crypto.randomBytes(16).equals(crypto.randomBytes(16)),
);
const ints = Array.from({ length: 200 }, () => crypto.randomInt(3, 6));
console.log([...new Set(ints)].sort(), crypto.randomInt(1), typeof (await promisify(crypto.randomInt)(10)));
console.log(
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
  crypto.randomUUID({ disableEntropyCache: true }).length,
);
const buffer = Buffer.alloc(10);
console.log(
  crypto.randomFillSync(buffer, 5) === buffer,
  buffer.subarray(0, 5),
  crypto.randomFillSync(new Uint32Array(4)).some((x) => x > 0),
  crypto.getRandomValues(new Uint8Array(6)).length,
  globalThis.crypto.getRandomValues(new BigInt64Array(1)).length,
);
console.log((await promisify(crypto.randomFill)(new ArrayBuffer(3))).byteLength);
for (const fail of [
  () => crypto.randomBytes(-1),
  () => crypto.randomBytes("1"),
  () => crypto.randomInt(5, 5),
  () => crypto.randomInt(0, 2 ** 48),
  () => crypto.randomFillSync(buffer, 11),
  () => crypto.getRandomValues(new Float32Array(1)),
  () => crypto.getRandomValues(new Uint8Array(65537)),
  () => crypto.randomFillSync("x"),
  () => crypto.randomInt(1.5),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
