#include "pbe.h"

#include <cstring>
#include <optional>
#include <string_view>

#include "openssl.h"
#include "pbkdf2.h"
#include "scrypt.h"

namespace se::crypto {

namespace {

thread_local Env* guest = nullptr;

// Far more than anybody uses with the schemes of old; twice as many take a few seconds.
constexpr int64_t kMaxRounds = 4'000'000;

using Pbkdf2Parameters = Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
using ScryptParameters = Owned<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;
using Pbes2Parameters = Owned<PBE2PARAM, PBE2PARAM_free>;
using PbeParameters = Owned<PBEPARAM, PBEPARAM_free>;

bool Fail(int reason) {
  ERR_raise(ERR_LIB_EVP, reason);
  return false;
}

std::string_view Password(const char* text, int length) {
  if (text == nullptr) return {};
  return length < 0 ? std::string_view(text) : std::string_view(text, static_cast<size_t>(length));
}

std::string_view View(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)), static_cast<size_t>(ASN1_STRING_length(string))};
}

// A number of the parameters; nothing if it is negative or beyond 64 bits.
std::optional<uint64_t> Number(const ASN1_INTEGER* number) {
  uint64_t value;
  if (ASN1_INTEGER_get_uint64(&value, number) == 1) return value;
  return std::nullopt;
}

// OpenSSL takes an int.
int Rounds(const PBKDF2PARAM* kdf) { return static_cast<int>(ASN1_INTEGER_get(kdf->iter)); }

// Whether the derivation is one of those below. Numbers that make no sense are OpenSSL's to refuse.
bool IsOurs(const X509_ALGOR* kdf) {
  int id = OBJ_obj2nid(kdf->algorithm);
  if (id != NID_id_pbkdf2) return id == NID_id_scrypt;
  TryScope attempt;
  Pbkdf2Parameters parameters(
      static_cast<PBKDF2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), kdf->parameter)));
  return parameters && Rounds(parameters.get()) > 0;
}

// The cipher's key, which goes with this object.
struct CipherKey {
  explicit CipherKey(EVP_CIPHER_CTX* context) : size(EVP_CIPHER_CTX_get_key_length(context)) {}
  ~CipherKey() { OPENSSL_cleanse(bytes, sizeof(bytes)); }

  bool Fits(const ASN1_INTEGER* wanted) const {
    return size >= 0 && size <= EVP_MAX_KEY_LENGTH &&
           (wanted == nullptr || ASN1_INTEGER_get(wanted) == static_cast<long>(size));
  }

  uint8_t bytes[EVP_MAX_KEY_LENGTH];
  int size;
};

// The functions below do what OpenSSL's do, with its errors.

bool DeriveByPbkdf2(std::string_view password, const ASN1_TYPE* parameter, CipherKey* key) {
  Pbkdf2Parameters kdf(static_cast<PBKDF2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), parameter)));
  if (!kdf) return Fail(EVP_R_DECODE_ERROR);
  if (!key->Fits(kdf->keylength)) return Fail(EVP_R_UNSUPPORTED_KEYLENGTH);
  int prf = kdf->prf != nullptr ? OBJ_obj2nid(kdf->prf->algorithm) : NID_hmacWithSHA1;
  int hash = NID_undef;
  if (EVP_PBE_find(EVP_PBE_TYPE_PRF, prf, nullptr, &hash, nullptr) != 1) return Fail(EVP_R_UNSUPPORTED_PRF);
  const EVP_MD* hmac = EVP_get_digestbynid(hash);
  if (hmac == nullptr) return Fail(EVP_R_UNSUPPORTED_PRF);
  if (kdf->salt->type != V_ASN1_OCTET_STRING) return Fail(EVP_R_UNSUPPORTED_SALT_TYPE);
  return Pbkdf2(guest, hmac, password, View(kdf->salt->value.octet_string), Rounds(kdf.get()), key->bytes, key->size);
}

bool DeriveByScrypt(std::string_view password, const ASN1_TYPE* parameter, CipherKey* key) {
  ScryptParameters kdf(static_cast<SCRYPT_PARAMS*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter)));
  if (!kdf) return Fail(EVP_R_DECODE_ERROR);
  if (!key->Fits(kdf->keyLength)) return Fail(EVP_R_UNSUPPORTED_KEYLENGTH);
  std::optional<uint64_t> n = Number(kdf->costParameter);
  std::optional<uint64_t> r = Number(kdf->blockSize);
  std::optional<uint64_t> p = Number(kdf->parallelizationParameter);
  // Without room for a key it only checks the cost, against its own bound of memory.
  if (!n || !r || !p || EVP_PBE_scrypt(nullptr, 0, nullptr, 0, *n, *r, *p, 0, nullptr, 0) != 1)
    return Fail(EVP_R_ILLEGAL_SCRYPT_PARAMETERS);
  ScryptCost cost{static_cast<uint32_t>(*n), static_cast<uint32_t>(*r), static_cast<uint32_t>(*p)};
  return Scrypt(guest, password, View(kdf->salt), cost, key->bytes, key->size);
}

bool InitCipher(EVP_CIPHER_CTX* context, const X509_ALGOR* algorithm, int encrypts) {
  char name[80];
  if (OBJ_obj2txt(name, sizeof(name), algorithm->algorithm, 0) <= 0) return Fail(EVP_R_UNSUPPORTED_CIPHER);
  FetchedCipher cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  if (!cipher) return Fail(EVP_R_UNSUPPORTED_CIPHER);
  if (EVP_CipherInit_ex(context, cipher.get(), nullptr, nullptr, nullptr, encrypts) != 1) return false;
  return EVP_CIPHER_asn1_to_param(context, algorithm->parameter) > 0 || Fail(EVP_R_CIPHER_PARAMETER_ERROR);
}

// PBES2 (RFC 8018, 6.2); these are of type EVP_PBE_KEYGEN.
int DeriveByPbes2(EVP_CIPHER_CTX* context, const char* password, int length, ASN1_TYPE* parameter,
                  const EVP_CIPHER* cipher, const EVP_MD* digest, int encrypts) {
  Pbes2Parameters pbe;
  if (guest != nullptr)
    pbe.reset(static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), parameter)));
  if (!pbe || !IsOurs(pbe->keyfunc))
    return PKCS5_v2_PBE_keyivgen(context, password, length, parameter, cipher, digest, encrypts);
  if (!InitCipher(context, pbe->encryption, encrypts)) return 0;
  CipherKey key(context);
  auto derive = OBJ_obj2nid(pbe->keyfunc->algorithm) == NID_id_scrypt ? DeriveByScrypt : DeriveByPbkdf2;
  return derive(Password(password, length), pbe->keyfunc->parameter, &key) &&
         EVP_CipherInit_ex(context, nullptr, nullptr, key.bytes, nullptr, encrypts) == 1;
}

template <EVP_PBE_KEYGEN* kDerive>
int DeriveByFewRounds(EVP_CIPHER_CTX* context, const char* password, int length, ASN1_TYPE* parameter,
                      const EVP_CIPHER* cipher, const EVP_MD* digest, int encrypts) {
  if (guest != nullptr) {
    PbeParameters pbe(static_cast<PBEPARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), parameter)));
    if (pbe && pbe->iter != nullptr && ASN1_INTEGER_get(pbe->iter) > kMaxRounds) return Fail(EVP_R_PARAMETER_TOO_LARGE);
  }
  return kDerive(context, password, length, parameter, cipher, digest, encrypts);
}

EVP_PBE_KEYGEN* Replacement(EVP_PBE_KEYGEN* derive) {
  if (derive == PKCS5_v2_PBE_keyivgen) return DeriveByPbes2;
  if (derive == PKCS5_PBE_keyivgen) return DeriveByFewRounds<PKCS5_PBE_keyivgen>;
  if (derive == PKCS12_PBE_keyivgen) return DeriveByFewRounds<PKCS12_PBE_keyivgen>;
  return nullptr;
}

}  // namespace

void InterceptPbe() {
  int type = 0, id = 0;
  for (size_t i = 0; EVP_PBE_get(&type, &id, i) == 1; i++) {
    int cipher = NID_undef, digest = NID_undef;
    EVP_PBE_KEYGEN* derive = nullptr;
    if (type != EVP_PBE_TYPE_OUTER || EVP_PBE_find(type, id, &cipher, &digest, &derive) != 1) continue;
    if (EVP_PBE_KEYGEN* ours = Replacement(derive)) EVP_PBE_alg_add_type(type, id, cipher, digest, ours);
  }
  // The first look sorts OpenSSL's list, which threads share.
  EVP_PBE_find(EVP_PBE_TYPE_OUTER, NID_pbes2, nullptr, nullptr, nullptr);
}

PbeScope::PbeScope(Env* env) { guest = env; }
PbeScope::~PbeScope() { guest = nullptr; }

}  // namespace se::crypto
