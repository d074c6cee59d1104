const buffer = Buffer.alloc(16);
const writes = [
  ["UInt8", 200],
  ["Int8", -100],
  ["UInt16LE", 65535],
  ["UInt16BE", 258],
  ["Int16LE", -2],
  ["Int16BE", -300],
  ["UInt32LE", 4294967295],
  ["UInt32BE", 16909060],
  ["Int32LE", -5],
  ["Int32BE", -16909060],
  ["FloatLE", 1.1],
  ["FloatBE", -Infinity],
  ["DoubleLE", Math.PI],
  ["DoubleBE", NaN],
  ["BigInt64LE", -1n],
  ["BigInt64BE", -(2n ** 63n)],
  ["BigUInt64LE", 2n ** 64n - 1n],
  ["BigUInt64BE", 72623859790382856n],
];
for (const [type, value] of writes) {
  buffer.fill(0);
  const end = buffer[`write${type}`](value, 3);
  console.log(type, end, buffer.toString("hex"), buffer[`read${type}`](3));
}
for (let bytes = 1; bytes <= 6; bytes++) {
  buffer.fill(0);
  buffer.writeUIntBE(2 ** (bytes * 8) - 2, 0, bytes);
  buffer.writeIntLE(-2, 8, bytes);
  console.log(
    bytes,
    buffer.toString("hex"),
    buffer.readUIntBE(0, bytes),
    buffer.readIntLE(8, bytes),
    buffer.readUIntLE(0, bytes),
    buffer.readIntBE(0, bytes),
  );
}
const failing = [
  () => buffer.readUInt8(16),
  () => buffer.readUInt16LE(15),
  () => buffer.readInt32BE(-1),
  () => buffer.readInt8(1.5),
  () => buffer.readInt8("1"),
  () => buffer.writeUInt8(256),
  () => buffer.writeInt8(-129),
  () => buffer.writeUInt32LE(-1),
  () => buffer.writeBigInt64LE(2n ** 63n),
  () => buffer.writeBigUInt64BE(-1n),
  () => buffer.writeBigInt64LE(1),
  () => buffer.readUIntLE(0, 7),
  () => buffer.writeUIntBE(2 ** 41, 0, 5),
  () => buffer.readIntBE(0),
  () => buffer.writeDoubleLE(1, 9),
  () => Buffer.alloc(1).readDoubleBE(),
];
for (const fail of failing) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
