// getCiphers, getSSLCiphers and getCipherInfo.
#include <climits>

#include "errors.h"
#include "openssl.h"
#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void GetCiphers(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  std::vector<std::string> names;
  EVP_CIPHER_do_all_sorted(
      [](const EVP_CIPHER* cipher, const char* from, const char* to, void* data) {
        // The list has aliases and ciphers that no provider offers; the latter can't be used.
        const EVP_CIPHER* known = from == nullptr ? nullptr : EVP_get_cipherbyname(from);
        const char* name = known == nullptr ? nullptr : EVP_CIPHER_get0_name(known);
        if (name != nullptr && FetchedCipher(EVP_CIPHER_fetch(nullptr, name, nullptr)))
          static_cast<std::vector<std::string>*>(data)->push_back(from);
      },
      &names);
  Local<Value> result;
  if (NewStringArray(Env::From(info), names).ToLocal(&result)) info.GetReturnValue().Set(result);
}

void GetSslCiphers(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  Env* env = Env::From(info);
  Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_method()));
  Owned<SSL, SSL_free> ssl(context ? SSL_new(context.get()) : nullptr);
  if (!ssl) return ThrowLastError(env, "SSL_new");
  std::vector<std::string> names;
  const STACK_OF(SSL_CIPHER)* ciphers = SSL_get_ciphers(ssl.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++)
    names.push_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
  // TLS 1.3's are not listed by OpenSSL; Node names them so.
  for (const char* name : {"tls_aes_256_gcm_sha384", "tls_chacha20_poly1305_sha256", "tls_aes_128_gcm_sha256",
                           "tls_aes_128_ccm_8_sha256", "tls_aes_128_ccm_sha256"})
    names.push_back(name);
  Local<Value> result;
  if (NewStringArray(env, names).ToLocal(&result)) info.GetReturnValue().Set(result);
}

const char* ModeName(int mode) {
  switch (mode) {
    case EVP_CIPH_CBC_MODE: return "cbc";
    case EVP_CIPH_CCM_MODE: return "ccm";
    case EVP_CIPH_CFB_MODE: return "cfb";
    case EVP_CIPH_CTR_MODE: return "ctr";
    case EVP_CIPH_ECB_MODE: return "ecb";
    case EVP_CIPH_GCM_MODE: return "gcm";
    case EVP_CIPH_OCB_MODE: return "ocb";
    case EVP_CIPH_OFB_MODE: return "ofb";
    case EVP_CIPH_WRAP_MODE: return "wrap";
    case EVP_CIPH_XTS_MODE: return "xts";
    case EVP_CIPH_STREAM_CIPHER: return "stream";
    default: return nullptr;
  }
}

bool AcceptsIvLength(EVP_CIPHER_CTX* context, const EVP_CIPHER* cipher, int length) {
  switch (EVP_CIPHER_get_mode(cipher)) {
    case EVP_CIPH_CCM_MODE: return length >= 7 && length <= 13;
    case EVP_CIPH_GCM_MODE:
    case EVP_CIPH_OCB_MODE: return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, length, nullptr) == 1;
    default: return length == EVP_CIPHER_get_iv_length(cipher);
  }
}

bool SetInteger(Env* env, Local<Object> target, const char* name, int value) {
  return SetProperty(env, target, name, Integer::New(env->isolate(), value).As<Value>());
}

// getCipherInfo(target, name | nid, keyLength?, ivLength?): target, or undefined when there is no such cipher
void GetCipherInfo(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  if (!info[0]->IsObject()) return ThrowBadArgument(env->isolate(), "getCipherInfo");
  Local<Object> target = info[0].As<Object>();
  const EVP_CIPHER* cipher;
  if (info[1]->IsString()) {
    cipher = EVP_get_cipherbyname(NameOf(env, info[1]).c_str());
  } else {
    std::optional<int64_t> nid = TakeInteger(env, info[1], INT_MIN, INT_MAX, "getCipherInfo");
    if (!nid) return;
    cipher = EVP_get_cipherbynid(static_cast<int>(*nid));
  }
  if (cipher == nullptr) return;
  int key_length = EVP_CIPHER_get_key_length(cipher);
  int iv_length = EVP_CIPHER_get_iv_length(cipher);
  if (info[2]->IsInt32() || info[3]->IsInt32()) {
    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context || EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, 1) != 1) return;
    if (info[2]->IsInt32()) {
      key_length = info[2].As<v8::Int32>()->Value();
      if (EVP_CIPHER_CTX_set_key_length(context.get(), key_length) != 1) return;
    }
    if (info[3]->IsInt32()) {
      iv_length = info[3].As<v8::Int32>()->Value();
      if (!AcceptsIvLength(context.get(), cipher, iv_length)) return;
    }
  }
  int mode = EVP_CIPHER_get_mode(cipher);
  int nid = EVP_CIPHER_get_nid(cipher);
  const char* name = OBJ_nid2sn(nid);
  if ((ModeName(mode) != nullptr && !SetProperty(env, target, "mode", ModeName(mode))) ||
      (name != nullptr && !SetProperty(env, target, "name", name)) || !SetInteger(env, target, "nid", nid))
    return;
  if (mode != EVP_CIPH_STREAM_CIPHER && !SetInteger(env, target, "blockSize", EVP_CIPHER_get_block_size(cipher)))
    return;
  if (iv_length != 0 && !SetInteger(env, target, "ivLength", iv_length)) return;
  if (SetInteger(env, target, "keyLength", key_length)) info.GetReturnValue().Set(target);
}

constexpr Method kMethods[] = {
    {"getCiphers", GetCiphers},
    {"getSSLCiphers", GetSslCiphers},
    {"getCipherInfo", GetCipherInfo},
};

}  // namespace

void InitializeCipherInfo(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void ReferenceCipherInfo(References* references) { AddReferences(references, kMethods); }

}  // namespace se::crypto
