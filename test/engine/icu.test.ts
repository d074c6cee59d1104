import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval, nodeEval } from "./bare.ts";

const SETUP = `
const icu = internalBinding("icu");
const bytes = (...list) => Uint8Array.from(list);
const all = Uint8Array.from({ length: 256 }, (_, i) => i);
const stream = (name, flags, ...chunks) => {
  const converter = icu.getConverter(name, flags);
  return converter && chunks.map((chunk, i) => icu.decode(converter, chunk, i === chunks.length - 1 ? 1 : 0, name));
};
`;

const names =
  `utf-8 utf-16le utf-16be ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8
 iso-8859-8-i iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250
 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk
 gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr replacement x-user-defined nonsense`.split(/\s+/);

test("every encoding of TextDecoder decodes as in Node", () => {
  assertSameAsNode(
    SETUP,
    names.flatMap((name) => [
      `icu.hasConverter("${name}")`,
      `stream("${name}", 0, all)`,
      `stream("${name}", 2, all)`,
      `stream("${name}", 0, bytes(0xef, 0xbb, 0xbf, 0x61), bytes(0xfe, 0xff, 0x61))`,
    ]),
  );
});

test("streams keep incomplete characters and byte order marks apart", () => {
  assertSameAsNode(SETUP, [
    "stream('utf-8', 0, bytes(0xe4, 0xb8), bytes(0x96), bytes())",
    "stream('utf-8', 0, bytes(0xe4, 0xb8), bytes())",
    "stream('utf-8', 2, bytes(0xe4, 0xb8), bytes())",
    "stream('utf-8', 0, bytes(0xef), bytes(0xbb, 0xbf, 0x61), bytes(0xef, 0xbb, 0xbf))",
    "stream('utf-8', 4, bytes(0xef, 0xbb, 0xbf, 0x61))",
    "stream('utf-16le', 0, bytes(0x3d), bytes(0xd8, 0x00), bytes(0xde))",
    "stream('utf-16le', 0, bytes(0xff, 0xfe, 0x61, 0))",
    "stream('shift_jis', 0, bytes(0x82), bytes(0xa0))",
    "stream('gb18030', 0, bytes(0x94, 0x39), bytes(0xda, 0x33))",
    "stream('utf-8', 0, 'text')",
    "stream('utf-8', 0, new SharedArrayBuffer(2))",
    "stream('utf-8', 0, bytes(0x61, 0x62).buffer)",
  ]);
});

test("transcode between all encodings", () => {
  const encodings = ["utf8", "ucs2", "utf16le", "latin1", "binary", "ascii", "hex", "base64", "nonsense"];
  const inputs = [
    "bytes(0x61, 0x62)",
    "bytes(0xc3, 0xa9, 0xe2, 0x82, 0xac)",
    "bytes(0xff, 0x61, 0x80, 0x62)",
    "bytes(0x3d, 0xd8, 0x00, 0xde, 0xe9, 0)",
    "bytes(0x3d, 0xd8, 0x61, 0)",
  ];
  const plain = "(v) => (ArrayBuffer.isView(v) ? [...v] : v)";
  assertSameAsNode(
    SETUP,
    inputs.flatMap((input) =>
      encodings.flatMap((from) => encodings.map((to) => `(${plain})(icu.transcode(${input}, "${from}", "${to}"))`)),
    ),
  );
  assertSameAsNode(SETUP, ["icu.icuErrName(1)", "icu.icuErrName(10)", "icu.icuErrName(0)", "icu.icuErrName(9999)"]);
});

test("every code point has Node's width", () => {
  const script = `${SETUP}
    const runs = [];
    for (let c = 0; c < 0x110000; c++) {
      if (c >= 0xd800 && c <= 0xdfff) continue;
      const text = "\\u0101" + String.fromCodePoint(c);
      const widths = icu.getStringWidth(text) + "," + icu.getStringWidth(text, true);
      if (runs.at(-1)?.endsWith(" " + widths) !== true) runs.push(c.toString(16) + " " + widths);
    }
    runs.join("\\n")`;
  assert.equal(bareEval(script), nodeEval(script));
});

test("width of sequences", () => {
  const texts = ["''", "'abc'", "'é\\u0301'", "'👩‍👩‍👦‍👦'", "'👍🏽'", "'\\ud83d'", "'\\ud83dx'", "'한글'", "'ㅏ'"];
  assertSameAsNode(
    SETUP,
    texts.flatMap((t) => [
      `icu.getStringWidth(${t})`,
      `icu.getStringWidth(${t}, false, false)`,
      `icu.getStringWidth(${t}, true, true)`,
    ]),
  );
});

test("converters cannot be forged", () => {
  const script = `${SETUP}
    const converter = icu.getConverter("utf-8", 0);
    const { constructor } = converter;
    const outcome = (fn) => { try { return String(fn()); } catch (error) { return error.name + " " + error.code; } };
    JSON.stringify([
      outcome(() => new constructor()),
      outcome(() => constructor()),
      outcome(() => Reflect.construct(Object, [], constructor)) ,
      outcome(() => icu.decode(Object.create(converter), bytes(97), 1, "x")),
      outcome(() => icu.decode({}, bytes(97), 1, "x")),
      outcome(() => icu.decode(converter, bytes(97), {}, "x")),
      outcome(() => icu.decode(converter, bytes(97), 1, Symbol())),
      outcome(() => icu.getConverter({}, 0)),
      outcome(() => icu.getConverter("utf-8", -1)),
      outcome(() => icu.transcode({}, "utf8", "utf8")),
      outcome(() => icu.icuErrName("x")),
      outcome(() => icu.getStringWidth({})),
    ])`;
  const bad = "TypeError ERR_INVALID_ARG_TYPE";
  const illegal = "TypeError ERR_ILLEGAL_CONSTRUCTOR";
  assert.deepEqual(JSON.parse(bareEval(script)), [
    illegal,
    illegal,
    "[object Object]",
    bad,
    bad,
    bad,
    "a",
    bad,
    bad,
    bad,
    bad,
    bad,
  ]);
});
