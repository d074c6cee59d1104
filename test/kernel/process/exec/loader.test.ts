import assert from "node:assert/strict";
import { test } from "node:test";
import { E2BIG, EACCES, ELOOP, ENOENT, ENOEXEC, ENOTDIR } from "../../../../src/kernel/errno.ts";
import { load } from "../../../../src/kernel/process/exec/loader.ts";
import { createBootTree, fails, user, write } from "../../vfs/support.ts";

const WASM = "\0asm\x01\0\0\0";

function tree() {
  const { vfs, root } = createBootTree();
  const ctx = user(vfs, 1000);
  const file = (path: string, text: string, mode = 0o755): void => write(vfs, root, path, text, mode);
  const run = (path: string, ...args: string[]) => load(vfs, ctx, path, [path, ...args], []);
  return { vfs, root, ctx, file, run };
}

test("node, by whatever name, and as a copy", () => {
  const { vfs, root, file, run } = tree();
  const image = run("/usr/local/bin/node", "a.js");
  assert.deepEqual(
    { ...image },
    {
      program: "node",
      argv: ["/usr/local/bin/node", "a.js"],
      execArgv: [],
      env: [],
      exe: "/usr/local/bin/node",
      file: null,
      entry: null,
      inputs: null,
    },
  );
  vfs.symlink(root, "/usr/local/bin/node", "/bin/nodejs");
  assert.deepEqual([run("/bin/nodejs").exe, run("/bin/nodejs").argv], ["/usr/local/bin/node", ["/bin/nodejs"]]);
  file("/tmp/copy", "\x7fSE node\n");
  assert.deepEqual([run("/tmp/copy").program, run("/tmp/copy").exe], ["node", "/tmp/copy"]);
});

test("WebAssembly and tools come with their file; anything else is no program", () => {
  const { vfs, root, file, run } = tree();
  file("/tmp/w", WASM);
  assert.deepEqual([run("/tmp/w").program, run("/tmp/w").file], ["wasm", vfs.resolve(root, "/tmp/w")]);
  file("/tmp/t", "\x7fSE tool add\n");
  assert.equal(run("/tmp/t").program, "tool");
  for (const text of ["", "text\n", "#", "\x7fELF", "\x7fSE tool\n", "\x7fSE other x\n", "\0as"]) {
    file("/tmp/bad", text);
    fails(ENOEXEC, () => run("/tmp/bad"));
  }
});

test("a script's interpreter is loaded, with the script among its arguments", () => {
  const { file, run } = tree();
  file("/tmp/s", "#!/usr/local/bin/node\nprogram");
  assert.deepEqual(run("/tmp/s", "x").argv, ["/usr/local/bin/node", "/tmp/s", "x"]);
  assert.equal(run("/tmp/s").exe, "/usr/local/bin/node");
  file("/tmp/s", "#! \t/usr/local/bin/node \t --a b\t c \t\n");
  assert.deepEqual(run("/tmp/s").argv, ["/usr/local/bin/node", "--a b\t c", "/tmp/s"]);
  file("/tmp/s", "#!/usr/local/bin/node");
  assert.deepEqual(run("/tmp/s").argv, ["/usr/local/bin/node", "/tmp/s"], "the line may end with the file");
  file("/tmp/t", "#!/tmp/s -t\n");
  assert.deepEqual(run("/tmp/t", "x").argv, ["/usr/local/bin/node", "/tmp/s", "-t", "/tmp/t", "x"]);
  for (const text of ["#!\n", "#! \t \n", `#!/${"x".repeat(300)}`]) {
    file("/tmp/bad", text);
    fails(ENOEXEC, () => run("/tmp/bad"));
  }
  file("/tmp/bad", "#!/none\n");
  fails(ENOENT, () => run("/tmp/bad"));
});

test("scripts that interpret one another end", () => {
  const { file, run } = tree();
  file("/tmp/s", "#!/tmp/s\n");
  fails(ELOOP, () => run("/tmp/s"));
  file("/tmp/s0", "#!/usr/local/bin/node\n");
  for (let i = 1; i < 6; i++) file(`/tmp/s${i}`, `#!/tmp/s${i - 1}\n`);
  assert.equal(run("/tmp/s3").argv.length, 5);
  fails(ELOOP, () => run("/tmp/s4"));
});

test("only regular files that the user may execute, also where the interpreter is concerned", () => {
  const { vfs, root, ctx, file, run } = tree();
  file("/tmp/s", "#!/tmp/i\n");
  file("/tmp/i", "\x7fSE node\n", 0o644);
  fails(EACCES, () => run("/tmp/i"));
  fails(EACCES, () => run("/tmp/s"));
  fails(EACCES, () => load(vfs, root, "/tmp/i", ["i"], []));
  vfs.chmod(root, "/tmp/i", 0o711);
  assert.equal(load(vfs, ctx, "/tmp/i", ["i"], []).program, "node", "it need not be readable");
  fails(EACCES, () => run("/tmp"));
  fails(EACCES, () => run("/dev/null"));
  fails(ENOENT, () => run("/tmp/none"));
  fails(ENOTDIR, () => run("/tmp/i/x"));
});

test("arguments and variables have a size", () => {
  const { vfs, ctx } = tree();
  const node = "/usr/local/bin/node";
  const text = "x".repeat(1 << 20);
  load(vfs, ctx, node, Array(3).fill(text), Array(2).fill(["A", text]));
  fails(E2BIG, () => load(vfs, ctx, node, Array(3).fill(text), Array(3).fill(["A", text])));
});
