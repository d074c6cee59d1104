#include "charged_serializer.h"

#include <cstdlib>

namespace se {

void* ChargedSerializer::ReallocateBufferMemory(void* old_buffer, size_t size, size_t* actual_size) {
  if (size > charged_ && !allocator_->Charge(size - charged_)) return nullptr;
  void* buffer = realloc(old_buffer, size);
  if (buffer == nullptr) {
    if (size > charged_) allocator_->Uncharge(size - charged_);
    return nullptr;
  }
  if (size < charged_) allocator_->Uncharge(charged_ - size);
  charged_ = size;
  *actual_size = size;
  return buffer;
}

void ChargedSerializer::FreeBufferMemory(void* buffer) {
  free(buffer);
  allocator_->Uncharge(std::exchange(charged_, 0));
}

}  // namespace se
