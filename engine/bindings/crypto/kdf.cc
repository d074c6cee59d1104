// HKDFJob, PBKDF2Job and ScryptJob.
#include <climits>

#include "allocator.h"
#include "digest.h"
#include "job.h"
#include "key_object.h"
#include "parts.h"
#include "pbkdf2.h"
#include "scrypt.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

const EVP_MD* TakeDigest(Env* env, Local<Value> value, const char* function) {
  std::optional<std::string> name = TakeString(env, value, function);
  if (!name) return nullptr;
  const EVP_MD* digest = FindDigest(*name);
  if (digest == nullptr) ThrowInvalidDigest(env, *name);
  return digest;
}

class HkdfWork : public BytesWork {
 public:
  HkdfWork(const EVP_MD* digest, std::shared_ptr<const KeyData> key, SecretBytes salt, SecretBytes info, size_t length)
      : digest_(digest), key_(std::move(key)), salt_(std::move(salt)), info_(std::move(info)), length_(length) {}

  bool Run(Env* env) override {
    // Node fails when nothing is asked for, too.
    if (length_ == 0 || !Reserve(env, length_)) return false;
    Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(digest_)), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key_->secret().data(), key_->secret().size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_.data(), salt_.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info_.data(), info_.size()),
        OSSL_PARAM_construct_end(),
    };
    return context && EVP_KDF_derive(context.get(), output_.data(), length_, parameters) == 1;
  }

 private:
  const EVP_MD* digest_;
  std::shared_ptr<const KeyData> key_;
  SecretBytes salt_;
  SecretBytes info_;
  size_t length_;
};

// The KeyObjectHandle of a KeyObject or the handle itself, as Node's lib passes either.
std::shared_ptr<const KeyData> TakeSecretKey(Env* env, Local<Value> value, const char* function) {
  std::shared_ptr<const KeyData> key = KeyOfKeyObject(value);
  if (key && key->type() == KeyType::kSecret) return key;
  return TakeKey(env, value, KeyType::kSecret, function);
}

// new HKDFJob(mode, digest, key, salt, info, length)
std::unique_ptr<Work> ParseHkdfJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  const EVP_MD* digest = TakeDigest(env, info[1], "HKDFJob");
  if (digest == nullptr) return nullptr;
  std::shared_ptr<const KeyData> key = TakeSecretKey(env, info[2], "HKDFJob");
  if (!key) return nullptr;
  std::optional<SecretBytes> salt = CopyBytes(env, info[3], "HKDFJob");
  if (!salt) return nullptr;
  std::optional<SecretBytes> context = CopyBytes(env, info[4], "HKDFJob");
  if (!context) return nullptr;
  std::optional<int64_t> length = TakeInteger(env, info[5], 0, UINT32_MAX, "HKDFJob");
  if (!length) return nullptr;
  // RFC 5869, 2.3: at most 255 blocks of the hash.
  int size = EVP_MD_get_size(digest);
  if (size <= 0 || *length > 255 * static_cast<int64_t>(size)) {
    ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    return nullptr;
  }
  return std::make_unique<HkdfWork>(digest, std::move(key), std::move(*salt), std::move(*context), *length);
}

class Pbkdf2Work : public BytesWork {
 public:
  Pbkdf2Work(const EVP_MD* digest, SecretBytes password, SecretBytes salt, int iterations, int length)
      : digest_(digest),
        password_(std::move(password)),
        salt_(std::move(salt)),
        iterations_(iterations),
        length_(length) {}

  bool Run(Env* env) override {
    if (length_ == 0 || !Reserve(env, length_)) return false;
    return Pbkdf2(env, digest_, password_.view(), salt_.view(), iterations_, output_.data(), output_.size());
  }

 private:
  const EVP_MD* digest_;
  SecretBytes password_;
  SecretBytes salt_;
  int iterations_;
  int length_;
};

// A password and a salt; false with an exception pending.
bool TakePasswordAndSalt(Env* env, const FunctionCallbackInfo<Value>& info, const char* function,
                         SecretBytes (&out)[2]) {
  constexpr const char* kTooLarge[] = {"pass is too large", "salt is too large"};
  for (int i = 0; i < 2; i++) {
    std::optional<SecretBytes> bytes = CopyBytes(env, info[1 + i], function);
    if (!bytes) return false;
    if (bytes->size() > INT_MAX) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", kTooLarge[i]);
      return false;
    }
    out[i] = std::move(*bytes);
  }
  return true;
}

// new PBKDF2Job(mode, password, salt, iterations, length, digest)
std::unique_ptr<Work> ParsePbkdf2Job(Env* env, const FunctionCallbackInfo<Value>& info) {
  SecretBytes inputs[2];
  if (!TakePasswordAndSalt(env, info, "PBKDF2Job", inputs)) return nullptr;
  std::optional<int64_t> iterations = TakeInteger(env, info[3], 1, INT_MAX, "PBKDF2Job");
  if (!iterations) return nullptr;
  std::optional<int64_t> length = TakeInteger(env, info[4], 0, INT_MAX, "PBKDF2Job");
  if (!length) return nullptr;
  const EVP_MD* digest = TakeDigest(env, info[5], "PBKDF2Job");
  if (digest == nullptr) return nullptr;
  return std::make_unique<Pbkdf2Work>(digest, std::move(inputs[0]), std::move(inputs[1]),
                                      static_cast<int>(*iterations), static_cast<int>(*length));
}

class ScryptWork : public BytesWork {
 public:
  ScryptWork(SecretBytes password, SecretBytes salt, ScryptCost cost, int length)
      : password_(std::move(password)), salt_(std::move(salt)), cost_(cost), length_(length) {}

  bool Run(Env* env) override {
    if (!Reserve(env, length_)) return false;
    if (length_ == 0) return true;
    if (Scrypt(env, password_.view(), salt_.view(), cost_, output_.data(), output_.size())) return true;
    errors.Add("Failed to allocate memory");
    return false;
  }

 private:
  SecretBytes password_;
  SecretBytes salt_;
  ScryptCost cost_;
  int length_;
};

// new ScryptJob(mode, password, salt, N, r, p, maxmem, length)
std::unique_ptr<Work> ParseScryptJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  SecretBytes inputs[2];
  if (!TakePasswordAndSalt(env, info, "ScryptJob", inputs)) return nullptr;
  std::optional<int64_t> n = TakeInteger(env, info[3], 0, UINT32_MAX, "ScryptJob");
  if (!n) return nullptr;
  std::optional<int64_t> r = TakeInteger(env, info[4], 0, UINT32_MAX, "ScryptJob");
  if (!r) return nullptr;
  std::optional<int64_t> p = TakeInteger(env, info[5], 0, UINT32_MAX, "ScryptJob");
  if (!p) return nullptr;
  std::optional<int64_t> memory = TakeInteger(env, info[6], 0, (int64_t{1} << 53) - 1, "ScryptJob");
  if (!memory) return nullptr;
  std::optional<int64_t> length = TakeInteger(env, info[7], 0, INT_MAX, "ScryptJob");
  if (!length) return nullptr;
  ScryptCost cost{static_cast<uint32_t>(*n), static_cast<uint32_t>(*r), static_cast<uint32_t>(*p)};
  // Without an output OpenSSL checks the parameters only.
  if (EVP_PBE_scrypt(nullptr, 0, nullptr, 0, cost.n, cost.r, cost.p, static_cast<uint64_t>(*memory),
                     nullptr, 0) != 1) {
    std::string message = "Invalid scrypt params";
    if (unsigned long error = ERR_peek_last_error()) {
      char text[256];
      ERR_error_string_n(error, text, sizeof(text));
      message += std::string(": ") + text;
    }
    ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", message);
    return nullptr;
  }
  return std::make_unique<ScryptWork>(std::move(inputs[0]), std::move(inputs[1]), cost, static_cast<int>(*length));
}

constexpr JobClass kJobs[] = {
    {"HKDFJob", JobConstructor<ParseHkdfJob, Provider::kDeriveBits>},
    {"PBKDF2Job", JobConstructor<ParsePbkdf2Job, Provider::kPbkdf2>},
    {"ScryptJob", JobConstructor<ParseScryptJob, Provider::kScrypt>},
};

}  // namespace

void InitializeKdf(Env* env, Local<Object> target) { SetJobClasses(env, target, kJobs); }
void ReferenceKdf(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
