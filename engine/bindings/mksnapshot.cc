// internalBinding('mksnapshot'): a guest cannot build a startup snapshot of its own, and never runs in one that it built.
#include "binding.h"
#include "unavailable.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void Unavailable(const FunctionCallbackInfo<Value>& info) { ThrowUnavailable(info.GetIsolate(), "node --build-snapshot"); }

// runEmbedderPreload(process, require): there is no embedder's preload function.
void RunEmbedderPreload(const FunctionCallbackInfo<Value>& info) {}

constexpr Method kMethods[] = {
    {"runEmbedderPreload", RunEmbedderPreload},
    {"compileSerializeMain", Unavailable},
    {"setSerializeCallback", Unavailable},
    {"setDeserializeCallback", Unavailable},
    {"setDeserializeMainFunction", Unavailable},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetValue(env, target, "anonymousMainPath", Name(env->isolate(), "__node_anonymous_main"));
  Local<v8::Uint8Array> building;
  uint8_t no = 0;
  if (NewUint8Array(env, &no, 1).ToLocal(&building)) SetValue(env, target, "isBuildingSnapshotBuffer", building);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("mksnapshot", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
