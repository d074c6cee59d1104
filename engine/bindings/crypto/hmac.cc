// Hmac and HmacJob.
#include "digest.h"
#include "job.h"
#include "key_object.h"
#include "memory_charge.h"
#include "parts.h"
#include "sign_mode.h"
#include "text.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

constexpr size_t kContextSize = 1024;

class Hmac : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Hmac(Env* env, Local<Object> wrapper) : NativeObject(env, wrapper, kTag), charge_(env, kContextSize) { MakeWeak(); }

  static void New(const FunctionCallbackInfo<Value>& info) {
    if (RequireNew(info)) new Hmac(Env::From(info), info.This());
  }

  // init(digest: string, key: KeyObjectHandle | ArrayBufferView | ArrayBuffer)
  static void Init(const FunctionCallbackInfo<Value>& info) {
    Hmac* hmac = UnwrapThis<Hmac>(info);
    if (hmac == nullptr) return;
    Env* env = hmac->env();
    CleanErrorQueue clean;
    std::optional<std::string> name = TakeString(env, info[0], "Hmac.init");
    if (!name) return;
    std::shared_ptr<const KeyData> key = TakeSecret(env, info[1], "Hmac.init");
    if (!key) return;
    const EVP_MD* digest = FindDigest(*name);
    if (digest == nullptr) return ThrowInvalidDigest(env, *name);
    hmac->context_.reset(HMAC_CTX_new());
    auto size = static_cast<int>(key->secret().size());
    if (!hmac->context_ ||
        HMAC_Init_ex(hmac->context_.get(), key->secret().data(), size, digest, nullptr) != 1) {
      hmac->context_.reset();
      return ThrowLastError(env);
    }
  }

  // update(data: string | ArrayBufferView, encoding?: string): boolean
  static void Update(const FunctionCallbackInfo<Value>& info) {
    Hmac* hmac = UnwrapThis<Hmac>(info);
    if (hmac == nullptr) return;
    CleanErrorQueue clean;
    bool updated = false;
    if (!WithBytes(hmac->env(), info[0], info[1], "Hmac.update", &updated, [hmac](const uint8_t* data, size_t size) {
          return hmac->context_ && HMAC_Update(hmac->context_.get(), data, size) == 1;
        }))
      return;
    info.GetReturnValue().Set(updated);
  }

  // digest(encoding?: string): Buffer | string; empty after the first call.
  static void Digest(const FunctionCallbackInfo<Value>& info) {
    Hmac* hmac = UnwrapThis<Hmac>(info);
    if (hmac == nullptr) return;
    Env* env = hmac->env();
    CleanErrorQueue clean;
    Encoding encoding = ParseEncoding(env->isolate(), info[0], Encoding::kBuffer);
    uint8_t value[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HmacContext context = std::move(hmac->context_);
    if (context && HMAC_Final(context.get(), value, &size) != 1) return ThrowLastError(env);
    Local<Value> result;
    if (EncodeBytes(env, value, size, encoding).ToLocal(&result)) info.GetReturnValue().Set(result);
  }

 private:
  HmacContext context_;
  MemoryCharge charge_;
};

alignas(8) const char Hmac::kTag[] = "crypto.Hmac";

constexpr Method kHmacMethods[] = {{"init", Hmac::Init}, {"update", Hmac::Update}, {"digest", Hmac::Digest}};

class HmacWork : public BytesWork {
 public:
  HmacWork(SignMode mode, const EVP_MD* digest, std::shared_ptr<const KeyData> key, SecretBytes data,
           SecretBytes signature)
      : mode_(mode), digest_(digest), key_(std::move(key)), data_(std::move(data)), signature_(std::move(signature)) {}

  bool Run(Env* env) override {
    unsigned int size = 0;
    if (!Reserve(env, EVP_MAX_MD_SIZE)) return false;
    const SecretBytes& key = key_->secret();
    if (HMAC(digest_, key.data(), static_cast<int>(key.size()), data_.data(), data_.size(), output_.data(), &size) ==
        nullptr)
      return false;
    output_.Truncate(size);
    return true;
  }

  MaybeLocal<Value> Result(Env* env) override {
    if (mode_ == SignMode::kSign) return BytesWork::Result(env);
    bool same = signature_.size() == output_.size() &&
                CRYPTO_memcmp(signature_.data(), output_.data(), output_.size()) == 0;
    return v8::Boolean::New(env->isolate(), same);
  }

 private:
  SignMode mode_;
  const EVP_MD* digest_;
  std::shared_ptr<const KeyData> key_;
  SecretBytes data_;
  SecretBytes signature_;
};

// new HmacJob(mode, signMode, digest, key, data, signature?)
std::unique_ptr<Work> ParseHmacJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<int64_t> mode = TakeInteger(env, info[1], 0, 1, "HmacJob");
  if (!mode) return nullptr;
  std::optional<std::string> name = TakeString(env, info[2], "HmacJob");
  if (!name) return nullptr;
  const EVP_MD* digest = FindDigest(*name);
  if (digest == nullptr) {
    ThrowInvalidDigest(env, *name);
    return nullptr;
  }
  std::shared_ptr<const KeyData> key = TakeKey(env, info[3], KeyType::kSecret, "HmacJob");
  if (!key) return nullptr;
  std::optional<SecretBytes> data = CopyBytes(env, info[4], "HmacJob");
  if (!data) return nullptr;
  std::optional<SecretBytes> signature = CopyOptionalBytes(env, info[5], "HmacJob");
  if (!signature) return nullptr;
  return std::make_unique<HmacWork>(static_cast<SignMode>(*mode), digest, std::move(key), std::move(*data),
                                    std::move(*signature));
}

constexpr JobClass kJobs[] = {{"HmacJob", JobConstructor<ParseHmacJob, Provider::kSign>}};

}  // namespace

void InitializeHmac(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "Hmac",
                 MakeClassTemplate(env, "Hmac", Hmac::New, kHmacMethods, std::size(kHmacMethods)));
  SetJobClasses(env, target, kJobs);
}

void ReferenceHmac(References* references) {
  references->Add(Hmac::New);
  AddReferences(references, kHmacMethods);
  AddJobReferences(references, kJobs);
}

}  // namespace se::crypto
