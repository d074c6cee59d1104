#ifndef SE_CRYPTO_SCRYPT_H_
#define SE_CRYPTO_SCRYPT_H_

#include "job.h"

namespace se::crypto {

struct ScryptCost {
  uint32_t n;
  uint32_t r;
  uint32_t p;
};

// scrypt (RFC 7914). OpenSSL's own cannot be broken off; this one stops when the guest is being ended. The cost must have
// passed OpenSSL's checks. False when it was stopped, when the guest's memory is used up, or when OpenSSL fails.
bool Scrypt(Env* env, std::string_view password, std::string_view salt, const ScryptCost& cost, uint8_t* out,
            size_t size);

}  // namespace se::crypto

#endif  // SE_CRYPTO_SCRYPT_H_
