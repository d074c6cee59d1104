const encoder = new TextEncoder();
console.log(encoder.encode("a€😀\ud800"), encoder.encodeInto("€uro", new Uint8Array(4)), encoder.encoding);
for (const label of [
  "utf-8",
  "UTF8",
  "utf-16le",
  "utf-16be",
  "latin1",
  "windows-1252",
  "iso-8859-2",
  "shift_jis",
  "euc-kr",
  "gbk",
  "koi8-r",
  "big5",
]) {
  const decoder = new TextDecoder(label);
  console.log(
    label,
    decoder.encoding,
    JSON.stringify(decoder.decode(new Uint8Array([0x61, 0xe4, 0x62, 0x82, 0xa0, 0x80, 0x63, 0x00]))),
  );
}
const bytes = encoder.encode("\ufeffé€😀");
const streaming = new TextDecoder();
let text = "";
for (const byte of bytes) text += streaming.decode(Uint8Array.of(byte), { stream: true });
console.log(
  JSON.stringify(text + streaming.decode()),
  JSON.stringify(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)),
  new TextDecoder().decode(),
  new TextDecoder().decode(new ArrayBuffer(0)) === "",
);
for (const fail of [
  () => new TextDecoder("nope"),
  () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])),
  () => new TextDecoder().decode("text"),
  () => TextDecoder.prototype.decode.call({}),
  () => encoder.encodeInto("x", []),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  JSON.stringify(
    new TextDecoder().decode(new Uint8Array([0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x90, 0x41, 0xed, 0xa0, 0x80])),
  ),
  new TextDecoder("utf-16le").decode(new Uint16Array([0x61, 0xd83d, 0xde00])),
);
