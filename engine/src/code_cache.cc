#include "code_cache.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <new>

#include "binding.h"
#include "buffer.h"

namespace se {

using v8::Context;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::ScriptCompiler;
using v8::String;
using v8::Uint8Array;
using v8::Value;

namespace {

constexpr size_t kMacSize = 32;
using Mac = std::array<uint8_t, kMacSize>;

struct Key {
  Key() : valid(RAND_bytes(bytes, sizeof(bytes)) == 1) {}
  uint8_t bytes[32];
  bool valid;
};

const Key& ProcessKey() {
  static const Key key;
  return key;
}

// HMAC-SHA256 over everything that V8 takes on trust.
class Authenticator {
 public:
  Authenticator() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    const Key& key = ProcessKey();
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};
    if (algorithm == nullptr || !key.valid) return;
    context_ = EVP_MAC_CTX_new(algorithm);
    ok_ = context_ != nullptr && EVP_MAC_init(context_, key.bytes, sizeof(key.bytes), params) == 1;
  }
  ~Authenticator() { EVP_MAC_CTX_free(context_); }
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  void Add(const void* data, size_t size) {
    ok_ = ok_ && EVP_MAC_update(context_, static_cast<const uint8_t*>(data), size) == 1;
  }
  void AddNumber(uint64_t number) { Add(&number, sizeof(number)); }
  void AddString(Isolate* isolate, Local<String> text) {
    AddNumber(static_cast<uint64_t>(text->Length()));
    uint16_t chunk[4096];
    constexpr int kChunk = sizeof(chunk) / sizeof(chunk[0]);
    for (int start = 0; start < text->Length(); start += kChunk) {
      int count = text->Write(isolate, chunk, start, kChunk, String::NO_NULL_TERMINATION);
      if (count <= 0) break;
      Add(chunk, static_cast<size_t>(count) * sizeof(uint16_t));
    }
  }
  bool Finish(Mac* mac) {
    size_t size = 0;
    return ok_ && EVP_MAC_final(context_, mac->data(), &size, mac->size()) == 1 && size == mac->size();
  }

 private:
  EVP_MAC_CTX* context_ = nullptr;
  bool ok_ = false;
};

bool Authenticate(Isolate* isolate, const CodeIdentity& code, const uint8_t* data, size_t size, Mac* mac) {
  Authenticator authenticator;
  authenticator.AddNumber(static_cast<uint64_t>(code.kind));
  authenticator.AddString(isolate, code.source);
  authenticator.AddNumber(code.extensions);
  authenticator.AddNumber(code.parameters == nullptr ? 0 : code.parameters->size());
  if (code.parameters != nullptr)
    for (size_t i = 0; i < code.parameters->size(); i++) authenticator.AddString(isolate, (*code.parameters)[i]);
  authenticator.AddNumber(size);
  authenticator.Add(data, size);
  return authenticator.Finish(mac);
}

}  // namespace

std::unique_ptr<ScriptCompiler::CachedData> OpenCodeCache(Isolate* isolate, const CodeIdentity& code,
                                                          Local<Value> view) {
  Bytes given(view);
  if (!given.ok || given.size <= kMacSize || given.size > INT32_MAX) return nullptr;
  size_t size = given.size - kMacSize;
  // A copy, since shared memory might change after the check.
  std::unique_ptr<uint8_t[]> copy(new (std::nothrow) uint8_t[given.size]);
  if (!copy) return nullptr;
  memcpy(copy.get(), given.data, given.size);
  Mac mac;
  if (!Authenticate(isolate, code, copy.get(), size, &mac)) return nullptr;
  if (CRYPTO_memcmp(mac.data(), copy.get() + size, kMacSize) != 0) return nullptr;
  return std::make_unique<ScriptCompiler::CachedData>(copy.release(), static_cast<int>(size),
                                                      ScriptCompiler::CachedData::BufferOwned);
}

MaybeLocal<Uint8Array> SealCodeCache(Env* env, const CodeIdentity& code, const ScriptCompiler::CachedData* data) {
  size_t size = data == nullptr ? 0 : static_cast<size_t>(data->length);
  Mac mac;
  if (size > 0 && !Authenticate(env->isolate(), code, data->data, size, &mac)) size = 0;
  Local<Uint8Array> buffer;
  if (!NewBuffer(env, nullptr, size == 0 ? 0 : size + kMacSize).ToLocal(&buffer)) return {};
  if (size > 0) {
    Bytes bytes(buffer);
    memcpy(bytes.data, data->data, size);
    memcpy(bytes.data + size, mac.data(), kMacSize);
  }
  return buffer;
}

CodeCacheExchange::CodeCacheExchange(Isolate* isolate, const CodeIdentity& code, Local<Value> given, bool produce)
    : code_(code),
      given_(given->IsArrayBufferView()),
      produce_(produce),
      cache_(given_ ? OpenCodeCache(isolate, code, given) : nullptr),
      consume_(cache_ != nullptr) {}

bool CodeCacheExchange::Report(Env* env, Local<Context> context, Local<Object> target,
                               const ScriptCompiler::Source& source,
                               std::unique_ptr<ScriptCompiler::CachedData> made) const {
  Isolate* isolate = env->isolate();
  auto set = [&](const char* name, Local<Value> value) {
    return target->Set(context, Name(isolate, name), value).IsJust();
  };
  if (given_) {
    const ScriptCompiler::CachedData* cache = source.GetCachedData();
    bool rejected = !consume_ || cache == nullptr || cache->rejected;
    if (!set("cachedDataRejected", v8::Boolean::New(isolate, rejected))) return false;
  }
  if (!produce_) return true;
  Local<Uint8Array> buffer;
  if (made && (!SealCodeCache(env, code_, made.get()).ToLocal(&buffer) || !set("cachedData", buffer))) return false;
  return set("cachedDataProduced", v8::Boolean::New(isolate, made != nullptr));
}

}  // namespace se
