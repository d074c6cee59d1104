#ifndef SE_CRYPTO_JWK_H_
#define SE_CRYPTO_JWK_H_

#include <memory>

#include "binding.h"
#include "key_data.h"

namespace se::crypto {

// Writes the key's JSON Web Key (RFC 7517) members to `target`; throws and returns false if it has no such form.
bool ExportJwk(Env* env, const KeyData& key, v8::Local<v8::Object> target, bool allow_rsa_pss);
// The key in a JWK object; throws and returns null if there is none. `curve` names an EC key's curve.
std::shared_ptr<const KeyData> ImportJwk(Env* env, v8::Local<v8::Object> jwk, v8::Local<v8::Value> curve);

}  // namespace se::crypto

#endif  // SE_CRYPTO_JWK_H_
