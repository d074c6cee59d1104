#ifndef SE_CRYPTO_OPENSSL_H_
#define SE_CRYPTO_OPENSSL_H_

// The engine uses the OpenSSL that is linked into its Node binary. Node's own results and error codes come from a mix
// of the EVP interface and the older per-algorithm ones, which OpenSSL 3 deprecates but keeps.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dh.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace se::crypto {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const { kFree(pointer); }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Freer<kFree>>;

using Bignum = Owned<BIGNUM, BN_clear_free>;
using BignumContext = Owned<BN_CTX, BN_CTX_free>;
using Bio = Owned<BIO, BIO_free_all>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using Digest = Owned<EVP_MD, EVP_MD_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Dh = Owned<DH, DH_free>;
using DsaSignature = Owned<DSA_SIG, DSA_SIG_free>;
using EcGroup = Owned<EC_GROUP, EC_GROUP_free>;
using EcKey = Owned<EC_KEY, EC_KEY_free>;
using EcPoint = Owned<EC_POINT, EC_POINT_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using FetchedCipher = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using HmacContext = Owned<HMAC_CTX, HMAC_CTX_free>;
using Kdf = Owned<EVP_KDF, EVP_KDF_free>;
using KdfContext = Owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using Pkcs8Info = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Rsa = Owned<RSA, RSA_free>;
using Spkac = Owned<NETSCAPE_SPKI, NETSCAPE_SPKI_free>;
using Certificate = Owned<X509, X509_free>;

// The error queue belongs to the thread: whoever may leave errors behind empties it before and after.
class CleanErrorQueue {
 public:
  CleanErrorQueue() { Clear(); }
  ~CleanErrorQueue() { Clear(); }
  CleanErrorQueue(const CleanErrorQueue&) = delete;
  CleanErrorQueue& operator=(const CleanErrorQueue&) = delete;

 private:
  // Looking is ten times faster than clearing.
  static void Clear() {
    if (ERR_peek_error() != 0) ERR_clear_error();
  }
};

// Forgets the errors that were added in this scope, for attempts that may fail.
class TryScope {
 public:
  TryScope() { ERR_set_mark(); }
  ~TryScope() { ERR_pop_to_mark(); }
  TryScope(const TryScope&) = delete;
  TryScope& operator=(const TryScope&) = delete;
};

}  // namespace se::crypto

#endif  // SE_CRYPTO_OPENSSL_H_
