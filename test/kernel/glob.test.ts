import assert from "node:assert/strict";
import { test } from "node:test";
import { Glob } from "../../src/kernel/permissions/glob.ts";

const matches = (pattern: string, text: string) => new Glob(pattern).matches(text);

test("paths", () => {
  const cases: [pattern: string, path: string, expected: boolean][] = [
    ["/a", "/a", true],
    ["/a", "/a/b", false],
    ["/a", "/ab", false],
    ["/a/", "/a", true],
    ["/a/*", "/a/b", true],
    ["/a/*", "/a", false],
    ["/a/*", "/a/b/c", false],
    ["/a/**", "/a", true],
    ["/a/**", "/a/b/c", true],
    ["/a/**", "/ab", false],
    ["/**", "/", true],
    ["/**", "/x/y", true],
    ["**", "/x/y", true],
    ["/a/**/z", "/a/z", true],
    ["/a/**/z", "/a/b/c/z", true],
    ["/a/**/z", "/a/b/c/zz", false],
    ["/**/*.js", "/src/lib/x.js", true],
    ["/**/*.js", "/x.js", true],
    ["/**/*.js", "/x.jsx", false],
    ["/a*c", "/abbc", true],
    ["/a*c", "/a/c", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/ac", false],
    ["/[a-c]x", "/bx", true],
    ["/[a-c]x", "/dx", false],
    ["/[!a-c]x", "/dx", true],
    ["/[^a-c]x", "/bx", false],
    ["/[]]x", "/]x", true],
    ["/[x", "/[x", true],
    ["/{a,b/c}/d", "/b/c/d", true],
    ["/{a,b{1,2}}", "/b2", true],
    ["/{a,b{1,2}}", "/b3", false],
    ["/{a}", "/{a}", true],
    ["/{a,b", "/{a,b", true],
    ["/\\*", "/*", true],
    ["/\\*", "/x", false],
    ["/.env*", "/.env.local", true],
    ["/*", "/.hidden", true],
    ["/**/b/**/c", "/a/b/x/b/y/c", true],
    ["/ü?", "/ü😀", true],
  ];
  for (const [pattern, path, expected] of cases) {
    assert.equal(matches(pattern, path), expected, `${pattern} on ${path}`);
  }
});

test("names: an asterisk matches anything", () => {
  assert.ok(new Glob("*", null).matches("a/b"));
  assert.ok(new Glob("AWS_*", null).matches("AWS_SECRET"));
  assert.ok(!new Glob("AWS_*", null).matches("MY_AWS_SECRET"));
  assert.ok(new Glob("**", null).matches("x"));
});

test("hostile text takes no exponential time", () => {
  const glob = new Glob("/**/*a*a*a*a*a*a*a*a*a*b/**/x");
  const text = `/${"a".repeat(2000)}/${"a/".repeat(500)}`;
  const before = performance.now();
  assert.equal(glob.matches(text), false);
  assert.ok(performance.now() - before < 2000);
});
