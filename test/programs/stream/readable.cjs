const { Readable } = require("node:stream");
const log = [];
let count = 0;
const readable = new Readable({
  highWaterMark: 4,
  read(size) {
    log.push(`read ${size}`);
    this.push(count < 5 ? Buffer.from(`chunk${count++}`) : null);
  },
});
readable.on("data", (chunk) => log.push(chunk.toString()));
readable.on("end", () => log.push("end"));
readable.on("close", () => console.log(log, readable.readableEnded, readable.destroyed, readable.readableLength));
console.log(readable.readableFlowing, readable.readableHighWaterMark);
const paused = Readable.from(["a", "b", "c"]);
paused.once("readable", () => {
  console.log(paused.read(), paused.read());
  paused.resume();
});
paused.on("pause", () => console.log("paused")).on("resume", () => console.log("resumed"));
const binary = new Readable({ read() {} });
binary.push("hello ");
binary.push("world");
binary.unshift("> ");
binary.push(null);
console.log(binary.read(4).toString(), binary.read(100), String(binary.read()), binary.read());
try {
  binary.push("after end");
} catch (error) {
  console.log(error.code);
}
binary.on("error", (error) => console.log(error.code, error.message));
