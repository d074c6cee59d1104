// What V8 asks of its host while guest code runs: import(), import.meta, and whether a context may compile code.
#include "modules.h"

#include "binding.h"
#include "module_wrap.h"

namespace se {

using v8::Context;
using v8::Data;
using v8::EscapableHandleScope;
using v8::FixedArray;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Module;
using v8::Object;
using v8::Promise;
using v8::String;
using v8::TryCatch;
using v8::Value;

namespace {

// Elements of V8's import attributes in import(): key and value.
constexpr int kDynamicAttributeStride = 2;

// The symbol by which the lib finds who handles import() in the code that called it: of the script itself, else of its
// context.
MaybeLocal<Value> ReferrerSymbol(Env* env, Local<Context> context, Local<Data> host_defined_options) {
  if (host_defined_options->IsFixedArray() && host_defined_options.As<FixedArray>()->Length() == 1)
    return host_defined_options.As<FixedArray>()->Get(context, 0).As<Value>();
  return context->Global()->GetPrivate(context, env->PrivateSymbol("host_defined_option_symbol"));
}

MaybeLocal<Promise> CallImporter(Env* env, Local<Context> context, Local<Data> host_defined_options,
                                 Local<Value> resource_name, Local<String> specifier,
                                 Local<FixedArray> import_attributes) {
  Isolate* isolate = env->isolate();
  Local<Function> import;
  if (!env->GetFunction(Slot::kHostImportModule).ToLocal(&import)) {
    ThrowTypeError(isolate, "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING",
                   "A dynamic import callback was not specified.");
    return {};
  }
  Local<Value> id, result;
  if (!ReferrerSymbol(env, context, host_defined_options).ToLocal(&id)) return {};
  Local<Value> argv[] = {
      id,
      specifier,
      MakeImportAttributes(isolate, context, import_attributes, kDynamicAttributeStride),
      resource_name,
  };
  if (!import->Call(context, v8::Undefined(isolate), std::size(argv), argv).ToLocal(&result)) return {};
  if (result->IsPromise()) return result.As<Promise>();
  ThrowTypeError(isolate, "ERR_INTERNAL_ASSERTION", "The import callback returned no promise");
  return {};
}

// An error rejects the promise of import(). The result is empty only when execution is being terminated.
MaybeLocal<Promise> ImportModuleDynamically(Local<Context> context, Local<Data> host_defined_options,
                                            Local<Value> resource_name, Local<String> specifier,
                                            Local<FixedArray> import_attributes) {
  Isolate* isolate = context->GetIsolate();
  EscapableHandleScope scope(isolate);
  TryCatch try_catch(isolate);
  Local<Promise> promise;
  if (CallImporter(Env::From(isolate), context, host_defined_options, resource_name, specifier, import_attributes)
          .ToLocal(&promise))
    return scope.Escape(promise);
  Local<Promise::Resolver> resolver;
  if (!try_catch.HasCaught() || try_catch.HasTerminated()) return {};
  if (!Promise::Resolver::New(context).ToLocal(&resolver) ||
      resolver->Reject(context, try_catch.Exception()).IsNothing())
    return {};
  return scope.Escape(resolver->GetPromise());
}

void InitializeImportMeta(Local<Context> context, Local<Module> module, Local<Object> meta) {
  Isolate* isolate = context->GetIsolate();
  Env* env = Env::From(isolate);
  HandleScope scope(isolate);
  Local<Function> initialize;
  if (env == nullptr || !env->GetFunction(Slot::kHostInitializeImportMeta).ToLocal(&initialize)) return;
  ModuleWrap* wrap = ModuleWrap::Find(env, module);
  if (wrap == nullptr) return;
  Local<Object> object = wrap->object();
  Local<Value> id;
  if (!object->GetPrivate(context, env->PrivateSymbol("host_defined_option_symbol")).ToLocal(&id) || !id->IsSymbol())
    return;
  Local<Value> argv[] = {id, meta, object};
  (void)initialize->Call(context, v8::Undefined(isolate), std::size(argv), argv);
}

// The vm context's setting in `slot`; contexts without one allow it.
bool Allows(Local<Context> context, Slot slot) {
  int index = static_cast<int>(slot);
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(index)) return true;
  return !context->GetEmbedderData(index)->IsFalse();
}

v8::ModifyCodeGenerationFromStringsResult ModifyCodeGenerationFromStrings(Local<Context> context, Local<Value> source,
                                                                          bool is_code_like) {
  return {Allows(context, Slot::kAllowCodeGenFromStrings), {}};
}

bool AllowWasmCodeGeneration(Local<Context> context, Local<String> source) {
  return Allows(context, Slot::kAllowWasmCodeGen);
}

}  // namespace

void InstallModuleCallbacks(Isolate* isolate) {
  isolate->SetHostImportModuleDynamicallyCallback(ImportModuleDynamically);
  isolate->SetHostInitializeImportMetaObjectCallback(InitializeImportMeta);
  isolate->SetModifyCodeGenerationFromStringsCallback(ModifyCodeGenerationFromStrings);
  isolate->SetAllowWasmCodeGenerationCallback(AllowWasmCodeGeneration);
  InstallWasmStreamingCallback(isolate);
}

}  // namespace se
