// internalBinding('worker'): this thread is the process's main thread, and so far its only one.
#include "binding.h"
#include "unavailable.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::FunctionTemplate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

enum ResourceLimit {
  kMaxYoungGenerationSizeMb,
  kMaxOldGenerationSizeMb,
  kCodeRangeSizeMb,
  kStackSizeMb,
  kTotalResourceLimitCount,
};

void NewWorker(const FunctionCallbackInfo<Value>& info) { ThrowUnavailable(info.GetIsolate(), "worker_threads.Worker"); }

// getEnvMessagePort(): the port to the thread that started this one, which the main thread has not.
void GetEnvMessagePort(const FunctionCallbackInfo<Value>& info) {}

void Initialize(Env* env, Local<Object> target) {
  Local<FunctionTemplate> worker = FunctionTemplate::New(env->isolate(), NewWorker);
  worker->SetClassName(Name(env->isolate(), "Worker"));
  (void)SetClass(env, target, "Worker", worker);
  SetMethod(env, target, "getEnvMessagePort", GetEnvMessagePort);
  SetConstant(env, target, "threadId", 0);
  SetValue(env, target, "threadName", v8::String::Empty(env->isolate()));
  SetValue(env, target, "isMainThread", v8::True(env->isolate()));
  SetValue(env, target, "isInternalThread", v8::False(env->isolate()));
  SetValue(env, target, "ownsProcessState", v8::True(env->isolate()));
  SetConstant(env, target, "kMaxYoungGenerationSizeMb", kMaxYoungGenerationSizeMb);
  SetConstant(env, target, "kMaxOldGenerationSizeMb", kMaxOldGenerationSizeMb);
  SetConstant(env, target, "kCodeRangeSizeMb", kCodeRangeSizeMb);
  SetConstant(env, target, "kStackSizeMb", kStackSizeMb);
  SetConstant(env, target, "kTotalResourceLimitCount", kTotalResourceLimitCount);
}

void RegisterReferences(References* references) {
  references->Add(NewWorker);
  references->Add(GetEnvMessagePort);
}

BindingRegistration registration("worker", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
