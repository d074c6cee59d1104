// The binding "contextify": running code in contexts of its own (node:vm), and compiling it for Node's loaders.
#include "binding.h"
#include "execution_guard.h"
#include "script.h"
#include "vm_context.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Promise;
using v8::Value;

namespace {

// makeContext(sandbox | vm_context_no_contextify, name, origin, strings, wasm, ownMicrotaskQueue, symbol)
void MakeContext(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  VmContextOptions options;
  bool vanilla = info[0]->IsSymbol() && info[0] == env->IsolateSymbol("vm_context_no_contextify");
  // The name and origin (info[1], info[2]) are for debuggers.
  if ((!vanilla && !info[0]->IsObject()) || !info[6]->IsSymbol()) return ThrowBadArgument(isolate, "makeContext");
  if (!vanilla) {
    options.sandbox = info[0].As<Object>();
    if (VmContext::Of(env, options.sandbox) != nullptr) return ThrowBadArgument(isolate, "makeContext");
  }
  options.allow_strings = info[3]->IsTrue();
  options.allow_wasm = info[4]->IsTrue();
  options.own_microtask_queue = info[5]->IsTrue();
  options.host_defined_option = info[6].As<v8::Symbol>();
  Local<Object> contextified;
  if (VmContext::Make(env, options).ToLocal(&contextified)) info.GetReturnValue().Set(contextified);
}

void StartSigintWatchdog(const FunctionCallbackInfo<Value>& info) {
  StartSigintWatch(Env::From(info));
  info.GetReturnValue().Set(true);
}

void StopSigintWatchdog(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(StopSigintWatch(Env::From(info)));
}

void WatchdogHasPendingSigint(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(HasPendingSigint(Env::From(info)));
}

// measureMemory(mode, execution): a promise, settled by a later garbage collection.
void MeasureMemory(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t mode, execution;
  if (!IntegerIn(info[0], 0, 1).To(&mode) || !IntegerIn(info[1], 0, 1).To(&execution))
    return ThrowBadArgument(isolate, "measureMemory");
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(Env::From(info)->context()).ToLocal(&resolver)) return;
  isolate->MeasureMemory(
      v8::MeasureMemoryDelegate::Default(isolate, Env::From(info)->context(), resolver,
                                         static_cast<v8::MeasureMemoryMode>(mode)),
      static_cast<v8::MeasureMemoryExecution>(execution));
  info.GetReturnValue().Set(resolver->GetPromise());
}

constexpr Method kMethods[] = {
    {"makeContext", MakeContext},
    {"startSigintWatchdog", StartSigintWatchdog},
    {"stopSigintWatchdog", StopSigintWatchdog},
    {"watchdogHasPendingSigint", WatchdogHasPendingSigint},
    {"measureMemory", MeasureMemory},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  InitializeScript(env, target);
  InitializeCompileFunction(env, target);

  Local<Object> mode = Object::New(isolate);
  SetConstant(env, mode, "SUMMARY", static_cast<int>(v8::MeasureMemoryMode::kSummary));
  SetConstant(env, mode, "DETAILED", static_cast<int>(v8::MeasureMemoryMode::kDetailed));
  Local<Object> execution = Object::New(isolate);
  SetConstant(env, execution, "DEFAULT", static_cast<int>(v8::MeasureMemoryExecution::kDefault));
  SetConstant(env, execution, "EAGER", static_cast<int>(v8::MeasureMemoryExecution::kEager));
  Local<Object> measure_memory = Object::New(isolate);
  SetValue(env, measure_memory, "mode", mode);
  SetValue(env, measure_memory, "execution", execution);
  Local<Object> constants = Object::New(isolate);
  SetValue(env, constants, "measureMemory", measure_memory);
  SetValue(env, target, "constants", constants);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  RegisterScriptReferences(references);
  RegisterCompileFunctionReferences(references);
}

BindingRegistration registration("contextify", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
