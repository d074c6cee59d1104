#ifndef SE_GUEST_THREAD_H_
#define SE_GUEST_THREAD_H_

#include <pthread.h>
#include <v8.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "env.h"
#include "guest_isolate.h"

namespace se {

struct GuestLimits {
  size_t memory_bytes = 256u << 20;  // heap, buffers and WebAssembly memory together
  double cpu_ms = 0;                 // 0: none
};

struct MemoryUsage {
  size_t heap_total = 0;
  size_t heap_used = 0;
  size_t external = 0;
  size_t array_buffers = 0;
};

// One guest process and its OS thread. Life: the thread takes a booted isolate, runs the guest to its end in one of its
// realms, gives the isolate back for the next and posts the exit.
// Owned by shared_ptr: the registry holds one while the guest lives, the thread itself another.
class GuestThread : public std::enable_shared_from_this<GuestThread> {
 public:
  // Starts the thread; null when the system refuses one. With `image_path` it is a rehearsal, of whose isolate an image is
  // made in the end (RewriteImage).
  static std::shared_ptr<GuestThread> Start(int tid, const GuestLimits& limits, const std::string& image_path);

  // These may be called from any thread, at any time.
  void Wake();       // a sleeping syscall re-dispatches; sticky
  void Terminate(const char* reason);  // reason of the first call is reported
  // SIGINT is about to end the guest: true if it runs a script that is to be broken off instead, which is then done.
  bool InterruptScript();
  // Work for the guest's loop arrived from another thread: an interruptible syscall returns EINTR.
  void Nudge();

  // --- On the guest's own thread ---
  int tid() const { return tid_; }
  bool terminating() const { return terminating_.load(std::memory_order_acquire); }
  // Sleeps until woken, terminated, nudged (when `interruptible`), or the deadline (steady-clock ms; infinity: none).
  enum class WakeReason { kWoken, kNudged };
  WakeReason Sleep(double deadline_ms, bool interruptible);
  bool ConsumeNudge();
  ForegroundTasks* tasks() const { return guest_->tasks().get(); }
  GuestLocale& locale() const { return guest_->locale(); }
  bool RunTasks(Env* env) { return guest_->RunTasks(env); }
  void NoteGhost() { guest_->NoteGhost(); }
  // Ends the process because it needs more memory than it may have.
  void OutOfMemory();
  // Has the guest's memory looked at, and garbage collected if it is too much, when its JavaScript goes on next.
  void InspectMemorySoon();

  // Takes back a TerminateExecution that the guest asked for itself; false if the process is being ended.
  bool CancelTermination();

  // --- Any thread ---
  uint64_t CpuTimeNs() const;
  MemoryUsage Memory();
  // Called by the caretaker: enforces limits that nothing else notices, and terminations that were lost.
  void Inspect();
  // The bytes that it held when it was last looked at.
  size_t held();

 private:
  GuestThread() = default;
  static void* Main(void* self);
  void Run();
  // In a realm of `guest`, from the process's start to its end.
  void RunGuest(GuestIsolate& guest);
  void RunRealm(Env& env, v8::Local<v8::Context> context);
  void BeginLimits();
  void EndLimits();
  bool IsCurrentThread() const { return pthread_equal(pthread_self(), thread_) != 0; }
  void CheckMemory(v8::Isolate* isolate);
  // Takes the process's numbers anew; the bytes, in the heap or outside, that count against its limit.
  size_t MeasureMemory();
  static size_t NearHeapLimit(void* data, size_t current, size_t initial);
  static size_t KeepHeapLimit(void* data, size_t current, size_t initial) { return current; }
  static void OnInterrupt(v8::Isolate* isolate, void* data);

  int tid_ = 0;
  GuestLimits limits_;
  std::string image_path_;
  pthread_t thread_{};
  std::atomic<bool> started_{false};
  std::atomic<bool> terminating_{false};
  std::atomic<bool> inspect_pending_{false};
  uint64_t last_cpu_ns_ = 0;
  uint64_t boot_cpu_ns_ = 0;  // spent before the process began; not the guest's
  // What the isolate held already when the process began, beyond what a fresh one does.
  GuestIsolate::Level before_;
  size_t heap_limit_ = 0;  // of the whole heap, that of others included

  mutable std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
  bool nudged_ = false;
  bool unwound_ = false;  // no JavaScript runs any more
  const char* reason_ = "exit";
  GuestIsolate* guest_ = nullptr;   // on the guest's own thread
  v8::Isolate* isolate_ = nullptr;  // null before the process's start and after its end
  MemoryUsage memory_;
  int64_t icu_before_ = 0;  // what this thread's share of ICU's memory was when the process began
  size_t icu_memory_ = 0;
};

// All live guests by task id, the isolates that are ready for others, and the thread that looks after both.
class GuestRegistry {
 public:
  static GuestRegistry& Get();
  // Runs a guest on a new thread. False: there are no more threads.
  bool Start(int tid, const GuestLimits& limits, const std::string& image_path);
  std::shared_ptr<GuestThread> Find(int tid);
  void Remove(int tid);

  // An isolate with a realm; booted if none is ready.
  std::unique_ptr<GuestIsolate> Acquire();
  // Takes back an isolate for the next guest.
  void Release(std::unique_ptr<GuestIsolate> guest);
  // Boots isolates until `isolates` are ready and gives each `realms`. They are made on the calling thread. `collect`: of
  // their garbage.
  void Prepare(size_t isolates, size_t realms, bool collect);
  size_t ready();

  // From here on isolates get new realms while nothing runs, and `watch` is called every 20 ms while something does, or
  // while it has returned true last: the process is over its limit.
  void KeepUp(std::function<bool()> watch);
  // Ends the caretaker's thread, before a fork; the next guest starts it anew.
  void StopCaretaker();
  // The live guest that holds the most memory, or null.
  std::shared_ptr<GuestThread> Largest();

 private:
  static void* Caretaker(void* self);
  void TakeCare();
  void EnsureCaretaker();
  void InspectAll(std::unique_lock<std::mutex>& lock);
  // One step of work on the ready isolates; false if there is nothing to do.
  bool Improve(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable condition_;
  std::unordered_map<int, std::shared_ptr<GuestThread>> guests_;
  std::vector<std::unique_ptr<GuestIsolate>> ready_;  // the last one is the next to be used
  bool improving_ = false;  // the caretaker has an isolate that is not in `ready_`
  std::atomic<int> waiting_{0};  // threads that wait for it
  std::function<bool()> watch_;
  bool over_limit_ = false;  // what it said last
  bool keeps_up_ = false;
  pthread_t caretaker_{};
  bool caretaker_running_ = false;
  bool caretaker_stopping_ = false;
};

// What the system calls the engine's threads that must be gone when a process is forked.
constexpr char kGuestThreadName[] = "guest";
constexpr char kCaretakerThreadName[] = "caretaker";

// Milliseconds of the steady clock.
double SteadyMs();

}  // namespace se

#endif  // SE_GUEST_THREAD_H_
