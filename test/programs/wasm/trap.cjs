const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 7, 15, 2, 4, 116, 114, 97, 112, 0, 0, 4, 108, 111, 111,
  112, 0, 1, 10, 10, 2, 3, 0, 0, 11, 4, 0, 16, 1, 11,
]);
const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
for (const name of ["trap", "loop"]) {
  try {
    instance.exports[name]();
  } catch (error) {
    console.log(error.name, error.message, error instanceof WebAssembly.RuntimeError);
  }
}
instance.exports.trap();
