// internalBinding('async_wrap'): the execution stack of async_hooks and its promise hooks.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <list>

#include "allocator.h"
#include "binding.h"
#include "callbacks.h"
#include "contextify/vm_context.h"
#include "guest_thread.h"
#include "memory_charge.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

enum AsyncIdField { kExecutionAsyncId, kTriggerAsyncId, kAsyncIdCounter, kDefaultTriggerAsyncId, kAsyncIdFieldCount };
constexpr size_t kFieldCount = 9;
constexpr size_t kInitialStack = 32;  // in numbers: two for each entry

constexpr char kPromiseHooksState[] = "async_wrap.promise_hooks";

constexpr const char* kProviders[] = {
#define SE_PROVIDER(name) #name,
#include "async_providers.inc"
#undef SE_PROVIDER
};

Local<Array> Resources(Env* env) {
  Local<Value> value = env->Get(Slot::kExecutionAsyncResources);
  return value->IsArray() ? value.As<Array>() : Array::New(env->isolate());
}

// Doubles the stack. The library looks its array up again after each call that may grow it.
bool GrowStack(Env* env) {
  Isolate* isolate = env->isolate();
  Bytes old(env->Get(Slot::kAsyncIdsStack));
  if (!old.ok) return false;
  Local<v8::Uint8Array> memory;
  if (!NewUint8Array(env, nullptr, old.size * 2).ToLocal(&memory)) return false;
  uint8_t* fresh = Bytes(memory).data;
  memset(fresh, 0, old.size * 2);
  memcpy(fresh, Bytes(env->Get(Slot::kAsyncIdsStack)).data, old.size);
  Local<v8::Float64Array> stack = v8::Float64Array::New(memory->Buffer(), 0, old.size * 2 / sizeof(double));
  env->SetFieldArray(Slot::kAsyncIdsStack, stack);
  Local<Value> target = env->GetState("async_wrap.target");
  if (target->IsObject())
    (void)target.As<Object>()->Set(isolate->GetCurrentContext(), Name(isolate, "async_ids_stack"), stack);
  return true;
}

void PushCall(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsNumber() || !info[1]->IsNumber()) return ThrowBadArgument(info.GetIsolate(), "pushAsyncContext");
  PushAsyncContext(Env::From(info), info[0].As<v8::Number>()->Value(), info[1].As<v8::Number>()->Value(), {});
}

void PopCall(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsNumber()) return ThrowBadArgument(info.GetIsolate(), "popAsyncContext");
  info.GetReturnValue().Set(PopAsyncContext(Env::From(info), info[0].As<v8::Number>()->Value()));
}

void ClearAsyncIdStack(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  double* ids = env->FieldPointer<double>(Slot::kAsyncIdFields);
  if (fields == nullptr || ids == nullptr) return;
  ids[kExecutionAsyncId] = ids[kTriggerAsyncId] = 0;
  fields[kAsyncStackLength] = 0;
  (void)Resources(env)->Set(env->context(), Name(env->isolate(), "length"), v8::Integer::New(env->isolate(), 0));
}

void ExecutionAsyncResource(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsUint32()) return ThrowBadArgument(env->isolate(), "executionAsyncResource");
  Local<Value> holder = env->GetState("async_wrap.native_resources");
  Local<Value> resource;
  if (holder->IsArray() &&
      holder.As<Array>()->Get(env->context(), info[0].As<v8::Uint32>()->Value()).ToLocal(&resource))
    info.GetReturnValue().Set(resource);
}

void SetupHooks(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "setupHooks");
  Env::From(info)->Set(Slot::kAsyncHooksCallbacks, info[0]);
}

void SetCallbackTrampoline(const FunctionCallbackInfo<Value>& info) {
  Env::From(info)->Set(Slot::kAsyncCallbackTrampoline, info[0]);
}

void SetPromiseHooks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Local<Value> values[4] = {info[0], info[1], info[2], info[3]};
  env->SetState(kPromiseHooksState, Array::New(env->isolate(), values, 4));
  InstallPromiseHooks(env, env->context());
  VmContext::ForEach(env, [env](Local<Context> context) { InstallPromiseHooks(env, context); });
}

void GetPromiseHooks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Local<Value> hooks = env->GetState(kPromiseHooksState);
  if (hooks->IsArray()) return info.GetReturnValue().Set(hooks);
  Local<Value> none[4];
  for (Local<Value>& value : none) value = v8::Undefined(env->isolate());
  info.GetReturnValue().Set(Array::New(env->isolate(), none, 4));
}

void QueueDestroy(Env* env, double id);

// An object whose collection is a resource's end.
struct DestroyHook {
  DestroyHook(Env* env, double id) : id(id), charge(env, kCost) {}

  // With V8's handles.
  static constexpr size_t kCost = 192;
  double id;
  const MemoryCharge charge;
  v8::Global<Object> target;
  v8::Global<Object> flags;
  struct DestroyQueue* queue = nullptr;
  std::list<DestroyHook>::iterator place;

  // Whether the end was told by hand already.
  bool Told(Env* env) const {
    Local<Value> destroyed;
    return !flags.IsEmpty() &&
           flags.Get(env->isolate())
               ->GetRealNamedProperty(env->context(), Name(env->isolate(), "destroyed"))
               .ToLocal(&destroyed) &&
           destroyed->IsTrue();
  }
};

// Ids whose destroy hooks are still to run: in the event loop's check phase, as in Node from a native immediate, which
// keeps no loop alive.
struct DestroyQueue {
  explicit DestroyQueue(Env*) {}
  std::vector<double> ids;
  std::list<DestroyHook> watched;    // objects that are still there
  std::list<DestroyHook> collected;  // objects that are gone

  // False when the guest has no memory left for one more.
  bool Add(Env* env, double id) {
    if (ids.size() == ids.capacity()) {
      size_t capacity = std::max<size_t>(64, ids.size() * 2);
      size_t growth = (capacity - ids.capacity()) * sizeof(double);
      if (!env->allocator()->TryCharge(growth)) return false;
      ids.reserve(capacity);
    }
    ids.push_back(id);
    return true;
  }

  void AddCollected(Env* env) {
    while (!collected.empty()) {
      v8::HandleScope scope(env->isolate());
      if (!collected.front().Told(env)) QueueDestroy(env, collected.front().id);
      collected.pop_front();
    }
  }
};

// runDestroyHooks()
void RunDestroyHooks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  DestroyQueue* queue = env->State<DestroyQueue>();
  queue->AddCollected(env);
  if (queue->ids.empty()) return;
  Local<Value> callbacks = env->Get(Slot::kAsyncHooksCallbacks);
  Local<Value> destroy;
  if (!callbacks->IsObject() ||
      !callbacks.As<Object>()->Get(env->context(), Name(env->isolate(), "destroy")).ToLocal(&destroy) ||
      !destroy->IsFunction())
    return;
  while (!queue->ids.empty()) {
    std::vector<double> batch;
    batch.swap(queue->ids);
    env->allocator()->Uncharge(batch.capacity() * sizeof(double));
    for (double id : batch) {
      Local<Value> argv[] = {v8::Number::New(env->isolate(), id)};
      if (destroy.As<Function>()->Call(env->context(), v8::Undefined(env->isolate()), 1, argv).IsEmpty()) return;
    }
  }
}

void QueueDestroy(Env* env, double id) {
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  if (fields == nullptr || fields[kDestroy] == 0 || env->exiting) return;
  if (!env->State<DestroyQueue>()->Add(env, id) && env->thread() != nullptr) env->thread()->OutOfMemory();
}

void QueueDestroyAsyncId(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsNumber()) return ThrowBadArgument(info.GetIsolate(), "queueDestroyAsyncId");
  QueueDestroy(Env::From(info), info[0].As<v8::Number>()->Value());
}

// registerDestroyHook(object, asyncId, destroyed?): emits destroy when `object` is collected, unless
// `destroyed.destroyed` says that it was emitted by hand.
void RegisterDestroyHook(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject() || !info[1]->IsNumber()) return ThrowBadArgument(info.GetIsolate(), "registerDestroyHook");
  Env* env = Env::From(info);
  DestroyQueue* queue = env->State<DestroyQueue>();
  queue->AddCollected(env);
  DestroyHook& hook = queue->watched.emplace_front(env, info[1].As<v8::Number>()->Value());
  hook.queue = queue;
  hook.place = queue->watched.begin();
  hook.target.Reset(env->isolate(), info[0].As<Object>());
  if (info[2]->IsObject()) hook.flags.Reset(env->isolate(), info[2].As<Object>());
  hook.target.SetWeak(
      &hook,
      [](const v8::WeakCallbackInfo<DestroyHook>& weak) {
        DestroyHook* hook = weak.GetParameter();
        hook->target.Reset();
        hook->queue->collected.splice(hook->queue->collected.end(), hook->queue->watched, hook->place);
      },
      v8::WeakCallbackType::kParameter);
}

constexpr Method kMethods[] = {
    {"setupHooks", SetupHooks},
    {"setCallbackTrampoline", SetCallbackTrampoline},
    {"pushAsyncContext", PushCall},
    {"popAsyncContext", PopCall},
    {"executionAsyncResource", ExecutionAsyncResource},
    {"clearAsyncIdStack", ClearAsyncIdStack},
    {"queueDestroyAsyncId", QueueDestroyAsyncId},
    {"runDestroyHooks", RunDestroyHooks},
    {"setPromiseHooks", SetPromiseHooks},
    {"getPromiseHooks", GetPromiseHooks},
    {"registerDestroyHook", RegisterDestroyHook},
};

template <typename ArrayType>
Local<ArrayType> ZeroedArray(Env* env, size_t count, size_t element) {
  Local<v8::Uint8Array> memory;
  if (!NewUint8Array(env, nullptr, count * element).ToLocal(&memory)) return {};
  memset(Bytes(memory).data, 0, count * element);
  return ArrayType::New(memory->Buffer(), 0, count);
}

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  env->SetState("async_wrap.target", target);

  auto fields = ZeroedArray<v8::Uint32Array>(env, kFieldCount, sizeof(uint32_t));
  auto ids = ZeroedArray<v8::Float64Array>(env, kAsyncIdFieldCount, sizeof(double));
  auto stack = ZeroedArray<v8::Float64Array>(env, kInitialStack, sizeof(double));
  env->SetFieldArray(Slot::kAsyncHooksFields, fields);
  env->SetFieldArray(Slot::kAsyncIdFields, ids);
  env->SetFieldArray(Slot::kAsyncIdsStack, stack);
  // Sanity checks of the id stack are on, as in Node; ids start at 1, no default trigger id is set.
  env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields)[kCheck] = 1;
  env->FieldPointer<double>(Slot::kAsyncIdFields)[kAsyncIdCounter] = 1;
  env->FieldPointer<double>(Slot::kAsyncIdFields)[kDefaultTriggerAsyncId] = -1;
  SetValue(env, target, "async_hook_fields", fields);
  SetValue(env, target, "async_id_fields", ids);
  SetValue(env, target, "async_ids_stack", stack);
  Local<Array> resources = Array::New(isolate);
  env->Set(Slot::kExecutionAsyncResources, resources);
  SetValue(env, target, "execution_async_resources", resources);
  env->SetState("async_wrap.native_resources", Array::New(isolate));

  Local<Object> constants = Object::New(isolate);
  SetConstant(env, constants, "kInit", kInit);
  SetConstant(env, constants, "kBefore", kBefore);
  SetConstant(env, constants, "kAfter", kAfter);
  SetConstant(env, constants, "kDestroy", kDestroy);
  SetConstant(env, constants, "kPromiseResolve", kPromiseResolve);
  SetConstant(env, constants, "kTotals", kTotals);
  SetConstant(env, constants, "kCheck", kCheck);
  SetConstant(env, constants, "kExecutionAsyncId", kExecutionAsyncId);
  SetConstant(env, constants, "kTriggerAsyncId", kTriggerAsyncId);
  SetConstant(env, constants, "kAsyncIdCounter", kAsyncIdCounter);
  SetConstant(env, constants, "kDefaultTriggerAsyncId", kDefaultTriggerAsyncId);
  SetConstant(env, constants, "kUsesExecutionAsyncResource", kUsesExecutionAsyncResource);
  SetConstant(env, constants, "kStackLength", kAsyncStackLength);
  SetValue(env, target, "constants", constants);

  Local<Object> providers = Object::New(isolate);
  int index = 0;
  for (const char* name : kProviders) SetConstant(env, providers, name, index++);
  SetValue(env, target, "Providers", providers);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
}
BindingRegistration registration("async_wrap", Initialize, RegisterReferences);

}  // namespace

void PushAsyncContext(Env* env, double async_id, double trigger_async_id, Local<Value> resource) {
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  double* ids = env->FieldPointer<double>(Slot::kAsyncIdFields);
  if (fields == nullptr || ids == nullptr) return;
  // Guest code can write these fields too: what does not fit after one growth is nonsense.
  uint32_t depth = fields[kAsyncStackLength];
  auto fits = [&] { return (size_t{depth} + 1) * 2 * sizeof(double) <= Bytes(env->Get(Slot::kAsyncIdsStack)).size; };
  if (!fits() && (!GrowStack(env) || !fits())) return;
  double* stack = env->FieldPointer<double>(Slot::kAsyncIdsStack);
  stack[2 * depth] = ids[kExecutionAsyncId];
  stack[2 * depth + 1] = ids[kTriggerAsyncId];
  fields[kAsyncStackLength] = depth + 1;
  ids[kExecutionAsyncId] = async_id;
  ids[kTriggerAsyncId] = trigger_async_id;
  if (resource.IsEmpty()) return;
  Local<Value> natives = env->GetState("async_wrap.native_resources");
  if (natives->IsArray()) (void)natives.As<Array>()->Set(env->context(), depth, resource);
}

void InstallPromiseHooks(Env* env, Local<Context> context) {
  Local<Value> state = env->GetState(kPromiseHooksState);
  if (!state->IsArray()) return;
  Local<Function> hooks[4];
  for (uint32_t i = 0; i < 4; i++) {
    Local<Value> hook;
    if (state.As<Array>()->Get(env->context(), i).ToLocal(&hook) && hook->IsFunction()) hooks[i] = hook.As<Function>();
  }
  context->SetPromiseHooks(hooks[0], hooks[1], hooks[2], hooks[3]);
}

double NewAsyncId(Env* env) {
  double* ids = env->FieldPointer<double>(Slot::kAsyncIdFields);
  return ids == nullptr ? 0 : ++ids[kAsyncIdCounter];
}

double CurrentTriggerAsyncId(Env* env) {
  double* ids = env->FieldPointer<double>(Slot::kAsyncIdFields);
  if (ids == nullptr) return 0;
  return ids[kDefaultTriggerAsyncId] >= 0 ? ids[kDefaultTriggerAsyncId] : ids[kExecutionAsyncId];
}

v8::Maybe<bool> EmitAsyncInit(Env* env, Local<Object> resource, const char* type, double async_id,
                              double trigger_async_id) {
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  if (fields == nullptr || fields[kInit] == 0) return v8::Just(true);
  Isolate* isolate = env->isolate();
  Local<Value> callbacks = env->Get(Slot::kAsyncHooksCallbacks);
  Local<Value> init;
  if (!callbacks->IsObject()) return v8::Just(true);
  if (!callbacks.As<Object>()->Get(env->context(), Name(isolate, "init")).ToLocal(&init)) return v8::Nothing<bool>();
  if (!init->IsFunction()) return v8::Just(true);
  Local<Value> argv[] = {v8::Number::New(isolate, async_id), Name(isolate, type),
                         v8::Number::New(isolate, trigger_async_id), resource};
  if (init.As<Function>()->Call(env->context(), v8::Undefined(isolate), 4, argv).IsEmpty()) return v8::Nothing<bool>();
  return v8::Just(true);
}

void QueueAsyncDestroy(Env* env, double async_id) {
  // Called from destructors too, which have no scope.
  v8::HandleScope scope(env->isolate());
  if (async_id > 0) QueueDestroy(env, async_id);
}

bool PopAsyncContext(Env* env, double async_id) {
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  double* ids = env->FieldPointer<double>(Slot::kAsyncIdFields);
  double* stack = env->FieldPointer<double>(Slot::kAsyncIdsStack);
  if (fields == nullptr || ids == nullptr || stack == nullptr) return false;
  uint32_t depth = fields[kAsyncStackLength];
  // Empty after an exception that cleared it (clearAsyncIdStack).
  if (depth == 0) return false;
  // Guest code owns these numbers too: a length beyond the memory is nonsense and reads nothing.
  if (size_t{depth} * 2 * sizeof(double) > Bytes(env->Get(Slot::kAsyncIdsStack)).size) return false;
  depth--;
  ids[kExecutionAsyncId] = stack[2 * depth];
  ids[kTriggerAsyncId] = stack[2 * depth + 1];
  fields[kAsyncStackLength] = depth;
  Local<Array> resources = Resources(env);
  if (resources->Length() > depth)
    (void)resources->Set(env->context(), Name(env->isolate(), "length"), v8::Integer::New(env->isolate(), depth));
  return depth > 0;
}

}  // namespace se
