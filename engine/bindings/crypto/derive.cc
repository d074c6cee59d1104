// statelessDH, DHBitsJob and ECDHBitsJob: the secret that two keys share.
#include <cstring>

#include "buffer.h"
#include "job.h"
#include "key_object.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// DH, ECDH, X25519, X448. Nothing on failure, with errors in OpenSSL's queue.
std::optional<SecretBytes> DeriveSecret(EVP_PKEY* own, EVP_PKEY* other) {
  PkeyContext context(EVP_PKEY_CTX_new(own, nullptr));
  size_t room = 0;
  if (!context || EVP_PKEY_derive_init(context.get()) <= 0 || EVP_PKEY_derive_set_peer(context.get(), other) <= 0 ||
      EVP_PKEY_derive(context.get(), nullptr, &room) <= 0)
    return std::nullopt;
  std::optional<SecretBytes> secret = SecretBytes::Allocate(nullptr, room);
  size_t size = room;
  if (!secret || EVP_PKEY_derive(context.get(), secret->data(), &size) <= 0) return std::nullopt;
  // DH gives a number without its leading zero bytes; the result's length must not tell how many there were.
  if (size < room) {
    memmove(secret->data() + (room - size), secret->data(), size);
    memset(secret->data(), 0, room - size);
  }
  return secret;
}

// statelessDH(privateKey: KeyObjectHandle, publicKey: KeyObjectHandle): Buffer
void StatelessDh(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  std::shared_ptr<const KeyData> own = TakeKey(env, info[0], KeyType::kPrivate, "statelessDH");
  if (!own) return;
  std::shared_ptr<const KeyData> other = TakeAsymmetricKey(env, info[1], "statelessDH");
  if (!other) return;
  std::optional<SecretBytes> secret = DeriveSecret(own->pkey(), other->pkey());
  if (!secret) return ThrowLastError(env, "diffieHellman failed");
  Local<v8::Uint8Array> buffer;
  if (NewBuffer(env, secret->data(), secret->size()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

constexpr Method kMethods[] = {{"statelessDH", StatelessDh}};

class DeriveWork : public BytesWork {
 public:
  DeriveWork(std::shared_ptr<const KeyData> own, std::shared_ptr<const KeyData> other)
      : own_(std::move(own)), other_(std::move(other)) {}

  bool Run(Env* env) override {
    std::optional<SecretBytes> secret = DeriveSecret(own_->pkey(), other_->pkey());
    if (!secret) return false;
    output_ = std::move(*secret);
    return true;
  }

 private:
  std::shared_ptr<const KeyData> own_;
  std::shared_ptr<const KeyData> other_;
};

// new DHBitsJob(mode, publicKey, privateKey), new ECDHBitsJob(mode, publicKey, privateKey)
std::unique_ptr<Work> ParseDeriveJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::shared_ptr<const KeyData> other = TakeAsymmetricKey(env, info[1], "ECDHBitsJob");
  if (!other) return nullptr;
  std::shared_ptr<const KeyData> own = TakeKey(env, info[2], KeyType::kPrivate, "ECDHBitsJob");
  if (!own) return nullptr;
  return std::make_unique<DeriveWork>(std::move(own), std::move(other));
}

constexpr JobClass kJobs[] = {
    {"DHBitsJob", JobConstructor<ParseDeriveJob, Provider::kDeriveBits>},
    {"ECDHBitsJob", JobConstructor<ParseDeriveJob, Provider::kDeriveBits>},
};

}  // namespace

void InitializeDerive(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetJobClasses(env, target, kJobs);
}

void ReferenceDerive(References* references) {
  AddReferences(references, kMethods);
  AddJobReferences(references, kJobs);
}

}  // namespace se::crypto
