#include "guest_thread.h"

#include <node.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "binding.h"
#include "callbacks.h"
#include "execution_guard.h"
#include "kernel_port.h"
#include "pump.h"
#include "snapshot.h"

namespace se {

using v8::Context;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;

namespace {

// A guest's stack: its own JavaScript, which V8 limits to 984 KB as in Node, then room for the kernel's on top of it in
// a syscall.
constexpr size_t kGuestStack = 1024 * 1024;
constexpr size_t kKernelStack = 1024 * 1024;
constexpr size_t kThreadStack = kGuestStack + kKernelStack + 512 * 1024;
// What V8 may take beyond the limit while it unwinds a guest that is being ended for it. The allocation that found no
// room has to succeed, since a thread whose V8 gives up is lost: this is more than the longest string or array takes.
constexpr size_t kHeapHeadroom = 1100u << 20;
// How far the heap may be beyond the limit for good. V8 lets a single object of any size pass it.
constexpr size_t kHeapTolerance = 32u << 20;

// V8 ends the process after a fatal error or when it is out of memory. A guest must not take the sidecar with it: its
// thread reports its end and stays parked for good; its memory is lost until the sidecar ends.
[[noreturn]] void ParkForever(const char* reason, const char* detail) {
  Isolate* isolate = Isolate::TryGetCurrent();
  Env* env = isolate != nullptr ? Env::From(isolate) : nullptr;
  if (env == nullptr || env->thread() == nullptr) {
    fprintf(stderr, "secure-exec: fatal engine error outside of a guest: %s\n", detail);
    abort();
  }
  int tid = env->thread()->tid();
  GuestRegistry::Get().Remove(tid);
  Kernel().PostExit(tid, reason, detail);
  // Seen by whoever looks at the sidecar's threads.
  pthread_setname_np(pthread_self(), "lost guest");
  for (;;) pause();
}

void OnFatalError(const char* location, const char* message) { ParkForever("failed", message ? message : "fatal error"); }
void OnOutOfMemory(const char* location, const v8::OOMDetails& details) { ParkForever("memory", location); }

}  // namespace

double SteadyMs() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

std::shared_ptr<GuestThread> GuestThread::Launch(size_t memory_bytes, LaunchOptions options) {
  std::shared_ptr<GuestThread> guest(new GuestThread());
  guest->memory_bytes_ = memory_bytes;
  guest->options_ = std::move(options);
  guest->tasks_ = std::make_shared<ForegroundTasks>(
      [](void* data) { static_cast<GuestThread*>(data)->Nudge(); }, guest.get());
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  auto* keep = new std::shared_ptr<GuestThread>(guest);
  int error = pthread_create(&guest->thread_, &attributes, Main, keep);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    delete keep;
    return nullptr;
  }
  return guest;
}

void* GuestThread::Main(void* data) {
  auto* keep = static_cast<std::shared_ptr<GuestThread>*>(data);
  std::shared_ptr<GuestThread> self = std::move(*keep);
  delete keep;
  self->Run();
  return nullptr;
}

void GuestThread::Bind(int tid, const GuestLimits& limits) {
  std::lock_guard<std::mutex> lock(mutex_);
  tid_ = tid;
  limits_ = limits;
  bound_ = true;
  condition_.notify_all();
}

void GuestThread::Discard() {
  std::lock_guard<std::mutex> lock(mutex_);
  discarded_ = true;
  condition_.notify_all();
}

void GuestThread::Wake() {
  std::lock_guard<std::mutex> lock(mutex_);
  woken_ = true;
  condition_.notify_all();
}

void GuestThread::Nudge() {
  std::lock_guard<std::mutex> lock(mutex_);
  nudged_ = true;
  condition_.notify_all();
}

bool GuestThread::ConsumeNudge() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(nudged_, false);
}

void GuestThread::Terminate(const char* reason) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (terminating_.exchange(true, std::memory_order_acq_rel)) return;
  reason_ = reason;
  if (isolate_ != nullptr) isolate_->TerminateExecution();
  condition_.notify_all();
}

bool GuestThread::InterruptScript() {
  Isolate* isolate;
  {
    // Not held below: a guard that cancels its termination takes the locks the other way round.
    std::lock_guard<std::mutex> lock(mutex_);
    isolate = isolate_;
  }
  return isolate != nullptr && InterruptBySigint(isolate);
}

bool GuestThread::CancelTermination() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (terminating()) return false;
  isolate_->CancelTerminateExecution();
  return true;
}

void GuestThread::OutOfMemory() { Terminate("memory"); }

void GuestThread::CollectGarbage() {
  if (IsCurrentThread() && isolate_ != nullptr) isolate_->LowMemoryNotification();
}

GuestThread::WakeReason GuestThread::Sleep(double deadline_ms, bool interruptible) {
  std::unique_lock<std::mutex> lock(mutex_);
  auto done = [&] { return woken_ || terminating() || (interruptible && nudged_); };
  if (std::isinf(deadline_ms)) {
    condition_.wait(lock, done);
  } else {
    double left = std::max(0.0, deadline_ms - SteadyMs());
    condition_.wait_for(lock, std::chrono::duration<double, std::milli>(left), done);
  }
  WakeReason reason = !woken_ && nudged_ && interruptible ? WakeReason::kNudged : WakeReason::kWoken;
  woken_ = false;
  if (reason == WakeReason::kNudged) nudged_ = false;
  return reason;
}

void GuestThread::Run() {
  CountingAllocator* allocator = &allocator_;
  IsolateDelegate delegate(tasks_);
  Isolate* isolate = Isolate::Allocate();
  Platform()->RegisterIsolate(isolate, &delegate);
  Isolate::CreateParams params;
  params.array_buffer_allocator = allocator;
  params.constraints.ConfigureDefaultsFromHeapSize(1u << 20, memory_bytes_);
  UseSnapshot(&params);
  std::unique_ptr<v8::SnapshotCreator> creator;
  if (options_.image_path.empty()) Isolate::Initialize(isolate, params);
  else creator = std::make_unique<v8::SnapshotCreator>(isolate, params);
  isolate->SetFatalErrorHandler(OnFatalError);
  isolate->SetOOMErrorHandler(OnOutOfMemory);
  {
    v8::Locker locker(isolate);
    Isolate::Scope isolate_scope(isolate);
    RunGuest(isolate);
    std::string error;
    if (creator && !RewriteImage(isolate, creator.get(), options_.image_path, &error)) {
      fprintf(stderr, "secure-exec: the image is left as it was: %s\n", error.c_str());
      reason_ = "failed";
    }
  }
  creator.reset();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    isolate_ = nullptr;
  }
  tasks_->Close();
  isolate->Dispose();
  Platform()->UnregisterIsolate(isolate);
  if (bound_) {
    GuestRegistry::Get().Remove(tid_);
    Kernel().PostExit(tid_, reason_, "");
  }
}

void GuestThread::RunGuest(Isolate* isolate) {
  HandleScope scope(isolate);
  InstallIsolateCallbacks(isolate);
  Local<Context> context;
  bool booted = Context::FromSnapshot(isolate, kPrincipalContextIndex).ToLocal(&context);
  if (options_.on_booted) options_.on_booted();
  if (!booted) return;
  if (!options_.image_path.empty()) DropBytecode(isolate);
  Context::Scope context_scope(context);
  Env env(isolate, this, &allocator_);
  env.AdoptPrincipalContext(context);
  {
    std::unique_lock<std::mutex> lock(mutex_);
    isolate_ = isolate;
    condition_.wait(lock, [&] { return bound_ || discarded_; });
    if (!bound_) return;
    if (terminating()) return;
    boot_cpu_ns_ = CpuTimeNs();
    started_ = true;
  }
  env.time_origin_ms = SteadyMs();
  isolate->AddNearHeapLimitCallback(NearHeapLimit, this);
  allocator_.SetLimit(
      limits_.memory_bytes, [](void* data) { static_cast<GuestThread*>(data)->OutOfMemory(); },
      [](void* data) { static_cast<GuestThread*>(data)->CollectGarbage(); }, this);
  Local<v8::Function> start;
  if (!env.GetFunction(Slot::kStartFunction).ToLocal(&start)) return Terminate("failed");
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> life;
  if (start->Call(context, v8::Undefined(isolate), 0, nullptr).ToLocal(&life) && life->IsFunction())
    Pump(&env, life.As<v8::Function>());
  env.exiting = true;
  // Reached when the guest's boot code itself fails; ordinary ends come through exit_group.
  if (!terminating()) {
    std::string detail = try_catch.HasCaught() ? ToStdString(isolate, try_catch.Exception()) : "start returned";
    fprintf(stderr, "secure-exec: guest ended without exit: %s\n", detail.c_str());
    Terminate("failed");
  }
  // The destructors below call into V8, which a pending termination would disturb.
  std::lock_guard<std::mutex> lock(mutex_);
  unwound_ = true;
  isolate->CancelTerminateExecution();
}

size_t GuestThread::NearHeapLimit(void* data, size_t current, size_t initial) {
  static_cast<GuestThread*>(data)->OutOfMemory();
  // Once, however often V8 comes back.
  return std::max(current, initial + kHeapHeadroom);
}

uint64_t GuestThread::CpuTimeNs() const {
  clockid_t clock;
  timespec time;
  if (pthread_getcpuclockid(thread_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000u + time.tv_nsec - boot_cpu_ns_;
}

MemoryUsage GuestThread::Memory() {
  // A process that asks for its own numbers gets those of this moment.
  if (IsCurrentThread() && isolate_ != nullptr) MeasureMemory(isolate_);
  std::lock_guard<std::mutex> lock(mutex_);
  return memory_;
}

size_t GuestThread::MeasureMemory(Isolate* isolate) {
  v8::HeapStatistics statistics;
  isolate->GetHeapStatistics(&statistics);
  std::lock_guard<std::mutex> lock(mutex_);
  memory_ = {statistics.total_heap_size(), statistics.used_heap_size(), statistics.external_memory(),
             allocator_.used()};
  size_t heap = statistics.total_heap_size();
  // WebAssembly memory passes the allocator by; V8 counts it as external. It does not know what buffers grew by.
  return std::max({allocator_.used(), statistics.external_memory() + allocator_.growth(),
                   heap - std::min(heap, kHeapTolerance)});
}

void GuestThread::OnInterrupt(Isolate* isolate, void* data) {
  Env* env = Env::From(isolate);
  if (env == nullptr || env->thread() == nullptr) return;
  env->thread()->CheckMemory(isolate);
}

void GuestThread::CheckMemory(Isolate* isolate) {
  inspect_pending_ = false;
  if (MeasureMemory(isolate) <= limits_.memory_bytes) return;
  isolate->LowMemoryNotification();
  if (MeasureMemory(isolate) > limits_.memory_bytes) OutOfMemory();
}

void GuestThread::Inspect() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!started_ || unwound_ || isolate_ == nullptr) return;
  if (terminating()) {
    // Native code that calls into the guest may have taken the termination for an exception of that call.
    isolate_->TerminateExecution();
    return;
  }
  uint64_t cpu = CpuTimeNs();
  if (limits_.cpu_ms > 0 && static_cast<double>(cpu) / 1e6 > limits_.cpu_ms &&
      !terminating_.exchange(true, std::memory_order_acq_rel)) {
    reason_ = "cpu";
    isolate_->TerminateExecution();
    condition_.notify_all();
    return;
  }
  if (cpu == last_cpu_ns_ || inspect_pending_.exchange(true)) return;
  last_cpu_ns_ = cpu;
  isolate_->RequestInterrupt(OnInterrupt, nullptr);
}

}  // namespace se
