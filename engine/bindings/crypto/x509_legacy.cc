#include "x509_legacy.h"

#include "buffer.h"
#include "errors.h"
#include "values.h"
#include "x509_text.h"

namespace se::crypto {

using v8::Array;
using v8::Context;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

// A text, if there is one.
bool SetText(Env* env, Local<Object> target, const char* name, const std::optional<std::string>& text) {
  return !text || SetProperty(env, target, name, *text);
}

// An attribute's value, or undefined when it is no text.
MaybeLocal<Value> AttributeValue(Env* env, const ASN1_STRING* data) {
  unsigned char* text = nullptr;
  int size = ASN1_STRING_to_UTF8(&text, data);
  if (size < 0) return v8::Undefined(env->isolate()).As<Value>();
  Local<String> value;
  bool made = Utf8(env->isolate(), {reinterpret_cast<const char*>(text), static_cast<size_t>(size)}).ToLocal(&value);
  OPENSSL_free(text);
  if (!made) return {};
  return value;
}

std::string AttributeName(const ASN1_OBJECT* object) {
  int id = OBJ_obj2nid(object);
  if (id != NID_undef) return OBJ_nid2sn(id);
  char text[80];
  OBJ_obj2txt(text, sizeof(text), object, 1);
  return text;
}

// A distinguished name as an object; attributes that come several times are arrays.
MaybeLocal<Value> NameObject(Env* env, const X509_NAME* name) {
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  int count = X509_NAME_entry_count(name);
  if (count == 0) return v8::Undefined(isolate).As<Value>();
  Local<Object> result = Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  for (int i = 0; i < count; i++) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    Local<String> key;
    Local<Value> value;
    Local<Value> present;
    if (!Utf8(isolate, AttributeName(X509_NAME_ENTRY_get_object(entry))).ToLocal(&key) ||
        !AttributeValue(env, X509_NAME_ENTRY_get_data(entry)).ToLocal(&value) ||
        !result->Get(context, key).ToLocal(&present))
      return {};
    if (present->IsArray()) {
      Local<Array> list = present.As<Array>();
      if (list->Set(context, list->Length(), value).IsNothing()) return {};
      continue;
    }
    if (!present->IsUndefined()) {
      Local<Value> both[] = {present, value};
      value = Array::New(isolate, both, 2);
    }
    if (result->Set(context, key, value).IsNothing()) return {};
  }
  return result;
}

bool SetBuffer(Env* env, Local<Object> target, const char* name, const uint8_t* data, size_t size) {
  Local<v8::Uint8Array> buffer;
  return NewBuffer(env, data, size).ToLocal(&buffer) && SetProperty(env, target, name, buffer.As<Value>());
}

bool SetNumber(Env* env, Local<Object> target, const char* name, int value) {
  return SetProperty(env, target, name, v8::Integer::New(env->isolate(), value).As<Value>());
}

bool SetRsa(Env* env, Local<Object> target, EVP_PKEY* key) {
  const RSA* rsa = EVP_PKEY_get0_RSA(key);
  if (rsa == nullptr) return true;
  char* modulus = BN_bn2hex(RSA_get0_n(rsa));
  std::string text = modulus == nullptr ? "" : modulus;
  OPENSSL_free(modulus);
  char exponent[24];
  snprintf(exponent, sizeof(exponent), "0x%llx", static_cast<unsigned long long>(BN_get_word(RSA_get0_e(rsa))));
  if (!SetProperty(env, target, "modulus", text) ||
      !SetNumber(env, target, "bits", BN_num_bits(RSA_get0_n(rsa))) ||
      !SetProperty(env, target, "exponent", exponent))
    return false;
  unsigned char* der = nullptr;
  int size = i2d_RSA_PUBKEY(rsa, &der);
  bool set = size < 0 || SetBuffer(env, target, "pubkey", der, size);
  OPENSSL_free(der);
  return set;
}

bool SetEc(Env* env, Local<Object> target, EVP_PKEY* key) {
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
  if (ec == nullptr) return true;
  const EC_GROUP* group = EC_KEY_get0_group(ec);
  const EC_POINT* point = EC_KEY_get0_public_key(ec);
  int bits = EC_GROUP_order_bits(group);
  if (bits > 0 && !SetNumber(env, target, "bits", bits)) return false;
  unsigned char* octets = nullptr;
  size_t size = point == nullptr ? 0 : EC_POINT_point2buf(group, point, EC_KEY_get_conv_form(ec), &octets, nullptr);
  bool set = size == 0 || SetBuffer(env, target, "pubkey", octets, size);
  OPENSSL_free(octets);
  if (!set) return false;
  int curve = EC_GROUP_get_curve_name(group);
  if (curve == NID_undef) return true;
  const char* nist = EC_curve_nid2nist(curve);
  return SetProperty(env, target, "asn1Curve", OBJ_nid2sn(curve)) &&
         (nist == nullptr || SetProperty(env, target, "nistCurve", nist));
}

bool SetKey(Env* env, Local<Object> target, X509* certificate) {
  Pkey key(X509_get_pubkey(certificate));
  if (!key) return true;
  switch (EVP_PKEY_get_id(key.get())) {
    case EVP_PKEY_RSA: return SetRsa(env, target, key.get());
    case EVP_PKEY_EC: return SetEc(env, target, key.get());
    default: return true;
  }
}

bool SetName(Env* env, Local<Object> target, const char* property, const X509_NAME* name) {
  Local<Value> value;
  return NameObject(env, name).ToLocal(&value) && SetProperty(env, target, property, value);
}

}  // namespace

MaybeLocal<Value> CertificateDer(Env* env, X509* certificate) {
  unsigned char* der = nullptr;
  int size = i2d_X509(certificate, &der);
  if (size < 0) {
    ThrowLastError(env, "Failed to encode the certificate");
    return {};
  }
  Local<v8::Uint8Array> buffer;
  bool made = NewBuffer(env, der, size).ToLocal(&buffer);
  OPENSSL_free(der);
  if (!made) return {};
  return buffer;
}

MaybeLocal<Object> LegacyCertificate(Env* env, X509* certificate) {
  Isolate* isolate = env->isolate();
  Local<Object> target = Object::New(isolate);
  std::optional<std::vector<std::string>> usages = KeyUsageTexts(certificate);
  Local<Value> usage_list;
  Local<Value> raw;
  if ((usages && !NewStringArray(env, *usages).ToLocal(&usage_list)) ||
      !CertificateDer(env, certificate).ToLocal(&raw))
    return {};
  bool ok = SetName(env, target, "subject", X509_get_subject_name(certificate)) &&
            SetName(env, target, "issuer", X509_get_issuer_name(certificate)) &&
            SetText(env, target, "subjectaltname", SubjectAltNameText(certificate)) &&
            SetText(env, target, "infoAccess", InfoAccessText(certificate)) &&
            SetProperty(env, target, "ca", v8::Boolean::New(isolate, X509_check_ca(certificate) == 1).As<Value>()) &&
            SetKey(env, target, certificate) &&
            SetText(env, target, "valid_from", TimeText(X509_get0_notBefore(certificate))) &&
            SetText(env, target, "valid_to", TimeText(X509_get0_notAfter(certificate))) &&
            SetText(env, target, "fingerprint", FingerprintText(certificate, EVP_sha1())) &&
            SetText(env, target, "fingerprint256", FingerprintText(certificate, EVP_sha256())) &&
            SetText(env, target, "fingerprint512", FingerprintText(certificate, EVP_sha512())) &&
            (!usages || SetProperty(env, target, "ext_key_usage", usage_list)) &&
            SetText(env, target, "serialNumber", SerialNumberText(certificate)) &&
            SetProperty(env, target, "raw", raw);
  if (!ok) return {};
  return target;
}

}  // namespace se::crypto
