import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from "../../src/protocol/frame.ts";

const decode = (decoder: FrameDecoder, ...chunks: Uint8Array[]) => chunks.flatMap((chunk) => [...decoder.push(chunk)]);

const VALUES: unknown[] = [
  { a: 1, text: "grüße 🙂", nothing: null, list: [1, -1, 1.5, 2 ** 40], yes: true },
  { bytes: new Uint8Array([0, 255, 7]) },
  { empty: new Uint8Array(0), nested: { deep: [{}] } },
  "x".repeat(100_000),
  12345678901234567890n,
];

test("messages survive any cut of the stream", () => {
  const wire = Buffer.concat(VALUES.map(encodeFrame));
  for (const size of [1, 2, 3, 5, 7, 64, 4096, wire.length]) {
    const decoder = new FrameDecoder();
    const chunks = [];
    for (let i = 0; i < wire.length; i += size) chunks.push(wire.subarray(i, i + size));
    assert.deepEqual(decode(decoder, ...chunks), VALUES);
    assert.ok(decoder.idle);
  }
});

test("bytes arrive as plain Uint8Arrays", () => {
  const [message] = decode(new FrameDecoder(), encodeFrame({ bytes: Buffer.from("hi") })) as [{ bytes: Uint8Array }];
  assert.equal(Object.getPrototypeOf(message.bytes), Uint8Array.prototype);
});

test("a key __proto__ changes no prototype", () => {
  const [value] = decode(new FrameDecoder(), encodeFrame(JSON.parse('{"__proto__":{"polluted":1}}')));
  assert.equal((value as any).polluted, undefined);
  assert.equal(({} as any).polluted, undefined);
});

test("a partial frame is not idle", () => {
  const decoder = new FrameDecoder();
  assert.deepEqual(decode(decoder, encodeFrame({ a: 1 }).subarray(0, 5)), []);
  assert.equal(decoder.idle, false);
});

test("a frame beyond the limit is refused before it is received", () => {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(MAX_FRAME_BYTES + 1);
  assert.throws(() => decode(new FrameDecoder(), header), ProtocolError);
});

test("a message beyond the limit is refused before it is sent", () => {
  assert.throws(() => encodeFrame(new Uint8Array(MAX_FRAME_BYTES)), {
    name: "RangeError",
    code: "ERR_MESSAGE_TOO_LARGE",
  });
});

test("malformed MessagePack is a ProtocolError", () => {
  for (const body of [[0x81], [0x82, 0xa1], [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdb, 0xff, 0xff, 0xff, 0xff, 0x61], []]) {
    const frame = Buffer.from([body.length, 0, 0, 0, ...body]);
    assert.throws(() => decode(new FrameDecoder(), frame), ProtocolError, `body ${body}`);
  }
});
