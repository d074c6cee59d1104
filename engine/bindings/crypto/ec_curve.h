#ifndef SE_CRYPTO_EC_CURVE_H_
#define SE_CRYPTO_EC_CURVE_H_

#include <string>

#include "openssl.h"

namespace se::crypto {

// The NID of a curve by its NIST name (P-256) or OpenSSL's (prime256v1); NID_undef if there is none.
int CurveId(const std::string& name);

// A public key at the point given in its octet form (SEC 1, 2.3.4); null if that's no point of the curve.
Pkey EcPublicKeyFromPoint(int curve, const uint8_t* data, size_t size);

// The EVP key of an EC_KEY.
Pkey WrapEcKey(const EcKey& key);

}  // namespace se::crypto

#endif  // SE_CRYPTO_EC_CURVE_H_
