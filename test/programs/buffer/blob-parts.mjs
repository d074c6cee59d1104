import { Blob, File, resolveObjectURL } from "node:buffer";
import { openAsBlob, writeFileSync } from "node:fs";

const blob = new Blob(["héllo ", new Uint8Array([119, 111]), new Blob(["rld"]), new Uint16Array([33])], {
  type: "Text/Plain",
});
console.log(blob, blob.size, blob.type, await blob.text());
console.log(await blob.slice(1, 8).text(), await blob.slice(-4).bytes());
console.log(blob.slice(5, 2).size, blob.slice(0, 99, "a/B").type);
console.log(new Uint8Array(await new Blob([new Uint8Array([1, 2]).buffer]).arrayBuffer()));
const chunks = [];
for await (const chunk of blob.stream()) chunks.push(chunk.length);
console.log(chunks.reduce((sum, length) => sum + length, 0) === blob.size);

const reader = blob.stream().getReader({ mode: "byob" });
console.log(await reader.read(new Uint8Array(3)));
await reader.cancel("enough");

const clone = structuredClone(blob);
console.log(clone instanceof Blob, await clone.text(), clone.type);
const file = new File([blob], "name.txt", { lastModified: 5 });
console.log(file, file.name, file.lastModified, await file.text());

const url = URL.createObjectURL(blob);
console.log(/^blob:nodedata:[0-9a-f-]{36}$/.test(url), await resolveObjectURL(url).text(), resolveObjectURL(url).type);
URL.revokeObjectURL(url);
console.log(resolveObjectURL(url), resolveObjectURL("blob:nodedata:never"), resolveObjectURL("nonsense"));

writeFileSync("data.txt", "on disk");
const disk = await openAsBlob("data.txt", { type: "text/x" });
console.log(disk.size, disk.type, await disk.text(), await disk.slice(3).text());

for (const bad of [() => new Blob("text"), () => new Blob([], 1), () => new Blob([], { endings: "x" }), () => URL.createObjectURL({})])
  try {
    bad();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
console.log(await new Blob(["a\nb\r\nc"], { endings: "native" }).text(), new Blob([], { type: "ü" }).type === "");
