const fs = require("node:fs");
const log = [];
const done =
  (name) =>
  (error, ...rest) =>
    log.push([
      name,
      error && error.code,
      ...rest.map((value) =>
        Buffer.isBuffer(value) ? value.toString() : typeof value === "object" ? typeof value : value,
      ),
    ]);
fs.writeFile("file", "content", (error) => {
  done("write")(error);
  fs.readFile("file", done("read"));
  fs.readFile("file", "utf8", done("read text"));
  fs.stat("file", done("stat"));
  fs.access("missing", done("access"));
  fs.exists("file", (exists) => log.push(["exists", exists]));
  fs.mkdir("a/b", { recursive: true }, (e, made) => log.push(["mkdir", e, made?.endsWith("/a")]));
  fs.open("file", "r", (_e, fd) =>
    fs.read(
      fd,
      Buffer.alloc(4),
      0,
      4,
      2,
      (e, bytes, buffer) => (log.push(["fd read", e, bytes, buffer.toString()]), fs.close(fd, done("close"))),
    ),
  );
  fs.readlink("file", done("readlink"));
});
console.log("sync part");
process.on("exit", () => console.log(log.map((entry) => JSON.stringify(entry)).sort()));
