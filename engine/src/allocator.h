#ifndef SE_ALLOCATOR_H_
#define SE_ALLOCATOR_H_

#include <v8.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace se {

// ArrayBuffer memory of one isolate, counted against a limit. What could never fit is refused (V8 then throws a
// RangeError). When something does not fit beside what is held already, garbage is collected; if that does not help,
// `on_limit` is told, so that the process can be ended as an out-of-memory killer would.
class CountingAllocator : public v8::ArrayBuffer::Allocator {
 public:
  using Callback = void (*)(void* data);

  // `collect` frees the garbage of the isolate, if it may be called from this thread.
  void SetLimit(size_t bytes, Callback on_limit, Callback collect, void* data);
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t limit() const { return limit_; }
  // For memory that native code holds on a guest's behalf. False when it would exceed the limit. May collect garbage.
  bool Charge(size_t bytes);
  void Uncharge(size_t bytes);
  // Whether so much could be charged now.
  bool Fits(size_t bytes) const {
    size_t used = this->used();
    return used <= limit_ && bytes <= limit_ - used;
  }
  // The same for what a buffer has grown by since it was made, which is given back when the last user of its memory
  // goes, in whatever isolate. Uncharge what a buffer shrinks by.
  bool ChargeGrowth(const std::shared_ptr<v8::BackingStore>& store, size_t bytes);
  void UnchargeGrowth(const std::shared_ptr<v8::BackingStore>& store, size_t bytes);
  // All that is charged so.
  size_t growth();

  void* Allocate(size_t length) override;
  void* AllocateUninitialized(size_t length) override;
  void Free(void* data, size_t length) override;

 private:
  struct Growth {
    std::weak_ptr<v8::BackingStore> store;
    size_t bytes = 0;
  };

  bool TryCharge(size_t bytes);
  // Gives back the charges of grown buffers that are gone; true if there were any.
  bool DropDeadGrowth();
  // The same for a request of V8, which collects garbage itself between its attempts.
  bool ChargeAttempt(size_t bytes);

  std::atomic<size_t> used_{0};
  std::atomic<int> failed_attempts_{0};
  std::mutex growth_mutex_;
  std::unordered_map<const v8::BackingStore*, Growth> growth_;
  size_t limit_ = SIZE_MAX;
  Callback on_limit_ = nullptr;
  Callback collect_ = nullptr;
  void* data_ = nullptr;
};

}  // namespace se

#endif  // SE_ALLOCATOR_H_
