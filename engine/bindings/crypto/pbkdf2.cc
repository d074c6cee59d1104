#include "pbkdf2.h"

#include <algorithm>
#include <climits>
#include <cstring>

namespace se::crypto {

namespace {

// A millisecond or so of work.
constexpr uint64_t kRoundsBetweenLooks = 1024;

// HMAC with one key over many messages: the key's part is computed once.
class KeyedHmac {
 public:
  KeyedHmac(const EVP_MD* digest, std::string_view key) : keyed_(HMAC_CTX_new()), running_(HMAC_CTX_new()) {
    ok_ = keyed_ && running_ && key.size() <= INT_MAX &&
          HMAC_Init_ex(keyed_.get(), key.data(), static_cast<int>(key.size()), digest, nullptr) == 1;
  }

  bool ok() const { return ok_; }

  // `out` may be `first`.
  bool Compute(const void* first, size_t first_size, const void* second, size_t second_size, uint8_t* out) {
    return HMAC_CTX_copy(running_.get(), keyed_.get()) == 1 &&
           HMAC_Update(running_.get(), static_cast<const uint8_t*>(first), first_size) == 1 &&
           HMAC_Update(running_.get(), static_cast<const uint8_t*>(second), second_size) == 1 &&
           HMAC_Final(running_.get(), out, nullptr) == 1;
  }

 private:
  HmacContext keyed_;
  HmacContext running_;
  bool ok_ = false;
};

}  // namespace

bool Pbkdf2(Env* env, const EVP_MD* digest, std::string_view password, std::string_view salt, uint64_t iterations,
            uint8_t* out, size_t size) {
  // A null key means "the one before" to OpenSSL.
  KeyedHmac hmac(digest, password.empty() ? std::string_view("") : password);
  int block_size = EVP_MD_get_size(digest);
  if (!hmac.ok() || block_size <= 0) return false;
  uint8_t round[EVP_MAX_MD_SIZE], sum[EVP_MAX_MD_SIZE];
  uint64_t looked = 0;
  for (uint32_t index = 1; size > 0; index++) {
    const uint8_t number[] = {static_cast<uint8_t>(index >> 24), static_cast<uint8_t>(index >> 16),
                              static_cast<uint8_t>(index >> 8), static_cast<uint8_t>(index)};
    if (!hmac.Compute(salt.data(), salt.size(), number, sizeof(number), round)) return false;
    memcpy(sum, round, block_size);
    for (uint64_t i = 1; i < iterations; i++) {
      if (++looked % kRoundsBetweenLooks == 0 && ShouldStop(env)) return false;
      if (!hmac.Compute(round, block_size, nullptr, 0, round)) return false;
      for (int k = 0; k < block_size; k++) sum[k] ^= round[k];
    }
    if (++looked % kRoundsBetweenLooks == 0 && ShouldStop(env)) return false;
    size_t count = std::min(size, static_cast<size_t>(block_size));
    memcpy(out, sum, count);
    out += count;
    size -= count;
  }
  OPENSSL_cleanse(round, sizeof(round));
  OPENSSL_cleanse(sum, sizeof(sum));
  return true;
}

}  // namespace se::crypto
