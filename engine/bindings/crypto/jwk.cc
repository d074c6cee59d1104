#include "jwk.h"

#include <climits>

#include "ec_curve.h"
#include "encoding.h"
#include "errors.h"
#include "key_size.h"
#include "values.h"

namespace se::crypto {

using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

constexpr char kInvalidJwk[] = "ERR_CRYPTO_INVALID_JWK";

// --- Export ----------------------------------------------------------------------------------------------------------

bool SetBase64url(Env* env, Local<Object> target, const char* name, const SecretBytes& bytes) {
  Local<String> text;
  return EncodeString(env, bytes.data(), bytes.size(), Encoding::kBase64url).ToLocal(&text) &&
         SetProperty(env, target, name, text.As<Value>());
}

// `size` is the least number of bytes, 0 for the number's own.
bool SetBignum(Env* env, Local<Object> target, const char* name, const BIGNUM* number, int size = 0) {
  if (number == nullptr) {
    ThrowLastError(env, "Failed to export JWK key");
    return false;
  }
  if (size == 0) size = BN_num_bytes(number);
  std::optional<SecretBytes> bytes = SecretBytes::Allocate(nullptr, size);
  if (!bytes || BN_bn2binpad(number, bytes->data(), size) < 0) {
    ThrowOutOfMemory(env);
    return false;
  }
  return SetBase64url(env, target, name, *bytes);
}

bool ExportRsa(Env* env, const KeyData& key, Local<Object> target) {
  const RSA* rsa = EVP_PKEY_get0_RSA(key.pkey());
  if (rsa == nullptr) {
    ThrowLastError(env, "Failed to export JWK key");
    return false;
  }
  if (!SetProperty(env, target, "kty", "RSA") || !SetBignum(env, target, "n", RSA_get0_n(rsa)) ||
      !SetBignum(env, target, "e", RSA_get0_e(rsa)))
    return false;
  return key.type() != KeyType::kPrivate ||
         (SetBignum(env, target, "d", RSA_get0_d(rsa)) && SetBignum(env, target, "p", RSA_get0_p(rsa)) &&
          SetBignum(env, target, "q", RSA_get0_q(rsa)) && SetBignum(env, target, "dp", RSA_get0_dmp1(rsa)) &&
          SetBignum(env, target, "dq", RSA_get0_dmq1(rsa)) && SetBignum(env, target, "qi", RSA_get0_iqmp(rsa)));
}

const char* JwkCurve(int curve) {
  switch (curve) {
    case NID_X9_62_prime256v1: return "P-256";
    case NID_secp256k1: return "secp256k1";
    case NID_secp384r1: return "P-384";
    case NID_secp521r1: return "P-521";
    default: return nullptr;
  }
}

bool ExportEc(Env* env, const KeyData& key, Local<Object> target) {
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key.pkey());
  const EC_GROUP* group = ec == nullptr ? nullptr : EC_KEY_get0_group(ec);
  const EC_POINT* point = ec == nullptr ? nullptr : EC_KEY_get0_public_key(ec);
  Bignum x(BN_new());
  Bignum y(BN_new());
  if (point == nullptr || !x || !y ||
      EC_POINT_get_affine_coordinates(group, point, x.get(), y.get(), nullptr) != 1) {
    ThrowLastError(env, "Failed to get elliptic-curve point coordinates");
    return false;
  }
  int size = (EC_GROUP_get_degree(group) + CHAR_BIT - 1) / CHAR_BIT;
  int curve = EC_GROUP_get_curve_name(group);
  if (!SetProperty(env, target, "kty", "EC") || !SetBignum(env, target, "x", x.get(), size) ||
      !SetBignum(env, target, "y", y.get(), size))
    return false;
  const char* name = JwkCurve(curve);
  if (name == nullptr) {
    const char* own = OBJ_nid2sn(curve);
    ThrowError(env->isolate(), "ERR_CRYPTO_JWK_UNSUPPORTED_CURVE",
               std::string("Unsupported JWK EC curve: ") + (own == nullptr ? "" : own) + ".");
    return false;
  }
  return SetProperty(env, target, "crv", name) &&
         (key.type() != KeyType::kPrivate || SetBignum(env, target, "d", EC_KEY_get0_private_key(ec), size));
}

template <typename Get>
bool SetRaw(Env* env, const KeyData& key, Local<Object> target, const char* name, Get get) {
  size_t size = 0;
  std::optional<SecretBytes> bytes;
  if (get(key.pkey(), nullptr, &size) == 1) bytes = SecretBytes::Allocate(nullptr, size);
  if (!bytes || get(key.pkey(), bytes->data(), &size) != 1) {
    ThrowLastError(env, "Failed to export JWK key");
    return false;
  }
  return SetBase64url(env, target, name, *bytes);
}

bool ExportOkp(Env* env, const KeyData& key, Local<Object> target, const char* curve) {
  return SetProperty(env, target, "crv", curve) &&
         (key.type() != KeyType::kPrivate || SetRaw(env, key, target, "d", EVP_PKEY_get_raw_private_key)) &&
         SetRaw(env, key, target, "x", EVP_PKEY_get_raw_public_key) && SetProperty(env, target, "kty", "OKP");
}

// --- Import ----------------------------------------------------------------------------------------------------------

// A string member of a JWK, its base64url decoded. Absent and other values are told apart.
struct Member {
  bool present = false;  // not undefined
  bool is_string = false;
  std::optional<SecretBytes> bytes;
};

// False with an exception pending.
bool Read(Env* env, Local<Object> jwk, const char* name, Member* member) {
  Isolate* isolate = env->isolate();
  Local<Value> value;
  if (!jwk->Get(isolate->GetCurrentContext(), Name(isolate, name)).ToLocal(&value)) return false;
  member->present = !value->IsUndefined();
  member->is_string = value->IsString();
  if (!member->is_string) return true;
  Local<String> text = value.As<String>();
  size_t size = DecodedSize(isolate, text, Encoding::kBase64url);
  member->bytes = SecretBytes::Allocate(nullptr, size);
  if (!member->bytes) {
    ThrowOutOfMemory(env);
    return false;
  }
  member->bytes->Truncate(DecodeString(isolate, text, Encoding::kBase64url, member->bytes->data(), size));
  return true;
}

Bignum ToBignum(const Member& member) {
  if (!member.bytes || member.bytes->size() > INT_MAX) return {};
  return Bignum(BN_bin2bn(member.bytes->data(), static_cast<int>(member.bytes->size()), nullptr));
}

std::shared_ptr<const KeyData> Invalid(Env* env, const char* message) {
  ThrowTypeError(env->isolate(), kInvalidJwk, message);
  return nullptr;
}

std::shared_ptr<const KeyData> ImportSecret(Env* env, Local<Object> jwk) {
  Member k;
  if (!Read(env, jwk, "k", &k)) return nullptr;
  if (!k.is_string) return Invalid(env, "Invalid JWK secret key format");
  return std::make_shared<KeyData>(std::move(*k.bytes));
}

std::shared_ptr<const KeyData> ImportRsa(Env* env, Local<Object> jwk) {
  constexpr char kInvalid[] = "Invalid JWK RSA key";
  Member n, e, d, p, q, dp, dq, qi;
  if (!Read(env, jwk, "n", &n) || !Read(env, jwk, "e", &e) || !Read(env, jwk, "d", &d)) return nullptr;
  if (!n.is_string || !e.is_string || (d.present && !d.is_string)) return Invalid(env, kInvalid);
  KeyType type = d.is_string ? KeyType::kPrivate : KeyType::kPublic;
  Rsa rsa(RSA_new());
  Bignum bn_n = ToBignum(n);
  Bignum bn_e = ToBignum(e);
  if (!rsa || !bn_n || !bn_e || RSA_set0_key(rsa.get(), bn_n.get(), bn_e.get(), nullptr) != 1)
    return Invalid(env, kInvalid);
  bn_n.release();
  bn_e.release();
  if (type == KeyType::kPrivate) {
    if (!Read(env, jwk, "p", &p) || !Read(env, jwk, "q", &q) || !Read(env, jwk, "dp", &dp) ||
        !Read(env, jwk, "dq", &dq) || !Read(env, jwk, "qi", &qi))
      return nullptr;
    Bignum bn_d = ToBignum(d);
    Bignum bn_p = ToBignum(p);
    Bignum bn_q = ToBignum(q);
    Bignum bn_dp = ToBignum(dp);
    Bignum bn_dq = ToBignum(dq);
    Bignum bn_qi = ToBignum(qi);
    if (!bn_d || !bn_p || !bn_q || !bn_dp || !bn_dq || !bn_qi) return Invalid(env, kInvalid);
    if (RSA_set0_key(rsa.get(), nullptr, nullptr, bn_d.get()) != 1) return Invalid(env, kInvalid);
    bn_d.release();
    if (RSA_set0_factors(rsa.get(), bn_p.get(), bn_q.get()) != 1) return Invalid(env, kInvalid);
    bn_p.release();
    bn_q.release();
    if (RSA_set0_crt_params(rsa.get(), bn_dp.get(), bn_dq.get(), bn_qi.get()) != 1) return Invalid(env, kInvalid);
    bn_dp.release();
    bn_dq.release();
    bn_qi.release();
  }
  Pkey pkey(EVP_PKEY_new());
  if (!pkey || EVP_PKEY_set1_RSA(pkey.get(), rsa.get()) != 1 || IsTooBig(pkey.get())) return Invalid(env, kInvalid);
  return std::make_shared<KeyData>(type, std::move(pkey));
}

std::shared_ptr<const KeyData> ImportEc(Env* env, Local<Object> jwk, Local<Value> curve) {
  constexpr char kInvalid[] = "Invalid JWK EC key";
  int id = CurveId(NameOf(env, curve));
  if (id == NID_undef) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
    return nullptr;
  }
  Member x, y, d;
  if (!Read(env, jwk, "x", &x) || !Read(env, jwk, "y", &y) || !Read(env, jwk, "d", &d)) return nullptr;
  if (!x.is_string || !y.is_string || (d.present && !d.is_string)) return Invalid(env, kInvalid);
  EcKey key(EC_KEY_new_by_curve_name(id));
  Bignum bn_x = ToBignum(x);
  Bignum bn_y = ToBignum(y);
  if (!key || !bn_x || !bn_y || EC_KEY_set_public_key_affine_coordinates(key.get(), bn_x.get(), bn_y.get()) != 1)
    return Invalid(env, kInvalid);
  if (d.is_string) {
    Bignum bn_d = ToBignum(d);
    if (!bn_d || EC_KEY_set_private_key(key.get(), bn_d.get()) != 1) return Invalid(env, kInvalid);
  }
  Pkey pkey = WrapEcKey(key);
  if (!pkey) return Invalid(env, kInvalid);
  return std::make_shared<KeyData>(d.is_string ? KeyType::kPrivate : KeyType::kPublic, std::move(pkey));
}

}  // namespace

bool ExportJwk(Env* env, const KeyData& key, Local<Object> target, bool allow_rsa_pss) {
  if (key.type() == KeyType::kSecret)
    return SetProperty(env, target, "kty", "oct") && SetBase64url(env, target, "k", key.secret());
  switch (EVP_PKEY_get_id(key.pkey())) {
    case EVP_PKEY_RSA_PSS:
      if (!allow_rsa_pss) break;
      [[fallthrough]];
    case EVP_PKEY_RSA: return ExportRsa(env, key, target);
    case EVP_PKEY_EC: return ExportEc(env, key, target);
    case EVP_PKEY_ED25519: return ExportOkp(env, key, target, "Ed25519");
    case EVP_PKEY_ED448: return ExportOkp(env, key, target, "Ed448");
    case EVP_PKEY_X25519: return ExportOkp(env, key, target, "X25519");
    case EVP_PKEY_X448: return ExportOkp(env, key, target, "X448");
    default: break;
  }
  ThrowError(env->isolate(), "ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE", "Unsupported JWK Key Type.");
  return false;
}

std::shared_ptr<const KeyData> ImportJwk(Env* env, Local<Object> jwk, Local<Value> curve) {
  Isolate* isolate = env->isolate();
  Local<Value> kty;
  if (!jwk->Get(isolate->GetCurrentContext(), Name(isolate, "kty")).ToLocal(&kty)) return nullptr;
  std::string type = NameOf(env, kty);
  if (type == "oct") return ImportSecret(env, jwk);
  if (type == "RSA") return ImportRsa(env, jwk);
  if (type == "EC") return ImportEc(env, jwk, curve);
  return Invalid(env, (type + " is not a supported JWK key type").c_str());
}

}  // namespace se::crypto
