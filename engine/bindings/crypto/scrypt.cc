#include "scrypt.h"

#include <bit>
#include <cstring>
#include <optional>

#include "pbkdf2.h"
#include "secret_bytes.h"

namespace se::crypto {

namespace {

// Salsa20's block: 64 bytes as little-endian words.
constexpr size_t kWords = 16;
constexpr size_t kBlockBytes = kWords * sizeof(uint32_t);
static_assert(std::endian::native == std::endian::little);

// Bytes that are mixed between two looks at whether to stop: some milliseconds of work.
constexpr size_t kBytesBetweenLooks = size_t{1} << 20;

void QuarterRound(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) {
  b ^= std::rotl(a + d, 7);
  c ^= std::rotl(b + a, 9);
  d ^= std::rotl(c + b, 13);
  a ^= std::rotl(d + c, 18);
}

// RFC 7914, 3: the Salsa20/8 core, in place.
void Salsa8(uint32_t* block) {
  uint32_t x[kWords];
  memcpy(x, block, kBlockBytes);
  for (int i = 0; i < 4; i++) {
    QuarterRound(x[0], x[4], x[8], x[12]);
    QuarterRound(x[5], x[9], x[13], x[1]);
    QuarterRound(x[10], x[14], x[2], x[6]);
    QuarterRound(x[15], x[3], x[7], x[11]);
    QuarterRound(x[0], x[1], x[2], x[3]);
    QuarterRound(x[5], x[6], x[7], x[4]);
    QuarterRound(x[10], x[11], x[8], x[9]);
    QuarterRound(x[15], x[12], x[13], x[14]);
  }
  for (size_t i = 0; i < kWords; i++) block[i] += x[i];
}

// RFC 7914, 4: mixes 2r blocks of `in` into `out`, of which the odd ones come last.
void BlockMix(const uint32_t* in, uint32_t* out, size_t r) {
  uint32_t x[kWords];
  memcpy(x, in + (2 * r - 1) * kWords, kBlockBytes);
  for (size_t i = 0; i < 2 * r; i++) {
    for (size_t k = 0; k < kWords; k++) x[k] ^= in[i * kWords + k];
    Salsa8(x);
    memcpy(out + (i / 2 + (i % 2) * r) * kWords, x, kBlockBytes);
  }
}

class Mixer {
 public:
  // `table` has room for n rows, `rows` for two.
  Mixer(Env* env, const ScryptCost& cost, uint32_t* table, uint32_t* rows)
      : env_(env), r_(cost.r), n_(cost.n), words_(size_t{2} * cost.r * kWords), table_(table), x_(rows),
        y_(rows + words_) {}

  // RFC 7914, 5: mixes one row in place. False when it was stopped.
  bool Mix(uint8_t* row) {
    memcpy(x_, row, words_ * sizeof(uint32_t));
    for (size_t i = 0; i < n_; i++) {
      memcpy(table_ + i * words_, x_, words_ * sizeof(uint32_t));
      if (!Step()) return false;
    }
    for (size_t i = 0; i < n_; i++) {
      // n is a power of two of at most 32 bits, so that the lowest word of the last block decides.
      size_t chosen = x_[words_ - kWords] & (n_ - 1);
      for (size_t k = 0; k < words_; k++) x_[k] ^= table_[chosen * words_ + k];
      if (!Step()) return false;
    }
    memcpy(row, x_, words_ * sizeof(uint32_t));
    return true;
  }

 private:
  bool Step() {
    BlockMix(x_, y_, r_);
    std::swap(x_, y_);
    mixed_ += words_ * sizeof(uint32_t);
    if (mixed_ < kBytesBetweenLooks) return true;
    mixed_ = 0;
    return !ShouldStop(env_);
  }

  Env* env_;
  size_t r_;
  size_t n_;
  size_t words_;  // of a row
  uint32_t* table_;
  uint32_t* x_;
  uint32_t* y_;
  size_t mixed_ = 0;
};

}  // namespace

bool Scrypt(Env* env, std::string_view password, std::string_view salt, const ScryptCost& cost, uint8_t* out,
            size_t size) {
  const EVP_MD* sha256 = EVP_sha256();
  size_t row = kBlockBytes * 2 * cost.r;
  std::optional<SecretBytes> rows = SecretBytes::Allocate(env->allocator(), row * cost.p);
  if (!rows) return false;
  std::optional<SecretBytes> scratch = SecretBytes::Allocate(env->allocator(), row * (size_t{cost.n} + 2));
  if (!scratch || !Pbkdf2(env, sha256, password, salt, 1, rows->data(), rows->size())) return false;
  uint32_t* words = reinterpret_cast<uint32_t*>(scratch->data());
  Mixer mixer(env, cost, words + row / sizeof(uint32_t) * 2, words);
  for (size_t i = 0; i < cost.p; i++)
    if (!mixer.Mix(rows->data() + i * row)) return false;
  return Pbkdf2(env, sha256, password, rows->view(), 1, out, size);
}

}  // namespace se::crypto
