#include "icu_memory.h"

#include <malloc.h>

#include <cstdlib>

#include "icu_api.h"

namespace se {

namespace {

thread_local int64_t balance = 0;

// Blocks carry no header: ICU also gives back what it allocated before it was told of these functions.
int64_t SizeOf(void* block) { return static_cast<int64_t>(malloc_usable_size(block)); }

void* Allocate(const void*, size_t size) {
  void* block = malloc(size);
  balance += SizeOf(block);
  return block;
}

void* Reallocate(const void*, void* block, size_t size) {
  int64_t before = SizeOf(block);
  void* moved = realloc(block, size);
  if (moved != nullptr) balance += SizeOf(moved) - before;
  return moved;
}

void Free(const void*, void* block) {
  balance -= SizeOf(block);
  free(block);
}

}  // namespace

void CountIcuMemory() {
  icu::ErrorCode status = icu::kOk;
  icu::SE_ICU_NAME(u_setMemoryFunctions)(nullptr, Allocate, Reallocate, Free, &status);
}

int64_t IcuMemory() { return balance; }

}  // namespace se
