#include "script.h"

#include "callbacks.h"
#include "code_cache.h"
#include "execution_guard.h"
#include "host_options.h"
#include "rethrow.h"
#include "vm_context.h"

namespace se {

using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::MicrotaskQueue;
using v8::Object;
using v8::ScriptCompiler;
using v8::ScriptOrigin;
using v8::String;
using v8::Symbol;
using v8::TryCatch;
using v8::UnboundScript;
using v8::Value;

namespace {

class ContextifyScript : public NativeObject {
 public:
  static const char kTag[];
  // V8's code and its text hang on the guest object: a handle of ours would keep alive what refers back to it.
  static constexpr int kScriptField = kFieldCount;
  static constexpr int kSourceField = kFieldCount + 1;
  static constexpr int kExtraFields = 2;

  ContextifyScript(Env* env, Local<Object> wrapper, Local<UnboundScript> script, Local<String> source)
      : NativeObject(env, wrapper, kTag) {
    wrapper->SetInternalField(kScriptField, script);
    wrapper->SetInternalField(kSourceField, source);
    MakeWeak();
  }

  Local<UnboundScript> script() const { return object()->GetInternalField(kScriptField).As<UnboundScript>(); }
  CodeIdentity identity() const {
    return {CodeIdentity::Kind::kScript, object()->GetInternalField(kSourceField).As<String>()};
  }
};

alignas(8) const char ContextifyScript::kTag[] = "ContextifyScript";

// new ContextifyScript(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, parsingContext, symbol)
void New(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  int64_t line, column;
  if (!info.IsConstructCall() || !info[0]->IsString() || !info[1]->IsString() ||
      !IntegerIn(info[2], INT32_MIN, INT32_MAX).To(&line) || !IntegerIn(info[3], INT32_MIN, INT32_MAX).To(&column) ||
      !(info[4]->IsUndefined() || info[4]->IsArrayBufferView()) || !info[7]->IsSymbol())
    return ThrowBadArgument(isolate, "ContextifyScript");
  bool produce_cache = info[5]->IsTrue();
  Local<Context> context = env->context();
  Local<Context> parsing_context = context;
  if (!info[6]->IsUndefined()) {
    VmContext* vm = VmContext::Of(env, info[6]);
    if (vm == nullptr || !vm->context().ToLocal(&parsing_context)) return ThrowBadArgument(isolate, "ContextifyScript");
  }
  Local<String> code = info[0].As<String>();
  Local<Symbol> id = info[7].As<Symbol>();
  Local<Object> wrapper = info.This();

  CodeIdentity identity{CodeIdentity::Kind::kScript, code};
  CodeCacheExchange caches(isolate, identity, info[4], produce_cache);
  ScriptOrigin origin(info[1], static_cast<int>(line), static_cast<int>(column), true, -1, {}, false, false, false,
                      MakeHostOptions(isolate, id));
  ScriptCompiler::Source source(code, origin, caches.Take());
  Local<UnboundScript> script;
  {
    TryCatch try_catch(isolate);
    Context::Scope scope(parsing_context);
    if (!ScriptCompiler::CompileUnboundScript(isolate, &source, caches.options()).ToLocal(&script)) {
      if (try_catch.HasCaught() && !try_catch.HasTerminated())
        DecorateErrorStack(env, try_catch.Exception(), try_catch.Message());
      ReThrow(&try_catch);
      return;
    }
  }
  new ContextifyScript(env, wrapper, script, code);
  if (wrapper->SetPrivate(context, env->PrivateSymbol("host_defined_option_symbol"), id).IsNothing()) return;

  auto set = [&](const char* name, Local<Value> value) {
    return wrapper->Set(context, Name(isolate, name), value).IsJust();
  };
  std::unique_ptr<ScriptCompiler::CachedData> made(caches.produce() ? ScriptCompiler::CreateCodeCache(script) : nullptr);
  if (!caches.Report(env, context, wrapper, source, std::move(made))) return;
  if (!set("sourceURL", script->GetSourceURL())) return;
  set("sourceMapURL", script->GetSourceMappingURL());
}

void CreateCachedData(const FunctionCallbackInfo<Value>& info) {
  ContextifyScript* self = NativeObject::UnwrapThis<ContextifyScript>(info);
  if (self == nullptr) return;
  std::unique_ptr<ScriptCompiler::CachedData> made(ScriptCompiler::CreateCodeCache(self->script()));
  Local<v8::Uint8Array> buffer;
  if (SealCodeCache(self->env(), self->identity(), made.get()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

// runInContext(contextified | null, timeout, displayErrors, breakOnSigint, breakOnFirstLine)
void RunInContext(const FunctionCallbackInfo<Value>& info) {
  ContextifyScript* self = NativeObject::UnwrapThis<ContextifyScript>(info);
  if (self == nullptr) return;
  Env* env = self->env();
  Isolate* isolate = info.GetIsolate();
  int64_t timeout;
  if (!IntegerIn(info[1], -1, INT64_C(1) << 53).To(&timeout)) return ThrowBadArgument(isolate, "runInContext");
  bool display_errors = info[2]->IsTrue();
  bool break_on_sigint = info[3]->IsTrue();
  Local<Context> context = env->context();
  MicrotaskQueue* queue = nullptr;
  // Keeps the context, and so its queue, through the run.
  Local<Object> vm_wrapper;
  if (!info[0]->IsNull()) {
    VmContext* vm = VmContext::Of(env, info[0]);
    if (vm == nullptr || !vm->context().ToLocal(&context)) return ThrowBadArgument(isolate, "runInContext");
    queue = vm->own_queue();
    vm_wrapper = vm->object();
  }

  TryCatch try_catch(isolate);
  Context::Scope scope(context);
  Local<v8::Script> script = self->script()->BindToCurrentContext();
  ExecutionGuard guard(env, timeout, break_on_sigint);
  if (!guard.Start()) {
    ReThrow(&try_catch);
    return;
  }
  MaybeLocal<Value> result = script->Run(context);
  // Its microtasks belong to the run, and to its time.
  if (queue != nullptr && !result.IsEmpty()) queue->PerformCheckpoint(isolate);
  bool broken_off = guard.Finish();
  if (try_catch.HasCaught()) {
    if (!broken_off && display_errors && !try_catch.HasTerminated())
      DecorateErrorStack(env, try_catch.Exception(), try_catch.Message());
    ReThrow(&try_catch);
    return;
  }
  Local<Value> value;
  if (result.ToLocal(&value)) info.GetReturnValue().Set(value);
}

constexpr Method kScriptMethods[] = {
    {"createCachedData", CreateCachedData},
    {"runInContext", RunInContext},
};

}  // namespace

void InitializeScript(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "ContextifyScript",
                 MakeClassTemplate(env, "ContextifyScript", New, kScriptMethods, std::size(kScriptMethods),
                                   ContextifyScript::kExtraFields));
}

void RegisterScriptReferences(References* references) {
  references->Add(New);
  AddReferences(references, kScriptMethods);
}

}  // namespace se
