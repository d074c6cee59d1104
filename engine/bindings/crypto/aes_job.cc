// AESCipherJob: the AES of Web Crypto.
#include <climits>
#include <cstring>

#include "job.h"
#include "key_object.h"
#include "openssl.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

constexpr size_t kBlock = 16;

struct Variant {
  const char* name;
  int nid;
};

// The binding's constants are the indices of this table.
constexpr Variant kVariants[] = {
    {"kKeyVariantAES_CTR_128", NID_aes_128_ctr},       {"kKeyVariantAES_CTR_192", NID_aes_192_ctr},
    {"kKeyVariantAES_CTR_256", NID_aes_256_ctr},       {"kKeyVariantAES_CBC_128", NID_aes_128_cbc},
    {"kKeyVariantAES_CBC_192", NID_aes_192_cbc},       {"kKeyVariantAES_CBC_256", NID_aes_256_cbc},
    {"kKeyVariantAES_GCM_128", NID_aes_128_gcm},       {"kKeyVariantAES_GCM_192", NID_aes_192_gcm},
    {"kKeyVariantAES_GCM_256", NID_aes_256_gcm},       {"kKeyVariantAES_KW_128", NID_id_aes128_wrap},
    {"kKeyVariantAES_KW_192", NID_id_aes192_wrap},     {"kKeyVariantAES_KW_256", NID_id_aes256_wrap},
};

// The initial value of RFC 3394, 2.2.3.1.
constexpr uint8_t kWrapIv[] = {0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6};

struct AesParameters {
  const EVP_CIPHER* cipher = nullptr;
  bool encrypts = true;
  std::shared_ptr<const KeyData> key;
  SecretBytes data;
  SecretBytes iv;
  SecretBytes tag;                // GCM, decrypting
  size_t tag_length = 0;          // GCM, encrypting
  SecretBytes additional_data;    // GCM
  unsigned counter_bits = 0;      // CTR

  int mode() const { return EVP_CIPHER_get_mode(cipher); }
};

class AesWork : public BytesWork {
 public:
  explicit AesWork(AesParameters parameters) : p_(std::move(parameters)) {}

  bool Run(Env* env) override {
    if (!Reserve(env, p_.data.size() + 2 * kBlock + p_.tag_length)) return false;
    size_t written = 0;
    bool ok = p_.mode() == EVP_CIPH_CTR_MODE ? RunCounter(&written)
                                             : RunPart(p_.iv.data(), p_.data.data(), p_.data.size(), &written);
    output_.Truncate(written);
    return ok;
  }

 private:
  // Ciphers one stretch of the input; adds to *written.
  bool RunPart(const uint8_t* iv, const uint8_t* data, size_t size, size_t* written) {
    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context) return false;
    EVP_CIPHER_CTX* c = context.get();
    bool gcm = p_.mode() == EVP_CIPH_GCM_MODE;
    if (p_.mode() == EVP_CIPH_WRAP_MODE) EVP_CIPHER_CTX_set_flags(c, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    const SecretBytes& key = p_.key->secret();
    if (EVP_CipherInit_ex(c, p_.cipher, nullptr, nullptr, nullptr, p_.encrypts) != 1 ||
        (gcm && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(p_.iv.size()), nullptr) != 1) ||
        EVP_CIPHER_CTX_set_key_length(c, static_cast<int>(key.size())) != 1 ||
        EVP_CipherInit_ex(c, nullptr, nullptr, key.data(), iv, p_.encrypts) != 1)
      return false;
    if (gcm && !p_.encrypts &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(p_.tag.size()), p_.tag.data()) != 1)
      return false;
    int length = 0;
    if (gcm && !p_.additional_data.empty() &&
        EVP_CipherUpdate(c, nullptr, &length, p_.additional_data.data(),
                         static_cast<int>(p_.additional_data.size())) != 1)
      return false;
    length = 0;
    if (size > 0 && EVP_CipherUpdate(c, output_.data() + *written, &length, data, static_cast<int>(size)) != 1)
      return false;
    *written += length;
    length = 0;
    if (EVP_CipherFinal_ex(c, output_.data() + *written, &length) != 1) return false;
    *written += length;
    if (!gcm || !p_.encrypts) return true;
    if (EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(p_.tag_length), output_.data() + *written) != 1)
      return false;
    *written += p_.tag_length;
    return true;
  }

  // Web Crypto counts in the low bits of the block only, where OpenSSL counts in all of it: at the counter's wrap the
  // work is cut in two.
  bool RunCounter(size_t* written) {
    using Block = unsigned __int128;
    Block block = 0;
    for (size_t i = 0; i < kBlock; i++) block = block << CHAR_BIT | p_.iv.data()[i];
    Block mask = p_.counter_bits == 128 ? ~Block{0} : (Block{1} << p_.counter_bits) - 1;
    size_t size = p_.data.size();
    size_t blocks = (size + kBlock - 1) / kBlock;
    if (blocks == 0) return true;
    if (blocks - 1 > mask) return false;
    Block left = mask - (block & mask);  // increments before the wrap
    if (blocks - 1 <= left) return RunPart(p_.iv.data(), p_.data.data(), size, written);
    size_t first = (static_cast<size_t>(left) + 1) * kBlock;
    uint8_t zeroed[kBlock];
    block &= ~mask;
    for (size_t i = kBlock; i-- > 0; block >>= CHAR_BIT) zeroed[i] = static_cast<uint8_t>(block);
    return RunPart(p_.iv.data(), p_.data.data(), first, written) &&
           RunPart(zeroed, p_.data.data() + first, size - first, written);
  }

  AesParameters p_;
};

bool TakeGcm(Env* env, const FunctionCallbackInfo<Value>& info, AesParameters* p) {
  if (p->encrypts) {
    std::optional<int64_t> length = TakeInteger(env, info[6], 0, UINT32_MAX, "AESCipherJob");
    if (!length) return false;
    if (*length > static_cast<int64_t>(kBlock)) {
      ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_TAG_LENGTH", "Invalid taglength");
      return false;
    }
    p->tag_length = *length;
  } else {
    std::optional<SecretBytes> tag = CopyBytes(env, info[6], "AESCipherJob");
    if (!tag) return false;
    if (tag->size() > kBlock) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "tag is too big");
      return false;
    }
    p->tag = std::move(*tag);
  }
  std::optional<SecretBytes> additional = CopyOptionalBytes(env, info[7], "AESCipherJob");
  if (!additional) return false;
  if (additional->size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "additionalData is too big");
    return false;
  }
  p->additional_data = std::move(*additional);
  return true;
}

bool TakeIv(Env* env, const FunctionCallbackInfo<Value>& info, AesParameters* p) {
  std::optional<SecretBytes> iv = p->mode() == EVP_CIPH_WRAP_MODE
                                      ? SecretBytes::Copy(env->allocator(), kWrapIv, sizeof(kWrapIv))
                                      : CopyBytes(env, info[5], "AESCipherJob");
  if (!iv) return false;
  if (iv->size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "iv is too big");
    return false;
  }
  // OpenSSL reads as much as the mode takes.
  if (p->mode() != EVP_CIPH_GCM_MODE && iv->size() < static_cast<size_t>(EVP_CIPHER_get_iv_length(p->cipher))) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
    return false;
  }
  p->iv = std::move(*iv);
  return true;
}

bool TakeCounter(Env* env, const FunctionCallbackInfo<Value>& info, AesParameters* p) {
  std::optional<int64_t> bits = TakeInteger(env, info[6], 0, UINT32_MAX, "AESCipherJob");
  if (!bits) return false;
  if (*bits == 0 || *bits > 128) {
    ThrowTypeError(env->isolate(), "ERR_CRYPTO_INVALID_COUNTER", "Invalid counter");
    return false;
  }
  p->counter_bits = static_cast<unsigned>(*bits);
  return true;
}

// new AESCipherJob(mode, cipherMode, key, data, variant, iv?, counterBits | tag | tagLength, additionalData?)
std::unique_ptr<Work> ParseAesJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  AesParameters p;
  std::optional<int64_t> decrypts = TakeInteger(env, info[1], 0, 1, "AESCipherJob");
  if (!decrypts) return nullptr;
  p.encrypts = *decrypts == 0;
  p.key = TakeKey(env, info[2], KeyType::kSecret, "AESCipherJob");
  if (!p.key) return nullptr;
  std::optional<int64_t> variant = TakeInteger(env, info[4], 0, std::size(kVariants) - 1, "AESCipherJob");
  if (!variant) return nullptr;
  p.cipher = EVP_get_cipherbynid(kVariants[*variant].nid);
  if (p.cipher == nullptr) {
    ThrowError(env->isolate(), "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
    return nullptr;
  }
  if (p.key->secret().size() != static_cast<size_t>(EVP_CIPHER_get_key_length(p.cipher))) {
    ThrowRangeError(env->isolate(), "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    return nullptr;
  }
  if (!TakeIv(env, info, &p) || (p.mode() == EVP_CIPH_CTR_MODE && !TakeCounter(env, info, &p)) ||
      (p.mode() == EVP_CIPH_GCM_MODE && !TakeGcm(env, info, &p)))
    return nullptr;
  std::optional<SecretBytes> data = CopyBytes(env, info[3], "AESCipherJob");
  if (!data) return nullptr;
  if (data->size() > INT_MAX - 4 * kBlock) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "data is too large");
    return nullptr;
  }
  p.data = std::move(*data);
  return std::make_unique<AesWork>(std::move(p));
}

constexpr JobClass kJobs[] = {{"AESCipherJob", JobConstructor<ParseAesJob, Provider::kCipher>}};

}  // namespace

void InitializeAes(Env* env, Local<Object> target) {
  SetJobClasses(env, target, kJobs);
  for (size_t i = 0; i < std::size(kVariants); i++) SetConstant(env, target, kVariants[i].name, static_cast<double>(i));
  SetConstant(env, target, "kWebCryptoCipherEncrypt", 0);
  SetConstant(env, target, "kWebCryptoCipherDecrypt", 1);
}

void ReferenceAes(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
