#ifndef SE_CRYPTO_KEY_OBJECT_H_
#define SE_CRYPTO_KEY_OBJECT_H_

#include <memory>

#include "binding.h"
#include "key_data.h"

namespace se::crypto {

// A new KeyObjectHandle for `key`.
v8::MaybeLocal<v8::Value> NewKeyHandle(Env* env, std::shared_ptr<const KeyData> key);

// The key of a KeyObjectHandle, or null; throws nothing.
std::shared_ptr<const KeyData> KeyOf(v8::Local<v8::Value> value);

// The key of a KeyObject (an instance of the native base class), or null; throws nothing.
std::shared_ptr<const KeyData> KeyOfKeyObject(v8::Local<v8::Value> value);

// The key of a KeyObjectHandle of the given type; throws and returns null if it is none.
std::shared_ptr<const KeyData> TakeKey(Env* env, v8::Local<v8::Value> value, KeyType type, const char* function);
// The same for a public or private key.
std::shared_ptr<const KeyData> TakeAsymmetricKey(Env* env, v8::Local<v8::Value> value, const char* function);

// The bytes of a secret KeyObjectHandle, ArrayBufferView or ArrayBuffer. Throws when it returns null.
std::shared_ptr<const KeyData> TakeSecret(Env* env, v8::Local<v8::Value> value, const char* function);

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEY_OBJECT_H_
