// publicEncrypt and its three siblings; RSACipherJob, the RSA-OAEP of Web Crypto.
#include <climits>

#include "buffer.h"
#include "digest.h"
#include "job.h"
#include "key_encoding.h"
#include "key_object.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

using InitOperation = int (*)(EVP_PKEY_CTX*);
using Operation = int (*)(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t);

struct RsaParameters {
  InitOperation init;
  Operation run;
  int padding;
  const EVP_MD* oaep_digest = nullptr;  // null: the default
  SecretBytes label = {};
};

bool SetOaepLabel(EVP_PKEY_CTX* context, const SecretBytes& label) {
  if (label.empty()) return true;
  // OpenSSL takes ownership of the copy if it accepts it.
  void* copy = OPENSSL_memdup(label.data(), label.size());
  if (copy == nullptr) return false;
  if (EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, static_cast<int>(label.size())) > 0) return true;
  OPENSSL_free(copy);
  return false;
}

// The result, or nothing, with OpenSSL's errors in the queue.
std::optional<SecretBytes> RunRsa(Env* env, EVP_PKEY* key, const RsaParameters& p, const uint8_t* data, size_t size) {
  PkeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  size_t length = 0;
  if (!context || p.init(context.get()) <= 0 || EVP_PKEY_CTX_set_rsa_padding(context.get(), p.padding) <= 0 ||
      (p.oaep_digest != nullptr && EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), p.oaep_digest) <= 0) ||
      !SetOaepLabel(context.get(), p.label) || p.run(context.get(), nullptr, &length, data, size) <= 0)
    return std::nullopt;
  std::optional<SecretBytes> out = SecretBytes::Allocate(env->allocator(), length);
  if (!out || p.run(context.get(), out->data(), &length, data, size) <= 0) return std::nullopt;
  out->Truncate(length);
  return out;
}

// publicEncrypt(key, format, type, passphrase, buffer, padding, oaepHash?, oaepLabel?): Buffer; the others alike
template <InitOperation kInit, Operation kRun>
void RsaFunction(const FunctionCallbackInfo<Value>& info) {
  constexpr char kName[] = "RSA cipher";
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  int offset = 0;
  std::shared_ptr<const KeyData> key = TakePublicOrPrivateKey(env, info, &offset, kName);
  if (!key) return;
  std::optional<int64_t> padding = TakeInteger(env, info[offset + 1], INT_MIN, UINT32_MAX, kName);
  if (!padding) return;
  RsaParameters p{kInit, kRun, static_cast<int>(*padding)};
  if (info[offset + 2]->IsString()) {
    p.oaep_digest = FindDigest(NameOf(env, info[offset + 2]));
    if (p.oaep_digest == nullptr)
      return ThrowError(env->isolate(), "ERR_OSSL_EVP_INVALID_DIGEST", "Invalid digest used");
  }
  std::optional<SecretBytes> label = CopyOptionalBytes(env, info[offset + 3], kName);
  if (!label) return;
  if (label->size() > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "oaepLabel is too big");
  p.label = std::move(*label);
  std::optional<SecretBytes> data = CopyBytes(env, info[offset], kName);
  if (!data) return;
  if (data->size() > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "buffer is too long");
  std::optional<SecretBytes> out = RunRsa(env, key->pkey(), p, data->data(), data->size());
  if (!out) return ThrowLastError(env);
  Local<v8::Uint8Array> buffer;
  if (NewBuffer(env, out->data(), out->size()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

constexpr Method kMethods[] = {
    {"publicEncrypt", RsaFunction<EVP_PKEY_encrypt_init, EVP_PKEY_encrypt>},
    {"privateDecrypt", RsaFunction<EVP_PKEY_decrypt_init, EVP_PKEY_decrypt>},
    {"privateEncrypt", RsaFunction<EVP_PKEY_sign_init, EVP_PKEY_sign>},
    {"publicDecrypt", RsaFunction<EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover>},
};

class RsaWork : public BytesWork {
 public:
  RsaWork(std::shared_ptr<const KeyData> key, RsaParameters parameters, SecretBytes data)
      : key_(std::move(key)), parameters_(std::move(parameters)), data_(std::move(data)) {}

  bool Run(Env* env) override {
    std::optional<SecretBytes> out = RunRsa(env, key_->pkey(), parameters_, data_.data(), data_.size());
    if (!out) return false;
    output_ = std::move(*out);
    return true;
  }

 private:
  std::shared_ptr<const KeyData> key_;
  RsaParameters parameters_;
  SecretBytes data_;
};

// new RSACipherJob(mode, cipherMode, key, data, variant, digest, label?)
std::unique_ptr<Work> ParseRsaJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<int64_t> decrypts = TakeInteger(env, info[1], 0, 1, "RSACipherJob");
  if (!decrypts) return nullptr;
  std::shared_ptr<const KeyData> key =
      TakeKey(env, info[2], *decrypts != 0 ? KeyType::kPrivate : KeyType::kPublic, "RSACipherJob");
  if (!key) return nullptr;
  std::optional<std::string> name = TakeString(env, info[5], "RSACipherJob");
  if (!name) return nullptr;
  RsaParameters p{*decrypts != 0 ? EVP_PKEY_decrypt_init : EVP_PKEY_encrypt_init,
                  *decrypts != 0 ? EVP_PKEY_decrypt : EVP_PKEY_encrypt, RSA_PKCS1_OAEP_PADDING};
  p.oaep_digest = FindDigest(*name);
  if (p.oaep_digest == nullptr) {
    ThrowInvalidDigest(env, *name);
    return nullptr;
  }
  std::optional<SecretBytes> label = CopyOptionalBytes(env, info[6], "RSACipherJob");
  if (!label) return nullptr;
  std::optional<SecretBytes> data = CopyBytes(env, info[3], "RSACipherJob");
  if (!data) return nullptr;
  if (label->size() > INT_MAX || data->size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "data is too large");
    return nullptr;
  }
  p.label = std::move(*label);
  return std::make_unique<RsaWork>(std::move(key), std::move(p), std::move(*data));
}

constexpr JobClass kJobs[] = {{"RSACipherJob", JobConstructor<ParseRsaJob, Provider::kCipher>}};

}  // namespace

void InitializeRsaCipher(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetJobClasses(env, target, kJobs);
  SetConstant(env, target, "kKeyVariantRSA_SSA_PKCS1_v1_5", 0);
  SetConstant(env, target, "kKeyVariantRSA_PSS", 1);
  SetConstant(env, target, "kKeyVariantRSA_OAEP", 2);
}

void ReferenceRsaCipher(References* references) {
  AddReferences(references, kMethods);
  AddJobReferences(references, kJobs);
}

}  // namespace se::crypto
