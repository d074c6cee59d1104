// The binding "module_wrap": ES modules. V8 ends the process when a module is used in a state that it does not expect,
// so every entry checks the state first.
#include "binding.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "../contextify/vm_context.h"
#include "callbacks.h"
#include "execution_guard.h"
#include "host_options.h"
#include "module_wrap.h"
#include "modules.h"
#include "rethrow.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::FixedArray;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::LocalVector;
using v8::MaybeLocal;
using v8::Module;
using v8::ModuleRequest;
using v8::Object;
using v8::Promise;
using v8::ScriptCompiler;
using v8::ScriptOrigin;
using v8::String;
using v8::Symbol;
using v8::TryCatch;
using v8::Value;

namespace {

// V8 walks chains of `export *` by recursion, without looking at its stack, when it resolves a name and when it makes a
// namespace: up to 500 bytes a module.
constexpr int kMaxDepth = 2000;
// Bounds what a synthetic module can make us hold outside of the guest's heap.
constexpr uint32_t kMaxExportNames = 1 << 20;
// Elements of V8's import attributes: key, value and, in static requests, the position in the source.
constexpr int kStaticAttributeStride = 3;

constexpr char kFacadeUrl[] = "node:internal/require_module_default_facade";
constexpr char kFacadeSource[] =
    "export * from 'original'; export { default } from 'original'; export const __esModule = true;";

void ThrowPlain(Isolate* isolate, const char* message) { ThrowError(isolate, nullptr, message); }

void ThrowLinkFailure(Isolate* isolate, const std::string& message) {
  ThrowError(isolate, "ERR_VM_MODULE_LINK_FAILURE", message);
}

void ThrowCycle(Isolate* isolate) {
  ThrowError(isolate, "ERR_REQUIRE_CYCLE_MODULE", "Cannot evaluate a module from within its own evaluation");
}

// The error gets the source line that it came from, then goes on to the caller.
void DecorateAndReThrow(Env* env, TryCatch* try_catch) {
  if (try_catch->HasCaught() && !try_catch->HasTerminated())
    AppendExceptionLine(env, try_catch->Exception(), try_catch->Message());
  ReThrow(try_catch);
}

// --- Construction ----------------------------------------------------------------------------------------------------

MaybeLocal<Value> RunSyntheticSteps(Local<Context> context, Local<Module> module) {
  Isolate* isolate = context->GetIsolate();
  Env* env = Env::From(isolate);
  ModuleWrap* wrap = ModuleWrap::Find(env, module);
  if (wrap == nullptr || !wrap->text()->IsFunction()) {
    ThrowPlain(isolate, "The steps of a synthetic module are gone");
    return {};
  }
  Local<Promise::Resolver> resolver;
  if (wrap->text().As<Function>()->Call(context, wrap->object(), 0, nullptr).IsEmpty() ||
      !Promise::Resolver::New(context).ToLocal(&resolver) ||
      resolver->Resolve(context, v8::Undefined(isolate)).IsNothing())
    return {};
  return resolver->GetPromise();
}

// The names of a synthetic module's exports, which must differ (V8 checks that fatally). Nothing is thrown for a bad
// list unless guest code, in a getter, did.
bool ReadExportNames(Isolate* isolate, Local<Context> context, Local<Array> list, LocalVector<String>* names) {
  uint32_t length = list->Length();
  if (length > kMaxExportNames) return false;
  Local<v8::Set> seen = v8::Set::New(isolate);
  for (uint32_t i = 0; i < length; i++) {
    Local<Value> name;
    bool duplicate;
    if (!list->Get(context, i).ToLocal(&name) || !name->IsString() || !seen->Has(context, name).To(&duplicate) ||
        duplicate || seen->Add(context, name).IsEmpty())
      return false;
    names->push_back(name.As<String>());
  }
  return true;
}

// new ModuleWrap(url, context, source, lineOffset, columnOffset[, cachedData | symbol])
// new ModuleWrap(url, context, exportNames, evaluationSteps)
void New(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  auto bad_argument = [&] { ThrowBadArgument(isolate, "ModuleWrap"); };
  if (!info.IsConstructCall() || !info[0]->IsString()) return bad_argument();
  Local<String> url = info[0].As<String>();
  Local<Context> context = env->context();
  if (!info[1]->IsUndefined()) {
    VmContext* vm = VmContext::Of(env, info[1]);
    if (vm == nullptr || !vm->context().ToLocal(&context)) return bad_argument();
  }
  Local<Object> wrapper = info.This();
  bool synthetic = info[2]->IsArray();
  Local<Value> id = v8::Undefined(isolate);
  Local<Module> module;
  auto set = [&](const char* name, Local<Value> value) {
    return wrapper->Set(context, Name(isolate, name), value).IsJust();
  };

  if (synthetic) {
    if (!info[3]->IsFunction()) return bad_argument();
    LocalVector<String> names(isolate);
    TryCatch try_catch(isolate);
    if (!ReadExportNames(isolate, context, info[2].As<Array>(), &names)) {
      if (!try_catch.HasCaught()) bad_argument();
      return ReThrow(&try_catch);
    }
    Context::Scope scope(context);
    module = Module::CreateSyntheticModule(
        isolate, url, v8::MemorySpan<const Local<String>>(names.data(), names.size()), RunSyntheticSteps);
  } else {
    int64_t line, column;
    if (!info[2]->IsString() || !IntegerIn(info[3], INT32_MIN, INT32_MAX).To(&line) ||
        !IntegerIn(info[4], INT32_MIN, INT32_MAX).To(&column) ||
        !(info[5]->IsUndefined() || info[5]->IsSymbol() || info[5]->IsArrayBufferView()))
      return bad_argument();
    Local<String> text = info[2].As<String>();
    Local<Symbol> symbol = info[5]->IsSymbol() ? info[5].As<Symbol>() : Symbol::New(isolate, url);
    id = symbol;
    std::unique_ptr<ScriptCompiler::CachedData> cache;
    if (info[5]->IsArrayBufferView()) {
      cache = OpenCodeCache(isolate, {CodeIdentity::Kind::kModule, text}, info[5]);
      if (cache == nullptr)
        return ThrowError(isolate, "ERR_VM_MODULE_CACHED_DATA_REJECTED", "cachedData buffer was rejected");
    }
    bool consume = cache != nullptr;
    ScriptOrigin origin(url, static_cast<int>(line), static_cast<int>(column), true, -1, {}, false, false, true,
                        MakeHostOptions(isolate, symbol));
    ScriptCompiler::Source source(text, origin, cache.release());
    {
      TryCatch try_catch(isolate);
      Context::Scope scope(context);
      if (!ScriptCompiler::CompileModule(
               isolate, &source, consume ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions)
               .ToLocal(&module))
        return DecorateAndReThrow(env, &try_catch);
    }
    if (consume && source.GetCachedData() != nullptr && source.GetCachedData()->rejected)
      return ThrowError(isolate, "ERR_VM_MODULE_CACHED_DATA_REJECTED", "cachedData buffer was rejected");
    Local<v8::UnboundModuleScript> script = module->GetUnboundModuleScript();
    if (!set("sourceURL", script->GetSourceURL()) || !set("sourceMapURL", script->GetSourceMappingURL())) return;
  }
  if (!set("synthetic", v8::Boolean::New(isolate, synthetic)) || !set("url", url)) return;
  if (wrapper->SetPrivate(context, env->PrivateSymbol("source_map_data_private_symbol"), v8::Undefined(isolate))
          .IsNothing() ||
      wrapper->SetPrivate(context, env->PrivateSymbol("host_defined_option_symbol"), id).IsNothing())
    return;
  new ModuleWrap(env, wrapper, module, context, synthetic ? info[3] : info[2]);
}

// --- Linking ---------------------------------------------------------------------------------------------------------

// [{specifier, attributes}]
void GetModuleRequests(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = self->env()->context();
  Local<Module> module = self->module();
  // V8 knows requests of source text modules only.
  if (!module->IsSourceTextModule()) return info.GetReturnValue().Set(Array::New(isolate));
  Local<FixedArray> requests = module->GetModuleRequests();
  Local<v8::Name> names[] = {Name(isolate, "specifier"), Name(isolate, "attributes")};
  LocalVector<Value> list(isolate);
  for (int i = 0; i < requests->Length(); i++) {
    Local<ModuleRequest> request = requests->Get(context, i).As<ModuleRequest>();
    Local<Value> values[] = {
        request->GetSpecifier(),
        MakeImportAttributes(isolate, context, request->GetImportAttributes(), kStaticAttributeStride),
    };
    list.push_back(Object::New(isolate, v8::Null(isolate), names, values, std::size(names)));
  }
  info.GetReturnValue().Set(Array::New(isolate, list.data(), list.size()));
}

// link(wraps), in the order of the requests
void Link(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  Local<Context> context;
  if (!info[0]->IsArray() || !self->context().ToLocal(&context)) return ThrowBadArgument(isolate, "link");
  Local<Array> given = info[0].As<Array>();
  Local<Module> module = self->module();
  uint32_t count = module->IsSourceTextModule() ? static_cast<uint32_t>(module->GetModuleRequests()->Length()) : 0;
  if (given->Length() != count) {
    return ThrowError(isolate, "ERR_MODULE_LINK_MISMATCH",
                      "Expected " + std::to_string(count) + " modules, got " + std::to_string(given->Length()));
  }
  // The elements of an array of our own, which no getter of the guest changes later.
  LocalVector<Value> wraps(isolate);
  for (uint32_t i = 0; i < count; i++) {
    Local<Value> wrap;
    if (!given->Get(context, i).ToLocal(&wrap)) return;
    ModuleWrap* target = NativeObject::Unwrap<ModuleWrap>(wrap);
    if (target == nullptr) return ThrowBadArgument(isolate, "link");
    Local<Context> home;
    if (!target->context().ToLocal(&home) || home != context)
      return ThrowError(isolate, "ERR_VM_MODULE_DIFFERENT_CONTEXT", "Linked modules must use the same context");
    wraps.push_back(wrap);
  }
  // A getter may have instantiated it meanwhile.
  if (self->module()->GetStatus() != Module::kUninstantiated) return;
  self->SetLinked(Array::New(isolate, wraps.data(), wraps.size()));
}

bool SameAttributes(Local<Context> context, Local<FixedArray> left, Local<FixedArray> right) {
  if (left->Length() != right->Length()) return false;
  for (int i = 0; i + kStaticAttributeStride <= left->Length(); i += kStaticAttributeStride) {
    for (int j : {i, i + 1}) {
      Local<Value> a = left->Get(context, j).As<Value>();
      Local<Value> b = right->Get(context, j).As<Value>();
      if (!a->StrictEquals(b)) return false;
    }
  }
  return true;
}

// V8 asks for the module behind one request of `referrer`. Runs no guest code.
MaybeLocal<Module> Resolve(Local<Context> context, Local<String> specifier, Local<FixedArray> attributes,
                           Local<Module> referrer) {
  Isolate* isolate = context->GetIsolate();
  ModuleWrap* from = ModuleWrap::Find(Env::From(isolate), referrer);
  auto fail = [&](const char* why) {
    ThrowLinkFailure(isolate, "request for '" + ToStdString(isolate, specifier) + "' " + why);
    return MaybeLocal<Module>();
  };
  if (from == nullptr) return fail("is from invalid module");
  if (!from->linked()) return fail("is from a module not been linked");
  Local<FixedArray> requests = referrer->GetModuleRequests();
  int count = requests->Length();
  for (int i = 0; i < count; i++) {
    int index = (from->next_request + i) % count;
    Local<ModuleRequest> request = requests->Get(context, index).As<ModuleRequest>();
    if (!request->GetSpecifier()->StringEquals(specifier) ||
        !SameAttributes(context, request->GetImportAttributes(), attributes))
      continue;
    from->next_request = index + 1;
    ModuleWrap* target = from->LinkedTo(static_cast<uint32_t>(index));
    if (target != nullptr) return target->module();
    break;
  }
  return fail("is not in cache");
}

// Finds the longest chain of imports below `root` (cycles count once), or throws when it is too long.
bool MeasureDepth(ModuleWrap* root) {
  struct Frame {
    ModuleWrap* wrap;
    uint32_t next;
    int deepest;
  };
  std::unordered_set<ModuleWrap*> seen{root};
  std::vector<Frame> stack{{root, 0, 0}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == frame.wrap->LinkedCount()) {
      frame.wrap->depth = frame.deepest + 1;
      if (frame.wrap->depth > kMaxDepth || stack.size() > kMaxDepth) {
        ThrowRangeError(root->isolate(), nullptr, "Modules import each other too deeply");
        return false;
      }
      int depth = frame.wrap->depth;
      stack.pop_back();
      if (!stack.empty()) stack.back().deepest = std::max(stack.back().deepest, depth);
      continue;
    }
    HandleScope scope(root->isolate());
    ModuleWrap* child = frame.wrap->LinkedTo(frame.next++);
    if (child == nullptr) continue;
    if (child->module()->GetStatus() >= Module::kInstantiated || !seen.insert(child).second) {
      frame.deepest = std::max(frame.deepest, child->depth);
    } else {
      stack.push_back({child, 0, 0});
    }
  }
  return true;
}

bool InstantiateGraph(Env* env, ModuleWrap* wrap) {
  Local<Context> context;
  if (wrap->module()->GetStatus() != Module::kUninstantiated) return true;
  if (!wrap->context().ToLocal(&context) || !MeasureDepth(wrap)) return false;
  TryCatch try_catch(env->isolate());
  if (wrap->module()->InstantiateModule(context, Resolve).IsJust()) return true;
  DecorateAndReThrow(env, &try_catch);
  return false;
}

void Instantiate(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  if (!self->linked()) return ThrowLinkFailure(info.GetIsolate(), "module is not linked");
  InstantiateGraph(self->env(), self);
}

// Returns whether the graph has top-level await.
void InstantiateSync(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr || !InstantiateGraph(self->env(), self)) return;
  info.GetReturnValue().Set(self->module()->GetStatus() >= Module::kInstantiated && self->module()->IsGraphAsync());
}

// --- Evaluation ------------------------------------------------------------------------------------------------------

// Whether evaluating `root` would come upon a module whose evaluation is on the stack below us.
bool MeetsRunningModule(ModuleWrap* root) {
  std::unordered_set<ModuleWrap*> seen{root};
  std::vector<ModuleWrap*> queue{root};
  while (!queue.empty()) {
    HandleScope scope(root->isolate());
    ModuleWrap* wrap = queue.back();
    queue.pop_back();
    Module::Status status = wrap->module()->GetStatus();
    if (status == Module::kEvaluating) return true;
    if (status > Module::kEvaluating) continue;
    for (uint32_t i = 0; i < wrap->LinkedCount(); i++) {
      ModuleWrap* child = wrap->LinkedTo(i);
      if (child != nullptr && seen.insert(child).second) queue.push_back(child);
    }
  }
  return false;
}

// The promise of the module's evaluation; empty, with an exception pending, in a state that allows none.
MaybeLocal<Value> EvaluateGraph(ModuleWrap* wrap) {
  Isolate* isolate = wrap->isolate();
  Local<Context> context;
  ModuleTable* table = wrap->env()->State<ModuleTable>();
  if (wrap->module()->GetStatus() < Module::kInstantiated || !wrap->context().ToLocal(&context)) {
    ThrowError(isolate, "ERR_VM_MODULE_STATUS", "Module status must be one of linked, evaluated, or errored");
    return {};
  }
  if (table->evaluating > 0 && MeetsRunningModule(wrap)) {
    ThrowCycle(isolate);
    return {};
  }
  table->evaluating++;
  MaybeLocal<Value> result = wrap->module()->Evaluate(context);
  table->evaluating--;
  return result;
}

// evaluate(timeout, breakOnSigint)
void Evaluate(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  int64_t timeout;
  if (!IntegerIn(info[0], -1, INT64_C(1) << 53).To(&timeout)) return ThrowBadArgument(isolate, "evaluate");
  Local<Context> context;
  if (!self->context().ToLocal(&context)) return;
  // A context with its own microtasks runs them as a part of the evaluation.
  Local<Value> vm_wrapper = context->GetNumberOfEmbedderDataFields() > static_cast<uint32_t>(Slot::kVmContext)
                                ? context->GetEmbedderData(static_cast<int>(Slot::kVmContext))
                                : v8::Undefined(isolate).As<Value>();
  VmContext* vm = NativeObject::Unwrap<VmContext>(vm_wrapper);

  TryCatch try_catch(isolate);
  ExecutionGuard guard(self->env(), timeout, info[1]->IsTrue());
  if (!guard.Start()) return ReThrow(&try_catch);
  MaybeLocal<Value> result = EvaluateGraph(self);
  if (vm != nullptr && vm->own_queue() != nullptr && !result.IsEmpty()) vm->own_queue()->PerformCheckpoint(isolate);
  guard.Finish();
  if (try_catch.HasCaught()) return ReThrow(&try_catch);
  Local<Value> promise;
  if (result.ToLocal(&promise)) info.GetReturnValue().Set(promise);
}

void ThrowRequireAsync(Isolate* isolate, Local<Value> filename, Local<Value> parent) {
  std::string message =
      "require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the top-level "
      "await comes from, use --experimental-print-required-tla.";
  if (parent->IsString()) message += "\n  From " + ToStdString(isolate, parent) + " ";
  if (filename->IsString()) message += "\n  Requiring " + ToStdString(isolate, filename) + " ";
  ThrowError(isolate, "ERR_REQUIRE_ASYNC_MODULE", message);
}

// Throws what `promise` was rejected with, which makes that rejection a handled one.
void ThrowRejection(Env* env, Local<Promise> promise) {
  Isolate* isolate = env->isolate();
  Local<Function> callback;
  if (env->GetFunction(Slot::kPromiseRejectCallback).ToLocal(&callback)) {
    Local<Value> argv[] = {v8::Integer::New(isolate, v8::kPromiseHandlerAddedAfterReject), promise,
                           v8::Undefined(isolate)};
    if (callback->Call(env->context(), v8::Undefined(isolate), 3, argv).IsEmpty()) return;
  }
  Local<Value> error = promise->Result();
  AppendExceptionLine(env, error, v8::Exception::CreateMessage(isolate, error));
  isolate->ThrowException(error);
}

// evaluateSync(filename, parentFilename): the namespace, for require() of a graph without top-level await.
void EvaluateSync(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  Local<Value> result;
  if (!EvaluateGraph(self).ToLocal(&result) || !result->IsPromise()) return;
  Local<Promise> promise = result.As<Promise>();
  if (promise->State() == Promise::kRejected) return ThrowRejection(self->env(), promise);
  if (self->module()->IsGraphAsync()) return ThrowRequireAsync(isolate, info[0], info[1]);
  info.GetReturnValue().Set(self->module()->GetModuleNamespace());
}

// getNamespaceSync(filename, parentFilename)
void GetNamespaceSync(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  if (self->module()->GetStatus() < Module::kInstantiated)
    return ThrowPlain(isolate, "Cannot get namespace, module has not been instantiated");
  if (self->module()->IsGraphAsync()) return ThrowRequireAsync(isolate, info[0], info[1]);
  info.GetReturnValue().Set(self->module()->GetModuleNamespace());
}

void GetNamespace(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  if (self->module()->GetStatus() < Module::kInstantiated)
    return ThrowPlain(info.GetIsolate(), "cannot get namespace, module has not been instantiated");
  info.GetReturnValue().Set(self->module()->GetModuleNamespace());
}

// --- State -----------------------------------------------------------------------------------------------------------

void GetStatus(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self != nullptr) info.GetReturnValue().Set(self->module()->GetStatus());
}

// Undefined unless the module failed.
void GetError(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self != nullptr && self->module()->GetStatus() == Module::kErrored)
    info.GetReturnValue().Set(self->module()->GetException());
}

// Of the whole graph; false before it is instantiated. (V8 does not tell it of a single module.)
void IsGraphAsync(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Local<Module> module = self->module();
  info.GetReturnValue().Set(module->GetStatus() >= Module::kInstantiated && module->IsGraphAsync());
}

void SetExport(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  if (!self->module()->IsSyntheticModule() || !info[0]->IsString()) return ThrowBadArgument(isolate, "setExport");
  (void)self->module()->SetSyntheticModuleExport(isolate, info[0].As<String>(), info[1]);
}

void CreateCachedData(const FunctionCallbackInfo<Value>& info) {
  ModuleWrap* self = NativeObject::UnwrapThis<ModuleWrap>(info);
  if (self == nullptr) return;
  Local<Module> module = self->module();
  if (!module->IsSourceTextModule() || module->GetStatus() >= Module::kEvaluating) {
    return ThrowError(info.GetIsolate(), "ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA",
                      "Cached data cannot be created for a module which has been evaluated");
  }
  std::unique_ptr<ScriptCompiler::CachedData> made(ScriptCompiler::CreateCodeCache(module->GetUnboundModuleScript()));
  Local<v8::Uint8Array> buffer;
  if (SealCodeCache(self->env(), self->identity(), made.get()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

// --- Functions of the binding ----------------------------------------------------------------------------------------

void SetImportModuleDynamicallyCallback(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setImportModuleDynamicallyCallback");
  Env::From(info)->Set(Slot::kHostImportModule, info[0]);
}

void SetInitializeImportMetaObjectCallback(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setInitializeImportMetaObjectCallback");
  Env::From(info)->Set(Slot::kHostInitializeImportMeta, info[0]);
}

void ThrowIfPromiseRejected(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsPromise()) return;
  Local<Promise> promise = info[0].As<Promise>();
  if (promise->State() == Promise::kRejected) ThrowRejection(Env::From(info), promise);
}

MaybeLocal<Module> ResolveFacade(Local<Context> context, Local<String> specifier, Local<FixedArray> attributes,
                                 Local<Module> referrer) {
  return Env::From(context->GetIsolate())->State<ModuleTable>()->facade_original->module();
}

// createRequiredModuleFacade(wrap): the namespace of a module that exports all of `wrap`, which has been evaluated, and
// says __esModule.
void CreateRequiredModuleFacade(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = info.GetIsolate();
  ModuleWrap* original = NativeObject::Unwrap<ModuleWrap>(info[0]);
  Local<Context> context;
  if (original == nullptr || !original->context().ToLocal(&context))
    return ThrowBadArgument(isolate, "createRequiredModuleFacade");
  if (original->module()->GetStatus() == Module::kEvaluating) return ThrowCycle(isolate);
  if (original->module()->GetStatus() < Module::kEvaluated)
    return ThrowBadArgument(isolate, "createRequiredModuleFacade");

  ScriptOrigin origin(Name(isolate, kFacadeUrl), 0, 0, true, -1, {}, false, false, true);
  ScriptCompiler::Source source(Name(isolate, kFacadeSource), origin);
  Local<Module> facade;
  ModuleTable* table = env->State<ModuleTable>();
  table->facade_original = original;
  Context::Scope scope(context);
  bool instantiated = ScriptCompiler::CompileModule(isolate, &source).ToLocal(&facade) &&
                      facade->InstantiateModule(context, ResolveFacade).IsJust();
  table->facade_original = nullptr;
  Local<Value> result;
  if (!instantiated || !facade->Evaluate(context).ToLocal(&result)) return;
  if (result->IsPromise() && result.As<Promise>()->State() == Promise::kRejected)
    return ThrowRejection(env, result.As<Promise>());
  info.GetReturnValue().Set(facade->GetModuleNamespace());
}

constexpr Method kPrototypeMethods[] = {
    {"link", Link},
    {"getModuleRequests", GetModuleRequests},
    {"instantiateSync", InstantiateSync},
    {"evaluateSync", EvaluateSync},
    {"getNamespaceSync", GetNamespaceSync},
    {"instantiate", Instantiate},
    {"evaluate", Evaluate},
    {"setExport", SetExport},
    {"createCachedData", CreateCachedData},
    {"getNamespace", GetNamespace},
    {"getStatus", GetStatus},
    {"isGraphAsync", IsGraphAsync},
    {"hasTopLevelAwait", IsGraphAsync},
    {"getError", GetError},
};

constexpr Method kMethods[] = {
    {"setImportModuleDynamicallyCallback", SetImportModuleDynamicallyCallback},
    {"setInitializeImportMetaObjectCallback", SetInitializeImportMetaObjectCallback},
    {"createRequiredModuleFacade", CreateRequiredModuleFacade},
    {"throwIfPromiseRejected", ThrowIfPromiseRejected},
};

void Initialize(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "ModuleWrap",
                 MakeClassTemplate(env, "ModuleWrap", New, kPrototypeMethods, std::size(kPrototypeMethods),
                                   ModuleWrap::kExtraFields));
  SetMethods(env, target, kMethods);
  SetConstant(env, target, "kUninstantiated", Module::kUninstantiated);
  SetConstant(env, target, "kInstantiating", Module::kInstantiating);
  SetConstant(env, target, "kInstantiated", Module::kInstantiated);
  SetConstant(env, target, "kEvaluating", Module::kEvaluating);
  SetConstant(env, target, "kEvaluated", Module::kEvaluated);
  SetConstant(env, target, "kErrored", Module::kErrored);
}

void RegisterReferences(References* references) {
  references->Add(New);
  AddReferences(references, kPrototypeMethods);
  AddReferences(references, kMethods);
}

BindingRegistration registration("module_wrap", Initialize, RegisterReferences);

}  // namespace

std::vector<std::string> StalledTopLevelAwaits(Isolate* isolate, Local<Value> module_wrap) {
  std::vector<std::string> places;
  ModuleWrap* wrap = NativeObject::Unwrap<ModuleWrap>(module_wrap);
  Local<Context> context;
  if (wrap == nullptr || !wrap->context().ToLocal(&context)) return places;
  Local<Module> module = wrap->module();
  if (!module->IsSourceTextModule() || module->GetStatus() < Module::kEvaluated || !module->IsGraphAsync()) return places;
  auto stalled = module->GetStalledTopLevelAwaitMessages(isolate);
  for (Local<v8::Message> message : stalled.second) places.push_back(DescribeSource(isolate, context, message));
  return places;
}

}  // namespace se
