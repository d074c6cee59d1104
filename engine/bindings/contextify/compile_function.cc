// Compiling code as the body of a function: vm.compileFunction and Node's CommonJS loader.
#include <array>
#include <string_view>

#include "callbacks.h"
#include "code_cache.h"
#include "host_options.h"
#include "rethrow.h"
#include "script.h"
#include "vm_context.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::LocalVector;
using v8::MaybeLocal;
using v8::Message;
using v8::Object;
using v8::ScriptCompiler;
using v8::ScriptOrigin;
using v8::String;
using v8::Symbol;
using v8::TryCatch;
using v8::Value;

namespace {

constexpr std::array<const char*, 5> kCommonJsParameters = {"exports", "require", "module", "__filename", "__dirname"};

// What V8 says of module syntax in CommonJS code.
constexpr std::string_view kModuleSyntaxErrors[] = {
    "Cannot use import statement outside a module",
    "Unexpected token 'export'",
    "Cannot use 'import.meta' outside a module",
};

// What it says of code that may be right as a module: parsing it as one decides.
constexpr std::string_view kCommonJsOnlyErrors[] = {
    "Identifier '__filename' has already been declared",
    "Identifier '__dirname' has already been declared",
    "Identifier 'exports' has already been declared",
    "Identifier 'module' has already been declared",
    "Identifier 'require' has already been declared",
    "await is only valid in async functions and the top level bodies of modules",
    "Unexpected",                     // `if (await 1)`, `(await import("x"))`
    "missing ) after argument list",  // `f(await 1)`
};

template <size_t N>
bool ContainsAny(std::string_view text, const std::string_view (&needles)[N]) {
  for (std::string_view needle : needles)
    if (text.find(needle) != std::string_view::npos) return true;
  return false;
}

bool ParsesAsModule(Isolate* isolate, Local<String> code, Local<String> name) {
  TryCatch ignored(isolate);
  ScriptOrigin origin(name, 0, 0, true, -1, {}, false, false, true,
                      MakeHostOptions(isolate, Symbol::New(isolate, name)));
  ScriptCompiler::Source source(code, origin);
  return !ScriptCompiler::CompileModule(isolate, &source).IsEmpty();
}

// Whether code that failed to compile as CommonJS, with `message`, is an ES module.
bool IsModule(Isolate* isolate, Local<Message> message, Local<String> code, Local<String> name) {
  if (message.IsEmpty()) return false;
  std::string text = ToStdString(isolate, message->Get());
  if (ContainsAny(text, kModuleSyntaxErrors)) return true;
  return ContainsAny(text, kCommonJsOnlyErrors) && ParsesAsModule(isolate, code, name);
}

MaybeLocal<Function> CompileCommonJs(Env* env, Local<Context> context, Local<String> code, Local<String> filename,
                                     bool with_parameters) {
  Isolate* isolate = env->isolate();
  ScriptOrigin origin(filename, 0, 0, true, -1, {}, false, false, false,
                      MakeHostOptions(isolate, env->IsolateSymbol("vm_dynamic_import_default_internal")));
  ScriptCompiler::Source source(code, origin);
  LocalVector<String> parameters(isolate);
  if (with_parameters)
    for (const char* parameter : kCommonJsParameters) parameters.push_back(Name(isolate, parameter));
  return ScriptCompiler::CompileFunction(context, &source, parameters.size(), parameters.data());
}

// Says how the ES module that `filename` is could have been loaded as one. False with an exception pending.
bool WarnOfModule(Env* env, Local<String> filename) {
  Isolate* isolate = env->isolate();
  Local<Function> emit;
  Local<String> text;
  if (!env->GetFunction(Slot::kEmitWarningSync).ToLocal(&emit) ||
      !Utf8(isolate, "Failed to load the ES module: " + ToStdString(isolate, filename) +
                         ". Make sure to set \"type\": \"module\" in the nearest package.json file or use the .mjs "
                         "extension.")
           .ToLocal(&text))
    return true;
  Local<Value> argv[] = {text};
  return !emit->Call(env->context(), v8::Undefined(isolate), 1, argv).IsEmpty();
}

// compileFunctionForCJSLoader(code, filename, isSeaMain, shouldDetectModule)
void CompileFunctionForCjsLoader(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString() || !info[1]->IsString()) return ThrowBadArgument(isolate, "compileFunctionForCJSLoader");
  Local<Context> context = env->context();
  Local<String> code = info[0].As<String>();
  Local<String> filename = info[1].As<String>();
  bool detect_module = info[3]->IsTrue();

  Local<Value> function_or_undefined = v8::Undefined(isolate);
  Local<Value> source_url = v8::Undefined(isolate);
  Local<Value> source_map_url = v8::Undefined(isolate);
  bool can_parse_as_module = false;
  {
    TryCatch try_catch(isolate);
    Local<Function> function;
    if (CompileCommonJs(env, context, code, filename, true).ToLocal(&function)) {
      ScriptOrigin origin = function->GetScriptOrigin();
      function_or_undefined = function;
      source_url = origin.ResourceName();
      source_map_url = origin.SourceMapUrl();
    } else {
      if (!try_catch.HasCaught() || try_catch.HasTerminated()) {
        ReThrow(&try_catch);
        return;
      }
      Local<Value> error = try_catch.Exception();
      Local<Message> message = try_catch.Message();
      can_parse_as_module = IsModule(isolate, message, code, filename);
      if (!can_parse_as_module || !detect_module) {
        if (can_parse_as_module && !WarnOfModule(env, filename)) {
          ReThrow(&try_catch);
          return;
        }
        DecorateErrorStack(env, error, message);
        ReThrow(&try_catch);
        return;
      }
    }
  }

  Local<v8::Name> names[] = {Name(isolate, "cachedDataRejected"), Name(isolate, "sourceMapURL"),
                             Name(isolate, "sourceURL"), Name(isolate, "function"), Name(isolate, "canParseAsESM")};
  Local<Value> values[] = {v8::False(isolate), source_map_url, source_url, function_or_undefined,
                           v8::Boolean::New(isolate, can_parse_as_module)};
  info.GetReturnValue().Set(Object::New(isolate, v8::Null(isolate), names, values, std::size(names)));
}

// containsModuleSyntax(code, filename[, resourceName[, "no CJS variables"]])
void ContainsModuleSyntax(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString() || !info[1]->IsString()) return ThrowBadArgument(isolate, "containsModuleSyntax");
  Local<String> code = info[0].As<String>();
  Local<String> filename = info[1].As<String>();
  Local<String> resource_name = info[2]->IsString() ? info[2].As<String>() : filename;
  TryCatch try_catch(isolate);
  Local<Function> function;
  bool is_module = false;
  if (!CompileCommonJs(env, env->context(), code, filename, info[3]->IsUndefined()).ToLocal(&function)) {
    if (!try_catch.HasCaught() || try_catch.HasTerminated()) {
      ReThrow(&try_catch);
      return;
    }
    is_module = IsModule(isolate, try_catch.Message(), code, resource_name);
  }
  info.GetReturnValue().Set(is_module);
}

// V8 takes no more parameters; scope extensions are kept within the same bound.
constexpr uint32_t kMaxArguments = 65534;

// The elements of an array (or of nothing, if undefined) that are all of one type.
template <typename T>
bool ReadArray(Local<Context> context, Local<Value> value, bool (Value::*is)() const, LocalVector<T>* out) {
  if (value->IsUndefined()) return true;
  if (!value->IsArray()) return false;
  Local<Array> array = value.As<Array>();
  if (array->Length() > kMaxArguments) return false;
  for (uint32_t i = 0; i < array->Length(); i++) {
    Local<Value> element;
    if (!array->Get(context, i).ToLocal(&element) || !((*element)->*is)()) return false;
    out->push_back(element.As<T>());
  }
  return true;
}

// compileFunction(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, parsingContext,
//                 contextExtensions, params, symbol)
void CompileFunction(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  auto bad_argument = [&] { ThrowBadArgument(isolate, "compileFunction"); };
  int64_t line, column;
  if (!info[0]->IsString() || !info[1]->IsString() || !IntegerIn(info[2], INT32_MIN, INT32_MAX).To(&line) ||
      !IntegerIn(info[3], INT32_MIN, INT32_MAX).To(&column) ||
      !(info[4]->IsUndefined() || info[4]->IsArrayBufferView()) || !info[9]->IsSymbol())
    return bad_argument();
  bool produce_cache = info[5]->IsTrue();
  Local<Context> context = env->context();
  Local<Context> parsing_context = context;
  if (!info[6]->IsUndefined()) {
    VmContext* vm = VmContext::Of(env, info[6]);
    if (vm == nullptr || !vm->context().ToLocal(&parsing_context)) return bad_argument();
  }
  LocalVector<Object> extensions(isolate);
  LocalVector<String> parameters(isolate);
  {
    // An element's getter may have thrown already.
    TryCatch try_catch(isolate);
    if (!ReadArray(context, info[7], &Value::IsObject, &extensions) ||
        !ReadArray(context, info[8], &Value::IsString, &parameters)) {
      if (try_catch.HasCaught()) {
        ReThrow(&try_catch);
        return;
      }
      try_catch.Reset();
      ThrowBadArgument(isolate, "compileFunction");
      ReThrow(&try_catch);
      return;
    }
  }

  Local<String> code = info[0].As<String>();
  Local<Symbol> id = info[9].As<Symbol>();
  CodeIdentity identity{CodeIdentity::Kind::kFunction, code, &parameters, extensions.size()};
  CodeCacheExchange caches(isolate, identity, info[4], produce_cache);
  ScriptOrigin origin(info[1], static_cast<int>(line), static_cast<int>(column), true, -1, {}, false, false, false,
                      MakeHostOptions(isolate, id));
  ScriptCompiler::Source source(code, origin, caches.Take());
  Local<Function> function;
  {
    TryCatch try_catch(isolate);
    Context::Scope scope(parsing_context);
    if (!ScriptCompiler::CompileFunction(parsing_context, &source, parameters.size(), parameters.data(),
                                         extensions.size(), extensions.data(), caches.options())
             .ToLocal(&function)) {
      if (try_catch.HasCaught() && !try_catch.HasTerminated())
        DecorateErrorStack(env, try_catch.Exception(), try_catch.Message());
      ReThrow(&try_catch);
      return;
    }
  }
  if (function->SetPrivate(context, env->PrivateSymbol("host_defined_option_symbol"), id).IsNothing()) return;

  Local<Object> result = Object::New(isolate);
  auto set = [&](const char* name, Local<Value> value) {
    return result->Set(context, Name(isolate, name), value).IsJust();
  };
  ScriptOrigin compiled = function->GetScriptOrigin();
  if (!set("function", function) || !set("sourceURL", compiled.ResourceName()) ||
      !set("sourceMapURL", compiled.SourceMapUrl()))
    return;
  std::unique_ptr<ScriptCompiler::CachedData> made(
      caches.produce() ? ScriptCompiler::CreateCodeCacheForFunction(function) : nullptr);
  if (!caches.Report(env, context, result, source, std::move(made))) return;
  info.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {
    {"compileFunction", CompileFunction},
    {"compileFunctionForCJSLoader", CompileFunctionForCjsLoader},
    {"containsModuleSyntax", ContainsModuleSyntax},
};

}  // namespace

void InitializeCompileFunction(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }

void RegisterCompileFunctionReferences(References* references) { AddReferences(references, kMethods); }

}  // namespace se
