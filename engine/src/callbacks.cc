#include "callbacks.h"

#include "binding.h"
#include "guest_isolate.h"
#include "guest_thread.h"
#include "modules.h"
#include "rethrow.h"
#include "snapshot.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Exception;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Message;
using v8::Object;
using v8::Promise;
using v8::PromiseRejectMessage;
using v8::String;
using v8::TryCatch;
using v8::Undefined;
using v8::Value;

namespace {

// Indices into the tick queue's field array, as lib/internal/process/task_queues.js uses it.
constexpr int kHasTickScheduled = 0;
constexpr int kHasRejectionToWarn = 1;

bool CanCallGuest(Env* env) {
  return !env->exiting && (env->thread() == nullptr || !env->thread()->terminating());
}

void OnPromiseReject(PromiseRejectMessage message) {
  Local<Promise> promise = message.GetPromise();
  Isolate* isolate = promise->GetIsolate();
  Env* env = Env::From(isolate);
  if (env == nullptr) return;
  Local<Function> callback;
  if (!env->GetFunction(Slot::kPromiseRejectCallback).ToLocal(&callback)) return;
  Local<Value> value = message.GetEvent() == v8::kPromiseHandlerAddedAfterReject ? Undefined(isolate).As<Value>()
                                                                                 : message.GetValue();
  if (value.IsEmpty()) value = Undefined(isolate);
  Local<Value> argv[] = {v8::Integer::New(isolate, message.GetEvent()), promise, value};
  TryCatch try_catch(isolate);
  (void)callback->Call(env->context(), Undefined(isolate), 3, argv);
  // V8 calls this from its own code, which forgets a termination: it is asked for again.
  if (try_catch.HasTerminated()) isolate->TerminateExecution();
  else if (try_catch.HasCaught())
    fprintf(stderr, "secure-exec: exception in the guest's promise rejection callback\n");
}

// Exceptions that reach V8's own top level, such as those of microtasks that no JavaScript wraps. Without a listener V8
// would print them on the process's stdout.
void OnMessage(Local<Message> message, Local<Value> error) {
  Isolate* isolate = message->GetIsolate();
  Env* env = Env::From(isolate);
  if (env == nullptr || env->thread() == nullptr || message->ErrorLevel() != Isolate::kMessageError) return;
  if (IsSealed(isolate->GetCurrentContext())) return;
  TriggerUncaughtException(env, error, message);
  // V8 calls this from its own code, too.
  if (env->thread()->terminating()) isolate->TerminateExecution();
}

// Frames of our own bundle, which stands where Node has C++, are no part of a stack that users see.
Local<Array> WithoutBundleFrames(Local<Context> context, Local<Array> trace) {
  Isolate* isolate = context->GetIsolate();
  std::vector<Local<Value>> kept;
  bool changed = false;
  for (uint32_t i = 0; i < trace->Length(); i++) {
    Local<Value> site, getter, name;
    if (!trace->Get(context, i).ToLocal(&site)) return trace;
    bool ours = site->IsObject() && site.As<Object>()->Get(context, Name(isolate, "getFileName")).ToLocal(&getter) &&
                getter->IsFunction() && getter.As<Function>()->Call(context, site, 0, nullptr).ToLocal(&name) &&
                name->IsString() && name.As<String>()->StringEquals(Name(isolate, kGuestBundleName));
    if (ours) changed = true;
    else kept.push_back(site);
  }
  return changed ? Array::New(isolate, kept.data(), kept.size()) : trace;
}

MaybeLocal<Value> OnPrepareStackTrace(Local<Context> context, Local<Value> error, Local<Array> trace) {
  Isolate* isolate = context->GetIsolate();
  trace = WithoutBundleFrames(context, trace);
  Env* env = Env::From(isolate);
  Local<Function> callback;
  if (env == nullptr || !env->GetFunction(Slot::kPrepareStackTraceCallback).ToLocal(&callback)) {
    Local<String> text;
    if (!error->ToString(context).ToLocal(&text)) return {};
    return text;
  }
  Local<Value> argv[] = {context->Global(), error, trace};
  return callback->Call(env->context(), Undefined(isolate), 3, argv);
}

}  // namespace

CallbackScope::CallbackScope(Env* env, Local<Object> resource, double async_id, double trigger_async_id)
    : env_(env), async_id_(async_id) {
  env->callback_depth++;
  PushAsyncContext(env, async_id, trigger_async_id, resource);
  pushed_ = true;
}

CallbackScope::~CallbackScope() { Close(); }

bool CallbackScope::Close() {
  if (closed_) return true;
  closed_ = true;
  if (pushed_ && CanCallGuest(env_)) PopAsyncContext(env_, async_id_);
  int depth = --env_->callback_depth;
  if (failed_ || depth > 0 || !CanCallGuest(env_)) return !failed_;
  return DrainTicks(env_);
}

bool DrainTicks(Env* env) {
  Isolate* isolate = env->isolate();
  uint8_t* tick_info = env->FieldPointer<uint8_t>(Slot::kTickInfo);
  if (tick_info == nullptr) return true;
  if (!tick_info[kHasTickScheduled]) {
    env->context()->GetMicrotaskQueue()->PerformCheckpoint(isolate);
    if (!CanCallGuest(env)) return false;
  }
  if (!tick_info[kHasTickScheduled] && !tick_info[kHasRejectionToWarn]) return true;
  HandleScope scope(isolate);
  Local<Function> tick;
  if (!env->GetFunction(Slot::kTickCallback).ToLocal(&tick)) return true;
  Local<Value> process = env->Get(Slot::kProcessObject);
  TryCatch try_catch(isolate);
  try_catch.SetVerbose(false);
  // A nested entry, so that a callback scope opened by a tick does not drain ticks itself.
  if (!tick->Call(env->context(), process, 0, nullptr).IsEmpty()) return true;
  if (try_catch.HasCaught() && !try_catch.HasTerminated() && CanCallGuest(env)) {
    // The remaining ticks run after the loop's next callback; the library sees to it that there is one.
    TriggerUncaughtException(env, try_catch.Exception(), try_catch.Message());
  }
  return false;
}

namespace {

// A call within a CallbackScope; through the library's trampoline when async_hooks want to hear of it.
MaybeLocal<Value> CallWithHooks(Env* env, Local<Object> receiver, Local<Function> function, int argc,
                                Local<Value> argv[], double async_id) {
  Local<Context> context = env->context();
  Local<Function> trampoline;
  uint32_t* fields = env->FieldPointer<uint32_t>(Slot::kAsyncHooksFields);
  bool hooks = fields != nullptr && (fields[kBefore] > 0 || fields[kAfter] > 0 || fields[kUsesExecutionAsyncResource] > 0);
  if (!hooks || !env->GetFunction(Slot::kAsyncCallbackTrampoline).ToLocal(&trampoline))
    return function->Call(context, receiver, argc, argv);
  std::vector<Local<Value>> args = {v8::Number::New(env->isolate(), async_id), receiver, function};
  args.insert(args.end(), argv, argv + argc);
  return trampoline->Call(context, receiver, static_cast<int>(args.size()), args.data());
}

}  // namespace

MaybeLocal<Value> CallInAsyncContext(Env* env, Local<Object> receiver, Local<Function> function, int argc,
                                     Local<Value> argv[], double async_id, double trigger_async_id) {
  if (!CanCallGuest(env)) return {};
  MaybeLocal<Value> result;
  // Never the outermost.
  env->callback_depth++;
  {
    CallbackScope scope(env, receiver, async_id, trigger_async_id);
    result = CallWithHooks(env, receiver, function, argc, argv, async_id);
    if (result.IsEmpty()) scope.MarkFailed();
  }
  env->callback_depth--;
  return result;
}

MaybeLocal<Value> MakeCallback(Env* env, Local<Object> receiver, Local<Function> function, int argc,
                               Local<Value> argv[], double async_id, double trigger_async_id) {
  if (!CanCallGuest(env)) return {};
  Isolate* isolate = env->isolate();
  v8::EscapableHandleScope handles(isolate);
  Local<Context> context = env->context();
  Context::Scope context_scope(context);
  Local<Value> result;
  {
    CallbackScope scope(env, receiver, async_id, trigger_async_id);
    TryCatch try_catch(isolate);
    if (!CallWithHooks(env, receiver, function, argc, argv, async_id).ToLocal(&result)) {
      scope.MarkFailed();
      if (try_catch.HasTerminated() || !CanCallGuest(env)) return {};
      if (try_catch.HasCaught()) {
        // As in Node, handlers see the callback's async context, which they clear, and ticks wait for the next callback.
        TriggerUncaughtException(env, try_catch.Exception(), try_catch.Message());
      }
      return {};
    }
  }
  return handles.Escape(result);
}

namespace {

bool IsStackOverflow(Isolate* isolate, Local<Value> error) {
  return error->IsNativeError() && ToStdString(isolate, Exception::CreateMessage(isolate, error)->Get()) ==
                                       "Uncaught RangeError: Maximum call stack size exceeded";
}

bool IsScriptRunning(Isolate* isolate) {
  return v8::StackTrace::CurrentStackTrace(isolate, 1, v8::StackTrace::kOverview)->GetFrameCount() > 0;
}

}  // namespace

void TriggerUncaughtException(Env* env, Local<Value> error, Local<Message> message, bool from_promise) {
  if (!CanCallGuest(env)) return;
  Isolate* isolate = env->isolate();
  HandleScope scope(isolate);
  Local<Context> context = env->context();
  Context::Scope context_scope(context);
  Local<Value> handled;
  Local<Value> process = env->Get(Slot::kProcessObject);
  Local<Value> handler;
  TryCatch try_catch(isolate);
  // process._fatalException: monkey-patchable, so it is looked up each time.
  if (!process->IsObject() ||
      !process.As<Object>()->Get(context, Name(isolate, "_fatalException")).ToLocal(&handler) ||
      !handler->IsFunction()) {
    ReportFatalException(env, error, message, 6);
    return;
  }
  // A recursion without end that met its end in a hook: as in Node, who finds no room for the handlers either leaves it
  // to the recursion, whose own code may catch it.
  bool overflown = IsStackOverflow(isolate, error) && IsScriptRunning(isolate);
  Local<Value> argv[] = {error, v8::Boolean::New(isolate, from_promise)};
  bool ok = handler.As<Function>()->Call(context, process, 2, argv).ToLocal(&handled);
  if (try_catch.HasTerminated() || !CanCallGuest(env)) return;
  if (!ok && overflown && try_catch.HasCaught() && IsStackOverflow(isolate, try_catch.Exception()))
    return ReThrow(&try_catch);
  if (!ok) {
    // The handler itself threw: exit code 7, with that error.
    Local<Value> inner = try_catch.HasCaught() ? try_catch.Exception() : error;
    Local<Message> inner_message = try_catch.Message();
    try_catch.Reset();
    ReportFatalException(env, inner, inner_message, 7);
    return;
  }
  if (!handled->IsFalse()) return;
  ReportFatalException(env, error, message, 0);
}

void ReportFatalException(Env* env, Local<Value> error, Local<Message> message, int exit_code) {
  Isolate* isolate = env->isolate();
  Local<Value> report = env->GetState("errors.report_fatal");
  if (!report->IsFunction()) {
    fprintf(stderr, "secure-exec: uncaught exception before the guest could report it: %s\n",
            ToStdString(isolate, error).c_str());
    if (env->thread() != nullptr) env->thread()->Terminate("failed");
    return;
  }
  // Only now: what handles an error itself must not find the line in it.
  if (error->IsNativeError()) AppendExceptionLine(env, error, message);
  // Guest code that prints the error as Node does and calls exit_group; it does not return.
  Local<Value> arrow = Undefined(isolate);
  Local<String> text;
  if (!error->IsNativeError() && Utf8(isolate, DescribeSource(isolate, env->context(), message)).ToLocal(&text))
    arrow = text;
  Local<String> thrown_at;
  Local<v8::StackTrace> stack;
  if (!message.IsEmpty()) stack = message->GetStackTrace();
  if (!Utf8(isolate, DescribeStack(isolate, stack)).ToLocal(&thrown_at)) thrown_at = String::Empty(isolate);
  Local<Value> argv[] = {error, v8::Integer::New(isolate, exit_code), arrow, thrown_at};
  TryCatch try_catch(isolate);
  (void)report.As<Function>()->Call(env->context(), Undefined(isolate), 4, argv);
  if (try_catch.HasCaught() && !try_catch.HasTerminated() && env->thread() != nullptr) {
    fprintf(stderr, "secure-exec: the guest could not report its exception: %s\n",
            ToStdString(isolate, try_catch.Exception()).c_str());
    env->thread()->Terminate("failed");
  }
}

void InstallIsolateCallbacks(Isolate* isolate) {
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate->SetPromiseRejectCallback(OnPromiseReject);
  isolate->SetPrepareStackTraceCallback(OnPrepareStackTrace);
  isolate->SetCaptureStackTraceForUncaughtExceptions(false);
  isolate->AddMessageListenerWithErrorLevel(OnMessage, Isolate::kMessageError | Isolate::kMessageWarning);
  InstallModuleCallbacks(isolate);
}

void RemoveIsolateCallbacks(Isolate* isolate) {
  isolate->RemoveMessageListeners(OnMessage);
  isolate->SetPromiseRejectCallback(nullptr);
  isolate->SetPrepareStackTraceCallback(nullptr);
}

}  // namespace se
