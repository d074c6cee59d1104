import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval, nodeEval } from "./bare.ts";

// Cuts random and nearly valid byte strings into random chunks; records each chunk's text and the state after it.
const FUZZ = `
const { decode, flush, encodings } = internalBinding("string_decoder");
let seed = 7;
const random = (below) => { seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff; return (seed >> 12) % below; };
const pieces = [[0x61], [0xc3, 0xa9], [0xe4, 0xb8, 0x96], [0xf0, 0x9f, 0x98, 0x80], [0xff], [0x80], [0xc3], [0xe4, 0xb8], [0xf0, 0x9f, 0x98],
  [0x3d, 0xd8], [0x00, 0xde], [0xd8], [0xed, 0xa0, 0x80], [0xf8, 0x88], [0xef, 0xbb, 0xbf]];
const log = [];
for (let round = 0; round < 3000; round++) {
  const encoding = round % encodings.length;
  if (encodings[encoding] === "buffer") continue;
  const state = new Uint8Array(7);
  state[6] = encoding;
  for (let chunk = 0; chunk < 5; chunk++) {
    const bytes = [];
    for (let i = random(6); i > 0; i--) bytes.push(...pieces[random(pieces.length)]);
    const data = Uint8Array.from(bytes).subarray(random(2));
    const units = (text) => [...text].map((c) => c.codePointAt(0).toString(16)).join(" ");
    log.push(encodings[encoding] + " " + data + " -> " + units(decode(state, data)) + " | " + state[4] + " " + state[5]);
    if (random(4) === 0) log.push("flush " + units(flush(state)) + " | " + state.subarray(4));
  }
}
log.join("\\n")`;

test("random chunks decode as in Node, in every encoding", () => {
  const ours = bareEval(FUZZ).split("\n");
  const expected = nodeEval(FUZZ).split("\n");
  ours.forEach((line, index) => {
    assert.equal(line, expected[index], ours.slice(Math.max(0, index - 5), index).join("\n"));
  });
  assert.equal(ours.length, expected.length);
});

test("constants", () => {
  const setup = 'const s = internalBinding("string_decoder"); const state = new Uint8Array(7)';
  assertSameAsNode(setup, [
    "s.encodings",
    "[s.kIncompleteCharactersStart, s.kIncompleteCharactersEnd, s.kMissingBytes, s.kBufferedBytes, s.kEncodingField, s.kNumFields, s.kSize]",
  ]);
});

test("a forged state is refused", () => {
  const script = `
    const { decode, flush } = internalBinding("string_decoder");
    const forged = [];
    for (const state of [undefined, {}, new Uint8Array(6), [0, 0, 0, 0, 255, 255, 1], ...[[4, 1, 1], [255, 255, 3], [0, 5, 2], [0, 0, 8], [0, 0, 255], [1, 4, 7]]
      .map(([missing, buffered, encoding]) => Uint8Array.of(1, 2, 3, 4, missing, buffered, encoding))]) {
      for (const call of [() => decode(state, new Uint8Array(20)), () => flush(state)]) {
        try { call(); forged.push("taken"); } catch (error) { forged.push(error.code); }
      }
    }
    [...new Set(forged)].join()`;
  assert.equal(bareEval(script), "ERR_INVALID_ARG_TYPE");
});
