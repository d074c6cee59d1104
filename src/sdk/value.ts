import { DefaultSerializer, Deserializer } from "node:v8";
import { invalidReturnValue } from "./errors.ts";

/** The views by the index that node:v8's serialize() writes for them. */
const VIEWS = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, DataView, Buffer, BigInt64Array, BigUint64Array],
];
const BUFFER_INDEX = VIEWS.indexOf(Buffer);

/** node:v8's serialize(), but what can't be cloned is reported as structuredClone() does. */
class ValueSerializer extends DefaultSerializer {
  _getDataCloneError(message: string): DOMException {
    return new DOMException(message, "DataCloneError");
  }
}

/**
 * node:v8's deserialize(), but typed arrays have memory of their own instead of a part of the message's. The bytes may be
 * anything: a guest made them.
 */
class ValueDeserializer extends Deserializer {
  _readHostObject(): unknown {
    const index = this.readUint32();
    const memory = new Uint8Array(this.readRawBytes(this.readUint32())).buffer;
    if (index === BUFFER_INDEX) return Buffer.from(memory);
    const View = VIEWS[index] as (new (memory: ArrayBuffer) => ArrayBufferView) | undefined;
    if (!View) throw new RangeError(`There is no view with index ${index}`);
    return new View(memory);
  }
}

/** @throws DOMException (DataCloneError) for what can't be cloned: functions, symbols, proxies… */
export function serializeValue(value: unknown): Uint8Array {
  const serializer = new ValueSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/**
 * Reads what a guest returned.
 * @throws Error (ERR_INVALID_RETURN_VALUE) if the bytes are malformed.
 */
export function deserializeValue(bytes: Uint8Array): unknown {
  try {
    const deserializer = new ValueDeserializer(bytes);
    deserializer.readHeader();
    return deserializer.readValue();
  } catch (cause) {
    throw invalidReturnValue(cause);
  }
}
