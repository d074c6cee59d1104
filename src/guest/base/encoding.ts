/** Strings and bytes at the edge to the kernel, over the engine's codecs. */
import { engine } from "./native.ts";

export type Encoding = string | undefined | null;

const utf8Codec = engine.binding("encoding_binding");
let buffer: any;

/** The public Buffer class, known once Node's library made it. Used only at run time. */
function buffers(): any {
  buffer ??= (globalThis as any).Buffer;
  return buffer;
}

const isUtf8 = (encoding: Encoding): boolean => encoding === "utf8" || encoding === "utf-8" || encoding == null;

export function encodeUtf8(value: string): Uint8Array {
  return utf8Codec.encodeUtf8String(value);
}

export function decodeUtf8(bytes: Uint8Array): string {
  return utf8Codec.decodeUTF8(bytes, true, false);
}

export function encodeString(value: string, encoding: Encoding): Uint8Array {
  return isUtf8(encoding) ? encodeUtf8(value) : buffers().from(value, encoding);
}

/** The kernel's names have a byte that is no UTF-8 as this + the byte. */
const ESCAPE = 0xdc00;

/** The kernel's name for bytes: as UTF-8, what is none escaped. */
export function decodeName(bytes: Uint8Array): string {
  const decoded = decodeUtf8(bytes);
  if (!decoded.includes("\ufffd")) return decoded;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    name += length > 0 ? decodeUtf8(bytes.subarray(at, at + length)) : String.fromCharCode(ESCAPE + bytes[at]!);
    at += length || 1;
  }
  return name;
}

/** Bytes of the UTF-8 sequence that starts at `at`, 0 if none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return 0;
  // U+FFFD itself is the one sequence that is right and yet decodes to the replacement.
  const decoded = decodeUtf8(bytes.subarray(at, at + length));
  const right = decoded !== "\ufffd" || (lead === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd);
  return right && decoded.length === (length === 4 ? 2 : 1) ? length : 0;
}

/** The bytes of a name of the kernel's. */
export function nameBytes(name: string): Uint8Array {
  if (name.isWellFormed()) return encodeUtf8(name);
  const bytes: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0)!;
    if (code > ESCAPE && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE);
    else bytes.push(...encodeUtf8(character));
  }
  return new Uint8Array(bytes);
}

/** A name or path in the encoding that the caller asked for: "buffer", or any that Buffer knows. */
export function inEncoding(name: string, encoding: Encoding): unknown {
  if (isUtf8(encoding)) return name.isWellFormed() ? name : decodeUtf8(nameBytes(name));
  const bytes = nameBytes(name);
  const whole = buffers().from(bytes.buffer, bytes.byteOffset, bytes.length);
  return encoding === "buffer" ? whole : whole.toString(encoding);
}
