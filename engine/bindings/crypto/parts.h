#ifndef SE_CRYPTO_PARTS_H_
#define SE_CRYPTO_PARTS_H_

#include "binding.h"

namespace se::crypto {

// The parts of the crypto binding. Each puts its functions, classes and constants on the one target.
#define SE_CRYPTO_PARTS(V) \
  V(Jobs)                  \
  V(Digests)               \
  V(Hash)                  \
  V(Hmac)                  \
  V(Cipher)                \
  V(CipherInfo)            \
  V(Aes)                   \
  V(RsaCipher)             \
  V(Kdf)                   \
  V(KeyObject)             \
  V(KeyExport)             \
  V(Keygen)                \
  V(Sign)                  \
  V(SignJob)               \
  V(DiffieHellman)         \
  V(Ecdh)                  \
  V(Derive)                \
  V(Random)                \
  V(Primes)                \
  V(Spkac)                 \
  V(X509)                  \
  V(Tls)                   \
  V(Process)

#define SE_DECLARE_PART(name)                                    \
  void Initialize##name(Env* env, v8::Local<v8::Object> target); \
  void Reference##name(References* references);
SE_CRYPTO_PARTS(SE_DECLARE_PART)
#undef SE_DECLARE_PART

}  // namespace se::crypto

#endif  // SE_CRYPTO_PARTS_H_
