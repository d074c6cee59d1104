#include "vm_context.h"

#include <unordered_set>

#include "binding.h"
#include "callbacks.h"
#include "forced_gc.h"
#include "node_context.h"

namespace se {

using v8::Context;
using v8::EscapableHandleScope;
using v8::Global;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::MicrotaskQueue;
using v8::Object;
using v8::ObjectTemplate;
using v8::Private;
using v8::String;
using v8::Value;

alignas(8) const char VmContext::kTag[] = "VmContext";

// Made when the first vm context is, never in the snapshot.
struct VmTemplates {
  explicit VmTemplates(Env* env) {
    Isolate* isolate = env->isolate();
    global.Reset(isolate, MakeContextifiedGlobalTemplate(isolate));
    Local<ObjectTemplate> holder = ObjectTemplate::New(isolate);
    holder->SetInternalFieldCount(VmContext::kVmFieldCount);
    wrapper.Reset(isolate, holder);
  }
  Global<ObjectTemplate> global;
  Global<ObjectTemplate> wrapper;
};

namespace {

int Index(Slot slot) { return static_cast<int>(slot); }

struct LiveContexts {
  explicit LiveContexts(Env*) {}
  std::unordered_set<VmContext*> contexts;
};

}  // namespace

VmContext::VmContext(Env* env, Local<Object> wrapper, std::unique_ptr<MicrotaskQueue> queue)
    : NativeObject(env, wrapper, kTag), queue_(std::move(queue)) {
  env->State<LiveContexts>()->contexts.insert(this);
}

VmContext::~VmContext() { env()->State<LiveContexts>()->contexts.erase(this); }

void VmContext::ForEach(Env* env, const std::function<void(Local<Context>)>& use) {
  for (VmContext* vm_context : env->State<LiveContexts>()->contexts) {
    HandleScope scope(env->isolate());
    Local<Context> context;
    if (vm_context->context().ToLocal(&context)) use(context);
  }
}

MaybeLocal<Object> VmContext::Make(Env* env, const VmContextOptions& options) {
  Isolate* isolate = env->isolate();
  EscapableHandleScope scope(isolate);
  bool vanilla = options.sandbox.IsEmpty();
  VmTemplates* templates = env->State<VmTemplates>();
  std::unique_ptr<MicrotaskQueue> queue;
  if (options.own_microtask_queue) queue = MicrotaskQueue::New(isolate, v8::MicrotasksPolicy::kExplicit);

  MaybeLocal<ObjectTemplate> global_template;
  if (!vanilla) global_template = templates->global.Get(isolate);
  Local<Context> context = Context::New(isolate, nullptr, global_template, {}, {},
                                        queue ? queue.get() : env->context()->GetMicrotaskQueue());
  if (context.IsEmpty()) return {};
  // The contexts of a process may touch each other freely.
  context->SetSecurityToken(env->context()->GetSecurityToken());
  Local<Object> global = context->Global();
  Local<Object> contextified = vanilla ? global : options.sandbox;

  Context::Scope context_scope(context);
  if (!TrimContext(isolate, context) || !ApplyProtoMode(env, context)) return {};
  if (IsGcExposed(env) && !DefineGc(env, context)) return {};
  Local<Object> wrapper;
  if (!templates->wrapper.Get(isolate)->NewInstance(context).ToLocal(&wrapper)) return {};
  wrapper->SetInternalField(kAnchorField, context->GetExtrasBindingObject());
  (new VmContext(env, wrapper, std::move(queue)))->MakeWeak();

  context->SetEmbedderData(Index(Slot::kContextKind), v8::Integer::New(isolate, static_cast<int>(ContextKind::kVm)));
  // The microtask queue must outlive the context, whatever becomes of the private symbol on the sandbox.
  context->SetEmbedderData(Index(Slot::kVmContext), wrapper);
  InstallPromiseHooks(env, context);
  // V8 asks the code generation callbacks only where this is off.
  context->AllowCodeGenerationFromStrings(false);
  context->SetEmbedderData(Index(Slot::kAllowCodeGenFromStrings), v8::Boolean::New(isolate, options.allow_strings));
  context->SetEmbedderData(Index(Slot::kAllowWasmCodeGen), v8::Boolean::New(isolate, options.allow_wasm));

  Local<Private> id = env->PrivateSymbol("host_defined_option_symbol");
  if (!vanilla) {
    // Object.prototype.toString.call(globalThis) tells the sandbox's class.
    Local<String> class_name = contextified->GetConstructorName();
    if (!class_name->StringEquals(Name(isolate, "Object")) &&
        global->DefineOwnProperty(context, v8::Symbol::GetToStringTag(isolate), class_name, v8::DontEnum).IsNothing())
      return {};
    if (contextified->SetPrivate(context, id, options.host_defined_option).IsNothing()) return {};
  }
  if (global->SetPrivate(context, id, options.host_defined_option).IsNothing() ||
      contextified->SetPrivate(context, env->PrivateSymbol("contextify_context_private_symbol"), wrapper).IsNothing())
    return {};
  // From here on the interceptors find the sandbox.
  if (!vanilla) context->SetEmbedderData(Index(Slot::kSandboxObject), contextified);
  return scope.Escape(contextified);
}

VmContext* VmContext::Of(Env* env, Local<Value> contextified) {
  if (contextified.IsEmpty() || !contextified->IsObject()) return nullptr;
  Local<Value> wrapper;
  if (!contextified.As<Object>()
           ->GetPrivate(env->context(), env->PrivateSymbol("contextify_context_private_symbol"))
           .ToLocal(&wrapper))
    return nullptr;
  return Unwrap<VmContext>(wrapper);
}

MaybeLocal<Context> VmContext::context() const {
  // Between its collection and its deletion.
  if (object().IsEmpty()) return {};
  Local<v8::Data> anchor = object()->GetInternalField(kAnchorField);
  if (!anchor->IsValue() || !anchor.As<Value>()->IsObject()) return {};
  return anchor.As<Value>().As<Object>()->GetCreationContext();
}

}  // namespace se
