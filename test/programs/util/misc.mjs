import util from "node:util";
console.log(
  util.isDeepStrictEqual({ a: [1, new Map([[1, { b: 2 }]])] }, { a: [1, new Map([[1, { b: 2 }]])] }),
  util.isDeepStrictEqual([0], [-0]),
  util.isDeepStrictEqual(NaN, NaN),
  util.isDeepStrictEqual(new Set([{}]), new Set([{}])),
);
console.log(
  util.stripVTControlCharacters("\u001b[31mred\u001b[0m"),
  util.toUSVString("a\ud800b"),
  util.styleText("red", "text", { validateStream: false }),
  util.styleText(["bold", "underline"], "x", { validateStream: false }),
);
console.log(
  util.parseArgs({
    args: ["-f", "--bar", "b", "positional", "--no-color", "--list", "1", "--list=2"],
    options: {
      foo: { type: "boolean", short: "f" },
      bar: { type: "string" },
      color: { type: "boolean" },
      list: { type: "string", multiple: true },
    },
    allowPositionals: true,
    allowNegative: true,
    tokens: true,
  }),
);
for (const options of [
  { args: ["--unknown"], options: {} },
  { args: ["--need"], options: { need: { type: "string" } } },
  { args: ["x"], options: {} },
  { args: ["--flag=1"], options: { flag: { type: "boolean" } } },
]) {
  try {
    util.parseArgs(options);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  util.getSystemErrorName(-2),
  util.getSystemErrorMap().get(-13),
  util.getSystemErrorMessage?.(-2),
  util.types.isProxy(new Proxy({}, {})),
);
try {
  util.getSystemErrorName(5);
} catch (error) {
  console.log(error.code, error.message);
}
const mime = new util.MIMEType('Text/HTML; charset=UTF-8; q="a b"');
mime.params.set("new", "value");
console.log(String(mime), mime.essence, mime.params.get("charset"), [...mime.params.keys()]);
console.log(
  util.inherits.length,
  util.deprecate(() => 1, "x").name,
  util.debuglog("nope").enabled,
  util.aborted.name,
  util.parseEnv("A=1\n# comment\nB='two words'\nexport C=\"x\\ny\"\nD=`it's`"),
);
try {
  new util.MIMEType("bad");
} catch (error) {
  console.log(error.name, error.code, error.message);
}
console.log(util.getCallSites?.().length > 0, util.transferableAbortController().signal.aborted);
