#include "key_size.h"

#include <climits>
#include <initializer_list>

namespace se::crypto {

namespace {

using EncryptedKey = Owned<X509_SIG, X509_SIG_free>;

// More than an RSA key of the largest size takes.
constexpr int kMaxEncrypted = 12 * 1024;

bool AnyExceeds(int bits, std::initializer_list<const BIGNUM*> numbers) {
  for (const BIGNUM* number : numbers)
    if (number != nullptr && BN_num_bits(number) > bits) return true;
  return false;
}

bool IsTooBigRsa(const RSA* rsa) {
  constexpr int kBits = OPENSSL_RSA_MAX_MODULUS_BITS;
  if (AnyExceeds(kBits, {RSA_get0_n(rsa), RSA_get0_e(rsa), RSA_get0_d(rsa), RSA_get0_p(rsa), RSA_get0_q(rsa),
                         RSA_get0_dmp1(rsa), RSA_get0_dmq1(rsa), RSA_get0_iqmp(rsa)}))
    return true;
  // OpenSSL knows no key of more primes.
  constexpr int kMostExtra = 3;
  const BIGNUM* primes[kMostExtra] = {};
  const BIGNUM* exponents[kMostExtra] = {};
  const BIGNUM* coefficients[kMostExtra] = {};
  int extra = RSA_get_multi_prime_extra_count(rsa);
  if (extra <= 0) return false;
  if (extra > kMostExtra || RSA_get0_multi_prime_factors(rsa, primes) != 1 ||
      RSA_get0_multi_prime_crt_params(rsa, exponents, coefficients) != 1)
    return true;
  for (int i = 0; i < extra; i++)
    if (AnyExceeds(kBits, {primes[i], exponents[i], coefficients[i]})) return true;
  return false;
}

bool IsTooBigDsa(const DSA* dsa) {
  return AnyExceeds(OPENSSL_DSA_MAX_MODULUS_BITS, {DSA_get0_p(dsa), DSA_get0_q(dsa), DSA_get0_g(dsa),
                                                   DSA_get0_pub_key(dsa), DSA_get0_priv_key(dsa)});
}

bool IsTooBigDh(const DH* dh) {
  return AnyExceeds(OPENSSL_DH_MAX_MODULUS_BITS,
                    {DH_get0_p(dh), DH_get0_q(dh), DH_get0_g(dh), DH_get0_pub_key(dh), DH_get0_priv_key(dh)});
}

bool IsTooBigDer(const uint8_t* der, long size) {
  TryScope attempt;
  const uint8_t* cursor = der;
  if (Pkcs8Info info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, size)}) {
    const ASN1_OBJECT* algorithm = nullptr;
    int length = 0;
    if (PKCS8_pkey_get0(&algorithm, nullptr, &length, nullptr, info.get()) != 1) return false;
    if (OBJ_obj2nid(algorithm) != NID_dsa) return false;
    // Parameters and private number together are larger than each of them.
    return size > 4 * (OPENSSL_DSA_MAX_MODULUS_BITS / CHAR_BIT) + 256;
  }
  cursor = der;
  EncryptedKey encrypted(d2i_X509_SIG(nullptr, &cursor, size));
  if (!encrypted) return false;
  const ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_get0(encrypted.get(), nullptr, &content);
  return content != nullptr && ASN1_STRING_length(content) > kMaxEncrypted;
}

}  // namespace

bool IsTooBig(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: {
      const RSA* rsa = EVP_PKEY_get0_RSA(key);
      return rsa == nullptr || IsTooBigRsa(rsa);
    }
    case EVP_PKEY_DSA: {
      const DSA* dsa = EVP_PKEY_get0_DSA(key);
      return dsa == nullptr || IsTooBigDsa(dsa);
    }
    case EVP_PKEY_DH:
    case EVP_PKEY_DHX: {
      const DH* dh = EVP_PKEY_get0_DH(key);
      return dh == nullptr || IsTooBigDh(dh);
    }
    default: return false;
  }
}

bool HoldsTooBigKey(const SecretBytes& data, bool pem) {
  if (!pem) return IsTooBigDer(data.data(), static_cast<long>(data.size()));
  TryScope attempt;
  Bio bio(BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
  if (!bio) return false;
  for (long left = static_cast<long>(data.size()); left > 0;) {
    char* name = nullptr;
    char* header = nullptr;
    uint8_t* der = nullptr;
    long size = 0;
    bool read = PEM_read_bio(bio.get(), &name, &header, &der, &size) == 1;
    bool too_big = read && IsTooBigDer(der, size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, read ? static_cast<size_t>(size) : 0);
    if (too_big) return true;
    long now = static_cast<long>(BIO_ctrl_pending(bio.get()));
    if (now >= left) return false;
    left = now;
  }
  return false;
}

}  // namespace se::crypto
