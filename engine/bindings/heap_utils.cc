// internalBinding('heap_utils') and internalBinding('internal_only_v8'): views of the heap.
#include <v8-profiler.h>

#include "binding.h"
#include "unavailable.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Global;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// A snapshot takes native memory of several times the heap, which nothing charges to the guest.
void HeapSnapshot(const FunctionCallbackInfo<Value>& info) { ThrowUnavailable(info.GetIsolate(), "A heap snapshot"); }
void EmbedderGraph(const FunctionCallbackInfo<Value>& info) { ThrowUnavailable(info.GetIsolate(), "The embedder graph"); }

class HasPrototype : public v8::QueryObjectPredicate {
 public:
  HasPrototype(Local<Context> context, Local<Object> prototype) : context_(context), prototype_(prototype) {}
  bool Filter(Local<Object> object) override {
    for (Local<Value> link = object->GetPrototype(); link->IsObject(); link = link.As<Object>()->GetPrototype())
      if (link == prototype_) return true;
    return false;
  }

 private:
  Local<Context> context_;
  Local<Object> prototype_;
};

// queryObjects(prototype): all live objects with it on their prototype chain.
void QueryObjects(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info[0]->IsObject()) return ThrowBadArgument(isolate, "queryObjects");
  Local<Context> context = isolate->GetCurrentContext();
  HasPrototype predicate(context, info[0].As<Object>());
  std::vector<Global<Object>> found;
  isolate->GetHeapProfiler()->QueryObjects(context, &predicate, &found);
  std::vector<Local<Value>> objects;
  objects.reserve(found.size());
  for (const Global<Object>& object : found) objects.push_back(object.Get(isolate));
  info.GetReturnValue().Set(Array::New(isolate, objects.data(), objects.size()));
}

constexpr Method kMethods[] = {
    {"buildEmbedderGraph", EmbedderGraph},
    {"triggerHeapSnapshot", HeapSnapshot},
    {"createHeapSnapshotStream", HeapSnapshot},
};

void InitializeHeapUtils(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void InitializeInternalOnly(Env* env, Local<Object> target) { SetMethod(env, target, "queryObjects", QueryObjects); }

BindingRegistration heap_utils("heap_utils", InitializeHeapUtils,
                               [](References* references) { AddReferences(references, kMethods); });
BindingRegistration internal_only("internal_only_v8", InitializeInternalOnly,
                                  [](References* references) { references->Add(QueryObjects); });

}  // namespace
}  // namespace se
