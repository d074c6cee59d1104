#ifndef SE_CRYPTO_KEY_SIZE_H_
#define SE_CRYPTO_KEY_SIZE_H_

#include "openssl.h"
#include "secret_bytes.h"

namespace se::crypto {

// Arithmetic with large numbers cannot be broken off, and OpenSSL does not bound all of it: exponents have any length.

// Whether a number of the key has more bits than OpenSSL takes for a modulus of its kind.
bool IsTooBig(EVP_PKEY* key);

// Whether to decode these bytes, in DER or PEM, takes arithmetic with such numbers: a DSA key in PKCS#8 lacks its public
// number, which OpenSSL computes. Also true of encrypted keys that have room for one.
bool HoldsTooBigKey(const SecretBytes& data, bool pem);

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEY_SIZE_H_
