import { Blob, File, resolveObjectURL } from "node:buffer";
const blob = new Blob(["abc", new Uint8Array([100, 101]), new Blob(["nested"]), new Uint16Array([0x4241])], {
  type: "Text/Plain",
});
console.log(blob, blob.size, blob.type, await blob.text(), new Uint8Array(await blob.arrayBuffer()).length);
console.log(
  await blob.slice(1, -3).text(),
  blob.slice(2, 4, "x/y").type,
  await blob.slice(-2).text(),
  await blob.slice(5, 2).text(),
  await blob.bytes(),
);
const parts = [];
for await (const chunk of blob.stream()) parts.push(Buffer.from(chunk).toString());
console.log(parts.join(""));
const file = new File(["content"], "näme.txt", { type: "text/x", lastModified: 12345 });
console.log(
  file,
  file.name,
  file.lastModified,
  file instanceof Blob,
  Object.prototype.toString.call(file),
  await file.text(),
);
const url = URL.createObjectURL(blob);
console.log(url.startsWith("blob:nodedata:"), (await resolveObjectURL(url).text()).length);
URL.revokeObjectURL(url);
console.log(resolveObjectURL(url), resolveObjectURL("blob:nodedata:nope"));
for (const args of [["string"], [[{}], { endings: "nope" }], [1]]) {
  try {
    console.log(await new Blob(...args).text());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  (await new Blob(["a\r\nb\nc\r"], { endings: "native" }).text()) === "a\nb\nc\n",
  structuredClone(blob).size,
);
