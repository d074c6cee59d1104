// ECDH, ECDHConvertKey and getCurves.
#include <climits>

#include "buffer.h"
#include "errors.h"
#include "memory_charge.h"
#include "openssl.h"
#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void ThrowFailed(Env* env, const char* message) {
  ThrowError(env->isolate(), "ERR_CRYPTO_OPERATION_FAILED", message);
}

// The point in octet form, or null; throws nothing.
EcPoint ToPoint(const EC_GROUP* group, const Bytes& bytes) {
  EcPoint point(EC_POINT_new(group));
  if (!point || EC_POINT_oct2point(group, point.get(), bytes.data, bytes.size, nullptr) != 1) return {};
  return point;
}

// Gives back the point as a Buffer in one of OpenSSL's three octet forms.
void ReturnPoint(const FunctionCallbackInfo<Value>& info, Env* env, const EC_GROUP* group, const EC_POINT* point,
                 Local<Value> form_value, const char* function) {
  std::optional<int64_t> form = TakeInteger(env, form_value, 0, 255, function);
  if (!form) return;
  auto kind = static_cast<point_conversion_form_t>(*form);
  size_t size = EC_POINT_point2oct(group, point, kind, nullptr, 0, nullptr);
  if (size == 0) return ThrowFailed(env, "Failed to get public key length");
  Local<v8::Uint8Array> buffer;
  if (!NewBuffer(env, nullptr, size).ToLocal(&buffer)) return;
  if (EC_POINT_point2oct(group, point, kind, Bytes(buffer).data, size, nullptr) == 0)
    return ThrowFailed(env, "Failed to get public key");
  info.GetReturnValue().Set(buffer);
}

constexpr size_t kKeySize = 2048;

class Ecdh : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Ecdh(Env* env, Local<Object> wrapper, EcKey key)
      : NativeObject(env, wrapper, kTag), key_(std::move(key)), charge_(env, kKeySize) {
    MakeWeak();
  }

  // new ECDH(curve)
  static void New(const FunctionCallbackInfo<Value>& info) {
    Env* env = Env::From(info);
    if (!RequireNew(info)) return;
    CleanErrorQueue clean;
    std::optional<std::string> curve = TakeString(env, info[0], "ECDH");
    if (!curve) return;
    int id = OBJ_sn2nid(curve->c_str());
    if (id == NID_undef) return ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
    EcKey key(EC_KEY_new_by_curve_name(id));
    if (!key) return ThrowFailed(env, "Failed to create key using named curve");
    new Ecdh(env, info.This(), std::move(key));
  }

  static void GenerateKeys(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (EC_KEY_generate_key(self->key_.get()) != 1) ThrowFailed(self->env(), "Failed to generate key");
  }

  // computeSecret(publicKey: bytes): Buffer, or a string when the point is not on the curve
  static void ComputeSecret(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(env->isolate(), "ECDH.computeSecret");
    if (EC_KEY_check_key(self->key_.get()) != 1)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYPAIR", "Invalid key pair");
    EcPoint other = ToPoint(self->group(), bytes);
    if (!other) return info.GetReturnValue().Set(Name(env->isolate(), "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY"));
    size_t size = (EC_GROUP_get_degree(self->group()) + CHAR_BIT - 1) / CHAR_BIT;
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(env, nullptr, size).ToLocal(&buffer)) return;
    if (ECDH_compute_key(Bytes(buffer).data, size, other.get(), self->key_.get(), nullptr) <= 0)
      return ThrowFailed(env, "Failed to compute ECDH key");
    info.GetReturnValue().Set(buffer);
  }

  // getPublicKey(form): Buffer
  static void GetPublicKey(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    const EC_POINT* point = EC_KEY_get0_public_key(self->key_.get());
    if (point == nullptr) return ThrowFailed(self->env(), "Failed to get ECDH public key");
    ReturnPoint(info, self->env(), self->group(), point, info[0], "ECDH.getPublicKey");
  }

  static void GetPrivateKey(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    const BIGNUM* number = EC_KEY_get0_private_key(self->key_.get());
    if (number == nullptr) return ThrowFailed(self->env(), "Failed to get ECDH private key");
    int size = BN_num_bytes(number);
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(self->env(), nullptr, size).ToLocal(&buffer)) return;
    if (size > 0) BN_bn2binpad(number, Bytes(buffer).data, size);
    info.GetReturnValue().Set(buffer);
  }

  static void SetPublicKey(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(info.GetIsolate(), "ECDH.setPublicKey");
    EcPoint point = ToPoint(self->group(), bytes);
    if (!point) return ThrowFailed(self->env(), "Failed to convert Buffer to EC_POINT");
    if (EC_KEY_set_public_key(self->key_.get(), point.get()) != 1)
      ThrowFailed(self->env(), "Failed to set EC_POINT as the public key");
  }

  // Sets the private key and the public one that follows from it.
  static void SetPrivateKey(const FunctionCallbackInfo<Value>& info) {
    Ecdh* self = UnwrapThis<Ecdh>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(env->isolate(), "ECDH.setPrivateKey");
    if (bytes.size > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "key is too big");
    Bignum number(BN_bin2bn(bytes.data, static_cast<int>(bytes.size), nullptr));
    if (!number) return ThrowFailed(env, "Failed to convert Buffer to BN");
    // SEC 1, 3.2.1: between 1 and the order less 1.
    const BIGNUM* order = EC_GROUP_get0_order(self->group());
    if (BN_is_zero(number.get()) || order == nullptr || BN_cmp(number.get(), order) >= 0)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYTYPE",
                             "Private key is not valid for specified curve.");
    EcKey key(EC_KEY_dup(self->key_.get()));
    if (!key || EC_KEY_set_private_key(key.get(), number.get()) != 1)
      return ThrowFailed(env, "Failed to convert BN to a private key");
    EcPoint point(EC_POINT_new(self->group()));
    if (!point || EC_POINT_mul(self->group(), point.get(), number.get(), nullptr, nullptr, nullptr) != 1)
      return ThrowFailed(env, "Failed to generate ECDH public key");
    if (EC_KEY_set_public_key(key.get(), point.get()) != 1)
      return ThrowFailed(env, "Failed to set generated public key");
    self->key_ = std::move(key);
  }

 private:
  const EC_GROUP* group() const { return EC_KEY_get0_group(key_.get()); }

  EcKey key_;
  MemoryCharge charge_;
};

alignas(8) const char Ecdh::kTag[] = "crypto.ECDH";

constexpr Method kClassMethods[] = {
    {"generateKeys", Ecdh::GenerateKeys}, {"computeSecret", Ecdh::ComputeSecret},
    {"getPublicKey", Ecdh::GetPublicKey}, {"getPrivateKey", Ecdh::GetPrivateKey},
    {"setPublicKey", Ecdh::SetPublicKey}, {"setPrivateKey", Ecdh::SetPrivateKey},
};

// ECDHConvertKey(key: bytes, curve: string, form): Buffer
void EcdhConvertKey(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  std::optional<std::string> curve = TakeString(env, info[1], "ECDHConvertKey");
  if (!curve) return;
  Bytes bytes(info[0]);
  if (!bytes.ok) return ThrowBadArgument(env->isolate(), "ECDHConvertKey");
  if (bytes.size == 0) return info.GetReturnValue().SetEmptyString();
  int id = OBJ_sn2nid(curve->c_str());
  if (id == NID_undef) return ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
  EcGroup group(EC_GROUP_new_by_curve_name(id));
  if (!group) return ThrowFailed(env, "Failed to get EC_GROUP");
  EcPoint point = ToPoint(group.get(), bytes);
  if (!point) return ThrowFailed(env, "Failed to convert Buffer to EC_POINT");
  ReturnPoint(info, env, group.get(), point.get(), info[2], "ECDHConvertKey");
}

void GetCurves(const FunctionCallbackInfo<Value>& info) {
  std::vector<EC_builtin_curve> curves(EC_get_builtin_curves(nullptr, 0));
  EC_get_builtin_curves(curves.data(), curves.size());
  std::vector<std::string> names;
  for (const EC_builtin_curve& curve : curves) names.push_back(OBJ_nid2sn(curve.nid));
  Local<Value> result;
  if (NewStringArray(Env::From(info), names).ToLocal(&result)) info.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {{"ECDHConvertKey", EcdhConvertKey}, {"getCurves", GetCurves}};

}  // namespace

void InitializeEcdh(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "ECDH",
                 MakeClassTemplate(env, "ECDH", Ecdh::New, kClassMethods, std::size(kClassMethods)));
  SetMethods(env, target, kMethods);
}

void ReferenceEcdh(References* references) {
  references->Add(Ecdh::New);
  AddReferences(references, kClassMethods);
  AddReferences(references, kMethods);
}

}  // namespace se::crypto
