// internalBinding('task_queue'): microtasks, and where process.nextTick and promise rejections hook in.
#include <cstring>

#include "binding.h"


namespace se {

using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void EnqueueMicrotask(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction()) return ThrowBadArgument(env->isolate(), "enqueueMicrotask");
  env->context()->GetMicrotaskQueue()->EnqueueMicrotask(env->isolate(), info[0].As<Function>());
}

void RunMicrotasks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  env->context()->GetMicrotaskQueue()->PerformCheckpoint(env->isolate());
}

void SetTickCallback(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setTickCallback");
  Env::From(info)->Set(Slot::kTickCallback, info[0]);
}

void SetPromiseRejectCallback(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setPromiseRejectCallback");
  Env::From(info)->Set(Slot::kPromiseRejectCallback, info[0]);
}

constexpr Method kMethods[] = {
    {"enqueueMicrotask", EnqueueMicrotask},
    {"setTickCallback", SetTickCallback},
    {"runMicrotasks", RunMicrotasks},
    {"setPromiseRejectCallback", SetPromiseRejectCallback},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  Local<v8::Uint8Array> tick_info;
  if (!NewUint8Array(env, nullptr, 2).ToLocal(&tick_info)) return;
  memset(Bytes(tick_info).data, 0, 2);
  env->Set(Slot::kTickInfo, tick_info);
  SetValue(env, target, "tickInfo", tick_info);
  Local<Object> events = Object::New(isolate);
  SetConstant(env, events, "kPromiseRejectWithNoHandler", v8::kPromiseRejectWithNoHandler);
  SetConstant(env, events, "kPromiseHandlerAddedAfterReject", v8::kPromiseHandlerAddedAfterReject);
  SetConstant(env, events, "kPromiseResolveAfterResolved", v8::kPromiseResolveAfterResolved);
  SetConstant(env, events, "kPromiseRejectAfterResolved", v8::kPromiseRejectAfterResolved);
  SetValue(env, target, "promiseRejectEvents", events);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }
BindingRegistration registration("task_queue", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
