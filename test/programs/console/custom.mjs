import { Console } from "node:console";
import { Writable } from "node:stream";
const chunks = { out: [], err: [] };
const sink = (name) => new Writable({ write: (chunk, _, done) => (chunks[name].push(chunk.toString()), done()) });
const own = new Console({
  stdout: sink("out"),
  stderr: sink("err"),
  groupIndentation: 4,
  inspectOptions: { depth: 0 },
});
own.log("to out", { a: { b: 1 } });
own.error("to err");
own.group("group");
own.warn("indented");
own.groupEnd();
const { log } = own;
log("detached");
console.log(chunks);
try {
  new Console({});
} catch (error) {
  console.log(error.code, error.message);
}
const colored = new Console({ stdout: process.stdout, colorMode: true });
colored.log({ a: 1, b: "s", c: null, d: undefined, e: Symbol("e"), f: 1n, g: () => {}, h: new Date(0), i: /r/ });
console.log(
  Object.prototype.toString.call(console),
  console instanceof Console,
  typeof console.Console,
  console._stdout === process.stdout,
);
