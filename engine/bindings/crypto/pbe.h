#ifndef SE_CRYPTO_PBE_H_
#define SE_CRYPTO_PBE_H_

#include "env.h"

namespace se::crypto {

// Password-based encryption of keys (RFC 8018, PKCS#12). An encrypted key says itself how long its decryption takes, and
// OpenSSL's derivation of the key cannot be broken off. So OpenSSL is told once, before there are threads, to use ours.
void InterceptPbe();

// While it lives, what this thread decrypts is decrypted for the guest: PBKDF2 and scrypt stop when that is being ended,
// the older schemes refuse more rounds than take a few seconds (ERR_OSSL_EVP_PARAMETER_TOO_LARGE).
class PbeScope {
 public:
  explicit PbeScope(Env* env);
  ~PbeScope();
  PbeScope(const PbeScope&) = delete;
  PbeScope& operator=(const PbeScope&) = delete;
};

}  // namespace se::crypto

#endif  // SE_CRYPTO_PBE_H_
