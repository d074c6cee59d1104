#include "allocator.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace se {

void CountingAllocator::SetLimit(size_t bytes, Callback on_limit, Callback on_credit, void* data) {
  limit_ = bytes;
  on_limit_ = on_limit;
  on_credit_ = on_credit;
  data_ = data;
}

bool CountingAllocator::Take(size_t bytes, size_t most) {
  size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
  if (bytes <= most && before <= most - bytes) return true;
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

bool CountingAllocator::TryCharge(size_t bytes) {
  return Take(bytes, limit_) || (DropDeadGrowth() && Take(bytes, limit_));
}

bool CountingAllocator::Charge(size_t bytes) {
  // What could never fit is refused, and the guest may go on.
  if (bytes > limit_) return false;
  if (TryCharge(bytes)) return true;
  if (Take(bytes, limit_ * 2)) {
    if (on_credit_ != nullptr) on_credit_(data_);
    return true;
  }
  if (on_limit_ != nullptr) on_limit_(data_);
  return false;
}

bool CountingAllocator::ChargeAttempt(size_t bytes) {
  // V8 tries again after each of two collections and a last time after a thorough one.
  constexpr int kAttempts = 4;
  if (TryCharge(bytes)) {
    failed_attempts_ = 0;
    return true;
  }
  // The buffer of a small typed array, which V8 keeps in its heap until somebody asks for it, must be there.
  constexpr size_t kIndispensable = 256;
  if (bytes <= kIndispensable) {
    bool has_credit = Take(bytes, limit_ * 2);
    if (!has_credit) used_.fetch_add(bytes, std::memory_order_relaxed);
    Callback callback = has_credit ? on_credit_ : on_limit_;
    if (callback != nullptr) callback(data_);
    return true;
  }
  if (bytes > limit_ || ++failed_attempts_ < kAttempts) return false;
  failed_attempts_ = 0;
  if (on_limit_ != nullptr) on_limit_(data_);
  return false;
}

void CountingAllocator::Uncharge(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

bool CountingAllocator::ChargeGrowth(const std::shared_ptr<v8::BackingStore>& store, size_t bytes) {
  if (!Charge(bytes)) return false;
  std::lock_guard<std::mutex> lock(growth_mutex_);
  if (growth_.size() >= most_growths_) DropDeadGrowthLocked();
  Growth& growth = growth_[store.get()];
  // Another buffer may have been at this address.
  if (growth.store.expired()) Uncharge(std::exchange(growth.bytes, 0));
  growth.store = store;
  growth.bytes += bytes;
  return true;
}

void CountingAllocator::UnchargeGrowth(const std::shared_ptr<v8::BackingStore>& store, size_t bytes) {
  std::lock_guard<std::mutex> lock(growth_mutex_);
  auto found = growth_.find(store.get());
  if (found == growth_.end() || found->second.store.expired()) return;
  bytes = std::min(bytes, found->second.bytes);
  found->second.bytes -= bytes;
  Uncharge(bytes);
}

size_t CountingAllocator::growth() {
  DropDeadGrowth();
  std::lock_guard<std::mutex> lock(growth_mutex_);
  size_t total = 0;
  for (const auto& [store, growth] : growth_) total += growth.bytes;
  return total;
}

bool CountingAllocator::DropDeadGrowth() {
  std::lock_guard<std::mutex> lock(growth_mutex_);
  return DropDeadGrowthLocked();
}

bool CountingAllocator::DropDeadGrowthLocked() {
  size_t dropped = std::erase_if(growth_, [this](const auto& entry) {
    if (!entry.second.store.expired()) return false;
    Uncharge(entry.second.bytes);
    return true;
  });
  most_growths_ = std::max<size_t>(64, growth_.size() * 2);
  return dropped > 0;
}

void* CountingAllocator::Allocate(size_t length) {
  if (!ChargeAttempt(length)) return nullptr;
  void* data = calloc(length == 0 ? 1 : length, 1);
  if (data == nullptr) Uncharge(length);
  return data;
}

void* CountingAllocator::AllocateUninitialized(size_t length) {
  if (!ChargeAttempt(length)) return nullptr;
  void* data = malloc(length == 0 ? 1 : length);
  if (data == nullptr) Uncharge(length);
  return data;
}

void CountingAllocator::Free(void* data, size_t length) {
  free(data);
  Uncharge(length);
}

}  // namespace se
