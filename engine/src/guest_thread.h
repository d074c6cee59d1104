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

#include "allocator.h"
#include "env.h"
#include "platform.h"

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

// One guest process's isolate and OS thread. Life: the thread boots the isolate from the snapshot and waits (ready);
// Bind gives it a task and it runs the guest to its end; then the isolate is disposed and the exit is posted.
// Owned by shared_ptr: the registry holds one while the guest lives, the thread itself another.
class GuestThread : public std::enable_shared_from_this<GuestThread> {
 public:
  struct LaunchOptions {
    std::function<void()> on_booted;  // called on the new thread
    std::string image_path;  // not empty: a rehearsal, of whose isolate an image is made in the end (RewriteImage)
  };
  // Starts a thread that boots; null when the system refuses one.
  static std::shared_ptr<GuestThread> Launch(size_t memory_bytes, LaunchOptions options);

  // Gives the task to this ready or still booting isolate. Once.
  void Bind(int tid, const GuestLimits& limits);
  // Ends a thread that was never bound.
  void Discard();

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
  ForegroundTasks* tasks() const { return tasks_.get(); }
  // Ends the process because it needs more memory than it may have.
  void OutOfMemory();
  // Only on the guest's own thread; does nothing on others.
  void CollectGarbage();

  // Takes back a TerminateExecution that the guest asked for itself; false if the process is being ended.
  bool CancelTermination();

  // --- Any thread ---
  uint64_t CpuTimeNs() const;
  MemoryUsage Memory();
  // Called by the monitor: enforces limits that nothing else notices, and terminations that were lost.
  void Inspect();
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  GuestThread() = default;
  static void* Main(void* self);
  void Run();
  void RunGuest(v8::Isolate* isolate);
  bool IsCurrentThread() const { return pthread_equal(pthread_self(), thread_) != 0; }
  void CheckMemory(v8::Isolate* isolate);
  // Takes the process's numbers anew; the bytes, in the heap or outside, that count against its limit.
  size_t MeasureMemory(v8::Isolate* isolate);
  static size_t NearHeapLimit(void* data, size_t current, size_t initial);
  static void OnInterrupt(v8::Isolate* isolate, void* data);

  size_t memory_bytes_ = 0;
  LaunchOptions options_;
  GuestLimits limits_;
  int tid_ = 0;
  pthread_t thread_{};
  std::atomic<bool> started_{false};
  std::atomic<bool> terminating_{false};
  std::atomic<bool> inspect_pending_{false};
  uint64_t last_cpu_ns_ = 0;
  uint64_t boot_cpu_ns_ = 0;  // spent before the thread was bound; not the guest's

  mutable std::mutex mutex_;
  std::condition_variable condition_;
  bool bound_ = false;
  bool discarded_ = false;
  bool woken_ = false;
  bool nudged_ = false;
  bool unwound_ = false;  // no JavaScript runs any more
  const char* reason_ = "exit";
  v8::Isolate* isolate_ = nullptr;  // null before boot and after disposal
  MemoryUsage memory_;

  std::shared_ptr<ForegroundTasks> tasks_;
  CountingAllocator allocator_;
};

// All live guests by task id, plus the pool of ready ones.
class GuestRegistry {
 public:
  static GuestRegistry& Get();
  // Runs a guest in a ready isolate or, if none fits or it is a rehearsal, in a new one. False: there are no more threads.
  bool Start(int tid, const GuestLimits& limits, const std::string& image_path);
  std::shared_ptr<GuestThread> Find(int tid);
  void Remove(int tid);
  // From here on keeps `count` isolates ready. Each call boots one more, or lets surplus ones go; the rest follow one by
  // one, for side by side each would be ready later.
  void SetPoolSize(size_t count);
  // An isolate that the pool had started is ready, or failed to boot.
  void Booted();

 private:
  static void* Monitor(void* self);
  std::shared_ptr<GuestThread> TakeReady(size_t memory_bytes);
  // Starts an isolate for the pool if one is missing.
  void Refill();

  std::mutex mutex_;
  std::unordered_map<int, std::shared_ptr<GuestThread>> guests_;
  // Booted, but for `pool_booting_` of them.
  std::vector<std::shared_ptr<GuestThread>> ready_;
  size_t pool_size_ = 0;
  size_t pool_booting_ = 0;
  bool monitor_running_ = false;
  std::condition_variable monitor_condition_;
};

constexpr size_t kDefaultMemoryBytes = 256u << 20;

// Milliseconds of the steady clock.
double SteadyMs();

}  // namespace se

#endif  // SE_GUEST_THREAD_H_
