import { Packr, Unpackr } from "msgpackr/pack";
import { codedError, ProtocolError } from "./errors.ts";

/**
 * A frame is a 4-byte little-endian length and that many bytes of MessagePack. What is larger than a frame may be
 * travels through a stream (stream.ts).
 */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const HEADER_BYTES = 4;
/** msgpackr's encode option RESERVE_START_SPACE: leave that many bytes free before the message. */
const RESERVE_HEADER = 2048 | HEADER_BYTES;

// Plain maps without msgpackr's record and structured-clone extensions: any MessagePack library can be the other side.
// An environment may have more names than the short form of a map.
const OPTIONS = {
  useRecords: false,
  mapsAsObjects: true,
  structuredClone: false,
  moreTypes: false,
  variableMapSize: true,
};
const packr = new Packr(OPTIONS);
const unpackr = new Unpackr(OPTIONS);

/**
 * Encodes `message` as one frame.
 * @throws RangeError (ERR_MESSAGE_TOO_LARGE) if the frame would exceed MAX_FRAME_BYTES.
 */
export function encodeFrame(message: unknown): Uint8Array {
  const frame = packr.pack(message, RESERVE_HEADER);
  const length = frame.byteLength - HEADER_BYTES;
  if (length > MAX_FRAME_BYTES) {
    const problem = `A message of ${length} bytes exceeds the limit of ${MAX_FRAME_BYTES} bytes`;
    throw codedError(RangeError, "ERR_MESSAGE_TOO_LARGE", problem);
  }
  frame.writeUInt32LE(length, 0);
  return frame;
}

/** Cuts a byte stream into messages. */
export class FrameDecoder {
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes of the frame that is being received, header included; HEADER_BYTES until its header is known. */
  #wanted = HEADER_BYTES;

  /**
   * Takes the next bytes of the stream and yields every message that they complete.
   * @throws ProtocolError on a frame that is too large or no MessagePack. The decoder is of no use after that.
   */
  *push(chunk: Uint8Array): Generator<unknown, void> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.byteLength;
    while (this.#buffered >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#buffered);
      const length = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES).getUint32(0, true);
      if (length > MAX_FRAME_BYTES) {
        throw new ProtocolError(`A frame of ${length} bytes exceeds the limit of ${MAX_FRAME_BYTES} bytes`);
      }
      this.#wanted = HEADER_BYTES + length;
      const complete = bytes.byteLength >= this.#wanted;
      const rest = complete ? bytes.subarray(this.#wanted) : bytes;
      this.#chunks = rest.byteLength > 0 ? [rest] : [];
      this.#buffered = rest.byteLength;
      if (!complete) return;
      this.#wanted = HEADER_BYTES;
      // Not a Buffer: byte fields of the message are then plain Uint8Arrays, too.
      yield decodeBody(new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, length));
    }
  }

  /** Whether the stream may end here, that is, between two frames. */
  get idle(): boolean {
    return this.#buffered === 0;
  }
}

function decodeBody(body: Uint8Array): unknown {
  try {
    return unpackr.unpack(body);
  } catch (cause) {
    throw new ProtocolError("A frame is no valid MessagePack", { cause });
  }
}
