// DiffieHellman and DiffieHellmanGroup.
#include <climits>
#include <cstring>

#include "buffer.h"
#include "dh_group.h"
#include "errors.h"
#include "keygen_callback.h"
#include "memory_charge.h"
#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

Bignum ToBignum(const Bytes& bytes) {
  if (bytes.size > INT_MAX) return {};
  return Bignum(BN_bin2bn(bytes.data, static_cast<int>(bytes.size), nullptr));
}

class DiffieHellman : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  // The numbers, and what OpenSSL computes from them to be faster.
  DiffieHellman(Env* env, Local<Object> wrapper, Dh dh)
      : NativeObject(env, wrapper, kTag),
        dh_(std::move(dh)),
        charge_(env, 1024 + 8 * static_cast<size_t>(DH_size(dh_.get()))) {
    MakeWeak();
  }

  // new DiffieHellman(primeLength | prime, generator: int32 | bytes)
  static void New(const FunctionCallbackInfo<Value>& info) {
    Env* env = Env::From(info);
    if (!RequireNew(info)) return;
    CleanErrorQueue clean;
    Dh dh = info[0]->IsInt32() ? Generate(env, info) : FromPrime(env, info);
    if (dh) new DiffieHellman(env, info.This(), std::move(dh));
  }

  // new DiffieHellmanGroup(name)
  static void NewGroup(const FunctionCallbackInfo<Value>& info) {
    Env* env = Env::From(info);
    if (!RequireNew(info)) return;
    if (!info[0]->IsString())
      return ThrowTypeError(env->isolate(), "ERR_INVALID_ARG_TYPE", "Group name must be a string");
    CleanErrorQueue clean;
    Dh dh = NewDhGroup(NameOf(env, info[0]));
    if (!dh) return ThrowError(env->isolate(), "ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
    new DiffieHellman(env, info.This(), std::move(dh));
  }

  // generateKeys(): Buffer with the public key
  static void GenerateKeys(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    if (DH_generate_key(self->dh_.get()) != 1)
      return ThrowError(info.GetIsolate(), "ERR_CRYPTO_OPERATION_FAILED", "Key generation failed");
    Return(info, self, DH_get0_pub_key(self->dh_.get()), "");
  }

  // computeSecret(publicKey: bytes): Buffer
  static void ComputeSecret(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(env->isolate(), "DiffieHellman.computeSecret");
    if (bytes.size > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "secret is too big");
    Bignum key = ToBignum(bytes);
    int problems = 0;
    if (!key || DH_check_pub_key(self->dh_.get(), key.get(), &problems) != 1)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYTYPE", "Unspecified validation error");
    if ((problems & DH_CHECK_PUBKEY_TOO_SMALL) != 0)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYLEN", "Supplied key is too small");
    if ((problems & DH_CHECK_PUBKEY_TOO_LARGE) != 0)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYLEN", "Supplied key is too large");
    if (problems != 0)
      return ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYTYPE", "Supplied key is invalid");
    int room = DH_size(self->dh_.get());
    std::optional<SecretBytes> secret = SecretBytes::Allocate(env->allocator(), room);
    if (!secret) return ThrowOutOfMemory(env);
    int size = DH_compute_key(secret->data(), key.get(), self->dh_.get());
    if (size < 0 || size > room) return ThrowLastError(env, "Failed to compute the secret");
    // The secret's length must not tell how many leading zero bytes it has.
    memmove(secret->data() + (room - size), secret->data(), size);
    memset(secret->data(), 0, room - size);
    Local<v8::Uint8Array> buffer;
    if (NewBuffer(env, secret->data(), secret->size()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
  }

  static void GetPrime(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self != nullptr) Return(info, self, DH_get0_p(self->dh_.get()), "p is null");
  }
  static void GetGenerator(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self != nullptr) Return(info, self, DH_get0_g(self->dh_.get()), "g is null");
  }
  static void GetPublicKey(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    Return(info, self, DH_get0_pub_key(self->dh_.get()), "No public key - did you forget to generate one?");
  }
  static void GetPrivateKey(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    Return(info, self, DH_get0_priv_key(self->dh_.get()), "No private key - did you forget to generate one?");
  }

  static void SetPublicKey(const FunctionCallbackInfo<Value>& info) { SetKey(info, true); }
  static void SetPrivateKey(const FunctionCallbackInfo<Value>& info) { SetKey(info, false); }

  // The property verifyError: DH_check's bits.
  static void VerifyError(const FunctionCallbackInfo<Value>& info) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    CleanErrorQueue clean;
    int problems = 0;
    if (DH_check(self->dh_.get(), &problems) != 1)
      return ThrowError(info.GetIsolate(), "ERR_CRYPTO_OPERATION_FAILED", "Checking DH parameters failed");
    info.GetReturnValue().Set(problems);
  }

 private:
  static constexpr size_t kMaxSize = OPENSSL_DH_MAX_MODULUS_BITS / CHAR_BIT;

  static void ThrowBadGenerator(Env* env) {
    ERR_raise(ERR_LIB_DH, DH_R_BAD_GENERATOR);
    ThrowLastError(env, "Invalid generator");
  }

  static Dh Generate(Env* env, const FunctionCallbackInfo<Value>& info) {
    int bits = info[0].As<v8::Int32>()->Value();
    if (bits < 2) {
      ERR_raise(ERR_LIB_DH, DH_R_MODULUS_TOO_SMALL);
      ThrowLastError(env, "Invalid prime length");
      return {};
    }
    if (!info[1]->IsInt32()) {
      ThrowTypeError(env->isolate(), "ERR_INVALID_ARG_TYPE", "Second argument must be an int32");
      return {};
    }
    int generator = info[1].As<v8::Int32>()->Value();
    if (generator < 2) {
      ThrowBadGenerator(env);
      return {};
    }
    Dh dh(DH_new());
    StopCallback stop(env);
    if (dh && stop.get() && DH_generate_parameters_ex(dh.get(), bits, generator, stop.get()) == 1) return dh;
    ThrowTypeError(env->isolate(), "ERR_INVALID_ARG_VALUE", "Invalid DH parameters");
    return {};
  }

  static Dh FromPrime(Env* env, const FunctionCallbackInfo<Value>& info) {
    Bytes prime(info[0]);
    Bytes base(info[1]);
    if (!prime.ok || (!base.ok && !info[1]->IsInt32())) {
      ThrowBadArgument(env->isolate(), "DiffieHellman");
      return {};
    }
    // OpenSSL makes no use of longer ones, but would check them for minutes.
    if (prime.size > kMaxSize || base.size > kMaxSize) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "prime is too big");
      return {};
    }
    Bignum p = ToBignum(prime);
    Bignum g;
    if (base.ok) {
      g = ToBignum(base);
    } else if (int word = info[1].As<v8::Int32>()->Value(); word >= 2) {
      g.reset(BN_new());
      if (g && BN_set_word(g.get(), word) != 1) g.reset();
    }
    bool usable = p && g && !BN_is_zero(g.get()) && !BN_is_one(g.get()) &&
                  (BN_num_bits(p.get()) < 512 || BN_cmp(g.get(), p.get()) < 0);
    if (!usable) {
      ThrowBadGenerator(env);
      return {};
    }
    Dh dh(DH_new());
    if (!dh || DH_set0_pqg(dh.get(), p.get(), nullptr, g.get()) != 1) {
      ThrowTypeError(env->isolate(), "ERR_INVALID_ARG_VALUE", "Invalid DH parameters");
      return {};
    }
    p.release();
    g.release();
    return dh;
  }

  static void Return(const FunctionCallbackInfo<Value>& info, DiffieHellman* self, const BIGNUM* number,
                     const char* missing) {
    Env* env = self->env();
    if (number == nullptr) return ThrowError(env->isolate(), "ERR_CRYPTO_INVALID_STATE", missing);
    int size = BN_num_bytes(number);
    Local<v8::Uint8Array> buffer;
    if (!NewBuffer(env, nullptr, size).ToLocal(&buffer)) return;
    if (size > 0) BN_bn2binpad(number, Bytes(buffer).data, size);
    info.GetReturnValue().Set(buffer);
  }

  static void SetKey(const FunctionCallbackInfo<Value>& info, bool is_public) {
    DiffieHellman* self = UnwrapThis<DiffieHellman>(info);
    if (self == nullptr) return;
    Env* env = self->env();
    CleanErrorQueue clean;
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(env->isolate(), "DiffieHellman.setKey");
    // An exponent of any length would be computed with.
    if (bytes.size > kMaxSize) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "buf is too big");
    Bignum number = ToBignum(bytes);
    bool set = number && (is_public ? DH_set0_key(self->dh_.get(), number.get(), nullptr)
                                    : DH_set0_key(self->dh_.get(), nullptr, number.get())) == 1;
    if (!set) return ThrowLastError(env, "Failed to set the key");
    number.release();
  }

  Dh dh_;
  MemoryCharge charge_;
};

alignas(8) const char DiffieHellman::kTag[] = "crypto.DiffieHellman";

constexpr Method kMethods[] = {
    {"generateKeys", DiffieHellman::GenerateKeys}, {"computeSecret", DiffieHellman::ComputeSecret},
    {"getPrime", DiffieHellman::GetPrime},         {"getGenerator", DiffieHellman::GetGenerator},
    {"getPublicKey", DiffieHellman::GetPublicKey}, {"getPrivateKey", DiffieHellman::GetPrivateKey},
    {"setPublicKey", DiffieHellman::SetPublicKey}, {"setPrivateKey", DiffieHellman::SetPrivateKey},
};

void SetDhClass(Env* env, Local<Object> target, const char* name, v8::FunctionCallback constructor) {
  Local<v8::FunctionTemplate> klass = MakeClassTemplate(env, name, constructor, kMethods, std::size(kMethods));
  Local<v8::FunctionTemplate> getter = v8::FunctionTemplate::New(env->isolate(), DiffieHellman::VerifyError);
  klass->InstanceTemplate()->SetAccessorProperty(Name(env->isolate(), "verifyError"), getter, {},
                                                 static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontDelete));
  (void)SetClass(env, target, name, klass);
}

}  // namespace

void InitializeDiffieHellman(Env* env, Local<Object> target) {
  SetDhClass(env, target, "DiffieHellman", DiffieHellman::New);
  SetDhClass(env, target, "DiffieHellmanGroup", DiffieHellman::NewGroup);
}

void ReferenceDiffieHellman(References* references) {
  references->Add(DiffieHellman::New);
  references->Add(DiffieHellman::NewGroup);
  references->Add(DiffieHellman::VerifyError);
  AddReferences(references, kMethods);
}

}  // namespace se::crypto
