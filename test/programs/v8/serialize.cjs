const v8 = require("node:v8");
const circular = { name: "c" };
circular.self = circular;
const values = [
  undefined,
  null,
  true,
  -0,
  NaN,
  1.5,
  2 ** 40,
  123n,
  -(2n ** 70n),
  "latin",
  "üñí😀",
  new Date(5),
  /re/gi,
  [1, , 3],
  { a: { b: [] } },
  new Map([[1, { x: 2 }]]),
  new Set(["s"]),
  Buffer.from("buf"),
  new Uint16Array([1, 2]),
  new ArrayBuffer(3),
  Object(1),
  Object("s"),
  new Error("message"),
  new TypeError("typed"),
  circular,
];
for (const value of values) {
  const bytes = v8.serialize(value);
  const back = v8.deserialize(bytes);
  console.log(bytes.toString("hex").slice(0, 48), back instanceof Error ? [back.name, back.message] : back);
}
for (const bad of [() => {}, Symbol("s"), { f() {} }, new WeakMap(), Promise.resolve()]) {
  try {
    v8.serialize(bad);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
for (const bytes of [Buffer.alloc(0), Buffer.from("ff0f", "hex"), Buffer.from("nonsense")]) {
  try {
    console.log(v8.deserialize(bytes));
  } catch (error) {
    console.log(error.name, error.message);
  }
}
const serializer = new v8.Serializer();
serializer.writeHeader();
serializer.writeUint32(7);
serializer.writeUint64(1, 2);
serializer.writeDouble(Math.E);
serializer.writeRawBytes(Buffer.from("raw"));
serializer.writeValue({ nested: true });
const buffer = serializer.releaseBuffer();
const deserializer = new v8.Deserializer(buffer);
console.log(
  buffer.toString("hex"),
  deserializer.readHeader(),
  deserializer.readUint32(),
  deserializer.readUint64(),
  deserializer.readDouble(),
  String(deserializer.readRawBytes(3)),
  deserializer.readValue(),
  deserializer.getWireFormatVersion(),
);
