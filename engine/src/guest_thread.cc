#include "guest_thread.h"

#include <node.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>

#include "binding.h"
#include "callbacks.h"
#include "execution_guard.h"
#include "icu_memory.h"
#include "kernel_port.h"
#include "pump.h"
#include "random_seed.h"
#include "snapshot.h"
#include "v8_internals.h"

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
// room has to succeed, since where V8 gives up the whole VM ends: this is more than the longest string or array takes.
constexpr size_t kHeapHeadroom = 1100u << 20;
// By how much V8's limit is raised at least, for the allocation that came near it.
constexpr size_t kHeapStep = 16u << 20;
// How far the heap may be beyond the limit for good. V8 lets a single object of any size pass it.
constexpr size_t kHeapTolerance = 32u << 20;

}  // namespace

double SteadyMs() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

std::shared_ptr<GuestThread> GuestThread::Start(int tid, const GuestLimits& limits, const std::string& image_path) {
  std::shared_ptr<GuestThread> guest(new GuestThread());
  guest->tid_ = tid;
  guest->limits_ = limits;
  guest->image_path_ = image_path;
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
  pthread_setname_np(pthread_self(), kGuestThreadName);
  // The creator may not have stored it yet.
  self->thread_ = pthread_self();
  self->Run();
  return nullptr;
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

void GuestThread::InspectMemorySoon() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (isolate_ != nullptr && !inspect_pending_.exchange(true)) isolate_->RequestInterrupt(OnInterrupt, nullptr);
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
  std::unique_ptr<GuestIsolate> guest =
      image_path_.empty() ? GuestRegistry::Get().Acquire() : GuestIsolate::Boot(/* for_image */ true);
  bool reusable;
  {
    GuestIsolate::Entry entry(*guest);
    RunGuest(*guest);
    std::string error;
    if (guest->creator() != nullptr && !RewriteImage(guest->isolate(), guest->creator(), image_path_, &error)) {
      fprintf(stderr, "secure-exec: the image is left as it was: %s\n", error.c_str());
      reason_ = "failed";
    }
    // What did not end by itself may have been stopped anywhere.
    reusable = guest->creator() == nullptr && std::string_view(reason_) == "exit" && guest->Settle();
  }
  if (reusable) GuestRegistry::Get().Release(std::move(guest));
  guest.reset();
  GuestRegistry::Get().Remove(tid_);
  Kernel().PostExit(tid_, reason_, "");
}

void GuestThread::RunGuest(GuestIsolate& guest) {
  if (guest.realms() == 0 && !guest.AddRealm()) return Terminate("failed");
  GuestIsolate::Realm realm = guest.TakeRealm();
  Isolate* isolate = guest.isolate();
  HandleScope scope(isolate);
  Local<Context> context = realm.context.Get(isolate);
  realm.context.Reset();
  if (!image_path_.empty()) DropBytecode(isolate);
  SeedRandom(isolate, context, RandomSeed());
  Context::Scope context_scope(context);
  guest_ = &guest;
  {
    Env env(isolate, this, &guest.allocator());
    env.AdoptPrincipalContext(context);
    guest.tasks()->SetWake([](void* data) { static_cast<GuestThread*>(data)->Nudge(); }, this);
    bool run;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      isolate_ = isolate;
      run = !terminating();
      boot_cpu_ns_ = CpuTimeNs();
      started_ = true;
    }
    if (run) RunRealm(env, context);
    env.exiting = true;
    // What follows calls into V8, which a pending termination would disturb.
    {
      std::lock_guard<std::mutex> lock(mutex_);
      unwound_ = true;
      isolate_ = nullptr;
      isolate->CancelTerminateExecution();
    }
    guest.tasks()->SetWake(nullptr, nullptr);
    if (guest.creator() == nullptr) SealContexts(&env);
  }
}

void GuestThread::BeginLimits() {
  Isolate* isolate = guest_->isolate();
  GuestIsolate::Level now = guest_->Measure();
  const GuestIsolate::Level& fresh = GuestIsolate::Fresh();
  auto beyond = [](size_t value, size_t base) { return value - std::min(value, base); };
  before_ = {beyond(now.heap_total, fresh.heap_total), beyond(now.heap_used, fresh.heap_used),
             beyond(now.external, fresh.external), beyond(now.buffers, fresh.buffers)};
  heap_limit_ = limits_.memory_bytes + before_.heap_total;
  // Removing a callback is V8's way to lower the limit; it is raised when the heap comes near it.
  isolate->AddNearHeapLimitCallback(KeepHeapLimit, this);
  isolate->RemoveNearHeapLimitCallback(KeepHeapLimit, heap_limit_);
  isolate->AddNearHeapLimitCallback(NearHeapLimit, this);
  guest_->allocator().SetLimit(
      limits_.memory_bytes + before_.buffers, [](void* data) { static_cast<GuestThread*>(data)->OutOfMemory(); },
      [](void* data) { static_cast<GuestThread*>(data)->InspectMemorySoon(); }, this);
  icu_before_ = IcuMemory();
}

void GuestThread::EndLimits() {
  guest_->allocator().SetLimit(SIZE_MAX, nullptr, nullptr, nullptr);
  guest_->isolate()->RemoveNearHeapLimitCallback(NearHeapLimit, 0);
}

void GuestThread::RunRealm(Env& env, Local<Context> context) {
  Isolate* isolate = env.isolate();
  env.time_origin_ms = SteadyMs();
  BeginLimits();
  Local<v8::Function> start;
  if (!env.GetFunction(Slot::kStartFunction).ToLocal(&start)) return Terminate("failed");
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> life;
  if (start->Call(context, v8::Undefined(isolate), 0, nullptr).ToLocal(&life) && life->IsFunction())
    Pump(&env, life.As<v8::Function>());
  // Reached when the guest's boot code itself fails; ordinary ends come through exit_group.
  if (!terminating()) {
    std::string detail = try_catch.HasCaught() ? ToStdString(isolate, try_catch.Exception()) : "start returned";
    fprintf(stderr, "secure-exec: guest ended without exit: %s\n", detail.c_str());
    Terminate("failed");
  }
  EndLimits();
}

size_t GuestThread::NearHeapLimit(void* data, size_t current, size_t initial) {
  auto* self = static_cast<GuestThread*>(data);
  // The isolate's own limit may be lower than this process's. V8 asks once: what it gets must be enough.
  if (current + kHeapStep <= self->heap_limit_) return self->heap_limit_;
  self->OutOfMemory();
  // Once, however often V8 comes back.
  return std::max(current, self->heap_limit_ + kHeapHeadroom);
}

uint64_t GuestThread::CpuTimeNs() const {
  clockid_t clock;
  timespec time;
  if (pthread_getcpuclockid(thread_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000u + time.tv_nsec - boot_cpu_ns_;
}

MemoryUsage GuestThread::Memory() {
  // A process that asks for its own numbers gets those of this moment.
  if (IsCurrentThread() && isolate_ != nullptr) MeasureMemory();
  std::lock_guard<std::mutex> lock(mutex_);
  return memory_;
}

size_t GuestThread::held() {
  std::lock_guard<std::mutex> lock(mutex_);
  return memory_.heap_total + memory_.external + memory_.array_buffers + icu_memory_;
}

size_t GuestThread::MeasureMemory() {
  GuestIsolate::Level now = guest_->Measure();
  const GuestIsolate::Level& fresh = GuestIsolate::Fresh();
  // Garbage of others that was collected meanwhile must not make a process look smaller than it began.
  auto own = [](size_t value, size_t before, size_t least) { return std::max(value - std::min(value, before), least); };
  size_t growth = guest_->allocator().growth();
  std::lock_guard<std::mutex> lock(mutex_);
  memory_ = {own(now.heap_total, before_.heap_total, fresh.heap_total),
             own(now.heap_used, before_.heap_used, fresh.heap_used / 2), own(now.external, before_.external, 0),
             own(now.buffers, before_.buffers, 0)};
  // WebAssembly memory passes the allocator by; V8 counts it as external. It does not know what buffers grew by.
  icu_memory_ = static_cast<size_t>(std::max<int64_t>(IcuMemory() - icu_before_, 0));
  return std::max({memory_.array_buffers + icu_memory_, memory_.external + growth,
                   memory_.heap_total - std::min(memory_.heap_total, kHeapTolerance)});
}

void GuestThread::OnInterrupt(Isolate* isolate, void* data) {
  Env* env = Env::From(isolate);
  if (env == nullptr || env->thread() == nullptr) return;
  env->thread()->CheckMemory(isolate);
}

void GuestThread::CheckMemory(Isolate* isolate) {
  inspect_pending_ = false;
  if (MeasureMemory() <= limits_.memory_bytes) return;
  isolate->LowMemoryNotification();
  Env::From(isolate)->Reap();
  if (MeasureMemory() > limits_.memory_bytes) OutOfMemory();
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
