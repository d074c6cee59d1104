class Custom {
  constructor() {
    this.own = 1;
  }
  get accessor() {
    return 2;
  }
}
const circular = { list: [] };
circular.list.push(circular);
console.log(
  structuredClone(new Custom()),
  structuredClone(circular),
  structuredClone([new Date(1), /x/g, new Map([["k", new Set([1])]]), 1n, Object("boxed"), -0, undefined]),
  structuredClone(new Uint8Array([1, 2]).subarray(1)),
);
const error = structuredClone(Object.assign(new RangeError("kept", { cause: { why: 1 } }), { lost: true }));
console.log(
  error.name,
  error.message,
  error.cause,
  error.lost,
  error instanceof RangeError,
  error.stack.split("\n")[0],
);
const buffer = new ArrayBuffer(8);
const moved = structuredClone({ buffer }, { transfer: [buffer] });
console.log(moved.buffer.byteLength, buffer.byteLength, buffer.detached);
for (const fail of [
  () => structuredClone(() => {}),
  () => structuredClone(Symbol("s")),
  () =>
    structuredClone({
      get x() {
        throw new TypeError("getter");
      },
    }),
  () => structuredClone(),
  () => structuredClone(1, { transfer: [buffer] }),
  () => structuredClone(new WeakSet()),
  () => structuredClone(globalThis),
  () => structuredClone(Promise.resolve()),
  () => structuredClone({ transfer: 1 }, { transfer: [{}] }),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const shared = new SharedArrayBuffer(4);
new Uint8Array(structuredClone(shared))[0] = 9;
console.log(
  new Uint8Array(shared)[0],
  structuredClone(Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } })),
);
const { port1 } = new MessageChannel();
const transferred = structuredClone({ port1 }, { transfer: [port1] });
console.log(
  transferred.port1.constructor.name,
  structuredClone(new Blob(["x"])).size,
  structuredClone(new DOMException("m", "DataCloneError")).code,
);
transferred.port1.close();
