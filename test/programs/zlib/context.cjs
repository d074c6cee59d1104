// Asynchronous compression runs its callbacks in the context that began it, and tells async_hooks of its handles.
const { AsyncLocalStorage, createHook } = require("node:async_hooks");
const zlib = require("node:zlib");

let handles = 0;
const hook = createHook({
  init(_id, type) {
    if (type === "ZLIB") handles++;
  },
}).enable();

const storage = new AsyncLocalStorage();
const compressors = [zlib.gzip, zlib.brotliCompress, zlib.zstdCompress];

function next() {
  const compress = compressors.shift();
  if (compress === undefined) {
    console.log(handles);
    hook.disable();
    return;
  }
  storage.run(compress.name, () => {
    compress("text ".repeat(1000), (error, packed) => {
      console.log(storage.getStore() === compress.name, error, packed.length);
      storage.exit(next);
    });
  });
}
next();
