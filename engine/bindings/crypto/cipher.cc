// CipherBase: createCipheriv and createDecipheriv.
#include <climits>
#include <cstring>

#include "buffer.h"
#include "errors.h"
#include "job.h"
#include "key_object.h"
#include "memory_charge.h"
#include "openssl.h"
#include "parts.h"
#include "text.h"
#include "values.h"

namespace se::crypto {

using v8::ArrayBuffer;
using v8::BackingStore;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

constexpr size_t kMaxTagLength = 16;
constexpr size_t kContextSize = 2048;

// What is ciphered between two looks at whether the guest is being ended.
constexpr int kSlice = 1 << 20;

// EVP_CipherUpdate; false also when the guest is being ended. `*written` counts what was.
bool CipherUpdate(Env* env, EVP_CIPHER_CTX* context, uint8_t* out, int* written, const uint8_t* data, int size) {
  int mode = EVP_CIPHER_CTX_get_mode(context);
  // In the other modes a call's data is a whole.
  bool is_divisible = mode == EVP_CIPH_ECB_MODE || mode == EVP_CIPH_CBC_MODE || mode == EVP_CIPH_CFB_MODE ||
                      mode == EVP_CIPH_OFB_MODE || mode == EVP_CIPH_CTR_MODE || mode == EVP_CIPH_GCM_MODE;
  *written = 0;
  while (is_divisible && size > kSlice) {
    int count = 0;
    if (ShouldStop(env) || EVP_CipherUpdate(context, out + *written, &count, data, kSlice) != 1) return false;
    *written += count;
    data += kSlice;
    size -= kSlice;
  }
  int count = 0;
  if (EVP_CipherUpdate(context, out + *written, &count, data, size) != 1) return false;
  *written += count;
  return true;
}

bool IsGcmTagLength(int64_t length) { return length == 4 || length == 8 || (length >= 12 && length <= 16); }

// Node's pending deprecation of tags whose short length was not announced. False with an exception pending.
bool WarnOfShortTag(Env* env) {
  v8::Isolate* isolate = env->isolate();
  Local<v8::Context> context = env->context();
  Local<v8::Function> require;
  Local<Value> process = env->Get(Slot::kProcessObject);
  if (!env->GetFunction(Slot::kRequire).ToLocal(&require) || !process->IsObject()) return true;
  auto call = [&](Local<Value> object, const char* name, int argc, Local<Value>* argv) -> MaybeLocal<Value> {
    Local<Value> function;
    if (!object->IsObject() || !object.As<Object>()->Get(context, Name(isolate, name)).ToLocal(&function)) return {};
    if (!function->IsFunction()) return v8::Undefined(isolate).As<Value>();
    return function.As<v8::Function>()->Call(context, object, argc, argv);
  };
  Local<Value> module = Name(isolate, "internal/util");
  Local<Value> util;
  Local<Value> pending;
  if (!require->Call(context, v8::Undefined(isolate), 1, &module).ToLocal(&util) ||
      !call(util, "isPendingDeprecation", 0, nullptr).ToLocal(&pending))
    return false;
  if (!pending->IsTrue()) return true;
  Local<Value> arguments[] = {
      Name(isolate,
           "Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when "
           "initializing decryption is deprecated."),
      Name(isolate, "DeprecationWarning"), Name(isolate, "DEP0182")};
  return !call(process, "emitWarning", 3, arguments).IsEmpty();
}

class CipherBase : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  CipherBase(Env* env, Local<Object> wrapper, bool encrypts)
      : NativeObject(env, wrapper, kTag), encrypts_(encrypts), charge_(env, kContextSize) {
    MakeWeak();
  }

  // new CipherBase(encrypts: boolean)
  static void New(const FunctionCallbackInfo<Value>& info) {
    if (RequireNew(info)) new CipherBase(Env::From(info), info.This(), info[0]->IsTrue());
  }

  // initiv(cipher, key: KeyObjectHandle | bytes, iv: bytes | null, authTagLength: uint32 | -1)
  static void InitIv(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    std::optional<std::string> name = TakeString(env, info[0], "CipherBase.initiv");
    if (!name) return;
    std::shared_ptr<const KeyData> key = TakeSecret(env, info[1], "CipherBase.initiv");
    if (!key) return;
    std::optional<int64_t> tag_length = TakeInteger(env, info[3], -1, UINT32_MAX, "CipherBase.initiv");
    if (!tag_length) return;
    std::optional<SecretBytes> iv = CopyOptionalBytes(env, info[2], "CipherBase.initiv");
    if (!iv) return;
    if (iv->size() > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "iv is too big");
    const EVP_CIPHER* cipher = EVP_get_cipherbyname(name->c_str());
    if (cipher == nullptr) return ThrowError(env->isolate(), "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
    size_t expected = EVP_CIPHER_get_iv_length(cipher);
    bool fits = iv->empty() ? expected == 0 : IsAuthenticated(cipher) || iv->size() == expected;
    // OpenSSL accepts nonces for ChaCha20-Poly1305 that are too long (CVE-2019-1543).
    if (!fits || (EVP_CIPHER_get_nid(cipher) == NID_chacha20_poly1305 && iv->size() > 12)) return ThrowInvalidIv(env);
    self->Start(*name, cipher, key->secret(), *iv, *tag_length);
  }

  // update(data: string | bytes, encoding?): Buffer
  static void Update(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    Local<Value> result;
    bool ok = false;
    if (!WithBytes(self->env(), info[0], info[1], "CipherBase.update", &ok,
                   [&](const uint8_t* data, size_t size) { return self->Process(data, size).ToLocal(&result); }))
      return;
    if (ok) info.GetReturnValue().Set(result);
  }

  // final(): Buffer
  static void Final(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    Local<Value> result;
    if (self->Finish().ToLocal(&result)) info.GetReturnValue().Set(result);
  }

  // setAutoPadding(enabled): boolean
  static void SetAutoPadding(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    bool enabled = info.Length() < 1 || info[0]->IsTrue();
    info.GetReturnValue().Set(self->context_ && EVP_CIPHER_CTX_set_padding(self->context_.get(), enabled) == 1);
  }

  // getAuthTag(): Buffer, or undefined before final() and when decrypting
  static void GetAuthTag(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr || self->context_ || !self->encrypts_ || self->tag_length_ < 0) return;
    Local<v8::Uint8Array> tag;
    if (NewBuffer(self->env(), self->tag_, self->tag_length_).ToLocal(&tag)) info.GetReturnValue().Set(tag);
  }

  // setAuthTag(tag): boolean
  static void SetAuthTag(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    Bytes tag(info[0]);
    if (!tag.ok) return ThrowBadArgument(info.GetIsolate(), "CipherBase.setAuthTag");
    if (!self->context_ || self->encrypts_ || !self->IsAuthenticated() || self->tag_state_ != TagState::kUnknown)
      return info.GetReturnValue().Set(false);
    auto length = static_cast<int64_t>(tag.size);
    bool valid = tag.size <= kMaxTagLength && (self->tag_length_ < 0 || self->tag_length_ == length);
    if (self->mode() == EVP_CIPH_GCM_MODE) valid = valid && IsGcmTagLength(length);
    if (!valid) return ThrowTagLength(self->env(), tag.size);
    bool shortened = self->mode() == EVP_CIPH_GCM_MODE && self->tag_length_ < 0 && tag.size != kMaxTagLength;
    self->tag_length_ = length;
    self->tag_state_ = TagState::kKnown;
    memcpy(self->tag_, tag.data, tag.size);
    // Guest code may run here.
    if (shortened && !WarnOfShortTag(self->env())) return;
    info.GetReturnValue().Set(true);
  }

  // setAAD(data, plaintextLength: uint32 | -1): boolean
  static void SetAad(const FunctionCallbackInfo<Value>& info) {
    CipherBase* self = UnwrapThis<CipherBase>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    std::optional<int64_t> length = TakeInteger(self->env(), info[1], -1, UINT32_MAX, "CipherBase.setAAD");
    if (!length) return;
    Bytes data(info[0]);
    if (!data.ok) return ThrowBadArgument(info.GetIsolate(), "CipherBase.setAAD");
    if (data.size > INT_MAX) return ThrowRangeError(info.GetIsolate(), "ERR_OUT_OF_RANGE", "buffer is too big");
    info.GetReturnValue().Set(self->Authenticate(data, *length));
  }

 private:
  enum class TagState { kUnknown, kKnown, kGiven };

  int mode() const { return EVP_CIPHER_CTX_get_mode(context_.get()); }
  bool IsAuthenticated() const { return IsAuthenticated(EVP_CIPHER_CTX_get0_cipher(context_.get())); }

  static bool IsAuthenticated(const EVP_CIPHER* cipher) {
    switch (EVP_CIPHER_get_mode(cipher)) {
      case EVP_CIPH_CCM_MODE:
      case EVP_CIPH_GCM_MODE:
      case EVP_CIPH_OCB_MODE: return true;
      case EVP_CIPH_STREAM_CIPHER: return EVP_CIPHER_get_nid(cipher) == NID_chacha20_poly1305;
      default: return false;
    }
  }

  static void ThrowInvalidIv(Env* env) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
  }
  static void ThrowTagLength(Env* env, size_t length) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_AUTH_TAG",
                   "Invalid authentication tag length: " + std::to_string(length));
  }

  void Start(const std::string& name, const EVP_CIPHER* cipher, const SecretBytes& key, const SecretBytes& iv,
             int64_t tag_length) {
    tag_state_ = TagState::kUnknown;
    tag_length_ = -1;
    failed_ = false;
    context_.reset(EVP_CIPHER_CTX_new());
    if (!context_) return ThrowOutOfMemory(env());
    EVP_CIPHER_CTX* context = context_.get();
    if (EVP_CIPHER_get_mode(cipher) == EVP_CIPH_WRAP_MODE)
      EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_CipherInit_ex(context, cipher, nullptr, nullptr, nullptr, encrypts_) != 1) {
      context_.reset();
      return ThrowLastError(env(), "Failed to initialize cipher");
    }
    if (IsAuthenticated() && !StartAuthenticated(name, iv.size(), tag_length)) return context_.reset();
    if (EVP_CIPHER_CTX_set_key_length(context, static_cast<int>(key.size())) != 1) {
      context_.reset();
      return ThrowRangeError(isolate(), "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    }
    if (EVP_CipherInit_ex(context, nullptr, nullptr, key.data(), iv.data(), encrypts_) != 1) {
      context_.reset();
      ThrowLastError(env(), "Failed to initialize cipher");
    }
  }

  bool StartAuthenticated(const std::string& name, size_t iv_length, int64_t tag_length) {
    EVP_CIPHER_CTX* context = context_.get();
    if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv_length), nullptr) != 1) {
      ThrowInvalidIv(env());
      return false;
    }
    if (mode() == EVP_CIPH_GCM_MODE) {
      if (tag_length >= 0 && !IsGcmTagLength(tag_length)) {
        ThrowTagLength(env(), tag_length);
        return false;
      }
      tag_length_ = tag_length;
      return true;
    }
    if (tag_length < 0 && mode() == EVP_CIPH_STREAM_CIPHER) tag_length = kMaxTagLength;
    if (tag_length < 0) {
      ThrowTypeError(isolate(), "ERR_CRYPTO_INVALID_AUTH_TAG", "authTagLength required for " + name);
      return false;
    }
    if (tag_length > static_cast<int64_t>(kMaxTagLength) ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length), nullptr) != 1) {
      ThrowTagLength(env(), tag_length);
      return false;
    }
    tag_length_ = tag_length;
    if (mode() == EVP_CIPH_CCM_MODE) {
      // The nonce leaves 15 - n bytes for the message's length (RFC 3610).
      max_message_size_ = iv_length == 13 ? 0xffff : iv_length == 12 ? 0xffffff : INT_MAX;
    }
    return true;
  }

  bool CheckMessageSize(int64_t size) {
    if (mode() != EVP_CIPH_CCM_MODE || size <= max_message_size_) return true;
    ThrowRangeError(isolate(), "ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length");
    return false;
  }

  bool GiveTag() {
    if (tag_state_ != TagState::kKnown) return true;
    if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length_), tag_) != 1)
      return false;
    tag_state_ = TagState::kGiven;
    return true;
  }

  bool Authenticate(const Bytes& data, int64_t plaintext_length) {
    if (!context_ || !IsAuthenticated()) return false;
    int written;
    if (mode() == EVP_CIPH_CCM_MODE) {
      // CCM wants the tag and the length of the message before all else.
      if (plaintext_length < 0) {
        ThrowTypeError(isolate(), "ERR_MISSING_ARGS", "options.plaintextLength required for CCM mode with AAD");
        return false;
      }
      if (!CheckMessageSize(plaintext_length) || (!encrypts_ && !GiveTag()) ||
          EVP_CipherUpdate(context_.get(), nullptr, &written, nullptr, static_cast<int>(plaintext_length)) != 1)
        return false;
    }
    return EVP_CipherUpdate(context_.get(), nullptr, &written, data.data, static_cast<int>(data.size)) == 1;
  }

  std::unique_ptr<BackingStore> Reserve(size_t size) {
    std::unique_ptr<BackingStore> store = ArrayBuffer::NewBackingStoreForNodeLTS(isolate(), size);
    if (!store) ThrowOutOfMemory(env());
    return store;
  }

  MaybeLocal<Value> Take(const void* data, size_t size) {
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(env(), data, size).ToLocal(&buffer)) return {};
    return buffer;
  }

  // Shortens the result by copying it.
  MaybeLocal<Value> Take(std::unique_ptr<BackingStore> store, size_t used) {
    if (used != store->ByteLength()) return Take(store->Data(), used);
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(env(), std::move(store), 0, used).ToLocal(&buffer)) return {};
    return buffer;
  }

  MaybeLocal<Value> Process(const uint8_t* data, size_t size) {
    constexpr char kBadState[] = "Trying to add data in unsupported state";
    if (size > INT_MAX - EVP_MAX_BLOCK_LENGTH) {
      ThrowRangeError(isolate(), "ERR_OUT_OF_RANGE", "data is too long");
      return {};
    }
    if (!context_) {
      ThrowLastError(env(), kBadState);
      return {};
    }
    if (!CheckMessageSize(static_cast<int64_t>(size))) return {};
    EVP_CIPHER_CTX* context = context_.get();
    int length = static_cast<int>(size);
    int block = EVP_CIPHER_CTX_get_block_size(context);
    int room = block == 1 ? length : length + block;
    // Key wrapping says itself how much longer the result is.
    bool ready = (encrypts_ || !IsAuthenticated() || GiveTag()) &&
                 (!encrypts_ || mode() != EVP_CIPH_WRAP_MODE ||
                  EVP_CipherUpdate(context, nullptr, &room, data, length) == 1);
    if (!ready || room < 0) {
      ThrowLastError(env(), kBadState);
      return {};
    }
    std::unique_ptr<BackingStore> store = Reserve(room);
    if (!store) return {};
    int written = 0;
    uint8_t none;
    uint8_t* out = room == 0 ? &none : static_cast<uint8_t*>(store->Data());
    if (!CipherUpdate(env(), context, out, &written, data, length)) {
      // A CCM message whose tag is wrong fails here; Node reports it in final().
      if (encrypts_ || mode() != EVP_CIPH_CCM_MODE) {
        ThrowLastError(env(), kBadState);
        return {};
      }
      failed_ = true;
      written = 0;
    }
    return Take(std::move(store), written < 0 ? 0 : written);
  }

  MaybeLocal<Value> Finish() {
    if (!context_) {
      ThrowError(isolate(), "ERR_CRYPTO_INVALID_STATE", "Invalid state");
      return {};
    }
    EVP_CIPHER_CTX* context = context_.get();
    bool authenticated = IsAuthenticated();
    uint8_t last[EVP_MAX_BLOCK_LENGTH];
    int written = 0;
    bool ok;
    if (!encrypts_ && mode() == EVP_CIPH_CCM_MODE) {
      ok = !failed_;
    } else {
      ok = (encrypts_ || !authenticated || GiveTag()) &&
           EVP_CipherFinal_ex(context, last, &written) == 1;
    }
    if (ok && encrypts_ && authenticated) {
      if (tag_length_ < 0) tag_length_ = kMaxTagLength;
      ok = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_length_), tag_) == 1;
    }
    context_.reset();
    if (ok) return Take(last, written);
    ThrowLastError(env(), authenticated ? "Unsupported state or unable to authenticate data" : "Unsupported state");
    return {};
  }

  bool encrypts_;
  CipherContext context_;
  TagState tag_state_ = TagState::kUnknown;
  int64_t tag_length_ = -1;  // negative: not decided
  uint8_t tag_[kMaxTagLength] = {};
  int64_t max_message_size_ = INT_MAX;
  bool failed_ = false;
  MemoryCharge charge_;
};

alignas(8) const char CipherBase::kTag[] = "crypto.CipherBase";

constexpr Method kMethods[] = {
    {"initiv", CipherBase::InitIv},
    {"update", CipherBase::Update},
    {"final", CipherBase::Final},
    {"setAutoPadding", CipherBase::SetAutoPadding},
    {"getAuthTag", CipherBase::GetAuthTag},
    {"setAuthTag", CipherBase::SetAuthTag},
    {"setAAD", CipherBase::SetAad},
};

}  // namespace

void InitializeCipher(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "CipherBase",
                 MakeClassTemplate(env, "CipherBase", CipherBase::New, kMethods, std::size(kMethods)));
}

void ReferenceCipher(References* references) {
  references->Add(CipherBase::New);
  AddReferences(references, kMethods);
}

}  // namespace se::crypto
