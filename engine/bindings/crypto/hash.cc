// Hash, oneShotDigest and HashJob.
#include <algorithm>
#include <climits>

#include "digest.h"
#include "job.h"
#include "memory_charge.h"
#include "parts.h"
#include "text.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

// SHAKE has no length of its own any more; these are the ones that OpenSSL once gave it, and Node keeps.
size_t NaturalLength(const EVP_MD* digest) {
  int size = EVP_MD_get_size(digest);
  if (size > 0) return size;
  if (EVP_MD_is_a(digest, "SHAKE128")) return 16;
  if (EVP_MD_is_a(digest, "SHAKE256")) return 32;
  return 0;
}

bool Finish(EVP_MD_CTX* context, size_t natural_length, uint8_t* out, size_t length) {
  // Some implementations of the extendable functions refuse to give nothing.
  if (length == 0) return true;
  if (length == natural_length && (EVP_MD_CTX_get0_md(context) == nullptr ||
                                   (EVP_MD_get_flags(EVP_MD_CTX_get0_md(context)) & EVP_MD_FLAG_XOF) == 0))
    return EVP_DigestFinal_ex(context, out, nullptr) == 1;
  return EVP_DigestFinalXOF(context, out, length) == 1;
}

constexpr size_t kContextSize = 512;

class Hash : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Hash(Env* env, Local<Object> wrapper, DigestContext context, size_t natural_length, size_t length)
      : NativeObject(env, wrapper, kTag),
        context_(std::move(context)),
        natural_length_(natural_length),
        length_(length),
        charge_(env, kContextSize) {
    MakeWeak();
  }

  // new Hash(algorithm | Hash, outputLength | undefined, algorithmId, aliases)
  static void New(const FunctionCallbackInfo<Value>& info) {
    Env* env = Env::From(info);
    if (!RequireNew(info)) return;
    CleanErrorQueue clean;
    const Hash* original = Unwrap<Hash>(info[0]);
    Digest fetched;
    const EVP_MD* digest = original != nullptr ? EVP_MD_CTX_get0_md(original->context_.get())
                                               : FindHash(env, info[0], info[2], &fetched);
    DigestContext context(EVP_MD_CTX_new());
    if (digest == nullptr || !context || EVP_DigestInit_ex(context.get(), digest, nullptr) != 1)
      return ThrowLastError(env, "Digest method not supported");
    size_t natural_length = NaturalLength(digest);
    size_t length = natural_length;
    if (!info[1]->IsUndefined()) {
      std::optional<int64_t> wanted = TakeInteger(env, info[1], 0, UINT32_MAX, "Hash");
      if (!wanted) return;
      length = *wanted;
      if (length != natural_length && (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) == 0) {
        ERR_raise(ERR_LIB_EVP, EVP_R_NOT_XOF_OR_INVALID_LENGTH);
        return ThrowLastError(env, "Digest method not supported");
      }
    }
    if (original != nullptr && EVP_MD_CTX_copy_ex(context.get(), original->context_.get()) != 1)
      return ThrowLastError(env, "Digest copy error");
    new Hash(env, info.This(), std::move(context), natural_length, length);
  }

  // update(data: string | ArrayBufferView, encoding?: string): boolean
  static void Update(const FunctionCallbackInfo<Value>& info) {
    Hash* hash = UnwrapThis<Hash>(info);
    if (hash == nullptr) return;
    CleanErrorQueue clean;
    bool updated = false;
    if (!WithBytes(hash->env(), info[0], info[1], "Hash.update", &updated, [hash](const uint8_t* data, size_t size) {
          return !hash->finished_ && size <= INT_MAX && EVP_DigestUpdate(hash->context_.get(), data, size) == 1;
        }))
      return;
    info.GetReturnValue().Set(updated);
  }

  // digest(encoding?: string): Buffer | string. The same again when called again.
  static void Finalize(const FunctionCallbackInfo<Value>& info) {
    Hash* hash = UnwrapThis<Hash>(info);
    if (hash == nullptr) return;
    Env* env = hash->env();
    CleanErrorQueue clean;
    Encoding encoding = ParseEncoding(env->isolate(), info[0], Encoding::kBuffer);
    if (!hash->finished_) {
      std::optional<SecretBytes> value = SecretBytes::Allocate(env->allocator(), hash->length_);
      if (!value) return ThrowOutOfMemory(env);
      if (!Finish(hash->context_.get(), hash->natural_length_, value->data(), hash->length_))
        return ThrowLastError(env);
      hash->value_ = std::move(*value);
      hash->finished_ = true;
    }
    Local<Value> result;
    if (EncodeBytes(env, hash->value_.data(), hash->value_.size(), encoding).ToLocal(&result))
      info.GetReturnValue().Set(result);
  }

 private:
  DigestContext context_;
  size_t natural_length_;
  size_t length_;
  bool finished_ = false;
  SecretBytes value_;
  MemoryCharge charge_;
};

alignas(8) const char Hash::kTag[] = "crypto.Hash";

constexpr Method kHashMethods[] = {{"update", Hash::Update}, {"digest", Hash::Finalize}};

// oneShotDigest(algorithm, algorithmId, aliases, input, outputEncoding, encodingId): Buffer | string
void OneShotDigest(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  Digest fetched;
  const EVP_MD* digest = FindHash(env, info[0], info[1], &fetched);
  if (digest == nullptr) {
    std::string message = "Digest method " + NameOf(env, info[0]) + " is not supported";
    return ThrowLastError(env, message.c_str());
  }
  Encoding encoding = ParseEncoding(env->isolate(), info[4], Encoding::kHex);
  uint8_t value[EVP_MAX_MD_SIZE];
  size_t size = std::min(NaturalLength(digest), sizeof(value));
  bool done = false;
  if (!WithBytes(env, info[3], v8::Undefined(env->isolate()), "oneShotDigest", &done,
                 [&](const uint8_t* data, size_t length) {
                   DigestContext context(EVP_MD_CTX_new());
                   return context && EVP_DigestInit_ex(context.get(), digest, nullptr) == 1 &&
                          EVP_DigestUpdate(context.get(), data, length) == 1 &&
                          Finish(context.get(), NaturalLength(digest), value, size);
                 }))
    return;
  if (!done) return ThrowLastError(env);
  Local<Value> result;
  if (EncodeBytes(env, value, size, encoding).ToLocal(&result)) info.GetReturnValue().Set(result);
}

class HashWork : public BytesWork {
 public:
  HashWork(const EVP_MD* digest, size_t length, SecretBytes data)
      : digest_(digest), length_(length), data_(std::move(data)) {}

  bool Run(Env* env) override {
    DigestContext context(EVP_MD_CTX_new());
    return Reserve(env, length_) && context && EVP_DigestInit_ex(context.get(), digest_, nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), data_.data(), data_.size()) == 1 &&
           Finish(context.get(), NaturalLength(digest_), output_.data(), length_);
  }

 private:
  const EVP_MD* digest_;
  size_t length_;
  SecretBytes data_;
};

// new HashJob(mode, algorithm, data, lengthInBits?)
std::unique_ptr<Work> ParseHashJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<std::string> name = TakeString(env, info[1], "HashJob");
  if (!name) return nullptr;
  const EVP_MD* digest = FindDigest(*name);
  if (digest == nullptr) {
    ThrowInvalidDigest(env, *name);
    return nullptr;
  }
  size_t length = NaturalLength(digest);
  if (!info[3]->IsUndefined()) {
    std::optional<int64_t> bits = TakeInteger(env, info[3], 0, UINT32_MAX, "HashJob");
    if (!bits) return nullptr;
    if (static_cast<size_t>(*bits) / CHAR_BIT != length && (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) == 0) {
      ThrowError(env->isolate(), "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
      return nullptr;
    }
    length = *bits / CHAR_BIT;
  }
  std::optional<SecretBytes> data = CopyBytes(env, info[2], "HashJob");
  if (!data) return nullptr;
  return std::make_unique<HashWork>(digest, length, std::move(*data));
}

constexpr JobClass kJobs[] = {{"HashJob", JobConstructor<ParseHashJob, Provider::kHash>}};

}  // namespace

void InitializeHash(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "Hash",
                 MakeClassTemplate(env, "Hash", Hash::New, kHashMethods, std::size(kHashMethods)));
  SetMethod(env, target, "oneShotDigest", OneShotDigest);
  SetJobClasses(env, target, kJobs);
}

void ReferenceHash(References* references) {
  references->Add(Hash::New);
  AddReferences(references, kHashMethods);
  references->Add(OneShotDigest);
  AddJobReferences(references, kJobs);
}

}  // namespace se::crypto
