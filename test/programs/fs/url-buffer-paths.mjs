import fs from "node:fs";
import { pathToFileURL } from "node:url";
const url = pathToFileURL("spaced näme#1.txt");
fs.writeFileSync(url, "by url");
console.log(
  fs.readFileSync(Buffer.from("spaced näme#1.txt"), "utf8"),
  fs.readdirSync(Buffer.from(".")).filter((name) => name.startsWith("sp")),
  fs.existsSync(url),
);
fs.renameSync(url, Buffer.from("bytes"));
console.log(fs.readFileSync("bytes", { encoding: "base64" }));
fs.writeFileSync(Buffer.from([0x66, 0xff]), "not utf8");
console.log(
  fs.readdirSync(".", "buffer").filter((name) => name[0] === 0x66),
  fs.readdirSync(".").filter((name) => name.startsWith("f")),
  fs.readFileSync(Buffer.from([0x66, 0xff]), "utf8"),
);
fs.writeFileSync("long-" + "n".repeat(250), "");
try {
  fs.writeFileSync("n".repeat(256), "");
} catch (error) {
  console.log(error.code, error.syscall);
}
try {
  fs.statSync("a/".repeat(3000));
} catch (error) {
  console.log(error.code);
}
console.log(
  fs.readFileSync(import.meta.filename, "utf8").length > 10,
  fs.statSync("./././bytes").size,
  fs.statSync(".//bytes").size,
);
