#include "platform.h"

#include <libplatform/libplatform.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace se {

namespace {

node::MultiIsolatePlatform* g_platform = nullptr;
WorkerPool* g_workers = nullptr;  // never destroyed: V8 may ask for it until the process ends

// As many as Node has at most; no more than processors, for they compute.
constexpr int kMaxWorkers = 4;

double Now() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// Node's platform is a C++ object of a class that its headers do not show, and nothing but its virtual functions says on
// which threads V8's work is done. Those four are replaced, in a table of this one object's own: by the C++ ABI of Linux, an
// object begins with the address of its table, which has two words in front, and a pointer to a virtual member function
// begins with its offset in the table (on x64 plus one).
struct Overrides : v8::Platform {
  int Count() { return static_cast<int>(g_workers->size()); }
  void Post(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
    g_workers->Post(priority, std::move(task));
  }
  void PostDelayed(v8::TaskPriority, std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) {
    g_workers->PostDelayed(std::move(task), delay);
  }
  std::unique_ptr<v8::JobHandle> Job(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                     const v8::SourceLocation&) {
    return v8::platform::NewDefaultJobHandle(this, priority, std::move(task), g_workers->size());
  }

  template <typename Function>
  static uintptr_t Word(Function function) {
    uintptr_t words[2];
    static_assert(sizeof(words) == sizeof(function));
    memcpy(words, &function, sizeof(words));
    return words[0];
  }
  template <typename Function>
  static size_t Index(Function function) { return Word(function) / sizeof(uintptr_t); }

  static void Install(v8::Platform* platform) {
    constexpr size_t kFront = 2, kSlots = 64;
    uintptr_t* table = *reinterpret_cast<uintptr_t**>(platform);
    auto* copy = new uintptr_t[kFront + kSlots];
    memcpy(copy, table - kFront, (kFront + kSlots) * sizeof(uintptr_t));
    uintptr_t* own = copy + kFront;
    own[Index(&Platform::NumberOfWorkerThreads)] = Word(&Overrides::Count);
    own[Index(&Overrides::PostTaskOnWorkerThreadImpl)] = Word(&Overrides::Post);
    own[Index(&Overrides::PostDelayedTaskOnWorkerThreadImpl)] = Word(&Overrides::PostDelayed);
    own[Index(&Overrides::CreateJobImpl)] = Word(&Overrides::Job);
    *reinterpret_cast<uintptr_t**>(platform) = own;
  }
};

}  // namespace

node::MultiIsolatePlatform* Platform() { return g_platform; }
WorkerPool& Workers() { return *g_workers; }

void InstallPlatform(node::MultiIsolatePlatform* platform) {
  if (g_platform != nullptr) return;
  cpu_set_t processors;
  int count = sched_getaffinity(0, sizeof(processors), &processors) == 0 ? CPU_COUNT(&processors) : 1;
  g_platform = platform;
  g_workers = new WorkerPool(static_cast<size_t>(std::clamp(count, 1, kMaxWorkers)));
  Overrides::Install(platform);
}

void ForegroundTasks::SetWake(void (*wake)(void*), void* data) {
  std::lock_guard<std::mutex> lock(mutex_);
  wake_ = wake;
  data_ = data;
}

void ForegroundTasks::PostTask(std::unique_ptr<v8::Task> task) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  ready_.push(std::move(task));
  if (wake_ != nullptr) wake_(data_);
}

void ForegroundTasks::PostDelayedTask(std::unique_ptr<v8::Task> task, double delay_in_seconds) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  delayed_.push_back({Now() + delay_in_seconds, std::move(task)});
  std::push_heap(delayed_.begin(), delayed_.end());
  if (wake_ != nullptr) wake_(data_);
}

bool ForegroundTasks::RunPending() {
  bool ran = false;
  std::queue<std::unique_ptr<v8::Task>> batch;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    double now = Now();
    while (!delayed_.empty() && delayed_.front().due <= now) {
      std::pop_heap(delayed_.begin(), delayed_.end());
      ready_.push(std::move(delayed_.back().task));
      delayed_.pop_back();
    }
    batch.swap(ready_);
  }
  while (!batch.empty()) {
    std::unique_ptr<v8::Task> task = std::move(batch.front());
    batch.pop();
    task->Run();
    ran = true;
  }
  return ran;
}

bool ForegroundTasks::HasPending() {
  std::lock_guard<std::mutex> lock(mutex_);
  return !ready_.empty() || (!delayed_.empty() && delayed_.front().due <= Now());
}

void ForegroundTasks::DropPending() {
  std::queue<std::unique_ptr<v8::Task>> dropped;
  std::lock_guard<std::mutex> lock(mutex_);
  dropped.swap(ready_);
}

double ForegroundTasks::NextDelay() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!ready_.empty()) return 0;
  if (delayed_.empty()) return -1;
  return std::max(0.0, delayed_.front().due - Now());
}

void ForegroundTasks::Close() {
  std::queue<std::unique_ptr<v8::Task>> ready;
  std::vector<Delayed> delayed;
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  ready.swap(ready_);
  delayed.swap(delayed_);
}

}  // namespace se
