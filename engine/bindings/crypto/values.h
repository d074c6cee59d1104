#ifndef SE_CRYPTO_VALUES_H_
#define SE_CRYPTO_VALUES_H_

#include <optional>
#include <string>

#include "binding.h"
#include "secret_bytes.h"

namespace se::crypto {

// --- From the guest. All throw when they return nothing; `function` names the callee in the error. -------------------

// A copy of an ArrayBufferView's, ArrayBuffer's or SharedArrayBuffer's bytes.
std::optional<SecretBytes> CopyBytes(Env* env, v8::Local<v8::Value> value, const char* function);
// The same, and no bytes for undefined and null.
std::optional<SecretBytes> CopyOptionalBytes(Env* env, v8::Local<v8::Value> value, const char* function);
std::optional<int64_t> TakeInteger(Env* env, v8::Local<v8::Value> value, int64_t min, int64_t max,
                                   const char* function);
// No name of an algorithm, curve, host… is longer. Longer strings are not copied out of the guest's heap.
inline constexpr int kMaxNameLength = 1 << 16;
// A primitive string of at most that many characters; never runs guest code.
std::optional<std::string> TakeString(Env* env, v8::Local<v8::Value> value, const char* function);

// The same, but empty, which is no name, instead of an exception.
std::string NameOf(Env* env, v8::Local<v8::Value> value);

// Whether the callee was called with `new`; throws if not.
bool RequireNew(const v8::FunctionCallbackInfo<v8::Value>& info);

// --- To the guest. Empty with an exception pending when memory is short. ---------------------------------------------

v8::MaybeLocal<v8::ArrayBuffer> NewArrayBuffer(Env* env, const void* data, size_t size);
bool SetProperty(Env* env, v8::Local<v8::Object> object, const char* name, v8::Local<v8::Value> value);
bool SetProperty(Env* env, v8::Local<v8::Object> object, const char* name, std::string_view text);
// An array of strings.
v8::MaybeLocal<v8::Value> NewStringArray(Env* env, const std::vector<std::string>& strings);

}  // namespace se::crypto

#endif  // SE_CRYPTO_VALUES_H_
