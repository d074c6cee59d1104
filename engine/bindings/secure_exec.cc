// What only the guest's boot code gets: the syscall gate, and the doors to the engine that Node's own bindings have in
// C++. Node's library and user code never see this object.
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "binding.h"
#include "builtins.h"
#include "callbacks.h"
#include "completion_queue.h"
#include "forced_gc.h"
#include "guest_locale.h"
#include "guest_thread.h"
#include "modules.h"
#include "node_context.h"
#include "snapshot.h"
#include "syscall_gate.h"

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

// binding(name): a fresh target of that native binding, or undefined if there is none.
void GetBinding(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(env->isolate(), "binding");
  const BindingRegistration* binding = BindingRegistration::Find(ToStdString(env->isolate(), info[0]));
  if (binding == nullptr) return;
  Local<Object> target = Object::New(env->isolate());
  binding->init()(env, target);
  info.GetReturnValue().Set(target);
}

// setSlot(name, value): gives C++ a value that it looks up later.
void SetSlot(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  static constexpr struct {
    const char* name;
    Slot slot;
  } kSlots[] = {
      {"process", Slot::kProcessObject},
      {"primordials", Slot::kPrimordials},
      {"start", Slot::kStartFunction},
      {"domexception", Slot::kDomexception},
      {"emitMessage", Slot::kEmitMessage},
      {"emitWarningSync", Slot::kEmitWarningSync},
  };
  std::string name = ToStdString(env->isolate(), info[0]);
  for (const auto& entry : kSlots)
    if (name == entry.name) return env->Set(entry.slot, info[1]);
  ThrowError(env->isolate(), "ERR_INVALID_ARG_VALUE", "Unknown slot " + name);
}

// makeCallback(receiver, function, asyncId, triggerAsyncId, ...args): a call from the event loop.
void MakeCallbackCall(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsObject() || !info[1]->IsFunction() || !info[2]->IsNumber() || !info[3]->IsNumber())
    return ThrowBadArgument(env->isolate(), "makeCallback");
  std::vector<Local<Value>> argv;
  for (int i = 4; i < info.Length(); i++) argv.push_back(info[i]);
  Local<Value> result;
  if (MakeCallback(env, info[0].As<Object>(), info[1].As<Function>(), static_cast<int>(argv.size()), argv.data(),
                   info[2].As<v8::Number>()->Value(), info[3].As<v8::Number>()->Value())
          .ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// runTasks(): V8's own foreground tasks and the completions of native bindings. Returns whether anything ran.
void RunTasks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  bool ran = false;
  if (env->thread() != nullptr) {
    env->thread()->ConsumeNudge();
    ran = env->thread()->RunTasks(env);
  }
  ran = env->State<CompletionQueue>()->Run(env) || ran;
  info.GetReturnValue().Set(ran);
}

// runClosing(): the loop's closing phase, for native handles.
void RunClosing(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  info.GetReturnValue().Set(env->State<CompletionQueue>()->RunClosing(env));
}

// pendingTasks(): bit 0: something is ready to run now; bit 1: the loop must stay alive for work under way; bit 2: V8
// has foreground tasks, or background work that will post one.
void PendingTasks(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CompletionQueue* queue = env->State<CompletionQueue>();
  bool task = env->thread() != nullptr && env->thread()->tasks()->HasPending();
  bool ready = queue->Pending() || task;
  // A message for an unref'd port is ready, but nothing to stay for.
  bool alive = queue->Alive();
  bool tasks = task || env->isolate()->HasPendingBackgroundTasks();
  info.GetReturnValue().Set((ready ? 1 : 0) | (alive ? 2 : 0) | (tasks ? 4 : 0));
}

// nextTaskDelay(): whole milliseconds until V8's next delayed task, or Infinity.
void NextTaskDelay(const FunctionCallbackInfo<Value>& info) {
  GuestThread* thread = Env::From(info)->thread();
  double seconds = thread == nullptr ? -1 : thread->tasks()->NextDelay();
  info.GetReturnValue().Set(seconds < 0 ? std::numeric_limits<double>::infinity() : std::ceil(seconds * 1000));
}

void IsTerminating(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  bool terminating = env->thread() != nullptr && env->thread()->terminating();
  // A handler of ours below the loop may have taken the exception that was to unwind it.
  if (terminating) info.GetIsolate()->TerminateExecution();
  info.GetReturnValue().Set(env->exiting || terminating);
}

// setTimeZone(id), setLocale(id): for this process from here on. Nothing happens while the image is built.
void SetTimeZoneCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "setTimeZone");
  v8::String::Value id(isolate, info[0]);
  if (*id == nullptr || env->thread() == nullptr) return;
  std::u16string name(reinterpret_cast<const char16_t*>(*id), static_cast<size_t>(id.length()));
  env->thread()->locale().SetTimeZone(isolate, name);
}
void SetLocaleCall(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "setLocale");
  if (env->thread() == nullptr) return;
  env->thread()->locale().SetLanguage(info.GetIsolate(), ToStdString(info.GetIsolate(), info[0]));
}

void TriggerUncaught(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  TriggerUncaughtException(Env::From(info), info[0], v8::Exception::CreateMessage(isolate, info[0]),
                           info[1]->IsTrue());
}

// A failed operation of a wrapped function, thrown once its own frame is gone.
struct PendingFailure {
  explicit PendingFailure(Env*) {}
  bool set = false;
  int error = 0;
  std::string syscall;
  v8::Global<Value> path;
  v8::Global<Value> dest;
  v8::Global<Value> message;
  // Of failWith() alone.
  std::string class_name;
  v8::Global<Object> properties;
};

// The error of a failed system call, as libuv's bindings make it: "CODE: message, syscall 'path' -> 'dest'".
Local<Value> UvException(Env* env, int error, const std::string& syscall, Local<Value> path, Local<Value> dest,
                         Local<Value> message) {
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  char code[64], text[256];
  uv_err_name_r(error, code, sizeof(code));
  uv_strerror_r(error, text, sizeof(text));
  auto present = [](Local<Value> value) { return !value.IsEmpty() && !value->IsNullOrUndefined(); };
  std::string full = std::string(code) + ": " + (present(message) ? ToStdString(isolate, message) : text) + ", " + syscall;
  if (present(path)) full += " '" + ToStdString(isolate, path) + "'";
  if (present(dest)) full += " -> '" + ToStdString(isolate, dest) + "'";
  Local<v8::String> full_text;
  if (!Utf8(isolate, full).ToLocal(&full_text)) full_text = v8::String::Empty(isolate);
  Local<Value> exception = v8::Exception::Error(full_text);
  if (!exception->IsObject()) return exception;
  Local<Object> object = exception.As<Object>();
  (void)object->Set(context, Name(isolate, "errno"), v8::Integer::New(isolate, error));
  (void)object->Set(context, Name(isolate, "code"), Name(isolate, code));
  (void)object->Set(context, Name(isolate, "syscall"), Name(isolate, syscall));
  if (present(path)) (void)object->Set(context, Name(isolate, "path"), path);
  if (present(dest)) (void)object->Set(context, Name(isolate, "dest"), dest);
  return exception;
}

int ErrorNumber(Local<Value> value) {
  int64_t error;
  return IntegerIn(value, -5000, -1).To(&error) ? static_cast<int>(error) : UV_UNKNOWN;
}

// fail(errno, syscall, path?, dest?, message?): makes the wrapped function under way throw that error when it returns.
void Fail(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  PendingFailure* failure = env->State<PendingFailure>();
  failure->set = true;
  failure->error = ErrorNumber(info[0]);
  failure->syscall = ToStdString(isolate, info[1]);
  failure->path.Reset(isolate, info[2]);
  failure->dest.Reset(isolate, info[3]);
  failure->message.Reset(isolate, info[4]);
}

// failWith(name, message, properties): the same with an error of the class `name` that has these properties.
void FailWith(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info[0]->IsString() || !info[1]->IsString() || !info[2]->IsObject())
    return ThrowBadArgument(isolate, "failWith");
  PendingFailure* failure = env->State<PendingFailure>();
  failure->set = true;
  failure->class_name = ToStdString(isolate, info[0]);
  failure->message.Reset(isolate, info[1]);
  failure->properties.Reset(isolate, info[2].As<Object>());
}

// uvException(errno, syscall, path?, dest?, message?): the same error as a value.
void MakeUvException(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  info.GetReturnValue().Set(
      UvException(env, ErrorNumber(info[0]), ToStdString(env->isolate(), info[1]), info[2], info[3], info[4]));
}

// The wrapped functions, by the number that is their native function's data. Not the function itself: V8 writes a
// template's data into the part of a snapshot that knows no context.
Local<Array> WrappedFunctions(Env* env) {
  Local<Value> list = env->Get(Slot::kWrappedFunctions);
  if (list->IsArray()) return list.As<Array>();
  Local<Array> fresh = Array::New(env->isolate());
  env->Set(Slot::kWrappedFunctions, fresh);
  return fresh;
}

// Throws what failWith() described.
void ThrowDescribed(Env* env, PendingFailure* failure) {
  Isolate* isolate = env->isolate();
  Local<Context> context = env->context();
  Local<Object> properties = failure->properties.Get(isolate);
  Local<Value> message = failure->message.Get(isolate);
  failure->properties.Reset();
  if (!message->IsString()) return;
  auto make = failure->class_name == "TypeError"    ? v8::Exception::TypeError
              : failure->class_name == "RangeError" ? v8::Exception::RangeError
                                                    : v8::Exception::Error;
  Local<Value> exception = make(message.As<v8::String>(), {});
  Local<Array> names;
  if (!exception->IsObject() || !properties->GetOwnPropertyNames(context).ToLocal(&names)) return;
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> name, value;
    if (!names->Get(context, i).ToLocal(&name) || !properties->Get(context, name).ToLocal(&value) ||
        exception.As<Object>()->Set(context, name, value).IsNothing())
      return;
  }
  isolate->ThrowException(exception);
}

void CallWrapped(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Local<Value> function;
  if (!info.Data()->IsUint32() ||
      !WrappedFunctions(env)->Get(env->context(), info.Data().As<v8::Uint32>()->Value()).ToLocal(&function) ||
      !function->IsFunction())
    return;
  constexpr int kMaxArgs = 16;
  Local<Value> argv[kMaxArgs];
  int argc = std::min(info.Length(), kMaxArgs);
  for (int i = 0; i < argc; i++) argv[i] = info[i];
  Local<Value> result;
  if (!function.As<Function>()->Call(env->isolate()->GetCurrentContext(), info.This(), argc, argv).ToLocal(&result))
    return;
  PendingFailure* failure = env->State<PendingFailure>();
  if (!failure->set) return info.GetReturnValue().Set(result);
  failure->set = false;
  Isolate* isolate = env->isolate();
  if (!failure->properties.IsEmpty()) return ThrowDescribed(env, failure);
  isolate->ThrowException(UvException(env, failure->error, failure->syscall, failure->path.Get(isolate),
                                      failure->dest.Get(isolate), failure->message.Get(isolate)));
}

// wrap(function, name): a native function over a guest one. What it throws through fail() or failWith() has the stack and source
// position of its caller, as errors of Node's C++ have.
void Wrap(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction() || !info[1]->IsString()) return ThrowBadArgument(env->isolate(), "wrap");
  Local<Array> list = WrappedFunctions(env);
  Local<Value> index = v8::Integer::NewFromUnsigned(env->isolate(), list->Length());
  if (list->Set(env->context(), list->Length(), info[0]).IsNothing()) return;
  Local<Function> function;
  if (!v8::FunctionTemplate::New(env->isolate(), CallWrapped, index, {}, 0, v8::ConstructorBehavior::kThrow)
           ->GetFunction(env->context())
           .ToLocal(&function))
    return;
  function->SetName(info[1].As<v8::String>());
  info.GetReturnValue().Set(function);
}

void Now(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(SteadyMs() - Env::From(info)->time_origin_ms);
}

// exposeGc(exposed, alsoHere): whether contexts made from now on have gc(), and the principal one too.
void ExposeGc(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  SetGcExposed(env, info[0]->IsTrue());
  if (info[1]->IsTrue()) (void)DefineGc(env, env->context());
}

// currentStack(): the guest's stack as text, a line for each of `limit` places.
void CurrentStack(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t limit;
  if (!IntegerIn(info[0], 0, 1000).To(&limit)) return ThrowBadArgument(isolate, "currentStack");
  Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, static_cast<int>(limit));
  Local<v8::String> text;
  if (Utf8(isolate, DescribeStack(isolate, stack)).ToLocal(&text)) info.GetReturnValue().Set(text);
}

// external(): an External that stands for nothing; its number, which is no address, differs from the others'.
void MakeExternal(const FunctionCallbackInfo<Value>& info) {
  static std::atomic<uintptr_t> last{0};
  info.GetReturnValue().Set(v8::External::New(info.GetIsolate(), reinterpret_cast<void*>(++last << 4)));
}

// traceUncaught(): V8 notes from now on where an exception that nothing catches was thrown.
void TraceUncaught(const FunctionCallbackInfo<Value>& info) {
  info.GetIsolate()->SetCaptureStackTraceForUncaughtExceptions(true);
}

// disallowCodeGeneration(): eval() and new Function() throw from now on.
void DisallowCodeGeneration(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  // V8 asks the embedder, which reads the slot, only where its own switch is off.
  env->context()->AllowCodeGenerationFromStrings(false);
  env->Set(Slot::kAllowCodeGenFromStrings, v8::False(env->isolate()));
}

// disableProto("delete" | "throw"): what becomes of Object.prototype.__proto__ in every context.
void DisableProto(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::string mode = ToStdString(env->isolate(), info[0]);
  if (mode != "delete" && mode != "throw") return ThrowBadArgument(env->isolate(), "disableProto");
  SetProtoMode(env, mode == "delete" ? ProtoMode::kDelete : ProtoMode::kThrow);
}

// stalledTopLevelAwaits(moduleWrap): where the module and what it imports wait, one text each.
void StalledAwaits(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  std::vector<Local<Value>> texts;
  for (const std::string& place : StalledTopLevelAwaits(isolate, info[0])) {
    Local<v8::String> text;
    if (Utf8(isolate, place).ToLocal(&text)) texts.push_back(text);
  }
  info.GetReturnValue().Set(Array::New(isolate, texts.data(), texts.size()));
}

void CompileBuiltinCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  const BuiltinSource* source = FindBuiltinSource(ToStdString(isolate, info[0]));
  if (source == nullptr) return ThrowBadArgument(isolate, "compileBuiltin");
  Local<Function> function;
  if (CompileBuiltin(isolate->GetCurrentContext(), *source).ToLocal(&function)) info.GetReturnValue().Set(function);
}

// consoleCall(inspectorMethod, nodeMethod, ...args): what Node's console methods are bound to. There is no inspector to
// tell. Native, so that console.trace() finds no frame of it.
void ConsoleCall(const FunctionCallbackInfo<Value>& info) {
  if (!info[1]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "consoleCall");
  std::vector<Local<Value>> args;
  for (int i = 2; i < info.Length(); i++) args.push_back(info[i]);
  Local<Value> result;
  if (info[1].As<Function>()
          ->Call(info.GetIsolate()->GetCurrentContext(), info.This(), static_cast<int>(args.size()), args.data())
          .ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// setEagerBuiltins(eager): how Node's modules are compiled from here on.
void SetEagerBuiltins(const FunctionCallbackInfo<Value>& info) {
  Env::From(info)->eager_builtins = info[0]->IsTrue();
}

constexpr Method kMethods[] = {
    {"setEagerBuiltins", SetEagerBuiltins},
    {"consoleCall", ConsoleCall},
    {"wrap", Wrap},
    {"fail", Fail},
    {"failWith", FailWith},
    {"uvException", MakeUvException},
    {"now", Now},
    {"exposeGc", ExposeGc},
    {"compileBuiltin", CompileBuiltinCall},
    {"external", MakeExternal},
    {"currentStack", CurrentStack},
    {"traceUncaught", TraceUncaught},
    {"disallowCodeGeneration", DisallowCodeGeneration},
    {"disableProto", DisableProto},
    {"stalledTopLevelAwaits", StalledAwaits},
    {"binding", GetBinding},
    {"syscall", Syscall},
    {"syscallInterruptible", SyscallInterruptible},
    {"setSlot", SetSlot},
    {"makeCallback", MakeCallbackCall},
    {"runTasks", RunTasks},
    {"runClosing", RunClosing},
    {"pendingTasks", PendingTasks},
    {"nextTaskDelay", NextTaskDelay},
    {"isTerminating", IsTerminating},
    {"triggerUncaughtException", TriggerUncaught},
    {"setTimeZone", SetTimeZoneCall},
    {"setLocale", SetLocaleCall},
};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->Add(CallWrapped);
}

BindingRegistration registration("secure_exec", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
