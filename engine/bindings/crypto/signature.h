#ifndef SE_CRYPTO_SIGNATURE_H_
#define SE_CRYPTO_SIGNATURE_H_

#include <optional>

#include "openssl.h"
#include "secret_bytes.h"

namespace se::crypto {

// kSigEncDER and kSigEncP1363 of the binding: how the two numbers of a DSA or ECDSA signature are written.
enum class SignatureEncoding : int { kDer = 0, kP1363 = 1 };

struct SignatureOptions {
  std::optional<int> padding;      // RSA
  std::optional<int> salt_length;  // RSA-PSS
  SignatureEncoding encoding = SignatureEncoding::kDer;
};

// Ed25519 and Ed448, which take the message itself rather than its digest.
bool SignsMessages(EVP_PKEY* key);

// Whether OpenSSL took the RSA options; keys of other kinds have none.
bool ApplyRsaOptions(EVP_PKEY* key, EVP_PKEY_CTX* context, const SignatureOptions& options);

// A signature as OpenSSL makes it, in the encoding asked for; nothing if it can't be converted.
std::optional<SecretBytes> FromOpenSsl(EVP_PKEY* key, SecretBytes signature, SignatureEncoding encoding);
// The reverse.
std::optional<SecretBytes> ToOpenSsl(EVP_PKEY* key, SecretBytes signature, SignatureEncoding encoding);

}  // namespace se::crypto

#endif  // SE_CRYPTO_SIGNATURE_H_
