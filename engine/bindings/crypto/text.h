#ifndef SE_CRYPTO_TEXT_H_
#define SE_CRYPTO_TEXT_H_

#include <functional>

#include "binding.h"
#include "encoding.h"

namespace se::crypto {

// The bytes as a string in `encoding`, or as a Buffer.
v8::MaybeLocal<v8::Value> EncodeBytes(Env* env, const uint8_t* data, size_t size, Encoding encoding);

// Gives `use` the bytes of a string in the encoding that `encoding` names (UTF-8 if none) or those of an
// ArrayBufferView, ArrayBuffer or SharedArrayBuffer. False, with an exception pending, when `value` is none of these or
// memory is short; otherwise `*used` is what `use` returned. Shared memory may change while `use` reads it.
bool WithBytes(Env* env, v8::Local<v8::Value> value, v8::Local<v8::Value> encoding, const char* function, bool* used,
               const std::function<bool(const uint8_t* data, size_t size)>& use);

}  // namespace se::crypto

#endif  // SE_CRYPTO_TEXT_H_
