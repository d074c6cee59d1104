const { Writable } = require("node:stream");
const log = [];
const writable = new Writable({
  highWaterMark: 10,
  write(chunk, encoding, done) {
    log.push([chunk.toString(), encoding]);
    setImmediate(done);
  },
  writev(chunks, done) {
    log.push(chunks.map(({ chunk }) => chunk.toString()));
    done();
  },
  final(done) {
    log.push("final");
    done();
  },
});
console.log(writable.write("12345"), writable.write("67890"), writable.writableLength, writable.writableNeedDrain);
writable.on("drain", () => log.push("drain"));
writable.cork();
writable.write("a");
writable.write("b");
process.nextTick(() => writable.uncork());
writable.once("drain", () => writable.end("last", () => log.push("end callback")));
writable.on("finish", () => log.push("finish"));
writable.on("close", () => {
  console.log(log, writable.writableFinished);
  writable.write("late", (error) => console.log(error.code));
});
writable.on("error", (error) => console.log("error event", error.code));
