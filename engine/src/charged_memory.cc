#include "charged_memory.h"

#include <cstdint>
#include <cstdlib>

namespace se {

namespace {

// In front of each block: what was charged for it.
struct alignas(std::max_align_t) Header {
  size_t charged;
};

void* Block(size_t size, size_t charged) {
  auto* header = static_cast<Header*>(malloc(size + sizeof(Header)));
  if (header == nullptr) return nullptr;
  header->charged = charged;
  return header + 1;
}

}  // namespace

void* ChargedMemory::Allocate(void* self, size_t size) {
  if (size > SIZE_MAX / 2) return nullptr;
  auto* memory = static_cast<ChargedMemory*>(self);
  if (!memory->allocator_->Charge(size)) return nullptr;
  void* block = Block(size, size);
  if (block == nullptr) memory->allocator_->Uncharge(size);
  else memory->used_ += size;
  return block;
}

void* ChargedMemory::AllocateItems(void* self, unsigned count, unsigned size) {
  return Allocate(self, static_cast<size_t>(count) * size);
}

void* ChargedMemory::AllocateAlways(void* self, size_t size) {
  void* block = Allocate(self, size);
  return block != nullptr ? block : Block(size, 0);
}

void ChargedMemory::Free(void* self, void* address) {
  if (address == nullptr) return;
  auto* memory = static_cast<ChargedMemory*>(self);
  Header* header = static_cast<Header*>(address) - 1;
  memory->allocator_->Uncharge(header->charged);
  memory->used_ -= header->charged;
  free(header);
}

}  // namespace se
