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

/** Layers that import no packages, not even Node's own. */
const WITHOUT_PACKAGES = ["abi", "kernel", "guest"];

/** What the layers above may see of the kernel: none of its objects but by these. */
const KERNEL_DOORS = ["control", "errno", "fs/rootfs", "host", "kernel", "random", "syscalls"];

/**
 * Which parts of the kernel a part may import from, besides itself: a folder, a filesystem, or a file of its own. All
 * know the abi and the errors.
 */
const KERNEL: Record<string, readonly string[]> = {
  errno: [],
  host: ["host_calls"],
  host_calls: [],
  random: [],
  uname: [],
  wait: [],
  limits: [],
  permissions: ["vfs"],
  buffer: ["limits"],
  vfs: ["wait", "limits", "random"],
  "fs/tmpfs": ["vfs", "limits"],
  "fs/devfs": ["vfs", "limits", "fs/tmpfs", "random"],
  "fs/pipefs": ["vfs", "wait", "buffer", "limits"],
  "fs/procfs": ["vfs", "limits", "random", "uname"],
  "fs/rootfs": ["vfs", "limits", "fs/tmpfs", "fs/devfs", "fs/procfs", "fs/pipefs"],
  event: ["vfs", "wait", "limits"],
  process: ["vfs", "wait", "limits", "host", "host_calls"],
  inspector: ["vfs", "fs/procfs", "process", "limits", "vm"],
  vm: ["vfs", "fs/pipefs", "fs/rootfs", "event", "process", "limits", "permissions", "host", "inspector"],
  syscalls: ["vfs", "event", "process", "wait", "limits", "permissions", "host", "uname", "vm"],
  control: ["vfs", "fs/pipefs", "process", "wait", "limits", "vm"],
  kernel: ["vfs", "fs/rootfs", "process", "syscalls", "host", "host_calls", "vm"],
};

/** Circles of more than three files that are meant, each with the reason. A circle is named by its first file. */
const CIRCLES: Record<string, string> = {
  "kernel/process/process.ts": "a process, its threads, its signals and the table it is in refer to one another",
  "guest/bindings/process_methods.ts":
    "an error that ends the process is told to its realm: that is known by type alone",
};
const SMALL_CIRCLE = 3;

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
    return WITHOUT_PACKAGES.includes(from) && !typeOnly ? `${file} imports "${specifier}"` : null;
  }
  const target = join(dirname(file), specifier).replaceAll(sep, "/");
  if (target.startsWith("..")) return `${file} leaves src: "${specifier}"`;
  const to = layerOf(target);
  if (from === "kernel" && to === "kernel") return kernelViolation(file, target);
  if (to === "kernel" && !KERNEL_DOORS.includes(partOf(target))) return `${file} imports ${target}`;
  if (to === from || allowed.includes(to)) return null;
  return `${file} imports ${target}`;
}

/** "vfs" for kernel/vfs/inode.ts, "fs/tmpfs" for a file of that filesystem, "vm" for kernel/vm.ts. */
function partOf(file: string): string {
  const [, folder, inner] = file.replace(/\.ts$/, "").split("/");
  return folder === "fs" ? `fs/${inner}` : folder!;
}

function kernelViolation(file: string, target: string): string | null {
  const from = partOf(file);
  const to = partOf(target);
  const allowed = KERNEL[from];
  if (allowed === undefined) return `${file}: unknown part of the kernel`;
  return to === from || to === "errno" || allowed.includes(to) ? null : `${file} imports ${target}`;
}

/** All sources, by their path below src, with what they import of src. */
function sources(): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const name of globSync("**/*.ts", { cwd: SOURCE })) {
    const file = name.replaceAll(sep, "/");
    const local = importsOf(readFileSync(join(SOURCE, name), "utf8")).filter(({ specifier }) =>
      specifier.startsWith("."),
    );
    graph.set(
      file,
      local.map(({ specifier }) => join(dirname(file), specifier).replaceAll(sep, "/")),
    );
  }
  return graph;
}

/** The files of each circle, sorted: the strongly connected components of the graph (Tarjan's algorithm). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

test("files import in circles only where that is meant", () => {
  const large = circles(sources()).filter(({ length }) => length > SMALL_CIRCLE);
  const unknown = large.filter(([first]) => !Object.hasOwn(CIRCLES, first!));
  assert.deepEqual(unknown, []);
  assert.deepEqual(large.map(([first]) => first).sort(), Object.keys(CIRCLES).sort(), "none that is named is gone");
});

test("circles are found", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", ["e"]],
    ["e", ["d"]],
    ["f", ["a", "d"]],
  ]);
  assert.deepEqual(circles(graph), [
    ["d", "e"],
    ["a", "b", "c"],
  ]);
});

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
  assert.equal(violation("kernel/kernel.ts", value("./vm.ts")), null);
  assert.equal(violation("kernel/fs/tmpfs/tmpfs.ts", value("../../vfs/inode.ts")), null);
  assert.equal(violation("kernel/vfs/inode.ts", value("../errno.ts")), null);
  assert.equal(violation("kernel/vfs/inode.ts", value("../../abi/mode.ts")), null);
  assert.equal(violation("guest/loop.ts", value("../abi/syscalls.ts")), null);
  assert.equal(violation("guest/loop.ts", type("../abi/exec_info.ts")), null);
  const refused: [string, Import][] = [
    ["kernel/vm.ts", value("../server/main.ts")],
    ["kernel/vm.ts", value("./kernel.ts")],
    ["kernel/vm.ts", value("node:crypto")],
    ["kernel/vfs/inode.ts", type("../fs/pipefs/pipe.ts")],
    ["kernel/fs/tmpfs/tmpfs.ts", value("../procfs/procfs.ts")],
    ["kernel/process/process.ts", type("../vm.ts")],
    ["kernel/kernel.ts", value("./other/x.ts")],
    ["kernel/other/x.ts", value("../errno.ts")],
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
    ["server/session.ts", type("../kernel/vfs/inode.ts")],
    ["zygote/main.ts", type("../kernel/vm.ts")],
    ["server/session.ts", value("../../test/x.ts")],
    ["other/x.ts", value("./y.ts")],
  ];
  for (const [file, entry] of refused) assert.notEqual(violation(file, entry), null, `${file} → ${entry.specifier}`);
});
