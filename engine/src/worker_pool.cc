#include "worker_pool.h"

#include <signal.h>

#include <algorithm>
#include <chrono>

namespace se {

namespace {

// Parsers and compilers recurse as deep on these threads as on a guest's own.
constexpr size_t kStackSize = 2 * 1024 * 1024;

double Now() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void WorkerPool::Post(v8::TaskPriority priority, std::unique_ptr<v8::Task> task) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  auto& queue = priority == v8::TaskPriority::kUserBlocking  ? urgent_
                : priority == v8::TaskPriority::kUserVisible ? normal_
                                                             : background_;
  queue.push_back(std::move(task));
  Announce();
}

void WorkerPool::PostDelayed(std::unique_ptr<v8::Task> task, double delay_in_seconds) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  delayed_.push_back({Now() + delay_in_seconds, std::move(task)});
  std::push_heap(delayed_.begin(), delayed_.end());
  Announce();
}

void WorkerPool::Announce() {
  if (idle_ > 0) return condition_.notify_one();
  if (threads_.size() == size_) return;
  // Signals belong to the main thread.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackSize);
  pthread_t thread;
  // Where the system has no thread left, the task waits for one of the others, or for the next attempt.
  if (pthread_create(&thread, &attributes, Main, this) == 0) threads_.push_back(thread);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void* WorkerPool::Main(void* self) {
  pthread_setname_np(pthread_self(), kWorkerThreadName);
  static_cast<WorkerPool*>(self)->Work();
  return nullptr;
}

std::unique_ptr<v8::Task> WorkerPool::Take() {
  if (!delayed_.empty() && delayed_.front().due <= Now()) {
    std::pop_heap(delayed_.begin(), delayed_.end());
    std::unique_ptr<v8::Task> task = std::move(delayed_.back().task);
    delayed_.pop_back();
    return task;
  }
  for (auto* queue : {&urgent_, &normal_, &background_}) {
    if (queue->empty()) continue;
    std::unique_ptr<v8::Task> task = std::move(queue->front());
    queue->pop_front();
    return task;
  }
  return nullptr;
}

void WorkerPool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    if (std::unique_ptr<v8::Task> task = Take()) {
      lock.unlock();
      task->Run();
      task.reset();
      lock.lock();
      continue;
    }
    if (stopping_) return;
    idle_++;
    if (delayed_.empty()) {
      condition_.wait(lock);
    } else {
      std::chrono::duration<double> left(delayed_.front().due - Now());
      condition_.wait_for(lock, left);
    }
    idle_--;
  }
}

void WorkerPool::Stop() {
  std::unique_lock<std::mutex> lock(mutex_);
  stopping_ = true;
  condition_.notify_all();
  std::vector<pthread_t> threads;
  // What is done now may post more, for which a thread may be started.
  while (!threads_.empty()) {
    threads.swap(threads_);
    lock.unlock();
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    threads.clear();
    lock.lock();
  }
  stopping_ = false;
}

void WorkerPool::Close() {
  Stop();
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  urgent_.clear();
  normal_.clear();
  background_.clear();
  delayed_.clear();
}

}  // namespace se
