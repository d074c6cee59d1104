// run: {"nodeArgs": ["--expose-internals", "--no-warnings"]}
const { types } = require("node:util");
const { internalBinding } = require("internal/test/binding");
const { Signal } = internalBinding("signal_wrap");
const { JSStream } = internalBinding("js_stream");
const { TTY } = internalBinding("tty_wrap");

const attempt = (fn) => {
  try {
    console.log(fn());
  } catch (error) {
    console.log(error.stack.split("\n").slice(0, 2).join("\n"));
  }
};
attempt(() => new Signal().start.call({}, 1));
attempt(() => TTY.prototype.fd);
const streamBase = Object.getPrototypeOf(TTY.prototype);
for (const name of ["bytesRead", "bytesWritten", "fd", "_externalStream"]) {
  attempt(() => TTY.prototype[name]);
  console.log(typeof Object.getOwnPropertyDescriptor(streamBase, name));
}
console.log(types.isExternal(new JSStream()._externalStream), streamBase.isStreamBase);
console.log(Object.keys(new Signal()), Object.keys(process.stdout._handle), new JSStream());
process.on("exit", () => attempt(() => process.stdout._handle.writeBuffer({}, "no buffer")));
