#include "per_context.h"

#include <string>

#include "binding.h"
#include "builtins.h"
#include "snapshot.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

// The symbols that the scripts take from the bindings.
constexpr const char* kPrivateSymbols[] = {"transfer_mode_private_symbol"};
constexpr const char* kIsolateSymbols[] = {"messaging_clone_symbol", "messaging_deserialize_symbol"};

// The exports of a vm context, kept with its global object.
MaybeLocal<Object> VmExports(Env* env, Local<Context> context) {
  Isolate* isolate = env->isolate();
  Local<v8::Private> key = env->PrivateSymbol("per_context_binding_exports");
  Local<Value> known;
  if (!context->Global()->GetPrivate(context, key).ToLocal(&known)) return {};
  if (known->IsObject()) return known.As<Object>();

  Context::Scope scope(context);
  Local<Object> exports = Object::New(isolate);
  Local<Object> private_symbols = Object::New(isolate);
  Local<Object> isolate_symbols = Object::New(isolate);
  for (const char* name : kPrivateSymbols)
    if (private_symbols->Set(context, Name(isolate, name), env->PrivateSymbol(name).As<Value>()).IsNothing()) return {};
  for (const char* name : kIsolateSymbols)
    if (isolate_symbols->Set(context, Name(isolate, name), env->IsolateSymbol(name)).IsNothing()) return {};
  Local<Value> argv[] = {exports, Object::New(isolate), private_symbols, isolate_symbols};
  for (const char* name : {"primordials", "domexception", "messageport"}) {
    const BuiltinSource* source = FindBuiltinSource(std::string("internal/per_context/") + name);
    Local<Function> script;
    if (source == nullptr || !CompileBuiltin(context, *source).ToLocal(&script) ||
        script->Call(context, v8::Undefined(isolate), 4, argv).IsEmpty())
      return {};
  }
  if (context->Global()->SetPrivate(context, key, exports).IsNothing()) return {};
  return exports;
}

}  // namespace

MaybeLocal<Function> PerContextFunction(Env* env, Local<Context> context, const char* name) {
  Local<Value> value;
  if (context == env->context()) {
    value = env->Get(std::string_view(name) == "emitMessage" ? Slot::kEmitMessage : Slot::kDomexception);
  } else {
    Local<Object> exports;
    if (!VmExports(env, context).ToLocal(&exports)) return {};
    value = exports;
  }
  if (!value->IsFunction() && value->IsObject() &&
      !value.As<Object>()->Get(context, Name(env->isolate(), name)).ToLocal(&value))
    return {};
  if (!value->IsFunction()) return {};
  return value.As<Function>();
}

}  // namespace se
