#include "key_detail.h"

#include <climits>

#include "errors.h"
#include "values.h"

namespace se::crypto {

using v8::Local;
using v8::Number;
using v8::Object;
using v8::Value;

namespace {

bool SetNumber(Env* env, Local<Object> target, const char* name, double value) {
  return SetProperty(env, target, name, Number::New(env->isolate(), value));
}

bool SetBignumBytes(Env* env, Local<Object> target, const char* name, const BIGNUM* number) {
  int size = BN_num_bytes(number);
  std::optional<SecretBytes> bytes = SecretBytes::Allocate(nullptr, size);
  if (!bytes || BN_bn2binpad(number, bytes->data(), size) < 0) {
    ThrowOutOfMemory(env);
    return false;
  }
  Local<v8::ArrayBuffer> buffer;
  return NewArrayBuffer(env, bytes->data(), bytes->size()).ToLocal(&buffer) &&
         SetProperty(env, target, name, buffer.As<Value>());
}

int AlgorithmId(const X509_ALGOR* algorithm, int fallback) {
  if (algorithm == nullptr) return fallback;
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

// RSASSA-PSS-params, with the defaults of RFC 8017, A.2.3.
bool DescribePss(Env* env, const RSA_PSS_PARAMS* params, Local<Object> target) {
  int64_t salt_length = 20;
  if (params->saltLength != nullptr && ASN1_INTEGER_get_int64(&salt_length, params->saltLength) != 1) {
    ThrowLastError(env);
    return false;
  }
  if (!SetProperty(env, target, "hashAlgorithm", OBJ_nid2ln(AlgorithmId(params->hashAlgorithm, NID_sha1))))
    return false;
  if (AlgorithmId(params->maskGenAlgorithm, NID_mgf1) == NID_mgf1 &&
      !SetProperty(env, target, "mgf1HashAlgorithm", OBJ_nid2ln(AlgorithmId(params->maskHash, NID_sha1))))
    return false;
  return SetNumber(env, target, "saltLength", static_cast<double>(salt_length));
}

bool DescribeRsa(Env* env, EVP_PKEY* key, Local<Object> target) {
  const RSA* rsa = EVP_PKEY_get0_RSA(key);
  if (rsa == nullptr) {
    ThrowLastError(env);
    return false;
  }
  if (!SetNumber(env, target, "modulusLength", BN_num_bits(RSA_get0_n(rsa))) ||
      !SetBignumBytes(env, target, "publicExponent", RSA_get0_e(rsa)))
    return false;
  const RSA_PSS_PARAMS* params =
      EVP_PKEY_get_id(key) == EVP_PKEY_RSA_PSS ? RSA_get0_pss_params(rsa) : nullptr;
  return params == nullptr || DescribePss(env, params, target);
}

bool DescribeDsa(Env* env, EVP_PKEY* key, Local<Object> target) {
  const DSA* dsa = EVP_PKEY_get0_DSA(key);
  if (dsa == nullptr) {
    ThrowLastError(env);
    return false;
  }
  return SetNumber(env, target, "modulusLength", BN_num_bits(DSA_get0_p(dsa))) &&
         SetNumber(env, target, "divisorLength", BN_num_bits(DSA_get0_q(dsa)));
}

bool DescribeEc(Env* env, EVP_PKEY* key, Local<Object> target) {
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
  if (ec == nullptr) {
    ThrowLastError(env);
    return false;
  }
  const char* name = OBJ_nid2sn(EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)));
  return name == nullptr || SetProperty(env, target, "namedCurve", name);
}

}  // namespace

bool DescribeKey(Env* env, const KeyData& key, Local<Object> target) {
  if (key.type() == KeyType::kSecret)
    return SetNumber(env, target, "length", static_cast<double>(key.secret().size()) * CHAR_BIT);
  switch (EVP_PKEY_get_id(key.pkey())) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS: return DescribeRsa(env, key.pkey(), target);
    case EVP_PKEY_DSA: return DescribeDsa(env, key.pkey(), target);
    case EVP_PKEY_EC: return DescribeEc(env, key.pkey(), target);
    case EVP_PKEY_DH: return true;
    default: ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYTYPE", "Invalid key type"); return false;
  }
}

}  // namespace se::crypto
