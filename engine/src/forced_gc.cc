#include "forced_gc.h"

#include "binding.h"
#include "callbacks.h"
#include "completion_queue.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Global;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Promise;
using v8::Value;

namespace {

struct GcState {
  explicit GcState(Env*) {}
  bool exposed = false;
};

void Collect(Env* env) {
  env->forced_collection = true;
  env->isolate()->LowMemoryNotification();
  env->forced_collection = false;
  env->Reap();
}

// gc(options?): there is one kind of collection here, the thorough one. With `execution: "async"` it comes from the
// event loop, with nothing of the guest on the stack, and its end settles the promise that is returned.
void Gc(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> execution;
  bool later = false;
  if (info[0]->IsObject()) {
    if (!info[0].As<Object>()->Get(context, Name(isolate, "execution")).ToLocal(&execution)) return;
    later = execution->StrictEquals(Name(isolate, "async"));
  }
  if (!later) return Collect(env);
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(context).ToLocal(&resolver)) return;
  auto kept = std::make_shared<Global<Promise::Resolver>>(isolate, resolver);
  env->State<CompletionQueue>()->Post([kept](Env* owner) {
    Collect(owner);
    Isolate* collected = owner->isolate();
    Context::Scope scope(owner->context());
    CallbackScope callback(owner, Object::New(collected), 0, 0);
    (void)kept->Get(collected)->Resolve(owner->context(), v8::Undefined(collected));
  });
  info.GetReturnValue().Set(resolver->GetPromise());
}

}  // namespace

void SetGcExposed(Env* env, bool exposed) { env->State<GcState>()->exposed = exposed; }
bool IsGcExposed(Env* env) { return env->State<GcState>()->exposed; }

bool DefineGc(Env* env, Local<Context> context) {
  Local<Function> gc;
  if (!Function::New(context, Gc, {}, 0, v8::ConstructorBehavior::kThrow).ToLocal(&gc)) return false;
  gc->SetName(Name(env->isolate(), "gc"));
  return context->Global()->DefineOwnProperty(context, Name(env->isolate(), "gc"), gc, v8::DontEnum).IsJust();
}

}  // namespace se
