#ifndef SE_MEMORY_CHARGE_H_
#define SE_MEMORY_CHARGE_H_

#include "allocator.h"
#include "env.h"

namespace se {

// Memory that C++ or a C library holds behind a guest's object, by estimate, counted against the guest's limit: the objects
// themselves are small, and a guest could keep millions of them.
class MemoryCharge {
 public:
  explicit MemoryCharge(Env* env, size_t size = 0) : allocator_(env->allocator()) { Set(size); }
  ~MemoryCharge() { allocator_->Uncharge(size_); }
  MemoryCharge(const MemoryCharge&) = delete;
  MemoryCharge& operator=(const MemoryCharge&) = delete;

  // Replaces the amount. False when that is too much: the guest is then being ended.
  bool Set(size_t size) {
    if (!allocator_->Charge(size)) {
      // It is held already, more than a guest may have.
      allocator_->Exceed();
      return false;
    }
    allocator_->Uncharge(size_);
    size_ = size;
    return true;
  }

 private:
  CountingAllocator* allocator_;
  size_t size_ = 0;
};

}  // namespace se

#endif  // SE_MEMORY_CHARGE_H_
