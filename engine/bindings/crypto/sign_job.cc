// SignJob: crypto.sign, crypto.verify and Web Crypto's signatures.
#include <climits>

#include "digest.h"
#include "job.h"
#include "key_encoding.h"
#include "parts.h"
#include "sign_mode.h"
#include "signature.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

struct SignParameters {
  SignMode mode;
  std::shared_ptr<const KeyData> key;
  SecretBytes data;
  const EVP_MD* digest = nullptr;  // null: the key's own
  SignatureOptions options;
  std::optional<SecretBytes> signature;  // to be verified; nothing if it is malformed
};

class SignWork : public BytesWork {
 public:
  explicit SignWork(SignParameters parameters) : p_(std::move(parameters)) {}

  bool Run(Env* env) override {
    EVP_PKEY* key = p_.key->pkey();
    DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* pkey_context = nullptr;
    bool signs = p_.mode == SignMode::kSign;
    auto init = signs ? EVP_DigestSignInit : EVP_DigestVerifyInit;
    failure_ = "EVP_SignInit_ex failed";
    if (!context || init(context.get(), &pkey_context, p_.digest, nullptr, key) <= 0) return false;
    failure_ = "PEM_read_bio_PrivateKey failed";
    if (!ApplyRsaOptions(key, pkey_context, p_.options)) return false;
    if (signs) return Sign(env, context.get());
    verified_ = p_.signature && EVP_DigestVerify(context.get(), p_.signature->data(), p_.signature->size(),
                                                 p_.data.data(), p_.data.size()) == 1;
    return true;
  }

  MaybeLocal<Value> Result(Env* env) override {
    if (p_.mode == SignMode::kSign) return BytesWork::Result(env);
    return v8::Boolean::New(env->isolate(), verified_);
  }

  bool ThrowFailure(Env* env) override {
    if (unsigned long error = ERR_get_error())
      ThrowOpenSslError(env, error);
    else
      ThrowError(env->isolate(), "ERR_CRYPTO_OPERATION_FAILED", failure_);
    return true;
  }

 private:
  bool Sign(Env* env, EVP_MD_CTX* context) {
    size_t length = 0;
    if (EVP_DigestSign(context, nullptr, &length, p_.data.data(), p_.data.size()) <= 0 || !Reserve(env, length) ||
        EVP_DigestSign(context, output_.data(), &length, p_.data.data(), p_.data.size()) <= 0)
      return false;
    output_.Truncate(length);
    std::optional<SecretBytes> signature = FromOpenSsl(p_.key->pkey(), std::move(output_), p_.options.encoding);
    if (!signature) return false;
    output_ = std::move(*signature);
    return true;
  }

  SignParameters p_;
  const char* failure_ = "";
  bool verified_ = false;
};

// new SignJob(mode, signMode, key, format, type, passphrase, data, digest?, saltLength?, padding?, encoding?,
//             signature?)
std::unique_ptr<Work> ParseSignJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  constexpr char kName[] = "SignJob";
  std::optional<int64_t> mode = TakeInteger(env, info[1], 0, 1, kName);
  if (!mode) return nullptr;
  SignParameters p;
  p.mode = static_cast<SignMode>(*mode);
  int offset = 2;
  p.key = p.mode == SignMode::kVerify ? TakePublicOrPrivateKey(env, info, &offset, kName)
                                      : TakePrivateKey(env, info, &offset, kName);
  if (!p.key) return nullptr;
  if (info[7]->IsString()) {
    std::string name = NameOf(env, info[7]);
    p.digest = FindDigest(name);
    if (p.digest == nullptr) {
      ThrowInvalidDigest(env, name);
      return nullptr;
    }
  }
  if (info[8]->IsInt32()) p.options.salt_length = info[8].As<v8::Int32>()->Value();
  if (info[9]->IsInt32()) p.options.padding = info[9].As<v8::Int32>()->Value();
  if (info[10]->IsInt32()) {
    std::optional<int64_t> encoding = TakeInteger(env, info[10], 0, 1, kName);
    if (!encoding) return nullptr;
    p.options.encoding = static_cast<SignatureEncoding>(*encoding);
  }
  std::optional<SecretBytes> data = CopyBytes(env, info[6], kName);
  if (!data) return nullptr;
  if (data->size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "data is too big");
    return nullptr;
  }
  p.data = std::move(*data);
  if (p.mode == SignMode::kVerify) {
    std::optional<SecretBytes> signature = CopyBytes(env, info[11], kName);
    if (!signature) return nullptr;
    if (signature->size() > INT_MAX) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "signature is too big");
      return nullptr;
    }
    p.signature = ToOpenSsl(p.key->pkey(), std::move(*signature), p.options.encoding);
  }
  return std::make_unique<SignWork>(std::move(p));
}

constexpr JobClass kJobs[] = {{"SignJob", JobConstructor<ParseSignJob, Provider::kSign>}};

}  // namespace

void InitializeSignJob(Env* env, Local<Object> target) {
  SetJobClasses(env, target, kJobs);
  SetConstant(env, target, "kSignJobModeSign", static_cast<int>(SignMode::kSign));
  SetConstant(env, target, "kSignJobModeVerify", static_cast<int>(SignMode::kVerify));
  SetConstant(env, target, "kSigEncDER", static_cast<int>(SignatureEncoding::kDer));
  SetConstant(env, target, "kSigEncP1363", static_cast<int>(SignatureEncoding::kP1363));
  SetConstant(env, target, "RSA_PKCS1_PSS_PADDING", RSA_PKCS1_PSS_PADDING);
}

void ReferenceSignJob(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
