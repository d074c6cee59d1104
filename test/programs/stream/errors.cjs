const { Readable, Writable, Duplex } = require("node:stream");
const report = (name) => (error) => console.log(name, error.name, error.code, error.message);
new Readable().on("error", report("no read")).read();
try {
  new Writable().write("x");
} catch (error) {
  report("no write")(error);
}
new Readable({
  read() {
    this.push({});
  },
})
  .on("error", report("object"))
  .resume();
const writable = new Writable({
  write(_c, _e, done) {
    done();
    done();
  },
});
writable.on("error", report("twice")).write("x");
new Writable({
  write() {
    throw new Error("thrown by write");
  },
}).on("error", report("thrown"));
const ended = new Writable({ write: (_c, _e, done) => done() });
ended.on("error", report("ended")).end();
ended.write("x");
const pushed = new Readable({ read() {} });
pushed.push(null);
pushed.on("error", report("eof"));
pushed.push("x");
const destroyed = new Duplex({
  read() {},
  write() {},
  destroy(error, done) {
    console.log("destroy", error?.message);
    done(new Error("from destroy"));
  },
});
destroyed.on("error", report("destroyed")).on("close", () => console.log("close"));
destroyed.destroy(new Error("cause"));
try {
  new Readable({ highWaterMark: -1 });
} catch (error) {
  report("options")(error);
}
process.on("exit", () => console.log(destroyed.errored.message, destroyed.closed));
