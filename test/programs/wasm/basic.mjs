const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 11, 2, 96, 2, 127, 127, 1, 127, 96, 1, 127, 0, 2, 11, 1, 3, 101, 110, 118, 3, 108,
  111, 103, 0, 1, 3, 2, 1, 0, 5, 4, 1, 1, 1, 3, 7, 16, 2, 3, 97, 100, 100, 0, 1, 6, 109, 101, 109, 111, 114, 121, 2, 0,
  10, 16, 1, 14, 0, 32, 0, 32, 1, 106, 16, 0, 32, 0, 32, 1, 106, 11,
]);
console.log(WebAssembly.validate(bytes), WebAssembly.validate(bytes.subarray(0, 20)));
const module = await WebAssembly.compile(bytes);
console.log(
  WebAssembly.Module.exports(module),
  WebAssembly.Module.imports(module),
  WebAssembly.Module.customSections(module, "name"),
);
const { exports } = await WebAssembly.instantiate(module, { env: { log: (value) => console.log("from wasm", value) } });
console.log(
  exports.add(40, 2),
  exports,
  exports.memory.buffer.byteLength,
  exports.memory.grow(1),
  exports.memory.buffer.byteLength,
);
for (const fail of [
  () => exports.memory.grow(5),
  () => new WebAssembly.Module(new Uint8Array([1])),
  () => new WebAssembly.Instance(module, {}),
  () => new WebAssembly.Instance(module, { env: { log: 1 } }),
  () => WebAssembly.Module(),
  () => new WebAssembly.Memory({ initial: 10, maximum: 1 }),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
await WebAssembly.instantiate(new Uint8Array(8)).catch((error) => console.log(error.name, error.message));
const table = new WebAssembly.Table({ initial: 2, element: "anyfunc" });
table.set(0, exports.add);
const global = new WebAssembly.Global({ value: "i64", mutable: true }, 5n);
global.value = 2n ** 63n;
console.log(
  table.get(0) === exports.add,
  table.length,
  global.value,
  new WebAssembly.Global({ value: "f64" }, 1.5).valueOf(),
);
await WebAssembly.compileStreaming(new Response(bytes, { headers: { "content-type": "application/wasm" } })).then(
  (m) => console.log(m instanceof WebAssembly.Module),
  (error) => console.log(error.name),
);
await WebAssembly.compileStreaming(new Response(bytes)).catch((error) =>
  console.log(error.name, error.code, error.message),
);
