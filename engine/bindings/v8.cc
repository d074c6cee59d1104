// internalBinding('v8'): statistics of the isolate's heap, and what little of V8 itself a guest may touch.
#include <algorithm>
#include <chrono>
#include <string>
#include <unordered_set>
#include <utility>

#include "allocator.h"
#include "binding.h"
#include "unavailable.h"

namespace se {

using v8::Array;
using v8::Float64Array;
using v8::FunctionCallbackInfo;
using v8::HeapCodeStatistics;
using v8::HeapSpaceStatistics;
using v8::HeapStatistics;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

using Fill = void (*)(Isolate*, double*);

// Names of the array's fields, in their order.
constexpr const char* kHeapFields[] = {
    "kTotalHeapSizeIndex",          "kTotalHeapSizeExecutableIndex", "kTotalPhysicalSizeIndex",
    "kTotalAvailableSize",          "kUsedHeapSizeIndex",            "kHeapSizeLimitIndex",
    "kMallocedMemoryIndex",         "kPeakMallocedMemoryIndex",      "kDoesZapGarbageIndex",
    "kNumberOfNativeContextsIndex", "kNumberOfDetachedContextsIndex", "kTotalGlobalHandlesSizeIndex",
    "kUsedGlobalHandlesSizeIndex",  "kExternalMemoryIndex",
};
constexpr const char* kCodeFields[] = {
    "kCodeAndMetadataSizeIndex",
    "kBytecodeAndMetadataSizeIndex",
    "kExternalScriptSourceSizeIndex",
    "kCPUProfilerMetaDataSizeIndex",
};
constexpr const char* kSpaceFields[] = {
    "kSpaceSizeIndex",
    "kSpaceUsedSizeIndex",
    "kSpaceAvailableSizeIndex",
    "kPhysicalSpaceSizeIndex",
};

constexpr char kHeapArray[] = "v8.heap_statistics";
constexpr char kCodeArray[] = "v8.heap_code_statistics";
constexpr char kSpaceArray[] = "v8.heap_space_statistics";

// Writes into the array that the library reads, unless the guest took its memory away.
template <size_t N>
void Publish(Env* env, const char* state, const double (&values)[N]) {
  Bytes bytes(env->GetState(state));
  if (bytes.ok && bytes.size >= sizeof(values)) std::copy(values, values + N, reinterpret_cast<double*>(bytes.data));
}

template <size_t N>
void MakeFields(Env* env, Local<Object> target, const char* state, const char* property, const char* const (&names)[N]) {
  Local<v8::Uint8Array> memory;
  if (!NewUint8Array(env, nullptr, N * sizeof(double)).ToLocal(&memory)) return;
  Local<Float64Array> array = Float64Array::New(memory->Buffer(), 0, N);
  env->SetState(state, array);
  SetValue(env, target, property, array);
  for (size_t i = 0; i < N; i++) SetConstant(env, target, names[i], static_cast<double>(i));
}

void CachedDataVersionTag(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(v8::ScriptCompiler::CachedDataVersionTag());
}

void UpdateHeapStatistics(const FunctionCallbackInfo<Value>& info) {
  HeapStatistics s;
  info.GetIsolate()->GetHeapStatistics(&s);
  const double values[] = {
      static_cast<double>(s.total_heap_size()),
      static_cast<double>(s.total_heap_size_executable()),
      static_cast<double>(s.total_physical_size()),
      static_cast<double>(s.total_available_size()),
      static_cast<double>(s.used_heap_size()),
      static_cast<double>(s.heap_size_limit()),
      static_cast<double>(s.malloced_memory()),
      static_cast<double>(s.peak_malloced_memory()),
      static_cast<double>(s.does_zap_garbage()),
      static_cast<double>(s.number_of_native_contexts()),
      static_cast<double>(s.number_of_detached_contexts()),
      static_cast<double>(s.total_global_handles_size()),
      static_cast<double>(s.used_global_handles_size()),
      static_cast<double>(s.external_memory()),
  };
  static_assert(std::size(values) == std::size(kHeapFields));
  Publish(Env::From(info), kHeapArray, values);
}

void UpdateHeapCodeStatistics(const FunctionCallbackInfo<Value>& info) {
  HeapCodeStatistics s;
  info.GetIsolate()->GetHeapCodeAndMetadataStatistics(&s);
  const double values[] = {
      static_cast<double>(s.code_and_metadata_size()),
      static_cast<double>(s.bytecode_and_metadata_size()),
      static_cast<double>(s.external_script_source_size()),
      static_cast<double>(s.cpu_profiler_metadata_size()),
  };
  static_assert(std::size(values) == std::size(kCodeFields));
  Publish(Env::From(info), kCodeArray, values);
}

// updateHeapSpaceStatisticsBuffer(index)
void UpdateHeapSpaceStatistics(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t index;
  HeapSpaceStatistics s;
  if (!IntegerIn(info[0], 0, static_cast<int64_t>(isolate->NumberOfHeapSpaces()) - 1).To(&index) ||
      !isolate->GetHeapSpaceStatistics(&s, static_cast<size_t>(index)))
    return ThrowBadArgument(isolate, "updateHeapSpaceStatisticsBuffer");
  const double values[] = {
      static_cast<double>(s.space_size()),
      static_cast<double>(s.space_used_size()),
      static_cast<double>(s.space_available_size()),
      static_cast<double>(s.physical_space_size()),
  };
  static_assert(std::size(values) == std::size(kSpaceFields));
  Publish(Env::From(info), kSpaceArray, values);
}

// getCppHeapStatistics(detailLevel): an isolate of ours has no C++ heap, so that everything is nought.
void GetCppHeapStatistics(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Local<Object> result = Object::New(env->isolate());
  for (const char* name : {"committed_size_bytes", "resident_size_bytes", "used_size_bytes"})
    SetConstant(env, result, name, 0);
  SetValue(env, result, "space_statistics", Array::New(env->isolate()));
  SetValue(env, result, "type_names", Array::New(env->isolate()));
  info.GetReturnValue().Set(result);
}

void SetHeapSnapshotNearHeapLimit(const FunctionCallbackInfo<Value>& info) {
  ThrowUnavailable(info.GetIsolate(), "A heap snapshot");
}

void IsStringOneByteRepresentation(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsString() && info[0].As<String>()->IsOneByte());
}

// --- GCProfiler -------------------------------------------------------------------------------------------------------

// Records the heap's statistics around each garbage collection, as a JSON text.
class GcProfiler : public NativeObject {
 public:
  alignas(8) static const char kTag[];
  GcProfiler(Env* env, Local<Object> wrapper) : NativeObject(env, wrapper, kTag) { MakeWeak(); }
  ~GcProfiler() override { Stop(); }

  void Start();
  // The recording; empty text when there is none.
  std::string Stop();
  // A collection begins: whether there is room to record it.
  void Prepare();
  void Record(const std::string& entry);

 private:
  // Enough for any use; a recording that is never stopped must not grow for ever.
  static constexpr size_t kMaxText = 4u << 20;
  // More than one collection adds.
  static constexpr size_t kRoom = 16u << 10;

  bool running_ = false;
  bool has_room_ = false;
  std::string text_;
  size_t charged_ = 0;
};

// The profilers that are running. V8 hears of one, for it looks through those that it knows for one that stops.
class GcRecorder {
 public:
  explicit GcRecorder(Env* env) : isolate_(env->isolate()) {}

  void Add(GcProfiler* profiler) {
    if (!profilers_.insert(profiler).second || profilers_.size() > 1) return;
    isolate_->AddGCPrologueCallback(Before, this);
    isolate_->AddGCEpilogueCallback(After, this);
  }

  void Remove(GcProfiler* profiler) {
    if (profilers_.erase(profiler) == 0 || !profilers_.empty()) return;
    isolate_->RemoveGCPrologueCallback(Before, this);
    isolate_->RemoveGCEpilogueCallback(After, this);
    entry_.clear();
  }

 private:
  static const char* TypeName(v8::GCType type) {
    switch (type) {
      case v8::kGCTypeScavenge: return "Scavenge";
      case v8::kGCTypeMinorMarkSweep: return "MinorMarkSweep";
      case v8::kGCTypeMarkSweepCompact: return "MarkSweepCompact";
      case v8::kGCTypeIncrementalMarking: return "IncrementalMarking";
      case v8::kGCTypeProcessWeakCallbacks: return "ProcessWeakCallbacks";
      default: return "Unknown";
    }
  }

  static void Add(std::string* text, const char* name, size_t value, bool first = false) {
    *text += std::string(first ? "\"" : ",\"") + name + "\":" + std::to_string(value);
  }

  static std::string Statistics(Isolate* isolate) {
    HeapStatistics heap;
    isolate->GetHeapStatistics(&heap);
    std::string text = "{\"heapStatistics\":{";
    Add(&text, "totalHeapSize", heap.total_heap_size(), true);
    Add(&text, "totalHeapSizeExecutable", heap.total_heap_size_executable());
    Add(&text, "totalPhysicalSize", heap.total_physical_size());
    Add(&text, "totalAvailableSize", heap.total_available_size());
    Add(&text, "totalGlobalHandlesSize", heap.total_global_handles_size());
    Add(&text, "usedGlobalHandlesSize", heap.used_global_handles_size());
    Add(&text, "usedHeapSize", heap.used_heap_size());
    Add(&text, "heapSizeLimit", heap.heap_size_limit());
    Add(&text, "mallocedMemory", heap.malloced_memory());
    Add(&text, "externalMemory", heap.external_memory());
    Add(&text, "peakMallocedMemory", heap.peak_malloced_memory());
    text += "},\"heapSpaceStatistics\":[";
    for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
      HeapSpaceStatistics space;
      if (!isolate->GetHeapSpaceStatistics(&space, i)) continue;
      text += std::string(i == 0 ? "{" : ",{") + "\"spaceName\":\"" + space.space_name() + "\"";
      Add(&text, "spaceSize", space.space_size());
      Add(&text, "spaceUsedSize", space.space_used_size());
      Add(&text, "spaceAvailableSize", space.space_available_size());
      Add(&text, "physicalSpaceSize", space.physical_space_size());
      text += "}";
    }
    return text + "]}";
  }

  static void Before(Isolate* isolate, v8::GCType type, v8::GCCallbackFlags flags, void* data) {
    auto* self = static_cast<GcRecorder*>(data);
    for (GcProfiler* profiler : self->profilers_) profiler->Prepare();
    self->entry_ = std::string("{\"gcType\":\"") + TypeName(type) + "\",\"beforeGC\":" + Statistics(isolate);
    self->began_ = std::chrono::steady_clock::now();
  }

  static void After(Isolate* isolate, v8::GCType type, v8::GCCallbackFlags flags, void* data) {
    auto* self = static_cast<GcRecorder*>(data);
    if (self->entry_.empty()) return;
    using std::chrono::duration_cast, std::chrono::nanoseconds, std::chrono::steady_clock;
    auto cost = duration_cast<nanoseconds>(steady_clock::now() - self->began_).count();
    // Microseconds with the nanoseconds as the fraction.
    self->entry_ += ",\"cost\":" + std::to_string(static_cast<double>(cost) / 1e3) +
                    ",\"afterGC\":" + Statistics(isolate) + "}";
    for (GcProfiler* profiler : self->profilers_) profiler->Record(self->entry_);
    self->entry_.clear();
  }

  Isolate* isolate_;
  std::unordered_set<GcProfiler*> profilers_;
  std::string entry_;  // of the collection that is under way
  std::chrono::steady_clock::time_point began_;
};

int64_t WallMs() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void GcProfiler::Start() {
  if (running_) return;
  running_ = true;
  text_ = "{\"version\":1,\"startTime\":" + std::to_string(WallMs()) + ",\"statistics\":[";
  env()->State<GcRecorder>()->Add(this);
}

std::string GcProfiler::Stop() {
  if (!running_) return {};
  running_ = has_room_ = false;
  env()->State<GcRecorder>()->Remove(this);
  env()->allocator()->Uncharge(std::exchange(charged_, 0));
  return std::exchange(text_, {}) + "],\"endTime\":" + std::to_string(WallMs()) + "}";
}

void GcProfiler::Prepare() {
  has_room_ = text_.size() + kRoom <= charged_;
  size_t growth = std::max(kRoom, charged_);
  if (has_room_ || text_.size() > kMaxText || !env()->allocator()->TryCharge(growth)) return;
  charged_ += growth;
  has_room_ = true;
}

void GcProfiler::Record(const std::string& entry) {
  if (!std::exchange(has_room_, false)) return;
  if (text_.back() == '}') text_ += ',';
  text_ += entry;
}

const char GcProfiler::kTag[] = "GCProfiler";

void NewGcProfiler(const FunctionCallbackInfo<Value>& info) {
  if (!info.IsConstructCall())
    return ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
  new GcProfiler(Env::From(info), info.This());
}

void StartGcProfiler(const FunctionCallbackInfo<Value>& info) {
  if (auto* self = NativeObject::UnwrapThis<GcProfiler>(info)) self->Start();
}

// stop(): the JSON text, or undefined when it did not run.
void StopGcProfiler(const FunctionCallbackInfo<Value>& info) {
  auto* self = NativeObject::UnwrapThis<GcProfiler>(info);
  if (self == nullptr) return;
  std::string text = self->Stop();
  Local<String> result;
  if (!text.empty() && Utf8(info.GetIsolate(), text).ToLocal(&result)) info.GetReturnValue().Set(result);
}

constexpr Method kGcProfilerMethods[] = {{"start", StartGcProfiler}, {"stop", StopGcProfiler}};

constexpr Method kMethods[] = {
    {"cachedDataVersionTag", CachedDataVersionTag},
    {"setHeapSnapshotNearHeapLimit", SetHeapSnapshotNearHeapLimit},
    {"updateHeapStatisticsBuffer", UpdateHeapStatistics},
    {"updateHeapCodeStatisticsBuffer", UpdateHeapCodeStatistics},
    {"updateHeapSpaceStatisticsBuffer", UpdateHeapSpaceStatistics},
    {"getCppHeapStatistics", GetCppHeapStatistics},
    {"isStringOneByteRepresentation", IsStringOneByteRepresentation},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  MakeFields(env, target, kHeapArray, "heapStatisticsBuffer", kHeapFields);
  MakeFields(env, target, kCodeArray, "heapCodeStatisticsBuffer", kCodeFields);
  MakeFields(env, target, kSpaceArray, "heapSpaceStatisticsBuffer", kSpaceFields);
  std::vector<Local<Value>> spaces;
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
    HeapSpaceStatistics space;
    if (isolate->GetHeapSpaceStatistics(&space, i)) spaces.push_back(Name(isolate, space.space_name()));
  }
  SetValue(env, target, "kHeapSpaces", Array::New(isolate, spaces.data(), spaces.size()));
  (void)SetClass(env, target, "GCProfiler",
                 MakeClassTemplate(env, "GCProfiler", NewGcProfiler, kGcProfilerMethods, std::size(kGcProfilerMethods)));
  Local<Object> levels = Object::New(isolate);
  SetConstant(env, levels, "DETAILED", 1);
  SetConstant(env, levels, "BRIEF", 0);
  SetValue(env, target, "detailLevel", levels);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  AddReferences(references, kGcProfilerMethods);
  references->Add(NewGcProfiler);
}

BindingRegistration registration("v8", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
