import { O_RDONLY } from "../../../abi/fcntl.ts";
import { X_OK } from "../../../abi/mode.ts";
import { PROGRAM_FILE_MAGIC } from "../../../abi/program_file.ts";
import { EACCES, ELOOP, ENOEXEC } from "../../errno.ts";
import type { FsContext } from "../../vfs/context.ts";
import { type Dentry, dentryPath } from "../../vfs/dentry.ts";
import { WouldBlock } from "../../vfs/file_description.ts";
import { permits } from "../../vfs/permission.ts";
import type { VirtualFilesystem } from "../../vfs/virtual_filesystem.ts";
import { checkArgumentSize } from "./argument_size.ts";
import { type Image, nodeImage } from "./image.ts";

/** How much of a file tells what it is, and how long a script's first line may be: Linux's BINPRM_BUF_SIZE. */
const HEAD_BYTES = 256;
/** How many scripts may interpret one another. */
const MAX_INTERPRETERS = 4;

const WASM_MAGIC = "\0asm";

/**
 * Finds out what execve(2) of a file runs: a built-in program, WebAssembly, or a script, whose interpreter is loaded in
 * its place with the script among its arguments. Set-user-ID bits mean nothing.
 * @param argv argv[0] is the name the program is called by. Errors: ENOENT, EACCES (no regular file, or not executable),
 *   ENOEXEC (none of these kinds), ELOOP (scripts that interpret one another), E2BIG, those of the walk.
 */
export function load(
  vfs: VirtualFilesystem,
  ctx: FsContext,
  path: string,
  argv: readonly string[],
  env: Image["env"],
): Image {
  checkArgumentSize(argv, env);
  let program = path;
  let args = argv;
  for (let depth = 0; depth <= MAX_INTERPRETERS; depth++) {
    const file = vfs.find(ctx, "stat", program);
    const head = headOf(ctx, file);
    if (!head.startsWith("#!")) return imageOf(file, head, args, env);
    const { interpreter, argument } = parseScript(head);
    args = [interpreter, ...(argument === "" ? [] : [argument]), program, ...args.slice(1)];
    program = interpreter;
  }
  throw ELOOP;
}

function imageOf(file: Dentry, head: string, argv: readonly string[], env: Image["env"]): Image {
  const exe = dentryPath(file);
  if (head.startsWith(WASM_MAGIC)) return nodeImage(argv, env, { program: "wasm", exe, file });
  if (!head.startsWith(PROGRAM_FILE_MAGIC)) throw ENOEXEC;
  const [kind, name] = head.slice(PROGRAM_FILE_MAGIC.length).split("\n", 1)[0]!.split(" ");
  if (kind === "node") return nodeImage(argv, env, { exe });
  if (kind === "tool" && name) return nodeImage(argv, env, { program: "tool", exe, file });
  throw ENOEXEC;
}

/** The first bytes of a file that may be executed, one character each. */
function headOf(ctx: FsContext, file: Dentry): string {
  const { inode } = file;
  if (!inode.isRegular || !permits(ctx.creds, inode, X_OK)) throw EACCES;
  const description = inode.open(file, O_RDONLY);
  try {
    const bytes = new Uint8Array(HEAD_BYTES);
    const count = description.read(bytes, 0);
    if (count instanceof WouldBlock) throw ENOEXEC;
    return Buffer.from(bytes.buffer, 0, count).toString("latin1");
  } finally {
    description.decRef();
  }
}

/** "#! /bin/interpreter one argument": blanks around both don't count, those within the argument do. */
function parseScript(head: string): { interpreter: string; argument: string } {
  const end = head.indexOf("\n");
  const line = head.slice(2, end < 0 ? undefined : end).replace(/^[ \t]+|[ \t]+$/g, "");
  const blank = line.search(/[ \t]/);
  // Without an end of line in sight, the interpreter's name may go on.
  if (line === "" || line.includes("\0") || (end < 0 && blank < 0 && head.length === HEAD_BYTES)) throw ENOEXEC;
  if (blank < 0) return { interpreter: utf8(line), argument: "" };
  return { interpreter: utf8(line.slice(0, blank)), argument: utf8(line.slice(blank).replace(/^[ \t]+/, "")) };
}

const utf8 = (latin1: string): string => Buffer.from(latin1, "latin1").toString();
