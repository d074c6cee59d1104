#ifndef SE_CALLBACKS_H_
#define SE_CALLBACKS_H_

#include <v8.h>

#include <string>

#include "env.h"

namespace se {

// Entry from native code into guest JavaScript, with Node's meaning (InternalCallbackScope): pushes the async context,
// and when the outermost scope closes, drains microtasks and process.nextTick.
class CallbackScope {
 public:
  CallbackScope(Env* env, v8::Local<v8::Object> resource, double async_id, double trigger_async_id);
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  // Call when the body threw: the closing scope then leaves ticks alone.
  void MarkFailed() { failed_ = true; }
  // Closes before destruction; false if a tick callback threw (and the exception was handled or ended the process).
  bool Close();

 private:
  Env* env_;
  double async_id_;
  bool pushed_ = false;
  bool failed_ = false;
  bool closed_ = false;
};

// Calls `function` in a CallbackScope. An exception goes to the process's uncaughtException handling; the result is
// then empty.
v8::MaybeLocal<v8::Value> MakeCallback(Env* env, v8::Local<v8::Object> receiver, v8::Local<v8::Function> function,
                                       int argc, v8::Local<v8::Value> argv[], double async_id = 0,
                                       double trigger_async_id = 0);

// Calls `function` in the context of an asynchronous resource, within a call from JavaScript: an exception is left to that,
// and ticks wait for its end.
v8::MaybeLocal<v8::Value> CallInAsyncContext(Env* env, v8::Local<v8::Object> receiver, v8::Local<v8::Function> function,
                                             int argc, v8::Local<v8::Value> argv[], double async_id,
                                             double trigger_async_id);

// Node's TriggerUncaughtException: decorates the error with its source line and hands it to process's handler. Ends the
// process unless a handler takes it.
void TriggerUncaughtException(Env* env, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                              bool from_promise = false);

// The end of an uncaught exception: the guest prints it as Node does and exits. `exit_code` 0 means the process's own
// (process.exitCode, else 1).
void ReportFatalException(Env* env, v8::Local<v8::Value> error, v8::Local<v8::Message> message, int exit_code);

// Runs microtasks and process.nextTick callbacks until none is left. False if guest code must not go on.
bool DrainTicks(Env* env);

// async_hooks' execution stack (engine/bindings/async_wrap.cc).
void PushAsyncContext(Env* env, double async_id, double trigger_async_id, v8::Local<v8::Value> resource);
bool PopAsyncContext(Env* env, double async_id);
// A fresh id for an asynchronous resource, and the id of what triggers one that begins now. 0 before Node's library booted.
double NewAsyncId(Env* env);
double CurrentTriggerAsyncId(Env* env);
// Tell the init hooks of a new resource (guest code runs; nothing if a hook threw) and, later, the destroy hooks of an
// ended one.
v8::Maybe<bool> EmitAsyncInit(Env* env, v8::Local<v8::Object> resource, const char* type, double async_id,
                              double trigger_async_id);
void QueueAsyncDestroy(Env* env, double async_id);
// Makes async_hooks see the promises of another context too.
void InstallPromiseHooks(Env* env, v8::Local<v8::Context> context);
// Indices into the async_hooks field array.
enum AsyncHooksField { kInit, kBefore, kAfter, kDestroy, kPromiseResolve, kTotals, kCheck, kAsyncStackLength, kUsesExecutionAsyncResource };

// "file:line\nsource\n   ^^^\n" of where an exception was thrown; empty if the code wants no such line or nothing is known.
std::string DescribeSource(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Message> message);

// "    at function (file:line:column)\n" for each place on `stack`, which may be empty, but those of our own bundle.
std::string DescribeStack(v8::Isolate* isolate, v8::Local<v8::StackTrace> stack);
// The script name of the guest's own bundle.
inline constexpr std::string_view kGuestBundle = "node:internal/secure_exec";

// Attaches "file:line\nsource\n   ^" to an error object under the arrow-message private symbol, as Node prints it
// above the stack.
void AppendExceptionLine(Env* env, v8::Local<v8::Value> error, v8::Local<v8::Message> message);

// Also puts that text in front of the error's `stack`, once: for errors of vm code, which the guest may show itself.
void DecorateErrorStack(Env* env, v8::Local<v8::Value> error, v8::Local<v8::Message> message);

// Installs the isolate-wide callbacks (promise rejections, prepareStackTrace, modules, code generation).
void InstallIsolateCallbacks(v8::Isolate* isolate);
// Takes away those that V8 would otherwise call while it writes a snapshot.
void RemoveIsolateCallbacks(v8::Isolate* isolate);

}  // namespace se

#endif  // SE_CALLBACKS_H_
