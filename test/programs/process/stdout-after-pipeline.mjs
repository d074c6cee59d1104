// run: {"pipes": true}
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

process.stdout.on("error", (error) => console.error("error", error.code, error.syscall));
await pipeline(Readable.from(["a", "b", "\n"]), process.stdout);
console.error("done", process.stdout.destroyed, process.stdout.writableEnded);
const results = [];
for (const text of ["one\n", "two\n"])
  results.push(await new Promise((resolve) => process.stdout.write(text, (error) => resolve(error?.code ?? "written"))));
console.error(results.join());
