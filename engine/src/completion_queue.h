#ifndef SE_COMPLETION_QUEUE_H_
#define SE_COMPLETION_QUEUE_H_

#include <deque>
#include <functional>

#include "env.h"

namespace se {

// Work that native bindings finish later, from the guest's event loop: the callbacks of crypto jobs and zlib writes,
// messages of ports. One a guest: env->State<CompletionQueue>(). Used on the guest's own thread only; other threads hand
// work over with GuestThread::Nudge and a queue of their own that a poller drains (AddPoller).
class CompletionQueue {
 public:
  using Completion = std::function<void(Env*)>;
  explicit CompletionQueue(Env*) {}

  // Runs `completion` in the loop's next pass. It calls guest code through MakeCallback. A queued completion keeps the
  // loop alive, unless it belongs to an unref'd handle.
  void Post(Completion completion, bool keeps_alive = true) {
    queue_.push_back({std::move(completion), keeps_alive});
    if (keeps_alive) refs_++;
  }

  // Runs `completion` in the loop's next closing phase: the end of a handle. It keeps the loop alive until then.
  void PostClosing(Completion completion) {
    closing_.push_back({std::move(completion), true});
    refs_++;
  }

  // Handles that keep the loop alive while nothing is queued: a started, ref'd MessagePort.
  void Ref() { refs_++; }
  void Unref() { refs_--; }

  // Called at the start of every Run: moves what other threads delivered into this queue with Post.
  void AddPoller(std::function<void(Env*)> poller) { pollers_.push_back(std::move(poller)); }

  bool Pending() const { return !queue_.empty() || !closing_.empty(); }
  bool Alive() const { return refs_ > 0; }

  // Runs what was queued before the call; what that queues runs in the next pass. Returns whether anything ran.
  bool Run(Env* env) {
    env->Reap();
    for (auto& poller : pollers_) poller(env);
    return RunQueue(env, &queue_);
  }
  // The closing phase. Returns whether anything ran.
  bool RunClosing(Env* env) { return RunQueue(env, &closing_); }

 private:
  struct Entry {
    Completion completion;
    bool keeps_alive;
  };

  bool RunQueue(Env* env, std::deque<Entry>* queue) {
    std::deque<Entry> batch;
    batch.swap(*queue);
    bool ran = !batch.empty();
    while (!batch.empty() && !env->exiting) {
      Entry entry = std::move(batch.front());
      batch.pop_front();
      if (entry.keeps_alive) refs_--;
      v8::HandleScope scope(env->isolate());
      entry.completion(env);
    }
    return ran;
  }

  std::deque<Entry> queue_;
  std::deque<Entry> closing_;
  std::vector<std::function<void(Env*)>> pollers_;
  int refs_ = 0;
};

}  // namespace se

#endif  // SE_COMPLETION_QUEUE_H_
