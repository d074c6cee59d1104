import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { test } from "node:test";

/**
 * Imports go one way: sdk → protocol ← server → kernel → abi ← guest, and the zygote starts the server. The guest knows of
 * the kernel what stands in the abi: numbers, constants, records.
 */
const SOURCE = join(import.meta.dirname, "..", "src");

/** Which layers a layer may import from, besides itself. */
const ALLOWED: Record<string, readonly string[]> = {
  abi: [],
  protocol: [],
  kernel: ["abi"],
  guest: ["abi"],
  sdk: ["protocol"],
  server: ["protocol", "kernel", "abi"],
  zygote: ["server", "protocol", "kernel", "abi"],
  cli: ["sdk"],
};

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const IMPORTS = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

function importsOf(source: string): Import[] {
  return [...source.matchAll(IMPORTS)].map(([, type, specifier, dynamic]) => ({
    specifier: (specifier ?? dynamic)!,
    typeOnly: type !== undefined,
  }));
}

const layerOf = (path: string): string => path.split("/")[0]!;

/** What is wrong with an import; null if it is in order. `file` and the answer are paths below src. */
function violation(file: string, { specifier, typeOnly }: Import): string | null {
  const from = layerOf(file);
  const allowed = ALLOWED[from];
  if (allowed === undefined) return `${file}: unknown layer`;
  if (!specifier.startsWith(".")) {
    return from === "guest" && !typeOnly ? `${file} imports "${specifier}": a guest has no packages` : null;
  }
  const target = join(dirname(file), specifier).replaceAll(sep, "/");
  if (target.startsWith("..")) return `${file} leaves src: "${specifier}"`;
  const to = layerOf(target);
  if (to === from || allowed.includes(to)) return null;
  return `${file} imports ${target}`;
}

test("imports go one way", () => {
  const files = globSync("**/*.ts", { cwd: SOURCE });
  assert.ok(files.length > 50, "the sources were found");
  const violations = files.flatMap((file) =>
    importsOf(readFileSync(join(SOURCE, file), "utf8")).map((entry) => violation(file.replaceAll(sep, "/"), entry)),
  );
  assert.deepEqual(
    violations.filter((found) => found !== null),
    [],
  );
});

test("the check sees every form of import", () => {
  const source = `
    import a from "./a.ts";
    import {
      b,
      c,
    } from "./b.ts";
    import "./c.ts";
    import type { D } from "./d.ts";
    export * from "./e.ts";
    export { f } from "./f.ts";
    const g = await import("./g.ts");
    const h = "from './h.ts'";
  `;
  const found = importsOf(source).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? " type" : ""}`);
  assert.deepEqual(found, ["./a.ts", "./b.ts", "./c.ts", "./d.ts type", "./e.ts", "./f.ts", "./g.ts"]);
});

test("the check refuses what it should", () => {
  const value = (specifier: string): Import => ({ specifier, typeOnly: false });
  const type = (specifier: string): Import => ({ specifier, typeOnly: true });
  assert.equal(violation("kernel/vm.ts", value("./kernel.ts")), null);
  assert.equal(violation("kernel/vm.ts", value("node:crypto")), null);
  assert.equal(violation("guest/loop.ts", value("../abi/syscalls.ts")), null);
  assert.equal(violation("guest/loop.ts", type("../abi/exec_info.ts")), null);
  const refused: [string, Import][] = [
    ["kernel/vm.ts", value("../server/main.ts")],
    ["kernel/vm.ts", type("../protocol/messages.ts")],
    ["protocol/frame.ts", value("../sdk/index.ts")],
    ["sdk/index.ts", value("../kernel/errno.ts")],
    ["sdk/index.ts", type("../server/session.ts")],
    ["guest/loop.ts", value("../kernel/errno.ts")],
    ["guest/loop.ts", type("../kernel/errno.ts")],
    ["abi/stat.ts", type("../kernel/errno.ts")],
    ["guest/loop.ts", type("../server/session.ts")],
    ["guest/loop.ts", value("node:fs")],
    ["server/session.ts", value("../guest/loop.ts")],
    ["server/session.ts", value("../../test/x.ts")],
    ["other/x.ts", value("./y.ts")],
  ];
  for (const [file, entry] of refused) assert.notEqual(violation(file, entry), null, `${file} → ${entry.specifier}`);
});
