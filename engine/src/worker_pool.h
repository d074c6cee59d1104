#ifndef SE_WORKER_POOL_H_
#define SE_WORKER_POOL_H_

#include <pthread.h>
#include <v8-platform.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace se {

// What the system calls them.
constexpr char kWorkerThreadName[] = "v8 worker";

// The threads on which V8 compiles and collects garbage in the background. They start when there is something to do, and
// can be ended for a fork, which no thread but the caller's survives.
class WorkerPool {
 public:
  explicit WorkerPool(size_t size) : size_(size) {}

  size_t size() const { return size_; }
  void Post(v8::TaskPriority priority, std::unique_ptr<v8::Task> task);
  void PostDelayed(std::unique_ptr<v8::Task> task, double delay_in_seconds);
  // Does all that is queued and ends the threads; what is not due yet stays queued. Whatever is posted later starts them anew.
  void Stop();
  // Ends the threads as Stop() does and drops what is posted from now on: V8 is about to be torn down.
  void Close();

 private:
  struct Delayed {
    double due;
    std::unique_ptr<v8::Task> task;
    bool operator<(const Delayed& other) const { return due > other.due; }
  };

  static void* Main(void* self);
  void Work();
  // A task was queued: wakes a thread, or starts one. Under the mutex.
  void Announce();
  // The next task, or null when there is none or it is not due. Under the mutex.
  std::unique_ptr<v8::Task> Take();

  const size_t size_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::deque<std::unique_ptr<v8::Task>> urgent_, normal_, background_;
  std::vector<Delayed> delayed_;  // a heap, earliest first
  std::vector<pthread_t> threads_;
  size_t idle_ = 0;
  bool stopping_ = false;
  bool closed_ = false;
};

}  // namespace se

#endif  // SE_WORKER_POOL_H_
