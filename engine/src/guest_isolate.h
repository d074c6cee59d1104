#ifndef SE_GUEST_ISOLATE_H_
#define SE_GUEST_ISOLATE_H_

#include <v8.h>

#include <memory>
#include <string>
#include <vector>

#include "allocator.h"
#include "env.h"
#include "guest_locale.h"
#include "platform.h"

namespace se {

// An isolate with booted realms of Node's library, each of which serves one guest process, once. Whatever thread booted it
// may be gone when another enters it (in a forked process it is): who touches the isolate holds an Entry.
class GuestIsolate {
 public:
  // A realm nobody has used, with a microtask queue of its own: what an ended process left in its queue is never run.
  struct Realm {
    v8::Global<v8::Context> context;
    std::unique_ptr<v8::MicrotaskQueue> microtasks;
  };

  // The right to use the isolate on this thread, whose stack it measures.
  class Entry {
   public:
    explicit Entry(GuestIsolate& guest);

   private:
    v8::Locker locker_;
    v8::Isolate::Scope scope_;
    v8::HandleScope handles_;
  };

  // Boots an isolate without realms on this thread. With `for_image`, an image can be made of it in the end (RewriteImage).
  static std::unique_ptr<GuestIsolate> Boot(bool for_image = false);
  // On any thread.
  ~GuestIsolate();

  v8::Isolate* isolate() const { return isolate_; }
  v8::SnapshotCreator* creator() const { return creator_.get(); }
  CountingAllocator& allocator() { return *allocator_; }
  const std::shared_ptr<ForegroundTasks>& tasks() const { return tasks_; }
  GuestLocale& locale() { return locale_; }

  size_t realms() const { return realms_.size(); }
  // What had gathered since the last collection when the last process ended.
  size_t garbage() const { return garbage_; }
  // The rest inside an Entry.
  // Makes a realm from the image. False if V8 can't.
  bool AddRealm();
  // There must be one.
  Realm TakeRealm();
  // After a process: whether the isolate may serve another one. Collects garbage first when much has gathered.
  bool Settle();
  // Collects garbage if more than `bytes` have gathered since the last time.
  void CollectBeyond(size_t bytes);
  // Runs V8's tasks for the process of `env`; whether there were any.
  bool RunTasks(Env* env);
  // V8 called a function of an ended process.
  void NoteGhost() { ghosts_++; }

  struct Level {
    size_t heap_total = 0;
    size_t heap_used = 0;
    size_t external = 0;
    size_t buffers = 0;
    size_t held() const { return heap_used + external + buffers; }
  };
  Level Measure();
  // What an isolate holds that has one realm and has run nothing.
  static const Level& Fresh();

 private:
  GuestIsolate() = default;

  v8::Isolate* isolate_ = nullptr;
  // Buffers that other isolates share outlive this one.
  std::shared_ptr<CountingAllocator> allocator_ = std::make_shared<CountingAllocator>();
  std::shared_ptr<ForegroundTasks> tasks_ = std::make_shared<ForegroundTasks>();
  IsolateDelegate delegate_{tasks_};
  std::unique_ptr<v8::SnapshotCreator> creator_;
  std::vector<Realm> realms_;
  GuestLocale locale_;
  size_t settled_ = 0;  // bytes held after the last collection
  size_t garbage_ = 0;
  int ghosts_ = 0;
};

// Seals the realm and every context that its process made: no JavaScript of it runs ever again, whoever calls it. V8 keeps
// some callbacks for the whole isolate (FinalizationRegistry, background compilation) that would bring an ended process
// back to life within the next one.
void SealContexts(Env* env);
bool IsSealed(v8::Local<v8::Context> context);

// The heap limit that every isolate boots with; a process's own is set when it begins.
constexpr size_t kDefaultMemoryBytes = 256u << 20;

}  // namespace se

#endif  // SE_GUEST_ISOLATE_H_
