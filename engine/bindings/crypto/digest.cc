#include "digest.h"

#include <array>
#include <atomic>

#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Maybe;
using v8::Object;
using v8::Value;

namespace {

// The spellings that programs use. Guests know them by index, also after a snapshot: only ever append to this list.
constexpr std::array kCommonNames = {
    "sha1", "sha224", "sha256", "sha384", "sha512", "md5", "SHA1", "SHA256", "SHA384", "SHA512", "sha-1", "sha-256",
    "sha-512", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "MD5", "sha512-256", "sha512-224", "sha3-256", "sha3-384",
    "sha3-512", "ripemd160", "rmd160", "blake2b512", "blake2s256",
};

// Fetching an implementation takes longer than hashing a short message, so it's done once a process.
const EVP_MD* CommonDigest(size_t index) {
  static std::array<std::atomic<EVP_MD*>, kCommonNames.size()> fetched;
  EVP_MD* digest = fetched[index].load(std::memory_order_acquire);
  if (digest != nullptr) return digest;
  TryScope attempt;
  digest = EVP_MD_fetch(nullptr, kCommonNames[index], nullptr);
  EVP_MD* earlier = nullptr;
  if (digest == nullptr || fetched[index].compare_exchange_strong(earlier, digest)) return digest;
  EVP_MD_free(digest);
  return earlier;
}

void GetCachedAliases(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  v8::Isolate* isolate = info.GetIsolate();
  Local<Object> aliases = Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  for (size_t i = 0; i < kCommonNames.size(); i++)
    if (!SetProperty(env, aliases, kCommonNames[i], v8::Integer::New(isolate, static_cast<int>(i)))) return;
  info.GetReturnValue().Set(aliases);
}

void GetHashes(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  std::vector<std::string> names;
  EVP_MD_do_all_sorted(
      [](const EVP_MD* digest, const char* from, const char* to, void* data) {
        // The list has aliases and digests that no provider offers; the latter can't be used.
        const EVP_MD* known = from == nullptr ? nullptr : EVP_get_digestbyname(from);
        const char* name = known == nullptr ? nullptr : EVP_MD_get0_name(known);
        if (name != nullptr && Digest(EVP_MD_fetch(nullptr, name, nullptr)))
          static_cast<std::vector<std::string>*>(data)->push_back(from);
      },
      &names);
  Local<Value> result;
  if (NewStringArray(Env::From(info), names).ToLocal(&result)) info.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {{"getCachedAliases", GetCachedAliases}, {"getHashes", GetHashes}};

}  // namespace

const EVP_MD* FindDigest(const std::string& name) {
  // DSA once named its own use of SHA-1.
  if (name == "dss1" || name == "DSS1") return EVP_sha1();
  return EVP_get_digestbyname(name.c_str());
}

const EVP_MD* FindHash(Env* env, Local<Value> name, Local<Value> id, Digest* fetched) {
  Maybe<int64_t> index = IntegerIn(id, 0, kCommonNames.size() - 1);
  if (index.IsJust()) return CommonDigest(index.FromJust());
  std::string text = NameOf(env, name);
  TryScope attempt;
  fetched->reset(EVP_MD_fetch(nullptr, text.c_str(), nullptr));
  return *fetched ? fetched->get() : FindDigest(text);
}

void InitializeDigests(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void ReferenceDigests(References* references) { AddReferences(references, kMethods); }

}  // namespace se::crypto
