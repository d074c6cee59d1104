const fs = require("node:fs");
const write = fs.createWriteStream("file", { highWaterMark: 8 });
console.log(write.path, write.pending, write.fd);
write.on("open", (fd) => console.log("open", typeof fd)).on("ready", () => console.log("ready"));
for (let i = 0; i < 5; i++) write.write(`line ${i}\n`);
write.end("end", () => {
  console.log(write.bytesWritten, fs.statSync("file").size);
  const read = fs.createReadStream("file", { start: 3, end: 20, highWaterMark: 7, encoding: "utf8" });
  const chunks = [];
  read
    .on("data", (chunk) => chunks.push(chunk))
    .on("end", () => console.log(chunks, read.bytesRead))
    .on("close", () => {
      console.log("close", read.closed, read.fd);
      const append = fs.createWriteStream("file", { flags: "r+", start: 4 });
      append.end("####", () => console.log(JSON.stringify(fs.readFileSync("file", "utf8").slice(0, 12))));
    });
});
const missing = fs.createReadStream("missing").on("error", (error) => (missing.log = [error.code, error.path]));
process.on("exit", () => console.log(missing.log, missing.closed, missing.destroyed, piped.bytesWritten));
const piped = fs.createReadStream(__filename).pipe(fs.createWriteStream("copy"));
process.on("exit", () => console.log(fs.readFileSync("copy").equals(fs.readFileSync(__filename))));
