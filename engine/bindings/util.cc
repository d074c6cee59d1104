// internalBinding('util'): looks into values that JavaScript itself does not allow.
#include <cstring>

#include "binding.h"
#include "callbacks.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::IndexFilter;
using v8::Integer;
using v8::Isolate;
using v8::KeyCollectionMode;
using v8::Local;
using v8::Object;
using v8::ObjectTemplate;
using v8::Promise;
using v8::PropertyCallbackInfo;
using v8::PropertyFilter;
using v8::Proxy;
using v8::StackFrame;
using v8::StackTrace;
using v8::String;
using v8::Value;

namespace {

constexpr const char* kPrivateSymbols[] = {
    "arrow_message_private_symbol",
    "contextify_context_private_symbol",
    "decorated_private_symbol",
    "transfer_mode_private_symbol",
    "host_defined_option_symbol",
    "js_transferable_wrapper_private_symbol",
    "entry_point_module_private_symbol",
    "entry_point_promise_private_symbol",
    "module_source_private_symbol",
    "module_export_names_private_symbol",
    "module_circular_visited_private_symbol",
    "module_export_private_symbol",
    "module_first_parent_private_symbol",
    "module_last_parent_private_symbol",
    "napi_type_tag",
    "napi_wrapper",
    "untransferable_object_private_symbol",
    "exit_info_private_symbol",
    "promise_trace_id",
    "source_map_data_private_symbol",
};

template <bool (Value::*test)() const>
void Is(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(((*info[0])->*test)());
}

void IsAnyArrayBuffer(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

// [state, result] or [state]
void GetPromiseDetails(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsPromise()) return;
  Isolate* isolate = info.GetIsolate();
  Local<Promise> promise = info[0].As<Promise>();
  Promise::PromiseState state = promise->State();
  Local<Value> values[2] = {Integer::New(isolate, state), v8::Undefined(isolate)};
  int count = 1;
  if (state != Promise::kPending) values[count++] = promise->Result();
  info.GetReturnValue().Set(Array::New(isolate, values, count));
}

void GetProxyDetails(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsProxy()) return;
  Local<Proxy> proxy = info[0].As<Proxy>();
  if (info.Length() == 1 || info[1]->IsTrue()) {
    Local<Value> values[] = {proxy->GetTarget(), proxy->GetHandler()};
    return info.GetReturnValue().Set(Array::New(info.GetIsolate(), values, 2));
  }
  info.GetReturnValue().Set(proxy->GetTarget());
}

void GetCallerLocation(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<StackTrace> trace = StackTrace::CurrentStackTrace(isolate, 2);
  // Frame 0 is the library function that asks, frame 1 its caller.
  if (trace->GetFrameCount() != 2) return;
  Local<StackFrame> frame = trace->GetFrame(isolate, 1);
  Local<Value> file = frame->GetScriptNameOrSourceURL();
  if (file.IsEmpty()) return;
  Local<Value> values[] = {Integer::New(isolate, frame->GetLineNumber()), Integer::New(isolate, frame->GetColumn()),
                           file};
  info.GetReturnValue().Set(Array::New(isolate, values, 3));
}

void PreviewEntries(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return;
  Isolate* isolate = info.GetIsolate();
  bool is_key_value;
  Local<Array> entries;
  if (!info[0].As<Object>()->PreviewEntries(&is_key_value).ToLocal(&entries)) return;
  if (info.Length() < 2) return info.GetReturnValue().Set(entries);
  Local<Value> values[] = {entries, v8::Boolean::New(isolate, is_key_value)};
  info.GetReturnValue().Set(Array::New(isolate, values, 2));
}

void GetOwnNonIndexProperties(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsObject() || !info[1]->IsUint32()) return ThrowBadArgument(isolate, "getOwnNonIndexProperties");
  auto filter = static_cast<PropertyFilter>(info[1].As<v8::Uint32>()->Value() & 0x1f);
  Local<Array> names;
  if (info[0]
          .As<Object>()
          ->GetPropertyNames(isolate->GetCurrentContext(), KeyCollectionMode::kOwnOnly, filter,
                             IndexFilter::kSkipIndices)
          .ToLocal(&names))
    info.GetReturnValue().Set(names);
}

void GetConstructorName(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "getConstructorName");
  info.GetReturnValue().Set(info[0].As<Object>()->GetConstructorName());
}

// The number of an External, which names no memory (secure_exec's external()).
void GetExternalValue(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsExternal()) return ThrowBadArgument(info.GetIsolate(), "getExternalValue");
  auto number = reinterpret_cast<uintptr_t>(info[0].As<v8::External>()->Value());
  info.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(info.GetIsolate(), number));
}

void GetCallSites(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  double asked = info[0]->IsNumber() ? info[0].As<v8::Number>()->Value() : 0;
  if (!(asked >= 1 && asked <= 200)) return ThrowBadArgument(isolate, "getCallSites");
  size_t asked_frames = static_cast<size_t>(asked);
  // More: the library function that asks is no part of the answer, nor is our own bundle.
  constexpr int kMost = 1000;
  Local<StackTrace> trace = StackTrace::CurrentStackTrace(isolate, kMost);
  std::vector<Local<Value>> sites;
  for (int i = 1; i < trace->GetFrameCount(); i++) {
    Local<StackFrame> frame = trace->GetFrame(isolate, i);
    Local<Value> function = frame->GetFunctionName();
    if (function.IsEmpty()) function = String::Empty(isolate);
    Local<Value> script = frame->GetScriptName();
    if (script.IsEmpty()) script = String::Empty(isolate);
    if (script.As<String>()->StringEquals(Name(isolate, kGuestBundle))) continue;
    if (sites.size() == asked_frames) break;
    Local<Object> site = Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
    SetValue(env, site, "functionName", function);
    SetValue(env, site, "scriptId", Name(isolate, std::to_string(frame->GetScriptId())));
    SetValue(env, site, "scriptName", script);
    SetConstant(env, site, "lineNumber", frame->GetLineNumber());
    SetConstant(env, site, "columnNumber", frame->GetColumn());
    SetConstant(env, site, "column", frame->GetColumn());
    sites.push_back(site);
  }
  info.GetReturnValue().Set(Array::New(isolate, sites.data(), sites.size()));
}

bool IsInNodeModules(std::string_view path) {
  for (std::string_view part : {"/node_modules/", "\\node_modules\\", "/node_modules\\", "\\node_modules/"})
    if (path.find(part) != std::string_view::npos) return true;
  return false;
}

// isInsideNodeModules(frameLimit?): whether the nearest user frame is a file in a node_modules folder.
void IsInsideNodeModules(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t limit = 10;
  if (info.Length() > 0 && !IntegerIn(info[0], 1, 200).To(&limit)) limit = 10;
  Local<StackTrace> trace = StackTrace::CurrentStackTrace(isolate, static_cast<int>(limit));
  bool inside = false;
  for (int i = 0; i < trace->GetFrameCount(); i++) {
    Local<StackFrame> frame = trace->GetFrame(isolate, i);
    Local<String> name = frame->GetScriptName();
    if (name.IsEmpty()) continue;
    std::string text = ToStdString(isolate, name);
    if (text.empty() || text.compare(0, 5, "node:") == 0) continue;
    if (IsInNodeModules(text)) {
      inside = true;
      break;
    }
    break;
  }
  info.GetReturnValue().Set(inside);
}

void ArrayBufferViewHasBuffer(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsArrayBufferView()) return ThrowBadArgument(info.GetIsolate(), "arrayBufferViewHasBuffer");
  info.GetReturnValue().Set(info[0].As<v8::ArrayBufferView>()->HasBuffer());
}

// Loads the module on the first read of the property; V8 then replaces the accessor by the value.
void LazyGetter(Local<v8::Name> key, const PropertyCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Env* env = Env::From(isolate);
  Local<Function> require;
  Local<Context> context = isolate->GetCurrentContext();
  if (env == nullptr || !env->GetFunction(Slot::kRequire).ToLocal(&require)) return;
  Local<Value> argv[] = {info.Data()};
  Local<Value> exports, value;
  if (require->Call(context, v8::Null(isolate), 1, argv).ToLocal(&exports) && exports->IsObject() &&
      exports.As<Object>()->Get(context, key).ToLocal(&value))
    info.GetReturnValue().Set(value);
}

// defineLazyProperties(target, moduleId, keys, enumerable = true)
void DefineLazyProperties(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsObject() || !info[1]->IsString() || !info[2]->IsArray())
    return ThrowBadArgument(isolate, "defineLazyProperties");
  Local<Context> context = isolate->GetCurrentContext();
  Local<Object> target = info[0].As<Object>();
  Local<Array> keys = info[2].As<Array>();
  auto attributes = info[3]->IsFalse() ? v8::DontEnum : v8::None;
  for (uint32_t i = 0; i < keys->Length(); i++) {
    Local<Value> key;
    if (!keys->Get(context, i).ToLocal(&key)) return;
    if (!key->IsString()) return ThrowBadArgument(isolate, "defineLazyProperties");
    if (target->SetLazyDataProperty(context, key.As<v8::Name>(), LazyGetter, info[1], attributes).IsNothing()) return;
  }
}

constexpr Method kMethods[] = {
    {"isInsideNodeModules", IsInsideNodeModules},
    {"defineLazyProperties", DefineLazyProperties},
    {"getPromiseDetails", GetPromiseDetails},
    {"getProxyDetails", GetProxyDetails},
    {"getCallerLocation", GetCallerLocation},
    {"previewEntries", PreviewEntries},
    {"getOwnNonIndexProperties", GetOwnNonIndexProperties},
    {"getConstructorName", GetConstructorName},
    {"getExternalValue", GetExternalValue},
    {"getCallSites", GetCallSites},
    {"arrayBufferViewHasBuffer", ArrayBufferViewHasBuffer},
    {"isArrayBuffer", Is<&Value::IsArrayBuffer>},
    {"isArrayBufferView", Is<&Value::IsArrayBufferView>},
    {"isAsyncFunction", Is<&Value::IsAsyncFunction>},
    {"isDataView", Is<&Value::IsDataView>},
    {"isDate", Is<&Value::IsDate>},
    {"isExternal", Is<&Value::IsExternal>},
    {"isMap", Is<&Value::IsMap>},
    {"isMapIterator", Is<&Value::IsMapIterator>},
    {"isNativeError", Is<&Value::IsNativeError>},
    {"isPromise", Is<&Value::IsPromise>},
    {"isRegExp", Is<&Value::IsRegExp>},
    {"isSet", Is<&Value::IsSet>},
    {"isSetIterator", Is<&Value::IsSetIterator>},
    {"isTypedArray", Is<&Value::IsTypedArray>},
    {"isUint8Array", Is<&Value::IsUint8Array>},
    {"isAnyArrayBuffer", IsAnyArrayBuffer},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);

  // Through a template: only that makes a private symbol a value that the library can use as a key.
  Local<ObjectTemplate> holder = ObjectTemplate::New(isolate);
  for (const char* name : kPrivateSymbols) holder->Set(isolate, name, env->PrivateSymbol(name));
  Local<Object> symbols;
  if (holder->NewInstance(env->context()).ToLocal(&symbols)) SetValue(env, target, "privateSymbols", symbols);

  Local<Object> constants = Object::New(isolate);
  SetConstant(env, constants, "kPending", Promise::kPending);
  SetConstant(env, constants, "kFulfilled", Promise::kFulfilled);
  SetConstant(env, constants, "kRejected", Promise::kRejected);
  SetConstant(env, constants, "kExiting", 0);
  SetConstant(env, constants, "kExitCode", 1);
  SetConstant(env, constants, "kHasExitCode", 2);
  SetConstant(env, constants, "ALL_PROPERTIES", v8::ALL_PROPERTIES);
  SetConstant(env, constants, "ONLY_WRITABLE", v8::ONLY_WRITABLE);
  SetConstant(env, constants, "ONLY_ENUMERABLE", v8::ONLY_ENUMERABLE);
  SetConstant(env, constants, "ONLY_CONFIGURABLE", v8::ONLY_CONFIGURABLE);
  SetConstant(env, constants, "SKIP_STRINGS", v8::SKIP_STRINGS);
  SetConstant(env, constants, "SKIP_SYMBOLS", v8::SKIP_SYMBOLS);
  SetConstant(env, constants, "kDisallowCloneAndTransfer", 0);
  SetConstant(env, constants, "kTransferable", 1);
  SetConstant(env, constants, "kCloneable", 2);
  SetValue(env, target, "constants", constants);

  Local<v8::Uint8Array> toggle;
  if (!NewUint8Array(env, nullptr, 4).ToLocal(&toggle)) return;
  memset(Bytes(toggle).data, 0, 4);
  SetValue(env, target, "shouldAbortOnUncaughtToggle", v8::Uint32Array::New(toggle->Buffer(), 0, 1));
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->AddPointer(reinterpret_cast<void*>(LazyGetter));
}
BindingRegistration registration("util", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
