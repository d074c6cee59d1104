#ifndef SE_CHARGED_MEMORY_H_
#define SE_CHARGED_MEMORY_H_

#include <cstddef>

#include "allocator.h"

namespace se {

// Memory for C libraries that take allocation functions, counted against the limit of the guest that they work for.
class ChargedMemory {
 public:
  explicit ChargedMemory(CountingAllocator* allocator) : allocator_(allocator) {}
  ChargedMemory(const ChargedMemory&) = delete;
  ChargedMemory& operator=(const ChargedMemory&) = delete;

  // Null when the limit is reached.
  static void* Allocate(void* self, size_t size);
  // The same for zlib's alloc_func.
  static void* AllocateItems(void* self, unsigned count, unsigned size);
  // Like Allocate, but what exceeds the limit is given all the same, uncounted: for libraries that end the process when
  // they get no memory. The guest has been told to end by then (CountingAllocator::Charge).
  static void* AllocateAlways(void* self, size_t size);
  static void Free(void* self, void* address);

  // The bytes that were charged and are not freed yet.
  size_t used() const { return used_; }

 private:
  CountingAllocator* allocator_;
  size_t used_ = 0;
};

}  // namespace se

#endif  // SE_CHARGED_MEMORY_H_
