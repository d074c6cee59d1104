#include "bare_eval.h"

#include <node.h>

#include <chrono>
#include <thread>

#include "allocator.h"
#include "binding.h"
#include "callbacks.h"
#include "completion_queue.h"
#include "platform.h"
#include "resizable_memory.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Promise;
using v8::Script;
using v8::String;
using v8::TryCatch;
using v8::Value;

namespace {

void InternalBinding(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::string name = ToStdString(info.GetIsolate(), info[0]);
  const BindingRegistration* binding = BindingRegistration::Find(name);
  if (binding == nullptr) return ThrowError(info.GetIsolate(), "ERR_INVALID_MODULE", "No such binding: " + name);
  Local<Object> target = Object::New(info.GetIsolate());
  binding->init()(env, target);
  info.GetReturnValue().Set(target);
}

// Runs what a promise waits for, V8's own tasks and the bindings' completions, until it is settled. A promise that
// nothing settles is given up after a while.
bool Await(Env* env, Local<Promise> promise, ForegroundTasks* tasks) {
  constexpr auto kPatience = std::chrono::seconds(20);
  constexpr auto kPause = std::chrono::milliseconds(1);
  auto end = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    env->isolate()->PerformMicrotaskCheckpoint();
    if (promise->State() != Promise::kPending) return true;
    if (tasks->RunPending() || env->State<CompletionQueue>()->Run(env)) continue;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kPause);
  }
}

BareResult Run(Isolate* isolate, CountingAllocator* allocator, ForegroundTasks* tasks, const std::string& source) {
  HandleScope scope(isolate);
  InstallIsolateCallbacks(isolate);
  Local<Context> context = Context::New(isolate);
  CountResizableMemory(isolate, context);
  Context::Scope context_scope(context);
  Env env(isolate, nullptr, allocator);
  env.SetPrincipalContext(context);
  SetMethod(&env, context->Global(), "internalBinding", InternalBinding);
  TryCatch try_catch(isolate);
  Local<String> text;
  Local<Script> script;
  Local<Value> result;
  BareResult out;
  bool ok = Utf8(isolate, source).ToLocal(&text) && Script::Compile(context, text).ToLocal(&script) &&
            script->Run(context).ToLocal(&result);
  isolate->PerformMicrotaskCheckpoint();
  if (ok && result->IsPromise()) {
    Local<Promise> promise = result.As<Promise>();
    if (!Await(&env, promise, tasks)) return {"the promise was never settled", true};
    result = promise->Result();
    ok = promise->State() == Promise::kFulfilled;
    if (!ok) isolate->ThrowException(result);
  }
  if (ok) {
    out.text = ToStdString(isolate, result);
  } else {
    out.threw = true;
    Local<Value> stack;
    if (try_catch.HasCaught() && try_catch.StackTrace(context).ToLocal(&stack)) out.text = ToStdString(isolate, stack);
    else if (try_catch.HasCaught()) out.text = ToStdString(isolate, try_catch.Exception());
  }
  return out;
}

}  // namespace

BareResult BareEval(const std::string& source) {
  BareResult result;
  // A thread of its own: V8's stack limit is per isolate and thread.
  std::thread([&] {
    CountingAllocator allocator;
    auto tasks = std::make_shared<ForegroundTasks>();
    IsolateDelegate delegate(tasks);
    Isolate* isolate = Isolate::Allocate();
    Platform()->RegisterIsolate(isolate, &delegate);
    Isolate::CreateParams params;
    params.array_buffer_allocator = &allocator;
    Isolate::Initialize(isolate, params);
    {
      v8::Locker locker(isolate);
      Isolate::Scope isolate_scope(isolate);
      result = Run(isolate, &allocator, tasks.get(), source);
    }
    tasks->Close();
    isolate->Dispose();
    Platform()->UnregisterIsolate(isolate);
  }).join();
  return result;
}

}  // namespace se
