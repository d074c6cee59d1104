#include "text.h"

#include "buffer.h"
#include "errors.h"
#include "secret_bytes.h"

namespace se::crypto {

using v8::Local;
using v8::MaybeLocal;
using v8::String;
using v8::Value;

MaybeLocal<Value> EncodeBytes(Env* env, const uint8_t* data, size_t size, Encoding encoding) {
  if (encoding == Encoding::kBuffer) {
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(env, data, size).ToLocal(&buffer)) return {};
    return buffer;
  }
  Local<String> text;
  if (!EncodeString(env, data, size, encoding).ToLocal(&text)) return {};
  return text;
}

bool WithBytes(Env* env, Local<Value> value, Local<Value> encoding, const char* function, bool* used,
               const std::function<bool(const uint8_t* data, size_t size)>& use) {
  v8::Isolate* isolate = env->isolate();
  if (!value->IsString()) {
    Bytes bytes(value);
    if (!bytes.ok) {
      ThrowBadArgument(isolate, function);
      return false;
    }
    *used = use(bytes.data, bytes.size);
    return true;
  }
  Local<String> text = value.As<String>();
  Encoding kind = ParseEncoding(isolate, encoding, Encoding::kUtf8);
  size_t size = DecodedSize(isolate, text, kind);
  // Most strings are short.
  uint8_t small[1024];
  SecretBytes large;
  uint8_t* out = small;
  if (size > sizeof(small)) {
    std::optional<SecretBytes> memory = SecretBytes::Allocate(env->allocator(), size);
    if (!memory) {
      ThrowOutOfMemory(env);
      return false;
    }
    large = std::move(*memory);
    out = large.data();
  }
  *used = use(out, DecodeString(isolate, text, kind, out, size));
  return true;
}

}  // namespace se::crypto
