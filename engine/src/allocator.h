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
// RangeError). When something does not fit beside what is held already, V8 collects garbage before it asks again, and
// native code gets credit until garbage was collected; if that does not help, `on_limit` is told, so that the process
// can be ended as an out-of-memory killer would.
class CountingAllocator : public v8::ArrayBuffer::Allocator {
 public:
  using Callback = void (*)(void* data);

  // `on_credit` sees to it that garbage is collected soon, but not at once: it is called in the middle of V8's work.
  void SetLimit(size_t bytes, Callback on_limit, Callback on_credit, void* data);
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t limit() const { return limit_; }
  // For memory that native code holds on a guest's behalf. Collects no garbage, for V8 and C libraries call this while
  // they hold pointers into the heap: what may fit once there is no garbage is given on credit, as much again as the
  // limit. False when it is more than that.
  bool Charge(size_t bytes);
  // The same without credit: false when it does not fit now, and nothing follows from that.
  bool TryCharge(size_t bytes);
  void Uncharge(size_t bytes);
  // Tells that the limit is exceeded: the guest is ended.
  void Exceed() {
    if (on_limit_ != nullptr) on_limit_(data_);
  }
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

  // Adds the bytes unless the sum would exceed `most`.
  bool Take(size_t bytes, size_t most);
  // Gives back the charges of grown buffers that are gone; true if there were any.
  bool DropDeadGrowth();
  bool DropDeadGrowthLocked();
  // The same for a request of V8, which collects garbage itself between its attempts.
  bool ChargeAttempt(size_t bytes);

  std::atomic<size_t> used_{0};
  std::atomic<int> failed_attempts_{0};
  std::mutex growth_mutex_;
  std::unordered_map<const v8::BackingStore*, Growth> growth_;
  size_t most_growths_ = 64;  // with so many, those that are gone are looked for
  size_t limit_ = SIZE_MAX;
  Callback on_limit_ = nullptr;
  Callback on_credit_ = nullptr;
  void* data_ = nullptr;
};

}  // namespace se

#endif  // SE_ALLOCATOR_H_
