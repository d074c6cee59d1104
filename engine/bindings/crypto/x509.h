#ifndef SE_CRYPTO_X509_H_
#define SE_CRYPTO_X509_H_

#include "binding.h"
#include "openssl.h"

namespace se::crypto {

// A new native certificate object, sharing `certificate`.
v8::MaybeLocal<v8::Object> NewCertificate(Env* env, X509* certificate);

// The certificate of such an object, or null; throws nothing.
X509* CertificateOf(v8::Local<v8::Value> value);

}  // namespace se::crypto

#endif  // SE_CRYPTO_X509_H_
