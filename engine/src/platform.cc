#include "platform.h"

#include <libplatform/libplatform.h>
#include <sched.h>

#include <algorithm>
#include <chrono>

#include "v8_internals.h"

namespace se {

namespace {

node::MultiIsolatePlatform* g_node_platform = nullptr;
EnginePlatform* g_platform = nullptr;  // never destroyed: V8 may ask for it until the process ends

// As many as Node has at most; no more than processors, for they compute.
constexpr int kMaxWorkers = 4;

double Now() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

node::MultiIsolatePlatform* Platform() { return g_node_platform; }
WorkerPool& Workers() { return g_platform->workers(); }

void InstallPlatform(node::MultiIsolatePlatform* platform) {
  if (g_platform != nullptr) return;
  cpu_set_t processors;
  int count = sched_getaffinity(0, sizeof(processors), &processors) == 0 ? CPU_COUNT(&processors) : 1;
  g_node_platform = platform;
  g_platform = new EnginePlatform(platform, static_cast<size_t>(std::clamp(count, 1, kMaxWorkers)));
  v8::internal::V8::SetPlatformForTesting(g_platform);
}

std::unique_ptr<v8::JobHandle> EnginePlatform::CreateJobImpl(v8::TaskPriority priority,
                                                             std::unique_ptr<v8::JobTask> task,
                                                             const v8::SourceLocation& location) {
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(task), workers_.size());
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
