#ifndef SE_PLATFORM_H_
#define SE_PLATFORM_H_

#include <node.h>
#include <v8-platform.h>

#include <memory>
#include <mutex>
#include <queue>

#include "worker_pool.h"

namespace se {

// Foreground tasks that V8 posts for one isolate (finalization, WebAssembly compilation, GC jobs), run by the
// isolate's own thread. `wake` is called from any thread when a task arrives, and must not wait for anything.
class ForegroundTasks : public v8::TaskRunner {
 public:
  // Who is told from now on that a task arrived; null: nobody.
  void SetWake(void (*wake)(void*), void* data);
  // Runs what is queued now and what is due; returns whether anything ran.
  bool RunPending();
  bool HasPending();
  // Seconds until the earliest delayed task, or a negative number if there is none.
  double NextDelay();
  void Close();

  void PostTask(std::unique_ptr<v8::Task> task) override;
  void PostNonNestableTask(std::unique_ptr<v8::Task> task) override { PostTask(std::move(task)); }
  void PostDelayedTask(std::unique_ptr<v8::Task> task, double delay_in_seconds) override;
  void PostNonNestableDelayedTask(std::unique_ptr<v8::Task> task, double delay) override {
    PostDelayedTask(std::move(task), delay);
  }
  void PostIdleTask(std::unique_ptr<v8::IdleTask> task) override {}
  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

 private:
  struct Delayed {
    double due;
    std::unique_ptr<v8::Task> task;
    bool operator<(const Delayed& other) const { return due > other.due; }
  };
  std::mutex mutex_;
  std::queue<std::unique_ptr<v8::Task>> ready_;
  std::vector<Delayed> delayed_;  // a heap, earliest first
  bool closed_ = false;
  void (*wake_)(void*) = nullptr;
  void* data_ = nullptr;
};

class IsolateDelegate : public node::IsolatePlatformDelegate {
 public:
  explicit IsolateDelegate(std::shared_ptr<ForegroundTasks> tasks) : tasks_(std::move(tasks)) {}
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner() override { return tasks_; }
  bool IdleTasksEnabled() override { return false; }

 private:
  std::shared_ptr<ForegroundTasks> tasks_;
};

// V8's platform in an engine process: Node's own, but background work is done by a WorkerPool, which can be stopped for a fork.
class EnginePlatform : public v8::Platform {
 public:
  EnginePlatform(node::MultiIsolatePlatform* node, size_t workers) : node_(node), workers_(workers) {}

  WorkerPool& workers() { return workers_; }

  v8::PageAllocator* GetPageAllocator() override { return node_->GetPageAllocator(); }
  v8::ThreadIsolatedAllocator* GetThreadIsolatedAllocator() override { return node_->GetThreadIsolatedAllocator(); }
  int NumberOfWorkerThreads() override { return static_cast<int>(workers_.size()); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate) override {
    return node_->GetForegroundTaskRunner(isolate);
  }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) override {
    return node_->GetForegroundTaskRunner(isolate);
  }
  bool IdleTasksEnabled(v8::Isolate* isolate) override { return node_->IdleTasksEnabled(isolate); }
  double MonotonicallyIncreasingTime() override { return node_->MonotonicallyIncreasingTime(); }
  double CurrentClockTimeMillis() override { return node_->CurrentClockTimeMillis(); }
  StackTracePrinter GetStackTracePrinter() override { return node_->GetStackTracePrinter(); }
  v8::TracingController* GetTracingController() override { return node_->GetTracingController(); }

 protected:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation& location) override;
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation& location) override {
    workers_.Post(priority, std::move(task));
  }
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                         double delay_in_seconds, const v8::SourceLocation& location) override {
    workers_.PostDelayed(std::move(task), delay_in_seconds);
  }

 private:
  node::MultiIsolatePlatform* node_;
  WorkerPool workers_;
};

// Node's platform, with which isolates are registered; set once when the addon is loaded, which makes an EnginePlatform
// V8's from then on.
node::MultiIsolatePlatform* Platform();
WorkerPool& Workers();
void InstallPlatform(node::MultiIsolatePlatform* platform);

}  // namespace se

#endif  // SE_PLATFORM_H_
