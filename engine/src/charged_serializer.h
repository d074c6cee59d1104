#ifndef SE_CHARGED_SERIALIZER_H_
#define SE_CHARGED_SERIALIZER_H_

#include <v8.h>

#include <cstddef>
#include <utility>

#include "allocator.h"

namespace se {

// The part of a ValueSerializer's delegate that holds its output: malloc'ed memory, charged to the guest. Running out is
// a DataCloneError of V8's.
class ChargedSerializer : public v8::ValueSerializer::Delegate {
 public:
  explicit ChargedSerializer(CountingAllocator* allocator) : allocator_(allocator) {}

  void* ReallocateBufferMemory(void* old_buffer, size_t size, size_t* actual_size) override;
  void FreeBufferMemory(void* buffer) override;

 protected:
  // After the serializer's Release: the bytes that are charged for its buffer, which the caller now owes.
  size_t TakeCharge() { return std::exchange(charged_, 0); }

 private:
  CountingAllocator* allocator_;
  size_t charged_ = 0;
};

}  // namespace se

#endif  // SE_CHARGED_SERIALIZER_H_
