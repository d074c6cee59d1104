// SecretKeyGenJob and the jobs that generate key pairs.
#include <climits>

#include "dh_group.h"
#include "digest.h"
#include "ec_curve.h"
#include "job.h"
#include "key_encoding.h"
#include "key_object.h"
#include "keygen_callback.h"
#include "parts.h"

namespace se::crypto {

using v8::Array;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

class SecretKeyWork : public Work {
 public:
  explicit SecretKeyWork(size_t size) : size_(size) {}

  bool Run(Env* env) override {
    std::optional<SecretBytes> bytes = SecretBytes::Allocate(nullptr, size_);
    if (!bytes || RAND_bytes(bytes->data(), static_cast<int>(size_)) != 1) return false;
    key_ = std::make_shared<KeyData>(std::move(*bytes));
    return true;
  }
  MaybeLocal<Value> Result(Env* env) override { return NewKeyHandle(env, key_); }

 private:
  size_t size_;
  std::shared_ptr<const KeyData> key_;
};

// new SecretKeyGenJob(mode, bits)
std::unique_ptr<Work> ParseSecretKeyJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<int64_t> bits = TakeInteger(env, info[1], 0, INT_MAX, "SecretKeyGenJob");
  if (!bits) return nullptr;
  return std::make_unique<SecretKeyWork>(*bits / CHAR_BIT);
}

// How each kind of key is generated. Returns null with errors in OpenSSL's queue.
class Generator {
 public:
  virtual ~Generator() = default;
  virtual Pkey Generate(Env* env) = 0;

 protected:
  // The last step: a key by an initialized context.
  static Pkey Finish(Env* env, EVP_PKEY_CTX* context) {
    StopCallback::Install(env, context);
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_keygen(context, &key) <= 0) return {};
    return Pkey(key);
  }
  static Pkey FromParameters(Env* env, const Pkey& parameters) {
    PkeyContext context(parameters ? EVP_PKEY_CTX_new(parameters.get(), nullptr) : nullptr);
    if (!context || EVP_PKEY_keygen_init(context.get()) <= 0) return {};
    return Finish(env, context.get());
  }
};

class KeyPairWork : public Work {
 public:
  KeyPairWork(std::unique_ptr<Generator> generator, KeyEncoding public_encoding, KeyEncoding private_encoding)
      : generator_(std::move(generator)),
        public_encoding_(std::move(public_encoding)),
        private_encoding_(std::move(private_encoding)) {}

  bool Run(Env* env) override {
    Pkey key = generator_->Generate(env);
    if (!key) return false;
    private_ = std::make_shared<KeyData>(KeyType::kPrivate, std::move(key));
    public_ = std::make_shared<KeyData>(KeyType::kPublic, private_->ShareKey());
    return true;
  }

  // [publicKey, privateKey]
  MaybeLocal<Value> Result(Env* env) override {
    Local<Value> pair[2];
    if (!ExportKey(env, public_, public_encoding_).ToLocal(&pair[0]) ||
        !ExportKey(env, private_, private_encoding_).ToLocal(&pair[1]))
      return {};
    return Array::New(env->isolate(), pair, 2);
  }

 private:
  std::unique_ptr<Generator> generator_;
  KeyEncoding public_encoding_;
  KeyEncoding private_encoding_;
  std::shared_ptr<const KeyData> private_;
  std::shared_ptr<const KeyData> public_;
};

// Reads a generator's own arguments at info[*offset] and moves the offset behind them; throws when it returns null.
using ParseGenerator = std::unique_ptr<Generator> (*)(Env* env, const FunctionCallbackInfo<Value>& info, int* offset);

// new …KeyPairGenJob(mode, …, publicFormat, publicType, privateFormat, privateType, cipher, passphrase)
template <ParseGenerator kParse>
std::unique_ptr<Work> ParseKeyPairJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  int offset = 1;
  std::unique_ptr<Generator> generator = kParse(env, info, &offset);
  if (!generator) return nullptr;
  std::optional<KeyEncoding> public_encoding = TakePublicKeyEncoding(env, info, &offset);
  if (!public_encoding) return nullptr;
  std::optional<KeyEncoding> private_encoding = TakePrivateKeyEncoding(env, info, &offset);
  if (!private_encoding) return nullptr;
  return std::make_unique<KeyPairWork>(std::move(generator), std::move(*public_encoding),
                                       std::move(*private_encoding));
}

// --- RSA -------------------------------------------------------------------------------------------------------------

class RsaGenerator : public Generator {
 public:
  bool pss = false;
  int bits = 0;
  uint32_t exponent = 0;
  const EVP_MD* digest = nullptr;
  const EVP_MD* mgf1_digest = nullptr;
  int salt_length = -1;  // negative: not given

  Pkey Generate(Env* env) override {
    PkeyContext context(EVP_PKEY_CTX_new_id(pss ? EVP_PKEY_RSA_PSS : EVP_PKEY_RSA, nullptr));
    if (!context || EVP_PKEY_keygen_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) <= 0)
      return {};
    if (exponent != 0x10001) {
      Bignum number(BN_new());
      if (!number || BN_set_word(number.get(), exponent) != 1 ||
          EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), number.get()) <= 0)
        return {};
    }
    if (pss && !RestrictPss(context.get())) return {};
    return Finish(env, context.get());
  }

 private:
  bool RestrictPss(EVP_PKEY_CTX* context) {
    if (digest != nullptr && EVP_PKEY_CTX_set_rsa_pss_keygen_md(context, digest) <= 0) return false;
    // RFC 8017 recommends the same digest for MGF1, and OpenSSL needs to be told.
    const EVP_MD* mgf1 = mgf1_digest != nullptr ? mgf1_digest : digest;
    if (mgf1 != nullptr && EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md(context, mgf1) <= 0) return false;
    int salt = salt_length >= 0 || digest == nullptr ? salt_length : EVP_MD_get_size(digest);
    return salt < 0 || EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context, salt) > 0;
  }
};

bool TakeOptionalDigest(Env* env, Local<Value> value, const char* unknown, const EVP_MD** digest) {
  if (value->IsUndefined()) return true;
  std::optional<std::string> name = TakeString(env, value, "RsaKeyPairGenJob");
  if (!name) return false;
  *digest = FindDigest(*name);
  if (*digest != nullptr) return true;
  ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_DIGEST", unknown + *name);
  return false;
}

// variant, modulusLength, publicExponent [, digest?, mgf1Digest?, saltLength? with RSA-PSS]
std::unique_ptr<Generator> ParseRsa(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  constexpr char kName[] = "RsaKeyPairGenJob";
  auto generator = std::make_unique<RsaGenerator>();
  std::optional<int64_t> variant = TakeInteger(env, info[*offset], 0, 2, kName);
  if (!variant) return nullptr;
  generator->pss = *variant == 1;
  std::optional<int64_t> bits = TakeInteger(env, info[*offset + 1], 0, UINT32_MAX, kName);
  if (!bits) return nullptr;
  // Longer than OpenSSL itself takes: it refuses these only when the key is used.
  if (*bits > OPENSSL_RSA_MAX_MODULUS_BITS) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "The modulus has too many bits");
    return nullptr;
  }
  generator->bits = static_cast<int>(*bits);
  std::optional<int64_t> exponent = TakeInteger(env, info[*offset + 2], 0, UINT32_MAX, kName);
  if (!exponent) return nullptr;
  generator->exponent = static_cast<uint32_t>(*exponent);
  *offset += 3;
  if (!generator->pss) return generator;
  if (!TakeOptionalDigest(env, info[*offset], "Invalid digest: ", &generator->digest) ||
      !TakeOptionalDigest(env, info[*offset + 1], "Invalid MGF1 digest: ", &generator->mgf1_digest))
    return nullptr;
  if (!info[*offset + 2]->IsUndefined()) {
    std::optional<int64_t> salt = TakeInteger(env, info[*offset + 2], 0, INT_MAX, kName);
    if (!salt) return nullptr;
    generator->salt_length = static_cast<int>(*salt);
  }
  *offset += 3;
  return generator;
}

// --- DSA -------------------------------------------------------------------------------------------------------------

class DsaGenerator : public Generator {
 public:
  int modulus_bits = 0;
  int divisor_bits = -1;  // negative: OpenSSL's choice

  Pkey Generate(Env* env) override {
    PkeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
    if (!context || EVP_PKEY_paramgen_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), modulus_bits) <= 0 ||
        (divisor_bits >= 0 && EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context.get(), divisor_bits) <= 0))
      return {};
    StopCallback::Install(env, context.get());
    EVP_PKEY* parameters = nullptr;
    if (EVP_PKEY_paramgen(context.get(), &parameters) <= 0) return {};
    return FromParameters(env, Pkey(parameters));
  }
};

// modulusLength, divisorLength | -1
std::unique_ptr<Generator> ParseDsa(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  constexpr char kName[] = "DsaKeyPairGenJob";
  auto generator = std::make_unique<DsaGenerator>();
  std::optional<int64_t> modulus = TakeInteger(env, info[*offset], 0, UINT32_MAX, kName);
  if (!modulus) return nullptr;
  if (*modulus > OPENSSL_DSA_MAX_MODULUS_BITS) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "The modulus has too many bits");
    return nullptr;
  }
  std::optional<int64_t> divisor = TakeInteger(env, info[*offset + 1], -1, INT_MAX, kName);
  if (!divisor) return nullptr;
  generator->modulus_bits = static_cast<int>(*modulus);
  generator->divisor_bits = static_cast<int>(*divisor);
  *offset += 2;
  return generator;
}

// --- EC and the curves of their own key types ------------------------------------------------------------------------

class EcGenerator : public Generator {
 public:
  int curve = NID_undef;
  int encoding = OPENSSL_EC_NAMED_CURVE;

  Pkey Generate(Env* env) override {
    PkeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
    if (!context || EVP_PKEY_keygen_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), curve) <= 0 ||
        EVP_PKEY_CTX_set_ec_param_enc(context.get(), encoding) <= 0)
      return {};
    return Finish(env, context.get());
  }
};

// namedCurve, paramEncoding
std::unique_ptr<Generator> ParseEc(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  constexpr char kName[] = "EcKeyPairGenJob";
  auto generator = std::make_unique<EcGenerator>();
  std::optional<std::string> name = TakeString(env, info[*offset], kName);
  if (!name) return nullptr;
  generator->curve = CurveId(*name);
  if (generator->curve == NID_undef) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
    return nullptr;
  }
  std::optional<int64_t> encoding = TakeInteger(env, info[*offset + 1], 0, 1, kName);
  if (!encoding) return nullptr;
  generator->encoding = static_cast<int>(*encoding);
  *offset += 2;
  return generator;
}

class NidGenerator : public Generator {
 public:
  explicit NidGenerator(int id) : id_(id) {}

  Pkey Generate(Env* env) override {
    PkeyContext context(EVP_PKEY_CTX_new_id(id_, nullptr));
    if (!context || EVP_PKEY_keygen_init(context.get()) <= 0) return {};
    return Finish(env, context.get());
  }

 private:
  int id_;
};

// id: one of the EVP_PKEY_… constants
std::unique_ptr<Generator> ParseNid(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  std::optional<int64_t> id = TakeInteger(env, info[*offset], 0, INT_MAX, "NidKeyPairGenJob");
  if (!id) return nullptr;
  switch (*id) {
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
    case EVP_PKEY_X25519:
    case EVP_PKEY_X448: break;
    default: ThrowBadArgument(env->isolate(), "NidKeyPairGenJob"); return nullptr;
  }
  *offset += 1;
  return std::make_unique<NidGenerator>(static_cast<int>(*id));
}

// --- DH --------------------------------------------------------------------------------------------------------------

class DhGenerator : public Generator {
 public:
  Dh group;          // given parameters, or
  int prime_bits = 0;  // those of a new prime
  int generator = 2;

  Pkey Generate(Env* env) override {
    Pkey parameters(EVP_PKEY_new());
    if (group) {
      if (!parameters || EVP_PKEY_set1_DH(parameters.get(), group.get()) != 1) return {};
      return FromParameters(env, parameters);
    }
    PkeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_DH, nullptr));
    if (!context || EVP_PKEY_paramgen_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_dh_paramgen_prime_len(context.get(), prime_bits) <= 0 ||
        EVP_PKEY_CTX_set_dh_paramgen_generator(context.get(), generator) <= 0)
      return {};
    StopCallback::Install(env, context.get());
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_paramgen(context.get(), &made) <= 0) return {};
    return FromParameters(env, Pkey(made));
  }
};

// group name | prime | primeLength [, generator with the latter two]
std::unique_ptr<Generator> ParseDh(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  constexpr char kName[] = "DhKeyPairGenJob";
  auto generator = std::make_unique<DhGenerator>();
  if (info[*offset]->IsString()) {
    generator->group = NewDhGroup(NameOf(env, info[*offset]));
    if (!generator->group) {
      ThrowError(env->isolate(), "ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
      return nullptr;
    }
    *offset += 1;
    return generator;
  }
  std::optional<int64_t> base = TakeInteger(env, info[*offset + 1], 0, INT_MAX, kName);
  if (!base) return nullptr;
  generator->generator = static_cast<int>(*base);
  Bytes prime(info[*offset]);
  if (prime.ok) {
    if (prime.size > OPENSSL_DH_MAX_MODULUS_BITS / CHAR_BIT) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "prime is too big");
      return nullptr;
    }
    Bignum p(BN_bin2bn(prime.data, static_cast<int>(prime.size), nullptr));
    Bignum g(BN_new());
    generator->group.reset(DH_new());
    if (!p || !g || !generator->group || BN_set_word(g.get(), *base) != 1 ||
        DH_set0_pqg(generator->group.get(), p.get(), nullptr, g.get()) != 1) {
      ThrowOutOfMemory(env);
      return nullptr;
    }
    p.release();
    g.release();
  } else {
    std::optional<int64_t> bits = TakeInteger(env, info[*offset], 0, INT_MAX, kName);
    if (!bits) return nullptr;
    if (*bits > OPENSSL_DH_MAX_MODULUS_BITS) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "The prime has too many bits");
      return nullptr;
    }
    generator->prime_bits = static_cast<int>(*bits);
  }
  *offset += 2;
  return generator;
}

constexpr JobClass kJobs[] = {
    {"SecretKeyGenJob", JobConstructor<ParseSecretKeyJob, Provider::kKeyGen>},
    {"RsaKeyPairGenJob", JobConstructor<ParseKeyPairJob<ParseRsa>, Provider::kKeyPairGen>},
    {"DsaKeyPairGenJob", JobConstructor<ParseKeyPairJob<ParseDsa>, Provider::kKeyPairGen>},
    {"EcKeyPairGenJob", JobConstructor<ParseKeyPairJob<ParseEc>, Provider::kKeyPairGen>},
    {"NidKeyPairGenJob", JobConstructor<ParseKeyPairJob<ParseNid>, Provider::kKeyPairGen>},
    {"DhKeyPairGenJob", JobConstructor<ParseKeyPairJob<ParseDh>, Provider::kKeyPairGen>},
};

}  // namespace

void InitializeKeygen(Env* env, Local<Object> target) {
  SetJobClasses(env, target, kJobs);
  SetConstant(env, target, "OPENSSL_EC_NAMED_CURVE", OPENSSL_EC_NAMED_CURVE);
  SetConstant(env, target, "OPENSSL_EC_EXPLICIT_CURVE", OPENSSL_EC_EXPLICIT_CURVE);
}

void ReferenceKeygen(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
