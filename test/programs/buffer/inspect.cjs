const buffer = require("node:buffer");
console.log(Buffer.alloc(60), Buffer.from("abc"), [Buffer.alloc(2)], { buffer: Buffer.alloc(1) });
buffer.INSPECT_MAX_BYTES = 2;
console.log(Buffer.from("abcdef"), Object.assign(Buffer.from("abc"), { extra: true }));
class Sub extends Uint8Array {}
console.log(
  new Sub(3),
  new buffer.SlowBuffer(2).length,
  buffer.constants,
  buffer.kMaxLength === buffer.constants.MAX_LENGTH,
  buffer.kStringMaxLength,
);
console.log(
  new ArrayBuffer(4),
  new Uint8Array([1, 2]).buffer,
  new DataView(new ArrayBuffer(2)),
  new SharedArrayBuffer(2),
  new Float32Array(2),
  new BigInt64Array(1),
);
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
console.log(detached, detached.detached);
console.log(new ArrayBuffer(2, { maxByteLength: 8 }).resizable);
