#ifndef SE_CRYPTO_KEY_DATA_H_
#define SE_CRYPTO_KEY_DATA_H_

#include <memory>
#include <optional>

#include "openssl.h"
#include "secret_bytes.h"

namespace se::crypto {

// kKeyTypeSecret, kKeyTypePublic and kKeyTypePrivate of the binding.
enum class KeyType : int { kSecret = 0, kPublic = 1, kPrivate = 2 };

// A key. It never changes, so that handles and jobs share it.
class KeyData {
 public:
  explicit KeyData(SecretBytes secret) : type_(KeyType::kSecret), secret_(std::move(secret)) {}
  KeyData(KeyType type, Pkey pkey) : type_(type), pkey_(std::move(pkey)) {}

  KeyType type() const { return type_; }
  // The bytes of a secret key.
  const SecretBytes& secret() const { return secret_; }
  // The public or private key; null for a secret one.
  EVP_PKEY* pkey() const { return pkey_.get(); }
  // An estimate of the bytes that OpenSSL needs for it: the numbers, and what it computes from them to be faster.
  size_t memory() const {
    return pkey_ ? 2048 + 4 * static_cast<size_t>(EVP_PKEY_get_bits(pkey_.get())) : secret_.size();
  }
  // A copy that another thread may use; null when memory is short.
  std::shared_ptr<const KeyData> Duplicate() const {
    if (pkey_) {
      Pkey copy(EVP_PKEY_dup(pkey_.get()));
      return copy ? std::make_shared<KeyData>(type_, std::move(copy)) : nullptr;
    }
    std::optional<SecretBytes> copy = SecretBytes::Copy(nullptr, secret_.data(), secret_.size());
    return copy ? std::make_shared<KeyData>(std::move(*copy)) : nullptr;
  }
  // What keeps `pkey` alive on its own.
  Pkey ShareKey() const { return pkey_ && EVP_PKEY_up_ref(pkey_.get()) == 1 ? Pkey(pkey_.get()) : Pkey(); }

 private:
  KeyType type_;
  SecretBytes secret_;
  Pkey pkey_;
};

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEY_DATA_H_
