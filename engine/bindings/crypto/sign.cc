// Sign and Verify.
#include <climits>

#include "buffer.h"
#include "digest.h"
#include "errors.h"
#include "key_encoding.h"
#include "memory_charge.h"
#include "parts.h"
#include "signature.h"
#include "text.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void ThrowFailed(Env* env, const char* what) {
  if (unsigned long error = ERR_get_error()) return ThrowOpenSslError(env, error);
  ThrowError(env->isolate(), "ERR_CRYPTO_OPERATION_FAILED", what);
}

constexpr size_t kContextSize = 512;

// A message digest in the making, to be signed or verified when it is complete.
class Signer : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Signer(Env* env, Local<Object> wrapper) : NativeObject(env, wrapper, kTag), charge_(env, kContextSize) { MakeWeak(); }

  static void New(const FunctionCallbackInfo<Value>& info) {
    if (RequireNew(info)) new Signer(Env::From(info), info.This());
  }

  // init(digest: string)
  static void Init(const FunctionCallbackInfo<Value>& info) {
    Signer* self = UnwrapThis<Signer>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    std::optional<std::string> name = TakeString(env, info[0], "Sign.init");
    if (!name) return;
    const EVP_MD* digest = FindDigest(*name);
    if (digest == nullptr) return ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest");
    self->context_.reset(EVP_MD_CTX_new());
    if (self->context_ && EVP_DigestInit_ex(self->context_.get(), digest, nullptr) == 1) return;
    self->context_.reset();
    ThrowFailed(env, "EVP_SignInit_ex failed");
  }

  // update(data: string | bytes, encoding?)
  static void Update(const FunctionCallbackInfo<Value>& info) {
    Signer* self = UnwrapThis<Signer>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (!self->context_) return ThrowNotInitialised(self->env());
    bool updated = false;
    if (!WithBytes(self->env(), info[0], info[1], "Sign.update", &updated, [self](const uint8_t* data, size_t size) {
          return size <= INT_MAX && EVP_DigestUpdate(self->context_.get(), data, size) == 1;
        }))
      return;
    if (!updated) ThrowFailed(self->env(), "EVP_SignUpdate failed");
  }

  // sign(key, format, type, passphrase, padding?, saltLength?, encoding): Buffer
  static void Sign(const FunctionCallbackInfo<Value>& info) {
    Signer* self = UnwrapThis<Signer>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    int offset = 0;
    std::shared_ptr<const KeyData> key = TakePrivateKey(env, info, &offset, "Sign.sign");
    if (!key || !CheckKey(env, *key)) return;
    std::optional<SignatureOptions> options = TakeOptions(env, info, offset, "Sign.sign");
    if (!options) return;
    DigestContext context = std::move(self->context_);
    if (!context) return ThrowNotInitialised(env);
    const EVP_MD* digest = EVP_MD_CTX_get0_md(context.get());
    uint8_t value[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    PkeyContext pkey_context(EVP_PKEY_CTX_new(key->pkey(), nullptr));
    size_t length = EVP_PKEY_get_size(key->pkey());
    std::optional<SecretBytes> signature = SecretBytes::Allocate(env->allocator(), length);
    if (!signature) return ThrowOutOfMemory(env);
    if (!Complete(context.get(), value, &size) || !pkey_context || EVP_PKEY_sign_init(pkey_context.get()) <= 0 ||
        !ApplyRsaOptions(key->pkey(), pkey_context.get(), *options) ||
        EVP_PKEY_CTX_set_signature_md(pkey_context.get(), digest) <= 0 ||
        EVP_PKEY_sign(pkey_context.get(), signature->data(), &length, value, size) <= 0)
      return ThrowFailed(env, "PEM_read_bio_PrivateKey failed");
    signature->Truncate(length);
    signature = FromOpenSsl(key->pkey(), std::move(*signature), options->encoding);
    if (!signature) return ThrowError(env->isolate(), "ERR_CRYPTO_OPERATION_FAILED", "Malformed signature");
    Local<v8::Uint8Array> buffer;
    if (NewBuffer(env, signature->data(), signature->size()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
  }

  // verify(key, format, type, passphrase, signature, padding?, saltLength?, encoding): boolean
  static void Verify(const FunctionCallbackInfo<Value>& info) {
    Signer* self = UnwrapThis<Signer>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    int offset = 0;
    std::shared_ptr<const KeyData> key = TakePublicOrPrivateKey(env, info, &offset, "Verify.verify");
    if (!key || !CheckKey(env, *key)) return;
    std::optional<SignatureOptions> options = TakeOptions(env, info, offset + 1, "Verify.verify");
    if (!options) return;
    std::optional<SecretBytes> signature = CopyBytes(env, info[offset], "Verify.verify");
    if (!signature) return;
    if (signature->size() > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "buffer is too big");
    signature = ToOpenSsl(key->pkey(), std::move(*signature), options->encoding);
    if (!signature) return ThrowError(env->isolate(), "ERR_CRYPTO_OPERATION_FAILED", "Malformed signature");
    DigestContext context = std::move(self->context_);
    if (!context) return ThrowNotInitialised(env);
    const EVP_MD* digest = EVP_MD_CTX_get0_md(context.get());
    uint8_t value[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    PkeyContext pkey_context(EVP_PKEY_CTX_new(key->pkey(), nullptr));
    int ready = pkey_context ? EVP_PKEY_verify_init(pkey_context.get()) : 0;
    if (!Complete(context.get(), value, &size) || ready == -2) return ThrowFailed(env, "PEM_read_bio_PUBKEY failed");
    info.GetReturnValue().Set(ready > 0 && ApplyRsaOptions(key->pkey(), pkey_context.get(), *options) &&
                              EVP_PKEY_CTX_set_signature_md(pkey_context.get(), digest) > 0 &&
                              EVP_PKEY_verify(pkey_context.get(), signature->data(), signature->size(), value, size) ==
                                  1);
  }

 private:
  static void ThrowNotInitialised(Env* env) {
    ThrowError(env->isolate(), "ERR_CRYPTO_INVALID_STATE", "Not initialised");
  }

  static bool CheckKey(Env* env, const KeyData& key) {
    if (!SignsMessages(key.pkey())) return true;
    ThrowError(env->isolate(), "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
    return false;
  }

  // (padding?, saltLength?, encoding) at `offset`.
  static std::optional<SignatureOptions> TakeOptions(Env* env, const FunctionCallbackInfo<Value>& info, int offset,
                                                     const char* function) {
    SignatureOptions options;
    std::optional<int>* numbers[] = {&options.padding, &options.salt_length};
    for (int i = 0; i < 2; i++) {
      if (info[offset + i]->IsUndefined()) continue;
      std::optional<int64_t> number = TakeInteger(env, info[offset + i], INT_MIN, INT_MAX, function);
      if (!number) return std::nullopt;
      *numbers[i] = static_cast<int>(*number);
    }
    std::optional<int64_t> encoding = TakeInteger(env, info[offset + 2], 0, 1, function);
    if (!encoding) return std::nullopt;
    options.encoding = static_cast<SignatureEncoding>(*encoding);
    return options;
  }

  static bool Complete(EVP_MD_CTX* context, uint8_t* value, unsigned int* size) {
    // Extendable functions have no length of their own to sign.
    int length = EVP_MD_CTX_get_size(context);
    return length > 0 && length <= EVP_MAX_MD_SIZE && EVP_DigestFinal_ex(context, value, size) == 1;
  }

  DigestContext context_;
  MemoryCharge charge_;
};

alignas(8) const char Signer::kTag[] = "crypto.Signer";

constexpr Method kSignMethods[] = {{"init", Signer::Init}, {"update", Signer::Update}, {"sign", Signer::Sign}};
constexpr Method kVerifyMethods[] = {{"init", Signer::Init}, {"update", Signer::Update}, {"verify", Signer::Verify}};

}  // namespace

void InitializeSign(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "Sign",
                 MakeClassTemplate(env, "Sign", Signer::New, kSignMethods, std::size(kSignMethods)));
  (void)SetClass(env, target, "Verify",
                 MakeClassTemplate(env, "Verify", Signer::New, kVerifyMethods, std::size(kVerifyMethods)));
}

void ReferenceSign(References* references) {
  references->Add(Signer::New);
  AddReferences(references, kSignMethods);
  AddReferences(references, kVerifyMethods);
}

}  // namespace se::crypto
