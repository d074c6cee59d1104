#include "signature.h"

#include <climits>

namespace se::crypto {

namespace {

// The bytes of each number of a signature; nothing if the key's signatures are not pairs of numbers.
std::optional<int> NumberSize(EVP_PKEY* key) {
  int bits;
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_DSA: {
      const DSA* dsa = EVP_PKEY_get0_DSA(key);
      if (dsa == nullptr) return std::nullopt;
      bits = BN_num_bits(DSA_get0_q(dsa));
      break;
    }
    case EVP_PKEY_EC: {
      const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
      if (ec == nullptr) return std::nullopt;
      bits = EC_GROUP_order_bits(EC_KEY_get0_group(ec));
      break;
    }
    default: return std::nullopt;
  }
  return (bits + CHAR_BIT - 1) / CHAR_BIT;
}

}  // namespace

bool SignsMessages(EVP_PKEY* key) {
  int id = EVP_PKEY_get_id(key);
  return id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448;
}

bool ApplyRsaOptions(EVP_PKEY* key, EVP_PKEY_CTX* context, const SignatureOptions& options) {
  int id = EVP_PKEY_get_id(key);
  if (id != EVP_PKEY_RSA && id != EVP_PKEY_RSA2 && id != EVP_PKEY_RSA_PSS) return true;
  int padding = options.padding.value_or(id == EVP_PKEY_RSA_PSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING);
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) <= 0) return false;
  return padding != RSA_PKCS1_PSS_PADDING || !options.salt_length ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, *options.salt_length) > 0;
}

std::optional<SecretBytes> FromOpenSsl(EVP_PKEY* key, SecretBytes signature, SignatureEncoding encoding) {
  std::optional<int> size = NumberSize(key);
  if (encoding == SignatureEncoding::kDer || !size) return signature;
  const uint8_t* cursor = signature.data();
  // Both kinds are the same ASN.1: a SEQUENCE of r and s.
  EcdsaSignature parsed(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(signature.size())));
  std::optional<SecretBytes> out = SecretBytes::Allocate(nullptr, 2 * static_cast<size_t>(*size));
  if (!parsed || !out || BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out->data(), *size) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out->data() + *size, *size) < 0)
    return std::nullopt;
  return out;
}

std::optional<SecretBytes> ToOpenSsl(EVP_PKEY* key, SecretBytes signature, SignatureEncoding encoding) {
  std::optional<int> size = NumberSize(key);
  if (encoding == SignatureEncoding::kDer || !size) return signature;
  if (signature.size() != 2 * static_cast<size_t>(*size)) return std::nullopt;
  EcdsaSignature parsed(ECDSA_SIG_new());
  Bignum r(BN_bin2bn(signature.data(), *size, nullptr));
  Bignum s(BN_bin2bn(signature.data() + *size, *size, nullptr));
  if (!parsed || !r || !s || ECDSA_SIG_set0(parsed.get(), r.get(), s.get()) != 1) return std::nullopt;
  r.release();
  s.release();
  int length = i2d_ECDSA_SIG(parsed.get(), nullptr);
  if (length <= 0) return std::nullopt;
  std::optional<SecretBytes> out = SecretBytes::Allocate(nullptr, length);
  if (!out) return std::nullopt;
  uint8_t* cursor = out->data();
  i2d_ECDSA_SIG(parsed.get(), &cursor);
  return out;
}

}  // namespace se::crypto
