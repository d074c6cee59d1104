#ifndef SE_CRYPTO_DIGEST_H_
#define SE_CRYPTO_DIGEST_H_

#include <string>

#include "binding.h"
#include "openssl.h"

namespace se::crypto {

// A digest by any name that OpenSSL or Node knows, or null. Valid for the life of the process.
const EVP_MD* FindDigest(const std::string& name);

// The digest for createHash. `id` is the index that getCachedAliases gave for `name`, or -1. A digest that had to be
// fetched for this call is kept alive by `fetched`. Null if there is none; never throws.
const EVP_MD* FindHash(Env* env, v8::Local<v8::Value> name, v8::Local<v8::Value> id, Digest* fetched);

}  // namespace se::crypto

#endif  // SE_CRYPTO_DIGEST_H_
