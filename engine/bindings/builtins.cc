// internalBinding('builtins'): the modules of Node's library, compiled from the shared sources.
#include <memory>
#include <string>
#include <unordered_set>

#include "binding.h"
#include "builtins.h"
#include "snapshot.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::ScriptCompiler;
using v8::ScriptOrigin;
using v8::String;
using v8::Value;

namespace {

// The modules that an isolate compiled, told apart by their sources' addresses.
struct CompiledBuiltins {
  explicit CompiledBuiltins(Env*) {}
  std::unordered_set<const BuiltinSource*> sources;
};

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// The parameters under which Node's loader calls a module of this kind.
std::vector<const char*> ParametersOf(std::string_view id) {
  if (id == "internal/bootstrap/realm") return {"process", "getLinkedBinding", "getInternalBinding", "primordials"};
  if (StartsWith(id, "internal/per_context/")) return {"exports", "primordials", "privateSymbols", "perIsolateSymbols"};
  if (StartsWith(id, "internal/main/") || StartsWith(id, "internal/bootstrap/"))
    return {"process", "require", "internalBinding", "primordials"};
  return {"exports", "require", "module", "process", "internalBinding", "primordials"};
}

void CompileFunction(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "compileFunction");
  std::string id = ToStdString(isolate, info[0]);
  const BuiltinSource* source = FindBuiltinSource(id);
  if (source == nullptr) return ThrowError(isolate, "ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: " + id);
  Local<Function> function;
  if (CompileBuiltin(isolate->GetCurrentContext(), *source).ToLocal(&function)) info.GetReturnValue().Set(function);
}

void SetInternalLoaders(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction() || !info[1]->IsFunction())
    return ThrowBadArgument(info.GetIsolate(), "setInternalLoaders");
  env->Set(Slot::kInternalBindingLoader, info[0]);
  env->Set(Slot::kRequire, info[1]);
}

void HasCachedBuiltins(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(true); }

// process.binding('natives'): the sources by id, made on demand.
void GetNatives(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Local<Object> natives = Object::New(env->isolate());
  for (const BuiltinSource& source : BuiltinSources()) {
    Local<String> text;
    if (!BuiltinText(env->isolate(), source).ToLocal(&text)) return;
    SetValue(env, natives, source.id.c_str(), text);
  }
  info.GetReturnValue().Set(natives);
}

constexpr Method kMethods[] = {
    {"compileFunction", CompileFunction},
    {"setInternalLoaders", SetInternalLoaders},
    {"hasCachedBuiltins", HasCachedBuiltins},
};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  SetMethods(env, target, kMethods);
  std::vector<Local<Value>> ids;
  for (const BuiltinSource& source : BuiltinSources()) ids.push_back(Name(isolate, source.id));
  SetValue(env, target, "builtinIds", Array::New(isolate, ids.data(), ids.size()));
  Local<v8::FunctionTemplate> natives = v8::FunctionTemplate::New(isolate, GetNatives);
  Local<Function> getter;
  if (natives->GetFunction(env->context()).ToLocal(&getter))
    target->SetAccessorProperty(Name(isolate, "natives"), getter);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->Add(GetNatives);
}

BindingRegistration registration("builtins", Initialize, RegisterReferences);

}  // namespace

MaybeLocal<Function> CompileBuiltin(Local<Context> context, const BuiltinSource& builtin) {
  Isolate* isolate = context->GetIsolate();
  Local<String> text;
  if (!BuiltinText(isolate, builtin).ToLocal(&text)) return {};
  ScriptOrigin origin(isolate, Name(isolate, "node:" + builtin.id));
  std::vector<Local<String>> parameters;
  for (const char* name : ParametersOf(builtin.id)) parameters.push_back(Name(isolate, name));
  // What Node's own snapshot holds is compiled eagerly, as Node does: its functions then carry no inferred names, and
  // stack traces read the same. A module outside our snapshot comes from its code cache; one that V8 rejects costs time,
  // no more.
  Env* env = Env::From(isolate);
  bool eager = env != nullptr && env->eager_builtins;
  auto options = eager ? ScriptCompiler::kEagerCompile : ScriptCompiler::kNoCompileOptions;
  ScriptCompiler::CachedData* cache = nullptr;
  if (builtin.code_cache_size > 0) {
    cache = new ScriptCompiler::CachedData(builtin.code_cache, static_cast<int>(builtin.code_cache_size));
    options = ScriptCompiler::kConsumeCodeCache;
  }
  ScriptCompiler::Source source(text, origin, cache);
  if (env != nullptr) env->State<CompiledBuiltins>()->sources.insert(&builtin);
  return ScriptCompiler::CompileFunction(context, &source, parameters.size(), parameters.data(), 0, nullptr, options);
}

bool IsCompiled(Env* env, const BuiltinSource& source) {
  return env->State<CompiledBuiltins>()->sources.contains(&source);
}

std::string MakeCodeCache(Local<Context> context, const BuiltinSource& source) {
  v8::HandleScope scope(context->GetIsolate());
  Local<Function> function;
  if (!CompileBuiltin(context, source).ToLocal(&function)) return {};
  std::unique_ptr<ScriptCompiler::CachedData> cache(ScriptCompiler::CreateCodeCacheForFunction(function));
  if (!cache) return {};
  return std::string(reinterpret_cast<const char*>(cache->data), cache->length);
}

}  // namespace se
