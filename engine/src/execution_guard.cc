#include "execution_guard.h"

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "binding.h"

namespace se {

using Clock = std::chrono::steady_clock;
using v8::Isolate;

// One thread for the whole process that terminates what is overdue. Its mutex also orders terminations against their
// cancellation, so that none is lost between the check of the outer guards and the cancelling.
class GuardClock {
 public:
  static GuardClock& Get() {
    static GuardClock* clock = new GuardClock();
    return *clock;
  }

  bool Add(ExecutionGuard* guard) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (guard->timeout_ms_ >= 0) {
      if (!EnsureThread()) return false;
      deadlines_.emplace(guard->deadline_, guard);
      condition_.notify_one();
    }
    Watches& watches = watches_[guard->isolate_];
    guard->outer_ = watches.innermost;
    watches.innermost = guard;
    return true;
  }

  void Remove(ExecutionGuard* guard) {
    std::lock_guard<std::mutex> lock(mutex_);
    RemoveLocked(guard);
  }

  enum class Outcome { kCompleted, kTimedOut, kInterrupted, kLeft };
  Outcome RemoveAndCancel(ExecutionGuard* guard) {
    std::lock_guard<std::mutex> lock(mutex_);
    RemoveLocked(guard);
    if (!guard->timed_out_ && !guard->interrupted_) return Outcome::kCompleted;
    for (ExecutionGuard* outer = guard->outer_; outer != nullptr; outer = outer->outer_)
      if (outer->timed_out_ || outer->interrupted_) return Outcome::kLeft;
    if (!guard->env_->CancelTermination()) return Outcome::kLeft;
    return guard->timed_out_ ? Outcome::kTimedOut : Outcome::kInterrupted;
  }

  // Nothing may be watched.
  void Stop() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!started_) return;
      stopping_ = true;
      condition_.notify_one();
    }
    pthread_join(thread_, nullptr);
    started_ = false;
  }

  void StartSigint(Isolate* isolate) {
    std::lock_guard<std::mutex> lock(mutex_);
    watches_[isolate].sigint_depth++;
  }
  bool StopSigint(Isolate* isolate) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto entry = watches_.find(isolate);
    if (entry == watches_.end() || entry->second.sigint_depth == 0) return false;
    bool pending = std::exchange(entry->second.sigint_pending, false);
    entry->second.sigint_depth--;
    Prune(entry);
    return pending;
  }
  void Forget(Isolate* isolate) {
    std::lock_guard<std::mutex> lock(mutex_);
    watches_.erase(isolate);
  }
  bool PendingSigint(Isolate* isolate) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto entry = watches_.find(isolate);
    return entry != watches_.end() && entry->second.sigint_pending;
  }
  bool Interrupt(Isolate* isolate) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto entry = watches_.find(isolate);
    if (entry == watches_.end()) return false;
    for (ExecutionGuard* guard = entry->second.innermost; guard != nullptr; guard = guard->outer_) {
      if (!guard->break_on_sigint_) continue;
      guard->interrupted_ = true;
      guard->isolate_->TerminateExecution();
      return true;
    }
    if (entry->second.sigint_depth == 0) return false;
    entry->second.sigint_pending = true;
    return true;
  }

 private:
  struct Watches {
    ExecutionGuard* innermost = nullptr;
    int sigint_depth = 0;
    bool sigint_pending = false;
  };
  using WatchMap = std::unordered_map<Isolate*, Watches>;

  void RemoveLocked(ExecutionGuard* guard) {
    if (guard->timeout_ms_ >= 0) deadlines_.erase({guard->deadline_, guard});
    auto entry = watches_.find(guard->isolate_);
    if (entry == watches_.end()) return;
    entry->second.innermost = guard->outer_;
    Prune(entry);
  }

  void Prune(WatchMap::iterator entry) {
    if (entry->second.innermost == nullptr && entry->second.sigint_depth == 0) watches_.erase(entry);
  }

  bool EnsureThread() {
    if (started_) return true;
    // Signals belong to the main thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    stopping_ = false;
    started_ = pthread_create(&thread_, nullptr, &GuardClock::Run, this) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started_;
  }

  static void* Run(void* self) {
    pthread_setname_np(pthread_self(), kGuardClockThreadName);
    static_cast<GuardClock*>(self)->Loop();
    return nullptr;
  }

  void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopping_) {
      if (deadlines_.empty()) {
        condition_.wait(lock);
        continue;
      }
      auto first = deadlines_.begin();
      if (first->first > Clock::now()) {
        condition_.wait_until(lock, first->first);
        continue;
      }
      ExecutionGuard* guard = first->second;
      deadlines_.erase(first);
      guard->timed_out_ = true;
      guard->isolate_->TerminateExecution();
    }
  }

  std::mutex mutex_;
  std::condition_variable condition_;
  std::set<std::pair<Clock::time_point, ExecutionGuard*>> deadlines_;
  WatchMap watches_;
  pthread_t thread_{};
  bool started_ = false;
  bool stopping_ = false;
};

void StopGuardClock() { GuardClock::Get().Stop(); }

ExecutionGuard::ExecutionGuard(Env* env, int64_t timeout_ms, bool break_on_sigint)
    : env_(env), isolate_(env->isolate()), timeout_ms_(timeout_ms), break_on_sigint_(break_on_sigint) {}

ExecutionGuard::~ExecutionGuard() {
  if (running_) GuardClock::Get().Remove(this);
}

bool ExecutionGuard::Start() {
  if (timeout_ms_ < 0 && !break_on_sigint_) return true;
  // Far beyond any process's life, and safe to add to the clock.
  constexpr int64_t kLongestMs = int64_t{1} << 40;
  if (timeout_ms_ > kLongestMs) timeout_ms_ = kLongestMs;
  deadline_ = Clock::now() + std::chrono::milliseconds(timeout_ms_ < 0 ? 0 : timeout_ms_);
  running_ = GuardClock::Get().Add(this);
  if (!running_) ThrowError(isolate_, "ERR_OUT_OF_RESOURCES", "No thread is left to watch over a script's time");
  return running_;
}

bool ExecutionGuard::Finish() {
  if (!running_) return false;
  running_ = false;
  switch (GuardClock::Get().RemoveAndCancel(this)) {
    case GuardClock::Outcome::kCompleted:
      return false;
    case GuardClock::Outcome::kLeft:
      return true;
    case GuardClock::Outcome::kTimedOut:
      ThrowError(isolate_, "ERR_SCRIPT_EXECUTION_TIMEOUT",
                 "Script execution timed out after " + std::to_string(timeout_ms_) + "ms");
      return true;
    case GuardClock::Outcome::kInterrupted:
      ThrowError(isolate_, "ERR_SCRIPT_EXECUTION_INTERRUPTED", "Script execution was interrupted by `SIGINT`");
      return true;
  }
  return false;
}

namespace {

// A guest may end in the middle of a watch.
struct SigintWatch {
  explicit SigintWatch(Env* env) : isolate(env->isolate()) {}
  ~SigintWatch() { GuardClock::Get().Forget(isolate); }
  Isolate* isolate;
};

}  // namespace

void StartSigintWatch(Env* env) { GuardClock::Get().StartSigint(env->State<SigintWatch>()->isolate); }
bool StopSigintWatch(Env* env) { return GuardClock::Get().StopSigint(env->isolate()); }
bool HasPendingSigint(Env* env) { return GuardClock::Get().PendingSigint(env->isolate()); }
bool InterruptBySigint(Isolate* isolate) { return GuardClock::Get().Interrupt(isolate); }

}  // namespace se
