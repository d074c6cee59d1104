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
  // Forgets what is queued now.
  void DropPending();
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

// Node's platform, with which isolates are registered. Set once when the addon is loaded; from then on its background work is
// done by a WorkerPool, which can be stopped for a fork. (V8 would take another platform, but the heap of Node's own C++
// objects keeps the one that it was made with.)
node::MultiIsolatePlatform* Platform();
WorkerPool& Workers();
void InstallPlatform(node::MultiIsolatePlatform* platform);

}  // namespace se

#endif  // SE_PLATFORM_H_
