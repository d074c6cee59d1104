#ifndef SE_CRYPTO_X509_LEGACY_H_
#define SE_CRYPTO_X509_LEGACY_H_

#include "binding.h"
#include "openssl.h"

namespace se::crypto {

// The certificate as the plain object of tls.TLSSocket.getPeerCertificate().
v8::MaybeLocal<v8::Object> LegacyCertificate(Env* env, X509* certificate);

// Its DER encoding as a Buffer.
v8::MaybeLocal<v8::Value> CertificateDer(Env* env, X509* certificate);

}  // namespace se::crypto

#endif  // SE_CRYPTO_X509_LEGACY_H_
