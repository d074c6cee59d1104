import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const e = internalBinding("encoding_binding");
const bytes = (...list) => Uint8Array.from(list);
const into = (text, size) => { const out = new Uint8Array(size); e.encodeInto(text, out); return [...e.encodeIntoResults, ...out]; };
`;

test("encodeInto stops before a character that does not fit", () => {
  const cases: string[] = [];
  for (const text of ["''", "'abc'", "'é世'", "'\\u{1f600}x'", "'a\\ud800b'", "'\\udc00'"])
    for (const size of [0, 1, 2, 3, 4, 5, 10]) cases.push(`into(${text}, ${size})`);
  assertSameAsNode(SETUP, cases);
});

test("encodeUtf8String and decodeUTF8", () => {
  const cases = ["''", "'abc'", "'é世\\u{1f600}'", "'a\\ud800b'", "'x'.repeat(5000)"].map(
    (s) => `e.encodeUtf8String(${s})`,
  );
  const inputs = ["bytes()", "bytes(0x61)", "bytes(0xef, 0xbb, 0xbf, 0x61)", "bytes(0xef, 0xbb)", "bytes(0xff, 0x61)"];
  inputs.push(
    "bytes(0xc3, 0xa9).buffer",
    "new SharedArrayBuffer(2)",
    "new DataView(bytes(0x61, 0x62).buffer, 1)",
    "'text'",
    "undefined",
    "{}",
  );
  for (const input of inputs)
    for (const flags of ["false, false", "true, false", "false, true", "true, true"])
      cases.push(`e.decodeUTF8(${input}, ${flags})`);
  assertSameAsNode(SETUP, cases);
});

test("windows-1252 has all 256 bytes", () => {
  assertSameAsNode(SETUP, [
    "e.decodeWindows1252(Uint8Array.from({ length: 256 }, (_, i) => i), false, true)",
    "e.decodeWindows1252(bytes(0x61, 0xe9), false, false)",
    "e.decodeWindows1252(bytes(), false, false)",
    "e.decodeWindows1252('x', false, false)",
  ]);
});

test("domain names", () => {
  const names = [
    "'español.com'",
    "'中文.com'",
    "'xn--espaol-zwa.com'",
    "'xn--iñvalid.com'",
    "''",
    "'EXAMPLE.com'",
    "'a b'",
    "'☕.example'",
  ];
  assertSameAsNode(
    SETUP,
    names.flatMap((name) => [`e.toASCII(${name})`, `e.toUnicode(${name})`]),
  );
});

test("hostile arguments throw", () => {
  const script = `${SETUP}
    const codes = new Set();
    for (const name of ["encodeInto", "encodeUtf8String", "toASCII", "toUnicode"])
      for (const value of [undefined, null, 1, {}, Symbol(), { toString() { return "x"; } }])
        try { e[name](value, value); codes.add(name); } catch (error) { codes.add(error.code); }
    e.encodeIntoResults.buffer.transfer();
    const out = new Uint8Array(3);
    e.encodeInto("abc", out);
    [...codes, ...out].join()`;
  assert.equal(bareEval(script), "ERR_INVALID_ARG_TYPE,97,98,99");
});
