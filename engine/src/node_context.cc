#include "node_context.h"

#include "binding.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

struct ProtoState {
  explicit ProtoState(Env*) {}
  ProtoMode mode = ProtoMode::kKeep;
};

void RefuseProto(const FunctionCallbackInfo<Value>& info) {
  ThrowError(info.GetIsolate(), "ERR_PROTO_ACCESS",
             "Accessing Object.prototype.__proto__ has been disallowed with --disable-proto=throw");
}

}  // namespace

bool TrimContext(Isolate* isolate, Local<Context> context) {
  Local<Value> intl;
  // Not through the interceptors of node:vm: a sandbox may have an Intl of its own.
  if (!context->Global()->GetRealNamedProperty(context, Name(isolate, "Intl")).ToLocal(&intl)) return true;
  return !intl->IsObject() || intl.As<Object>()->Delete(context, Name(isolate, "v8BreakIterator")).IsJust();
}

void SetProtoMode(Env* env, ProtoMode mode) {
  env->State<ProtoState>()->mode = mode;
  (void)ApplyProtoMode(env, env->context());
}

bool ApplyProtoMode(Env* env, Local<Context> context) {
  ProtoMode mode = env->State<ProtoState>()->mode;
  if (mode == ProtoMode::kKeep) return true;
  Isolate* isolate = env->isolate();
  Context::Scope scope(context);
  // Through an object literal's class: the names of a contextified global are the sandbox's.
  Local<Value> prototype = Object::New(isolate)->GetPrototype();
  if (!prototype->IsObject()) return true;
  if (mode == ProtoMode::kDelete)
    return prototype.As<Object>()->Delete(context, Name(isolate, "__proto__")).IsJust();
  Local<Function> refuse;
  if (!Function::New(context, RefuseProto, {}, 0, v8::ConstructorBehavior::kThrow).ToLocal(&refuse)) return false;
  v8::PropertyDescriptor descriptor(refuse, refuse);
  descriptor.set_enumerable(false);
  descriptor.set_configurable(true);
  return prototype.As<Object>()->DefineProperty(context, Name(isolate, "__proto__"), descriptor).IsJust();
}

}  // namespace se
