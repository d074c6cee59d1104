// internalBinding('errors'): how uncaught errors and stack traces reach Node's library.
#include "binding.h"
#include "callbacks.h"

namespace se {

using v8::Exception;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Message;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

template <Slot slot>
void SetCallback(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "errors callback setter");
  Env::From(info)->Set(slot, info[0]);
}

void SetNamedCallback(const FunctionCallbackInfo<Value>& info, const char* name) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), name);
  Env::From(info)->SetState(name, info[0]);
}
void SetGetSourceMapErrorSource(const FunctionCallbackInfo<Value>& info) {
  SetNamedCallback(info, "errors.get_source_map_error_source");
}
void SetMaybeCacheGeneratedSourceMap(const FunctionCallbackInfo<Value>& info) {
  SetNamedCallback(info, "errors.maybe_cache_generated_source_map");
}
// Not Node's: the guest's end of an uncaught exception, see ReportFatalException.
void SetReportFatal(const FunctionCallbackInfo<Value>& info) { SetNamedCallback(info, "errors.report_fatal"); }

void SetSourceMapsEnabled(const FunctionCallbackInfo<Value>& info) {
  Env::From(info)->Set(Slot::kSourceMapsEnabled, v8::Boolean::New(info.GetIsolate(), info[0]->IsTrue()));
}

void SetEnhanceStackForFatalException(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction() || !info[1]->IsFunction())
    return ThrowBadArgument(info.GetIsolate(), "setEnhanceStackForFatalException");
  env->Set(Slot::kEnhanceStackBefore, info[0]);
  env->Set(Slot::kEnhanceStackAfter, info[1]);
}

void NoSideEffectsToString(const FunctionCallbackInfo<Value>& info) {
  Local<String> text;
  if (info[0]->ToDetailString(info.GetIsolate()->GetCurrentContext()).ToLocal(&text)) info.GetReturnValue().Set(text);
}

void TriggerUncaught(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  TriggerUncaughtException(Env::From(info), info[0], Exception::CreateMessage(isolate, info[0]), info[1]->IsTrue());
}

// getErrorSourcePositions(error): {sourceLine, scriptResourceName, lineNumber, startColumn} of where it was thrown.
void GetErrorSourcePositions(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info[0]->IsObject()) return;
  Local<v8::Context> context = isolate->GetCurrentContext();
  Local<Message> message = Exception::CreateMessage(isolate, info[0]);
  Local<String> line;
  if (!message->GetSourceLine(context).ToLocal(&line)) return;
  Local<Object> result = Object::New(isolate);
  SetValue(env, result, "sourceLine", line);
  SetValue(env, result, "scriptResourceName", message->GetScriptResourceName());
  SetConstant(env, result, "lineNumber", message->GetLineNumber(context).FromMaybe(0));
  SetConstant(env, result, "startColumn", message->GetStartColumn(context).FromMaybe(0));
  info.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {
    {"setPrepareStackTraceCallback", SetCallback<Slot::kPrepareStackTraceCallback>},
    {"setGetSourceMapErrorSource", SetGetSourceMapErrorSource},
    {"setSourceMapsEnabled", SetSourceMapsEnabled},
    {"setMaybeCacheGeneratedSourceMap", SetMaybeCacheGeneratedSourceMap},
    {"setEnhanceStackForFatalException", SetEnhanceStackForFatalException},
    {"noSideEffectsToString", NoSideEffectsToString},
    {"triggerUncaughtException", TriggerUncaught},
    {"getErrorSourcePositions", GetErrorSourcePositions},
};
constexpr Method kReportFatal = {"setReportFatal", SetReportFatal};

// process's exit codes, https://nodejs.org/api/process.html#exit-codes
constexpr struct {
  const char* name;
  int code;
} kExitCodes[] = {
    {"kNoFailure", 0},
    {"kGenericUserError", 1},
    {"kInternalJSParseError", 3},
    {"kInternalJSEvaluationFailure", 4},
    {"kV8FatalError", 5},
    {"kInvalidFatalExceptionMonkeyPatching", 6},
    {"kExceptionInFatalExceptionHandler", 7},
    {"kInvalidCommandLineArgument", 9},
    {"kBootstrapFailure", 10},
    {"kInvalidCommandLineArgument2", 12},
    {"kUnsettledTopLevelAwait", 13},
    {"kStartupSnapshotFailure", 14},
    {"kAbort", 134},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetMethod(env, target, kReportFatal.name, kReportFatal.callback);
  Local<Object> codes = Object::New(env->isolate());
  for (const auto& entry : kExitCodes) SetConstant(env, codes, entry.name, entry.code);
  SetValue(env, target, "exitCodes", codes);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->Add(kReportFatal.callback);
}
BindingRegistration registration("errors", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
