#include <time.h>

#include <algorithm>
#include <chrono>

#include "guest_thread.h"
#include "kernel_port.h"

namespace se {

namespace {

// How often limits are looked at that neither V8 nor the allocator reports by itself.
constexpr std::chrono::milliseconds kInspectionInterval{20};
// How long nothing must run before isolates are worked on.
constexpr std::chrono::milliseconds kQuiet{20};
// Isolates that are kept for later guests; more were only needed for a crowd.
constexpr size_t kMaxReady = 4;
// An idle VM makes new realms when it has fewer than kFewRealms left, up to kManyRealms.
constexpr size_t kFewRealms = 2;
constexpr size_t kManyRealms = 8;
// Garbage that an idle isolate may hold.
constexpr size_t kIdleGarbage = 12u << 20;

}  // namespace

GuestRegistry& GuestRegistry::Get() {
  // Never destroyed: guest threads may outlive static destruction.
  static GuestRegistry* registry = new GuestRegistry();
  return *registry;
}

bool GuestRegistry::Start(int tid, const GuestLimits& limits, const std::string& image_path) {
  // Under the lock: the thread may end, and look for itself, before it is entered here.
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<GuestThread> guest = GuestThread::Start(tid, limits, image_path);
  if (!guest) return false;
  guests_.emplace(tid, guest);
  EnsureCaretaker();
  condition_.notify_all();
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

std::shared_ptr<GuestThread> GuestRegistry::Largest() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<GuestThread> largest;
  size_t most = 0;
  for (const auto& [tid, guest] : guests_) {
    size_t held = guest->held();
    if (guest->terminating() || (largest && held <= most)) continue;
    largest = guest;
    most = held;
  }
  return largest;
}

std::unique_ptr<GuestIsolate> GuestRegistry::Acquire() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    // What the caretaker works on is ready sooner than a new one.
    waiting_++;
    condition_.wait(lock, [&] { return !ready_.empty() || !improving_; });
    waiting_--;
    auto found = std::find_if(ready_.rbegin(), ready_.rend(), [](const auto& guest) { return guest->realms() > 0; });
    if (found == ready_.rend()) found = ready_.rbegin();
    if (found != ready_.rend()) {
      std::unique_ptr<GuestIsolate> guest = std::move(*found);
      ready_.erase(std::next(found).base());
      return guest;
    }
  }
  return GuestIsolate::Boot();
}

void GuestRegistry::Release(std::unique_ptr<GuestIsolate> guest) {
  std::lock_guard<std::mutex> lock(mutex_);
  // One too many is disposed by the caller's thread, outside the lock.
  if (ready_.size() >= kMaxReady) return;
  ready_.push_back(std::move(guest));
  condition_.notify_all();
}

void GuestRegistry::Prepare(size_t isolates, size_t realms, bool collect) {
  while (ready() < isolates) Release(GuestIsolate::Boot());
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& guest : ready_) {
    GuestIsolate::Entry entry(*guest);
    while (guest->realms() < realms && guest->AddRealm()) {
    }
    // V8 collects again when the heap has grown by a share of what lives now: not at once, in every child.
    if (collect) guest->CollectBeyond(0);
    // V8's tasks wait for the first process: some call JavaScript.
  }
}

size_t GuestRegistry::ready() {
  std::lock_guard<std::mutex> lock(mutex_);
  return ready_.size();
}

void GuestRegistry::KeepUp(std::function<bool()> watch) {
  std::lock_guard<std::mutex> lock(mutex_);
  keeps_up_ = true;
  watch_ = std::move(watch);
}

void GuestRegistry::EnsureCaretaker() {
  if (caretaker_running_) return;
  caretaker_stopping_ = false;
  caretaker_running_ = pthread_create(&caretaker_, nullptr, Caretaker, this) == 0;
}

void GuestRegistry::StopCaretaker() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!caretaker_running_) return;
    caretaker_stopping_ = true;
    condition_.notify_all();
  }
  pthread_join(caretaker_, nullptr);
  caretaker_running_ = false;
}

void* GuestRegistry::Caretaker(void* self) {
  pthread_setname_np(pthread_self(), kCaretakerThreadName);
  static_cast<GuestRegistry*>(self)->TakeCare();
  return nullptr;
}

void GuestRegistry::TakeCare() {
  std::unique_lock<std::mutex> lock(mutex_);
  auto changed = [&] { return caretaker_stopping_ || !guests_.empty(); };
  while (!caretaker_stopping_) {
    // Also when the last guest has ended for the memory: if that did not help, the VM ends.
    if (!guests_.empty() || over_limit_) {
      InspectAll(lock);
      condition_.wait_for(lock, kInspectionInterval, [&] { return caretaker_stopping_; });
    } else if (condition_.wait_for(lock, kQuiet, changed) || (keeps_up_ && Improve(lock))) {
      continue;
    } else {
      condition_.wait(lock, changed);
    }
  }
}

void GuestRegistry::InspectAll(std::unique_lock<std::mutex>& lock) {
  std::vector<std::shared_ptr<GuestThread>> guests;
  for (const auto& [tid, guest] : guests_) guests.push_back(guest);
  auto watch = watch_;
  lock.unlock();
  for (const auto& guest : guests) guest->Inspect();
  guests.clear();
  bool over_limit = watch && watch();
  lock.lock();
  over_limit_ = over_limit;
}

bool GuestRegistry::Improve(std::unique_lock<std::mutex>& lock) {
  for (size_t i = 0; i < ready_.size(); i++) {
    bool few = ready_[i]->realms() < kFewRealms;
    bool full = ready_[i]->garbage() > kIdleGarbage;
    if (!few && !full) continue;
    std::unique_ptr<GuestIsolate> guest = std::move(ready_[i]);
    ready_.erase(ready_.begin() + static_cast<ptrdiff_t>(i));
    improving_ = true;
    lock.unlock();
    {
      GuestIsolate::Entry entry(*guest);
      guest->CollectBeyond(kIdleGarbage);
      while (few && guest->realms() < kManyRealms && waiting_ == 0 && guest->AddRealm()) {
      }
    }
    lock.lock();
    improving_ = false;
    ready_.push_back(std::move(guest));
    condition_.notify_all();
    return true;
  }
  return false;
}

}  // namespace se
