// internalBinding('performance'): the clock of the performance timeline, its milestones and entries, histograms. What
// needs the event loop (its idle time, its delay) is added by the guest's own part of the binding.
#include <chrono>

#include "binding.h"
#include "callbacks.h"
#include "completion_queue.h"
#include "histogram.h"

namespace se {

using v8::Float64Array;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Uint32Array;
using v8::Value;

namespace {

enum Milestone {
  kTimeOriginTimestamp,  // of the wall clock, in µs; all others are of the monotonic clock, in ns, -1: not reached
  kTimeOrigin,
  kEnvironment,
  kNodeStart,
  kV8Start,
  kLoopStart,
  kLoopExit,
  kBootstrapComplete,
  kMilestoneCount,
};

enum EntryType { kGc, kHttp, kHttp2, kNet, kDns, kEntryTypeCount };
constexpr const char* kEntryTypeNames[] = {"gc", "http", "http2", "net", "dns"};

constexpr char kMilestonesState[] = "performance.milestones";
constexpr char kObserversState[] = "performance.observer_counts";
constexpr char kCallbackState[] = "performance.observer_callback";

double SteadyNs() {
  using std::chrono::duration, std::chrono::steady_clock;
  return duration<double, std::nano>(steady_clock::now().time_since_epoch()).count();
}

// The milestones' memory, or null when the guest took it away.
double* Milestones(Env* env) {
  Bytes bytes(env->GetState(kMilestonesState));
  return bytes.ok && bytes.size >= kMilestoneCount * sizeof(double) ? reinterpret_cast<double*>(bytes.data) : nullptr;
}

// Turns this machine's steady clock into the guest's monotonic one, and tells the guest of garbage collections.
class PerformanceState {
 public:
  explicit PerformanceState(Env* env) : env_(env) {}
  ~PerformanceState() { TrackGarbageCollection(false); }

  double NowNs() const { return SteadyNs() + offset_ns_; }
  double SinceOriginMs() const { return (NowNs() - origin_ns_) / 1e6; }
  // The guest's monotonic clock shows `monotonic_ns` now, and showed `origin_ns` when the process started.
  void SetClock(double monotonic_ns, double origin_ns) {
    offset_ns_ = monotonic_ns - SteadyNs();
    origin_ns_ = origin_ns;
  }

  void TrackGarbageCollection(bool on) {
    if (on == tracking_) return;
    tracking_ = on;
    if (on) {
      env_->isolate()->AddGCPrologueCallback(BeforeGc, this);
      env_->isolate()->AddGCEpilogueCallback(AfterGc, this);
    } else {
      env_->isolate()->RemoveGCPrologueCallback(BeforeGc, this);
      env_->isolate()->RemoveGCEpilogueCallback(AfterGc, this);
    }
  }

 private:
  // Entries that wait for a guest which never returns to its loop.
  static constexpr int kMaxWaiting = 1000;

  static void BeforeGc(Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<PerformanceState*>(data);
    self->gc_began_ns_ = self->NowNs();
  }

  static void AfterGc(Isolate* isolate, v8::GCType type, v8::GCCallbackFlags flags, void* data) {
    auto* self = static_cast<PerformanceState*>(data);
    double began = self->gc_began_ns_;
    double duration = self->NowNs() - began;
    if (self->waiting_ >= kMaxWaiting) return;
    self->waiting_++;
    // V8's interface has no collection that says of itself what one by its own gc() does.
    if (self->env_->forced_collection) flags = v8::kGCCallbackFlagForced;
    // No JavaScript here: the entry is made by the event loop.
    self->env_->State<CompletionQueue>()->Post(
        [=](Env* env) {
          self->waiting_--;
          Notify(env, type, flags, (began - self->origin_ns_) / 1e6, duration / 1e6);
        },
        false);
  }

  static void Notify(Env* env, v8::GCType type, v8::GCCallbackFlags flags, double start_ms, double duration_ms) {
    Isolate* isolate = env->isolate();
    Local<Value> callback = env->GetState(kCallbackState);
    if (!callback->IsFunction()) return;
    Local<Object> detail = Object::New(isolate);
    SetConstant(env, detail, "kind", type);
    SetConstant(env, detail, "flags", flags);
    Local<Value> argv[] = {Name(isolate, "gc"), Name(isolate, "gc"), v8::Number::New(isolate, start_ms),
                           v8::Number::New(isolate, duration_ms), detail};
    Local<Value> process = env->Get(Slot::kProcessObject);
    Local<Object> receiver = process->IsObject() ? process.As<Object>() : Object::New(isolate);
    (void)MakeCallback(env, receiver, callback.As<Function>(), 5, argv);
  }

  Env* env_;
  double offset_ns_ = 0;
  double origin_ns_ = 0;
  double gc_began_ns_ = 0;
  int waiting_ = 0;
  bool tracking_ = false;
};

// startClock(monotonicNs, wallUs, elapsedMs): what the system's clocks show now, `elapsedMs` after the process started.
void StartClock(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  double* milestones = Milestones(env);
  if (!info[0]->IsNumber() || !info[1]->IsNumber() || !info[2]->IsNumber() || milestones == nullptr)
    return ThrowBadArgument(env->isolate(), "startClock");
  double now_ns = info[0].As<v8::Number>()->Value();
  double elapsed_ms = info[2].As<v8::Number>()->Value();
  env->State<PerformanceState>()->SetClock(now_ns, now_ns - elapsed_ms * 1e6);
  milestones[kTimeOriginTimestamp] = info[1].As<v8::Number>()->Value() - elapsed_ms * 1e3;
  milestones[kTimeOrigin] = milestones[kNodeStart] = now_ns - elapsed_ms * 1e6;
  // The isolate and its environment came ready from the image; from now on they are this process's.
  milestones[kV8Start] = now_ns;
  milestones[kEnvironment] = env->State<PerformanceState>()->NowNs();
  for (int i : {kLoopStart, kLoopExit, kBootstrapComplete}) milestones[i] = -1;
}

// now(): milliseconds since the time origin.
void Now(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(Env::From(info)->State<PerformanceState>()->SinceOriginMs());
}

// markMilestone(index)
void MarkMilestone(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  double* milestones = Milestones(env);
  int64_t index;
  if (milestones == nullptr || !IntegerIn(info[0], kEnvironment, kMilestoneCount - 1).To(&index))
    return ThrowBadArgument(env->isolate(), "markMilestone");
  milestones[index] = env->State<PerformanceState>()->NowNs();
}

void MarkBootstrapComplete(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (double* milestones = Milestones(env))
    milestones[kBootstrapComplete] = env->State<PerformanceState>()->NowNs();
}

// setupObservers(callback): called with (name, type, startTime, duration, details) of each entry that is observed.
void SetupObservers(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setupObservers");
  Env::From(info)->SetState(kCallbackState, info[0]);
}

// notify(type, entry): hands an entry to the observers of its type.
void Notify(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(env->isolate(), "notify");
  std::string type = ToStdString(env->isolate(), info[0]);
  Bytes counts(env->GetState(kObserversState));
  for (size_t i = 0; i < kEntryTypeCount && counts.size >= kEntryTypeCount * sizeof(uint32_t); i++) {
    if (type != kEntryTypeNames[i] || reinterpret_cast<uint32_t*>(counts.data)[i] == 0) continue;
    Local<Value> callback = env->GetState(kCallbackState);
    Local<Value> argv[] = {info[1]};
    if (callback->IsFunction())
      (void)callback.As<Function>()->Call(env->context(), v8::Undefined(env->isolate()), 1, argv);
    return;
  }
}

void InstallGarbageCollectionTracking(const FunctionCallbackInfo<Value>& info) {
  Env::From(info)->State<PerformanceState>()->TrackGarbageCollection(true);
}

void RemoveGarbageCollectionTracking(const FunctionCallbackInfo<Value>& info) {
  Env::From(info)->State<PerformanceState>()->TrackGarbageCollection(false);
}

constexpr Method kMethods[] = {
    {"setupObservers", SetupObservers},
    {"installGarbageCollectionTracking", InstallGarbageCollectionTracking},
    {"removeGarbageCollectionTracking", RemoveGarbageCollectionTracking},
    {"notify", Notify},
    {"markBootstrapComplete", MarkBootstrapComplete},
    {"now", Now},
    {"startClock", StartClock},
    {"markMilestone", MarkMilestone},
};

constexpr struct {
  const char* name;
  int value;
  bool enumerable;
} kConstants[] = {
    {"NODE_PERFORMANCE_GC_MAJOR", v8::kGCTypeMarkSweepCompact, true},
    {"NODE_PERFORMANCE_GC_MINOR", v8::kGCTypeScavenge, true},
    {"NODE_PERFORMANCE_GC_INCREMENTAL", v8::kGCTypeIncrementalMarking, true},
    {"NODE_PERFORMANCE_GC_WEAKCB", v8::kGCTypeProcessWeakCallbacks, true},
    {"NODE_PERFORMANCE_GC_FLAGS_NO", v8::kNoGCCallbackFlags, true},
    {"NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED", v8::kGCCallbackFlagConstructRetainedObjectInfos, true},
    {"NODE_PERFORMANCE_GC_FLAGS_FORCED", v8::kGCCallbackFlagForced, true},
    {"NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING",
     v8::kGCCallbackFlagSynchronousPhantomCallbackProcessing, true},
    {"NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE", v8::kGCCallbackFlagCollectAllAvailableGarbage, true},
    {"NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY", v8::kGCCallbackFlagCollectAllExternalMemory, true},
    {"NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE", v8::kGCCallbackScheduleIdleGarbageCollection, true},
    // perf_hooks.constants shows all of the above and none of these.
    {"NODE_PERFORMANCE_ENTRY_TYPE_GC", kGc, false},
    {"NODE_PERFORMANCE_ENTRY_TYPE_HTTP", kHttp, false},
    {"NODE_PERFORMANCE_ENTRY_TYPE_HTTP2", kHttp2, false},
    {"NODE_PERFORMANCE_ENTRY_TYPE_NET", kNet, false},
    {"NODE_PERFORMANCE_ENTRY_TYPE_DNS", kDns, false},
    {"NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP", kTimeOriginTimestamp, false},
    {"NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN", kTimeOrigin, false},
    {"NODE_PERFORMANCE_MILESTONE_ENVIRONMENT", kEnvironment, false},
    {"NODE_PERFORMANCE_MILESTONE_NODE_START", kNodeStart, false},
    {"NODE_PERFORMANCE_MILESTONE_V8_START", kV8Start, false},
    {"NODE_PERFORMANCE_MILESTONE_LOOP_START", kLoopStart, false},
    {"NODE_PERFORMANCE_MILESTONE_LOOP_EXIT", kLoopExit, false},
    {"NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE", kBootstrapComplete, false},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  Histogram::Initialize(env, target);

  Local<v8::Uint8Array> memory;
  if (NewUint8Array(env, nullptr, kMilestoneCount * sizeof(double)).ToLocal(&memory)) {
    Local<Float64Array> milestones = Float64Array::New(memory->Buffer(), 0, kMilestoneCount);
    env->SetState(kMilestonesState, milestones);
    SetValue(env, target, "milestones", milestones);
  }
  if (NewUint8Array(env, nullptr, kEntryTypeCount * sizeof(uint32_t)).ToLocal(&memory)) {
    Local<Uint32Array> counts = Uint32Array::New(memory->Buffer(), 0, kEntryTypeCount);
    env->SetState(kObserversState, counts);
    SetValue(env, target, "observerCounts", counts);
  }

  Local<Object> constants = Object::New(isolate);
  for (const auto& constant : kConstants)
    (void)constants->DefineOwnProperty(
        env->context(), Name(isolate, constant.name), v8::Integer::New(isolate, constant.value),
        static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontDelete | (constant.enumerable ? 0 : v8::DontEnum)));
  SetValue(env, target, "constants", constants);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  Histogram::RegisterReferences(references);
}

BindingRegistration registration("performance", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
