import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

describe("what native code computes at one go does not grow faster than its input", () => {
  const { attack } = battleground();

  const inputs = {
    "a needle whose beginning differs, searched from the end": `
      const haystack = Buffer.alloc(20e6, "a");
      console.log(haystack.lastIndexOf(Buffer.concat([Buffer.alloc(1e6, "a"), Buffer.from("b")])));`,
    "a needle of two-byte units whose beginning differs": `
      console.log(Buffer.alloc(20e6, "a").indexOf("b" + "\u6161".repeat(1e6), 0, "utf16le"));`,
    "a long domain of many characters": `
      const label = Array.from({ length: 1e6 }, (_, i) => String.fromCharCode(0x4e00 + (i % 20000))).join("");
      const { domainToASCII, domainToUnicode } = await import("node:url");
      const url = new URL("http://a/");
      url.hostname = label;
      const found = [domainToASCII(label), domainToUnicode(label), url.hostname, URL.canParse("http://" + label)];
      for (const text of ["http://", "\\n htt\\tp:\\\\\\\\", "WS:", "//"]) found.push(URL.canParse(text + label, "http://a"));
      console.log(found.every((value) => value === "" || value === "a" || value === false) ? -1 : found);`,
  };
  for (const [name, code] of Object.entries(inputs)) {
    test(name, async () => {
      const { stdout, stderr, exitCode } = await attack(code, { timeout: 10_000 });
      assert.deepEqual({ stdout, stderr, exitCode }, { stdout: "-1\n", stderr: "", exitCode: 0 });
    });
  }
});
