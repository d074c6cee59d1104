#include <time.h>

#include <algorithm>
#include <chrono>

#include "guest_thread.h"
#include "kernel_port.h"

namespace se {

namespace {
// How often limits are looked at that neither V8 nor the allocator reports by itself.
constexpr std::chrono::milliseconds kMonitorInterval{20};
constexpr size_t kMaxPoolBoots = 2;
}  // namespace

GuestRegistry& GuestRegistry::Get() {
  // Never destroyed: guest threads may outlive static destruction.
  static GuestRegistry* registry = new GuestRegistry();
  return *registry;
}

std::shared_ptr<GuestThread> GuestRegistry::TakeReady(size_t memory_bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto fits = [&](const std::shared_ptr<GuestThread>& ready) { return ready->memory_bytes() == memory_bytes; };
  auto found = std::find_if(ready_.begin(), ready_.end(), fits);
  if (found == ready_.end()) return nullptr;
  std::shared_ptr<GuestThread> guest = *found;
  ready_.erase(found);
  return guest;
}

bool GuestRegistry::Start(int tid, const GuestLimits& limits, const std::string& image_path) {
  std::shared_ptr<GuestThread> guest = image_path.empty() ? TakeReady(limits.memory_bytes) : nullptr;
  if (!guest) guest = GuestThread::Launch(limits.memory_bytes, {.on_booted = {}, .image_path = image_path});
  if (!guest) return false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    guests_.emplace(tid, guest);
    if (!monitor_running_) {
      pthread_t thread;
      monitor_running_ = pthread_create(&thread, nullptr, Monitor, this) == 0;
      if (monitor_running_) pthread_detach(thread);
    }
    monitor_condition_.notify_all();
  }
  guest->Bind(tid, limits);
  return true;
}

std::shared_ptr<GuestThread> GuestRegistry::Find(int tid) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = guests_.find(tid);
  return found == guests_.end() ? nullptr : found->second;
}

void GuestRegistry::Remove(int tid) {
  std::lock_guard<std::mutex> lock(mutex_);
  guests_.erase(tid);
}

void GuestRegistry::SetPoolSize(size_t count) {
  std::vector<std::shared_ptr<GuestThread>> surplus;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    pool_size_ = count;
    while (ready_.size() > count) {
      surplus.push_back(ready_.back());
      ready_.pop_back();
    }
    Refill();
  }
  for (const auto& guest : surplus) guest->Discard();
}

void GuestRegistry::Refill() {
  if (pool_booting_ >= kMaxPoolBoots || ready_.size() >= pool_size_) return;
  std::shared_ptr<GuestThread> guest = GuestThread::Launch(
      kDefaultMemoryBytes, {.on_booted = [] { GuestRegistry::Get().Booted(); }, .image_path = {}});
  if (!guest) return;
  pool_booting_++;
  ready_.push_back(guest);
}

void GuestRegistry::Booted() {
  std::lock_guard<std::mutex> lock(mutex_);
  pool_booting_--;
  Refill();
}

void* GuestRegistry::Monitor(void* data) {
  auto* self = static_cast<GuestRegistry*>(data);
  for (;;) {
    std::vector<std::shared_ptr<GuestThread>> guests;
    {
      std::unique_lock<std::mutex> lock(self->mutex_);
      self->monitor_condition_.wait(lock, [&] { return !self->guests_.empty(); });
      for (const auto& [tid, guest] : self->guests_) guests.push_back(guest);
    }
    for (const auto& guest : guests) guest->Inspect();
    guests.clear();
    timespec pause{0, std::chrono::nanoseconds(kMonitorInterval).count()};
    nanosleep(&pause, nullptr);
  }
  return nullptr;
}

}  // namespace se
