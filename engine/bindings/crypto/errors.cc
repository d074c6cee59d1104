#include "errors.h"

#include <algorithm>
#include <cctype>

#include "openssl.h"

namespace se::crypto {

using v8::Array;
using v8::Context;
using v8::Exception;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

std::string Describe(unsigned long error) {
  char text[256];
  ERR_error_string_n(error, text, sizeof(text));
  return text;
}

// The libraries whose name is part of Node's error codes.
const char* LibraryName(int library) {
  switch (library) {
    case ERR_LIB_SYS: return "SYS_";
    case ERR_LIB_BN: return "BN_";
    case ERR_LIB_RSA: return "RSA_";
    case ERR_LIB_DH: return "DH_";
    case ERR_LIB_EVP: return "EVP_";
    case ERR_LIB_BUF: return "BUF_";
    case ERR_LIB_OBJ: return "OBJ_";
    case ERR_LIB_PEM: return "PEM_";
    case ERR_LIB_DSA: return "DSA_";
    case ERR_LIB_X509: return "X509_";
    case ERR_LIB_ASN1: return "ASN1_";
    case ERR_LIB_CONF: return "CONF_";
    case ERR_LIB_CRYPTO: return "CRYPTO_";
    case ERR_LIB_EC: return "EC_";
    case ERR_LIB_SSL: return "SSL_";
    case ERR_LIB_BIO: return "BIO_";
    case ERR_LIB_PKCS7: return "PKCS7_";
    case ERR_LIB_X509V3: return "X509V3_";
    case ERR_LIB_PKCS12: return "PKCS12_";
    case ERR_LIB_RAND: return "RAND_";
    case ERR_LIB_DSO: return "DSO_";
    case ERR_LIB_ENGINE: return "ENGINE_";
    case ERR_LIB_OCSP: return "OCSP_";
    case ERR_LIB_UI: return "UI_";
    case ERR_LIB_COMP: return "COMP_";
    case ERR_LIB_ECDSA: return "ECDSA_";
    case ERR_LIB_ECDH: return "ECDH_";
    case ERR_LIB_OSSL_STORE: return "OSSL_STORE_";
    case ERR_LIB_FIPS: return "FIPS_";
    case ERR_LIB_CMS: return "CMS_";
    case ERR_LIB_TS: return "TS_";
    case ERR_LIB_HMAC: return "HMAC_";
    case ERR_LIB_CT: return "CT_";
    case ERR_LIB_ASYNC: return "ASYNC_";
    case ERR_LIB_KDF: return "KDF_";
    case ERR_LIB_SM2: return "SM2_";
    case ERR_LIB_USER: return "USER_";
    default: return "";
  }
}

std::string CodeOf(unsigned long error, std::string reason) {
  std::string library = LibraryName(ERR_GET_LIB(error));
  for (char& c : reason) c = c == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  // The TLS library's codes are ERR_SSL_…, all others ERR_OSSL_….
  return (library == "SSL_" ? "ERR_" : "ERR_OSSL_") + library + reason;
}

bool SetText(Env* env, Local<Object> object, const char* name, std::string_view text) {
  Local<String> value;
  return Utf8(env->isolate(), text).ToLocal(&value) &&
         object->Set(env->isolate()->GetCurrentContext(), Name(env->isolate(), name), value).FromMaybe(false);
}

}  // namespace

void ErrorList::Capture() {
  messages_.clear();
  while (unsigned long error = ERR_get_error()) messages_.push_back(Describe(error));
  std::reverse(messages_.begin(), messages_.end());
}

MaybeLocal<Object> ErrorList::Make(Env* env, std::string_view message, size_t count) const {
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<String> text;
  if (!Utf8(isolate, message).ToLocal(&text)) return {};
  Local<Object> error = Exception::Error(text).As<Object>();
  if (count == 0) return error;
  std::vector<Local<Value>> stack;
  for (size_t i = 0; i < count; i++) {
    if (!Utf8(isolate, messages_[i]).ToLocal(&text)) return {};
    stack.push_back(text);
  }
  if (error->Set(context, Name(isolate, "opensslErrorStack"), Array::New(isolate, stack.data(), stack.size()))
          .IsNothing())
    return {};
  return error;
}

MaybeLocal<Value> ErrorList::ToException(Env* env) const {
  Local<Object> error;
  if (!(empty() ? Make(env, "Ok", 0) : Make(env, messages_.back(), messages_.size() - 1)).ToLocal(&error)) return {};
  return error;
}

MaybeLocal<Object> ErrorList::ToException(Env* env, std::string_view message) const {
  return Make(env, message, messages_.size());
}

void ThrowOpenSslError(Env* env, unsigned long error, const char* fallback) {
  ErrorList rest;
  rest.Capture();
  std::string message = error != 0 || fallback == nullptr ? Describe(error) : fallback;
  Local<Object> exception;
  if (!rest.ToException(env, message).ToLocal(&exception)) return;
  if (error != 0) {
    const char* library = ERR_lib_error_string(error);
    const char* reason = ERR_reason_error_string(error);
    if (library != nullptr && !SetText(env, exception, "library", library)) return;
    if (reason != nullptr &&
        (!SetText(env, exception, "reason", reason) || !SetText(env, exception, "code", CodeOf(error, reason))))
      return;
  }
  env->isolate()->ThrowException(exception);
}

void ThrowLastError(Env* env, const char* fallback) { ThrowOpenSslError(env, ERR_get_error(), fallback); }

void ThrowOutOfMemory(Env* env) {
  ThrowError(env->isolate(), "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
}

void ThrowInvalidDigest(Env* env, std::string_view name) {
  ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: " + std::string(name));
}

}  // namespace se::crypto
