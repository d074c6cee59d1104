#include "secret_bytes.h"

#include <openssl/crypto.h>

#include <cstring>
#include <utility>

#include "allocator.h"

namespace se::crypto {

uint8_t* SecretBytes::Nothing() {
  static uint8_t nothing;
  return &nothing;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept { *this = std::move(other); }

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(allocator_, other.allocator_);
  return *this;
}

SecretBytes::~SecretBytes() {
  if (capacity_ == 0) return;
  OPENSSL_cleanse(data_, capacity_);
  free(data_);
  if (allocator_ != nullptr) allocator_->Uncharge(capacity_);
}

std::optional<SecretBytes> SecretBytes::Allocate(CountingAllocator* allocator, size_t size) {
  SecretBytes bytes;
  if (size == 0) return bytes;
  if (allocator != nullptr && !allocator->Charge(size)) return std::nullopt;
  void* data = malloc(size);
  if (data == nullptr) {
    if (allocator != nullptr) allocator->Uncharge(size);
    return std::nullopt;
  }
  bytes.data_ = static_cast<uint8_t*>(data);
  bytes.size_ = bytes.capacity_ = size;
  bytes.allocator_ = allocator;
  return bytes;
}

std::optional<SecretBytes> SecretBytes::Copy(CountingAllocator* allocator, const void* data, size_t size) {
  std::optional<SecretBytes> bytes = Allocate(allocator, size);
  if (bytes && size > 0) memcpy(bytes->data(), data, size);
  return bytes;
}

void SecretBytes::Truncate(size_t size) { size_ = size < size_ ? size : size_; }

}  // namespace se::crypto
