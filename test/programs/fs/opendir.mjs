import { opendir } from "node:fs/promises";
import fs from "node:fs";
fs.mkdirSync("tree/x/y", { recursive: true });
for (const name of ["a", "b", "x/c", "x/y/d"]) fs.writeFileSync(`tree/${name}`, "");
const names = [];
for await (const entry of await opendir("tree", { recursive: true }))
  names.push([entry.name, entry.isDirectory(), entry.parentPath]);
console.log(names.sort((a, b) => (a[0] < b[0] ? -1 : 1)));
const dir = await opendir("tree", { bufferSize: 1 });
const seen = [];
for (let entry = await dir.read(); entry; entry = await dir.read()) seen.push(entry.name);
console.log(seen.sort());
await dir.close();
await dir.close().catch((error) => console.log(error.code));
await opendir("missing").catch((error) => console.log(error.code, error.syscall));
fs.opendir("tree", (_error, dir) =>
  dir.read((error, entry) => {
    console.log(error, typeof entry?.name);
    dir.close((closeError) => console.log(closeError));
  }),
);
