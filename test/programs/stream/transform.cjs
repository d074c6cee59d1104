const { Transform, PassThrough, Duplex } = require("node:stream");
const upper = new Transform({
  transform(chunk, encoding, done) {
    done(null, chunk.toString().toUpperCase());
  },
  flush(done) {
    this.push("!");
    done();
  },
});
upper.setEncoding("utf8");
let text = "";
upper.on("data", (chunk) => (text += chunk)).on("end", () => console.log(text));
upper.write("abc");
upper.end("déf");
const objects = new Transform({
  objectMode: true,
  transform: ({ n }, _, done) => done(n === 2 ? new Error("no twos") : null, { n: n * 10 }),
});
objects
  .on("data", (value) => console.log(value))
  .on("error", (error) => console.log(error.message))
  .on("close", () => console.log("closed", objects.errored?.message));
for (const n of [1, 2, 3]) objects.write({ n });
const pass = new PassThrough();
pass.end("through");
pass.on("data", (chunk) => console.log(chunk.toString()));
const [left, right] = [
  new Duplex({
    read() {},
    write: (chunk, _, done) => (right.push(chunk), done()),
    final: (done) => (right.push(null), done()),
  }),
  new Duplex({ read() {}, write: (chunk, _, done) => (left.push(chunk), done()) }),
];
right.on("data", (chunk) => console.log("right got", chunk.toString())).on("end", () => console.log("right end"));
left.end("to the right");
