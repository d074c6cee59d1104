#ifndef SE_CRYPTO_PBKDF2_H_
#define SE_CRYPTO_PBKDF2_H_

#include "job.h"
#include "openssl.h"

namespace se::crypto {

// PBKDF2 (RFC 8018, 5.2) with HMAC. OpenSSL's own cannot be broken off; this one stops when the guest is being ended.
// False then, or when OpenSSL fails.
bool Pbkdf2(Env* env, const EVP_MD* digest, std::string_view password, std::string_view salt, uint64_t iterations,
            uint8_t* out, size_t size);

}  // namespace se::crypto

#endif  // SE_CRYPTO_PBKDF2_H_
