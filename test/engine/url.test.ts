import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const u = internalBinding("url");
const all = (fn) => {
  try {
    const href = fn();
    return [String(href), ...(href ? u.urlComponents : [])];
  } catch (error) { return [error.name, error.message, ...Object.entries(error)]; }
};
`;

const urls =
  `http://example.com https://user:pass@example.com:8080/a/b/../c?q=1&r=2#frag HTTP://EXAMPLE.com:80 file:///etc/passwd
 file://C:/x/y mailto:a@b data:text/plain,hello javascript:alert(1) ws://[::1]:99/ http://[1:2::3]/ http://192.168.0.1.
 http://0x7f.1 http://1e2/ blob:https://x.y/z http://中文.com/路径?查询#片段 http://xn--fiq228c.com/ foo://bar/../baz foo:bar foo:/a/../b
 http://a%41b/ http://a%00b/ http://a<b/ http://:80 http://x:65536 http://x:0 //x /y ?q #h nonsense http:// http:///x
 http://u@/x http://a:b@c:d@e/ http://x/%zz http://x/\ud800 node:fs about:blank wss://x:443 ftp://x:21/ http://x/a|b{c}
 http://x?a'b"c file:///C|/x http://a.b.c./ http://1.2.3.4.5/ http://256.256.256.256/ http://ex%61mple.com/`.split(
    /\s+/,
  );
const bases = ["undefined", "'http://base.org/dir/file?x#y'", "'file:///dir/'", "'mailto:x'", "'nonsense'", "''"];
const quote = (text: string) => JSON.stringify(text);

test("parse and canParse", () => {
  assertSameAsNode(
    SETUP,
    urls.flatMap((url) => [
      ...bases.flatMap((base) => [
        `all(() => u.parse(${quote(url)}, ${base}, true))`,
        `all(() => u.parse(${quote(url)}, ${base}, false))`,
        `u.canParse(${quote(url)}${base === "undefined" ? "" : `, ${base}`})`,
      ]),
      `u.getOrigin(${quote(url)})`,
    ]),
  );
});

test("update of every part", () => {
  const values = [
    "",
    "x",
    "https:",
    "file",
    "a b",
    "example.org:99",
    "80",
    "0",
    "65536",
    "99x",
    "中文",
    "?a=b c",
    "#h h",
    "//",
    "../up",
    "[::1]",
    "%zz",
    "u:p",
    "nonsense:",
    "http://other/",
  ];
  const targets = ["http://user:pass@example.com:8080/p/q?s#h", "file:///a/b", "mailto:a@b", "foo://h/p"];
  const cases: string[] = [];
  for (const target of targets)
    for (let action = 0; action <= 9; action++)
      for (const value of values) cases.push(`all(() => u.update(${quote(target)}, ${action}, ${quote(value)}))`);
  assertSameAsNode(SETUP, cases);
});

test("format with all options", () => {
  const cases: string[] = [];
  const targets = [
    "http://u:p@xn--fiq228c.com:81/a?b#c",
    "http://example.com",
    "file:///x?y#z",
    "mailto:a@xn--fiq228c.com?s#t",
    "http://:p@x/",
    "foo://xn--fiq228c.com/",
  ];
  for (const target of targets)
    for (let bits = 0; bits < 16; bits++)
      cases.push(`u.format(${quote(target)}, ${!!(bits & 1)}, ${!!(bits & 2)}, ${!!(bits & 4)}, ${!!(bits & 8)})`);
  assertSameAsNode(SETUP, cases);
});

test("domains", () => {
  const names = [
    "中文.com",
    "xn--fiq228c.com",
    "xn--iñvalid.com",
    "EXAMPLE.com",
    "",
    "a b",
    "1.2.3",
    "x:80",
    "x/y",
    "u@x",
    "[::1]",
    "☕.example",
    "a.b.",
  ];
  assertSameAsNode(
    SETUP,
    names.flatMap((name) => [`u.domainToASCII(${quote(name)})`, `u.domainToUnicode(${quote(name)})`]),
  );
});

test("pathToFileURL escapes every character as Node does", () => {
  assertSameAsNode(SETUP, [
    "Array.from({ length: 512 }, (_, i) => u.pathToFileURL('/' + String.fromCharCode(i) + '/x', false)).join()",
    "Array.from({ length: 512 }, (_, i) => u.pathToFileURL('C:' + String.fromCharCode(i) + '\\\\x', true)).join()",
    "all(() => u.pathToFileURL('/a/../b/./c', false))",
    "all(() => u.pathToFileURL('/\\ud800', false))",
    "all(() => u.pathToFileURL('\\\\share\\\\x', true, 'server'))",
    "all(() => u.pathToFileURL('/x', true, 'bad host'))",
    "all(() => u.pathToFileURL('/x', false, 'server'))",
  ]);
});

test("hostile arguments throw", () => {
  const script = `${SETUP}
    const codes = new Set();
    const note = (fn) => { try { fn(); codes.add("returned"); } catch (error) { codes.add(error.code); } };
    for (const value of [undefined, null, 1, {}, Symbol(), new Proxy({}, {}), { toString() { return "http://x"; } }]) {
      for (const name of ["parse", "canParse", "format", "getOrigin", "domainToASCII", "domainToUnicode", "pathToFileURL", "update"])
        note(() => u[name](value, value, value));
      if (value !== 1) note(() => u.update("http://x", value, "y"));
      note(() => u.update("http://x", 1, value));
    }
    for (const action of [-1, 10, 1.5, NaN, 2 ** 40]) note(() => u.update("http://x", action, "y"));
    note(() => u.update("nonsense", 1, "y"));
    u.urlComponents.buffer.transfer();
    [...codes, u.parse("http://x", undefined, true)].join()`;
  assert.equal(bareEval(script), "ERR_INVALID_ARG_TYPE,http://x/");
});
