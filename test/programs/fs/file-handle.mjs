import { open } from "node:fs/promises";
const handle = await open("file", "w+", 0o600);
console.log(handle.fd > 2, handle.constructor.name);
console.log(
  await handle.write("first line\nsecond line\nthird"),
  (await handle.write(Buffer.from("XYZ"), 0, 2, 0)).bytesWritten,
);
const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(8), position: 0 });
console.log(bytesRead, buffer.toString(), (await handle.stat()).size);
const lines = [];
for await (const line of (await open("file")).readLines()) lines.push(line);
console.log(lines);
await handle.truncate(4);
await handle.writev([Buffer.from("A"), Buffer.from("B")], 2);
const again = await open("file");
console.log((await handle.readv([Buffer.alloc(3)], 0)).bytesRead, await again.readFile("utf8"));
await again.close();
await handle.chmod(0o644);
await handle.utimes(1, 2);
await handle.sync();
await handle.datasync();
console.log((await handle.stat()).mtimeMs);
handle.on("close", () => console.log("closed"));
await handle.close();
await handle.read(Buffer.alloc(1)).catch((error) => console.log(error.code, error.syscall, error.message));
const scoped = await open("file");
await scoped[Symbol.asyncDispose]();
console.log(scoped.fd);
const web = await open("file");
let text = "";
for await (const chunk of web.readableWebStream()) text += Buffer.from(chunk).toString();
console.log(text);
await web.close();
