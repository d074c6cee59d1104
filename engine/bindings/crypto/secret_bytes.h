#ifndef SE_CRYPTO_SECRET_BYTES_H_
#define SE_CRYPTO_SECRET_BYTES_H_

#include <optional>
#include <string_view>

#include "binding.h"

namespace se::crypto {

// Owned bytes outside the guest's heap, wiped when freed. Their size may come from a guest: allocation can fail, and
// counts against the guest's memory limit where an allocator is given. The allocator must outlive them.
class SecretBytes {
 public:
  SecretBytes() = default;
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes();

  // Uninitialized memory; nothing when there is none to have.
  static std::optional<SecretBytes> Allocate(CountingAllocator* allocator, size_t size);
  static std::optional<SecretBytes> Copy(CountingAllocator* allocator, const void* data, size_t size);

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }
  // Gives up the bytes behind `size`, which must not exceed the present size.
  void Truncate(size_t size);

 private:
  uint8_t* data_ = Nothing();
  size_t size_ = 0;
  size_t capacity_ = 0;
  CountingAllocator* allocator_ = nullptr;
  static uint8_t* Nothing();
};

}  // namespace se::crypto

#endif  // SE_CRYPTO_SECRET_BYTES_H_
