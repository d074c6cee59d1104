// KeyObjectHandle and the native base of KeyObject.
#include "key_object.h"

#include <climits>

#include "buffer.h"
#include "ec_curve.h"
#include "errors.h"
#include "jwk.h"
#include "key_detail.h"
#include "key_encoding.h"
#include "memory_charge.h"
#include "message.h"
#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

constexpr char kHandleConstructor[] = "crypto.KeyObjectHandle";
constexpr char kKeyObjectClasses[] = "crypto.KeyObjectClasses";

const char* AsymmetricTypeName(EVP_PKEY* key) {
  switch (EVP_PKEY_get_id(key)) {
    case EVP_PKEY_RSA: return "rsa";
    case EVP_PKEY_RSA_PSS: return "rsa-pss";
    case EVP_PKEY_DSA: return "dsa";
    case EVP_PKEY_DH:
    case EVP_PKEY_DHX: return "dh";
    case EVP_PKEY_EC: return "ec";
    case EVP_PKEY_ED25519: return "ed25519";
    case EVP_PKEY_ED448: return "ed448";
    case EVP_PKEY_X25519: return "x25519";
    case EVP_PKEY_X448: return "x448";
    default: return nullptr;
  }
}

int RawKeyId(const std::string& name) {
  if (name == "Ed25519") return EVP_PKEY_ED25519;
  if (name == "Ed448") return EVP_PKEY_ED448;
  if (name == "X25519") return EVP_PKEY_X25519;
  if (name == "X448") return EVP_PKEY_X448;
  return NID_undef;
}

class KeyObjectHandle : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  KeyObjectHandle(Env* env, Local<Object> wrapper) : NativeObject(env, wrapper, kTag), charge_(env) { MakeWeak(); }

  const std::shared_ptr<const KeyData>& key() const { return key_; }

  // A handle holds its key against its guest's memory limit. False, with an exception, if that or the key is too big.
  bool SetKey(std::shared_ptr<const KeyData> key) {
    // OpenSSL takes the length of a secret key as an int.
    if (key->secret().size() > INT_MAX) {
      ThrowRangeError(isolate(), "ERR_OUT_OF_RANGE", "key is too big");
      return false;
    }
    if (!charge_.Set(key->memory())) {
      ThrowOutOfMemory(env());
      return false;
    }
    key_ = std::move(key);
    return true;
  }

  static void New(const FunctionCallbackInfo<Value>& info) {
    if (RequireNew(info)) new KeyObjectHandle(Env::From(info), info.This());
  }

  // init(type, data | KeyObjectHandle, format, encodingType, passphrase)
  static void Init(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapThis<KeyObjectHandle>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    std::optional<int64_t> type = TakeInteger(env, info[0], 0, 2, "KeyObjectHandle.init");
    if (!type) return;
    int offset = 1;
    std::shared_ptr<const KeyData> key;
    switch (static_cast<KeyType>(*type)) {
      case KeyType::kSecret: {
        // Not charged itself: key data can outlive the guest's allocator.
        Bytes bytes(info[1]);
        if (!bytes.ok) return ThrowBadArgument(env->isolate(), "KeyObjectHandle.init");
        std::optional<SecretBytes> copy = SecretBytes::Copy(nullptr, bytes.data, bytes.size);
        if (!copy) return ThrowOutOfMemory(env);
        key = std::make_shared<KeyData>(std::move(*copy));
        break;
      }
      case KeyType::kPublic:
        key = TakePublicOrPrivateKey(env, info, &offset, "KeyObjectHandle.init");
        if (key && key->type() != KeyType::kPublic) key = std::make_shared<KeyData>(KeyType::kPublic, key->ShareKey());
        break;
      case KeyType::kPrivate:
        key = TakePrivateKey(env, info, &offset, "KeyObjectHandle.init");
        break;
    }
    if (key) self->SetKey(std::move(key));
  }

  // initJwk(jwk, namedCurve?): key type
  static void InitJwk(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapThis<KeyObjectHandle>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "KeyObjectHandle.initJwk");
    std::shared_ptr<const KeyData> key = ImportJwk(self->env(), info[0].As<Object>(), info[1]);
    if (!key) return;
    int type = static_cast<int>(key->type());
    if (self->SetKey(std::move(key))) info.GetReturnValue().Set(type);
  }

  // initECRaw(curve, point): boolean
  static void InitEcRaw(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapThis<KeyObjectHandle>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    std::optional<std::string> curve = TakeString(self->env(), info[0], "KeyObjectHandle.initECRaw");
    if (!curve) return;
    Bytes point(info[1]);
    if (!point.ok) return ThrowBadArgument(info.GetIsolate(), "KeyObjectHandle.initECRaw");
    Pkey pkey = EcPublicKeyFromPoint(CurveId(*curve), point.data, point.size);
    info.GetReturnValue().Set(pkey && self->SetKey(std::make_shared<KeyData>(KeyType::kPublic, std::move(pkey))));
  }

  // initEDRaw(name, bytes, type): boolean
  static void InitEdRaw(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapThis<KeyObjectHandle>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    std::optional<std::string> name = TakeString(env, info[0], "KeyObjectHandle.initEDRaw");
    if (!name) return;
    std::optional<int64_t> type = TakeInteger(env, info[2], 1, 2, "KeyObjectHandle.initEDRaw");
    if (!type) return;
    Bytes raw(info[1]);
    if (!raw.ok) return ThrowBadArgument(env->isolate(), "KeyObjectHandle.initEDRaw");
    auto make = static_cast<KeyType>(*type) == KeyType::kPrivate ? EVP_PKEY_new_raw_private_key
                                                                 : EVP_PKEY_new_raw_public_key;
    int id = RawKeyId(*name);
    Pkey pkey(id == NID_undef ? nullptr : make(id, nullptr, raw.data, raw.size));
    info.GetReturnValue().Set(
        pkey && self->SetKey(std::make_shared<KeyData>(static_cast<KeyType>(*type), std::move(pkey))));
  }

  // getSymmetricKeySize(): bytes
  static void GetSymmetricKeySize(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self != nullptr) info.GetReturnValue().Set(static_cast<double>(self->key_->secret().size()));
  }

  // getAsymmetricKeyType(): string | undefined
  static void GetAsymmetricKeyType(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr || self->key_->pkey() == nullptr) return;
    const char* name = AsymmetricTypeName(self->key_->pkey());
    if (name != nullptr) info.GetReturnValue().Set(Name(info.GetIsolate(), name));
  }

  // checkEcKeyData(): boolean
  static void CheckEcKeyData(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    EVP_PKEY* pkey = self->key_->pkey();
    PkeyContext context(pkey == nullptr ? nullptr : EVP_PKEY_CTX_new(pkey, nullptr));
    bool is_private = self->key_->type() == KeyType::kPrivate;
    info.GetReturnValue().Set(context && EVP_PKEY_get_id(pkey) == EVP_PKEY_EC &&
                              (is_private ? EVP_PKEY_check(context.get()) : EVP_PKEY_public_check(context.get())) == 1);
  }

  // equals(other): boolean
  static void Equals(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    std::shared_ptr<const KeyData> other = KeyOf(info[0]);
    if (!other) return ThrowBadArgument(info.GetIsolate(), "KeyObjectHandle.equals");
    const KeyData& key = *self->key_;
    if (key.type() != other->type()) return info.GetReturnValue().Set(false);
    if (key.type() != KeyType::kSecret) {
      int same = EVP_PKEY_eq(key.pkey(), other->pkey());
      if (same == -2)
        return ThrowError(info.GetIsolate(), "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
      return info.GetReturnValue().Set(same == 1);
    }
    const SecretBytes& a = key.secret();
    const SecretBytes& b = other->secret();
    info.GetReturnValue().Set(a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
  }

  // keyDetail(target): target
  static void KeyDetail(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "KeyObjectHandle.keyDetail");
    std::shared_ptr<const KeyData> key = self->key_;
    if (DescribeKey(self->env(), *key, info[0].As<Object>())) info.GetReturnValue().Set(info[0]);
  }

  // export(): Buffer, export(format, type): public key, export(format, type, cipher, passphrase): private key
  static void Export(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    std::shared_ptr<const KeyData> key = self->key_;
    Local<Value> result;
    if (key->type() == KeyType::kSecret) {
      Local<v8::Uint8Array> buffer;
      if (NewBuffer(env, key->secret().data(), key->secret().size()).ToLocal(&buffer))
        info.GetReturnValue().Set(buffer);
      return;
    }
    int offset = 0;
    std::optional<KeyEncoding> encoding = key->type() == KeyType::kPublic
                                              ? TakePublicKeyEncoding(env, info, &offset)
                                              : TakePrivateKeyEncoding(env, info, &offset);
    if (!encoding) return;
    if (encoding->as_handle) return ThrowBadArgument(env->isolate(), "KeyObjectHandle.export");
    if (ExportKey(env, key, *encoding).ToLocal(&result)) info.GetReturnValue().Set(result);
  }

  // exportJwk(target, handleRsaPss): target
  static void ExportJwk(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapInitialized(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "KeyObjectHandle.exportJwk");
    std::shared_ptr<const KeyData> key = self->key_;
    if (crypto::ExportJwk(self->env(), *key, info[0].As<Object>(), info[1]->IsTrue()))
      info.GetReturnValue().Set(info[0]);
  }

 private:
  static KeyObjectHandle* UnwrapInitialized(const FunctionCallbackInfo<Value>& info) {
    KeyObjectHandle* self = UnwrapThis<KeyObjectHandle>(info);
    if (self == nullptr || self->key_) return self;
    ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "The key object was not initialized");
    return nullptr;
  }

  std::shared_ptr<const KeyData> key_;
  MemoryCharge charge_;
};

alignas(8) const char KeyObjectHandle::kTag[] = "crypto.KeyObjectHandle";

constexpr Method kHandleMethods[] = {
    {"init", KeyObjectHandle::Init},
    {"getSymmetricKeySize", KeyObjectHandle::GetSymmetricKeySize},
    {"getAsymmetricKeyType", KeyObjectHandle::GetAsymmetricKeyType},
    {"checkEcKeyData", KeyObjectHandle::CheckEcKeyData},
    {"export", KeyObjectHandle::Export},
    {"exportJwk", KeyObjectHandle::ExportJwk},
    {"initECRaw", KeyObjectHandle::InitEcRaw},
    {"initEDRaw", KeyObjectHandle::InitEdRaw},
    {"initJwk", KeyObjectHandle::InitJwk},
    {"keyDetail", KeyObjectHandle::KeyDetail},
    {"equals", KeyObjectHandle::Equals},
};

// A KeyObject in a message. The receiver's thread gets a key of its own.
class KeyTransfer : public TransferData {
 public:
  // Messages are freed with the process that sent them, so its allocator is still there in the destructor.
  KeyTransfer(Env* env, const KeyData& key) : charge_(env) {
    if (charge_.Set(key.memory())) key_ = key.Duplicate();
  }

  MaybeLocal<Object> Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>*) override {
    Local<Value> classes;
    Local<Value> klass;
    Local<Value> handle;
    Local<Object> object;
    // The classes are [KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject].
    if (key_ && context == env->context() && KeyObjectClasses(env).ToLocal(&classes) && classes->IsArray() &&
        classes.As<v8::Array>()->Get(context, static_cast<uint32_t>(key_->type()) + 1).ToLocal(&klass) &&
        klass->IsFunction() && NewKeyHandle(env, key_).ToLocal(&handle) &&
        klass.As<Function>()->NewInstance(context, 1, &handle).ToLocal(&object))
      return object;
    return {};
  }

 private:
  // Node's lib makes them when it loads this module.
  static MaybeLocal<Value> KeyObjectClasses(Env* env) {
    Local<Value> classes = env->GetState(kKeyObjectClasses);
    Local<Function> require;
    if (classes->IsArray() || !env->GetFunction(Slot::kRequire).ToLocal(&require)) return classes;
    Local<Value> name = Name(env->isolate(), "internal/crypto/keys");
    if (require->Call(env->context(), v8::Undefined(env->isolate()), 1, &name).IsEmpty()) return {};
    return env->GetState(kKeyObjectClasses);
  }

  MemoryCharge charge_;
  std::shared_ptr<const KeyData> key_;  // null when memory was short
};

// The base class of Node's KeyObject: it carries the key when a KeyObject is cloned.
class NativeKeyObject : public TransferableObject {
 public:
  alignas(8) static const char kTag[];

  NativeKeyObject(Env* env, Local<Object> wrapper, std::shared_ptr<const KeyData> key)
      : TransferableObject(env, wrapper, kTag), key_(std::move(key)) {
    MakeWeak();
  }

  const std::shared_ptr<const KeyData>& key() const { return key_; }

  uint32_t transfer_mode() const override { return kCloneable; }
  std::unique_ptr<TransferData> Clone() override { return std::make_unique<KeyTransfer>(env(), *key_); }

  static void New(const FunctionCallbackInfo<Value>& info) {
    if (!RequireNew(info)) return;
    std::shared_ptr<const KeyData> key = KeyOf(info[0]);
    if (!key) return ThrowBadArgument(info.GetIsolate(), "NativeKeyObject");
    new NativeKeyObject(Env::From(info), info.This(), std::move(key));
  }

 private:
  std::shared_ptr<const KeyData> key_;
};

alignas(8) const char NativeKeyObject::kTag[] = "crypto.NativeKeyObject";

const TransferableClass<NativeKeyObject> transferable_key;

// createNativeKeyObjectClass(makeClasses: (NativeKeyObject) => [KeyObject, SecretKeyObject, …]): what that returned
void CreateNativeKeyObjectClass(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction()) return ThrowBadArgument(env->isolate(), "createNativeKeyObjectClass");
  Local<Function> base;
  if (!MakeClassTemplate(env, "NativeKeyObject", NativeKeyObject::New, nullptr, 0)
           ->GetFunction(env->context())
           .ToLocal(&base))
    return;
  Local<Value> argument = base;
  Local<Value> classes;
  if (!info[0].As<Function>()->Call(env->context(), v8::Undefined(env->isolate()), 1, &argument).ToLocal(&classes))
    return;
  env->SetState(kKeyObjectClasses, classes);
  info.GetReturnValue().Set(classes);
}

}  // namespace

MaybeLocal<Value> NewKeyHandle(Env* env, std::shared_ptr<const KeyData> key) {
  Local<Value> constructor = env->GetState(kHandleConstructor);
  Local<Object> object;
  if (!constructor->IsFunction() || !constructor.As<Function>()->NewInstance(env->context()).ToLocal(&object))
    return {};
  KeyObjectHandle* handle = NativeObject::Unwrap<KeyObjectHandle>(object);
  if (handle == nullptr || !handle->SetKey(std::move(key))) return {};
  return object;
}

std::shared_ptr<const KeyData> KeyOf(Local<Value> value) {
  KeyObjectHandle* handle = NativeObject::Unwrap<KeyObjectHandle>(value);
  return handle == nullptr ? nullptr : handle->key();
}

std::shared_ptr<const KeyData> KeyOfKeyObject(Local<Value> value) {
  NativeKeyObject* object = NativeObject::Unwrap<NativeKeyObject>(value);
  return object == nullptr ? nullptr : object->key();
}

std::shared_ptr<const KeyData> TakeKey(Env* env, Local<Value> value, KeyType type, const char* function) {
  std::shared_ptr<const KeyData> key = KeyOf(value);
  if (key && key->type() == type) return key;
  ThrowBadArgument(env->isolate(), function);
  return nullptr;
}

std::shared_ptr<const KeyData> TakeAsymmetricKey(Env* env, Local<Value> value, const char* function) {
  std::shared_ptr<const KeyData> key = KeyOf(value);
  if (key && key->type() != KeyType::kSecret) return key;
  ThrowBadArgument(env->isolate(), function);
  return nullptr;
}

std::shared_ptr<const KeyData> TakeSecret(Env* env, Local<Value> value, const char* function) {
  if (KeyOf(value)) return TakeKey(env, value, KeyType::kSecret, function);
  std::optional<SecretBytes> bytes = CopyBytes(env, value, function);
  if (!bytes) return nullptr;
  if (bytes->size() <= INT_MAX) return std::make_shared<KeyData>(std::move(*bytes));
  ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "key is too big");
  return nullptr;
}

void InitializeKeyObject(Env* env, Local<Object> target) {
  Local<Function> handle;
  if (SetClass(env, target, "KeyObjectHandle",
               MakeClassTemplate(env, "KeyObjectHandle", KeyObjectHandle::New, kHandleMethods,
                                 std::size(kHandleMethods)))
          .ToLocal(&handle))
    env->SetState(kHandleConstructor, handle);
  SetMethod(env, target, "createNativeKeyObjectClass", CreateNativeKeyObjectClass);
  SetConstant(env, target, "kKeyTypeSecret", static_cast<int>(KeyType::kSecret));
  SetConstant(env, target, "kKeyTypePublic", static_cast<int>(KeyType::kPublic));
  SetConstant(env, target, "kKeyTypePrivate", static_cast<int>(KeyType::kPrivate));
  SetConstant(env, target, "kKeyFormatDER", static_cast<int>(KeyFormat::kDer));
  SetConstant(env, target, "kKeyFormatPEM", static_cast<int>(KeyFormat::kPem));
  SetConstant(env, target, "kKeyFormatJWK", static_cast<int>(KeyFormat::kJwk));
  SetConstant(env, target, "kKeyEncodingPKCS1", static_cast<int>(KeyEncodingType::kPkcs1));
  SetConstant(env, target, "kKeyEncodingPKCS8", static_cast<int>(KeyEncodingType::kPkcs8));
  SetConstant(env, target, "kKeyEncodingSPKI", static_cast<int>(KeyEncodingType::kSpki));
  SetConstant(env, target, "kKeyEncodingSEC1", static_cast<int>(KeyEncodingType::kSec1));
  SetConstant(env, target, "EVP_PKEY_ED25519", EVP_PKEY_ED25519);
  SetConstant(env, target, "EVP_PKEY_ED448", EVP_PKEY_ED448);
  SetConstant(env, target, "EVP_PKEY_X25519", EVP_PKEY_X25519);
  SetConstant(env, target, "EVP_PKEY_X448", EVP_PKEY_X448);
}

void ReferenceKeyObject(References* references) {
  references->Add(KeyObjectHandle::New);
  references->Add(NativeKeyObject::New);
  references->Add(CreateNativeKeyObjectClass);
  AddReferences(references, kHandleMethods);
}

}  // namespace se::crypto
