#ifndef SE_ENCODING_H_
#define SE_ENCODING_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>

#include "env.h"

namespace se {

// Node's encodings of strings as bytes, with the numbers that its lib passes to bindings (`encodingsMap`).
enum class Encoding : int { kAscii, kUtf8, kBase64, kUtf16le, kLatin1, kHex, kBuffer, kBase64url };
inline constexpr int kEncodingCount = 8;

// The encoding that a guest value names, by name in any case ("UTF-8", "binary") or by number; `fallback` if none.
Encoding ParseEncoding(v8::Isolate* isolate, v8::Local<v8::Value> value, Encoding fallback);

// The bytes as a string. Empty with an exception pending: ERR_STRING_TOO_LONG or ERR_MEMORY_ALLOCATION_FAILED.
// `data` must not be memory that another thread writes (see StableBytes). kBuffer reads as UTF-8.
v8::MaybeLocal<v8::String> EncodeString(Env* env, const void* data, size_t size, Encoding encoding);

// Writes at most `capacity` bytes of `string`, never a partial character. Returns the bytes written. Like Node it skips
// or stops at characters that have no place in the encoding, and throws nothing.
size_t DecodeString(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding, uint8_t* out,
                    size_t capacity);

// The bytes that DecodeString writes given room enough; for base64 an upper bound, for the others exact for valid input.
size_t DecodedSize(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding);

void ThrowStringTooLong(v8::Isolate* isolate);
void ThrowOutOfMemory(v8::Isolate* isolate);

}  // namespace se

#endif  // SE_ENCODING_H_
