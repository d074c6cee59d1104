// The addon's door: what the JavaScript of the process may call.
#include <node.h>
#include <v8.h>

#include "allocator.h"
#include "binding.h"
#include "callbacks.h"
#include "icu_memory.h"
#include "platform.h"

namespace se {

void RegisterEngineApi(v8::Local<v8::Object> exports, v8::Local<v8::Context> context);
namespace crypto {
void InterceptPbe();
}

}  // namespace se

NODE_MODULE_INIT() {
  se::InstallPlatform(node::GetMultiIsolatePlatform(node::GetCurrentEnvironment(context)));
  // V8 is torn down after this.
  node::AddEnvironmentCleanupHook(context->GetIsolate(), [](void*) { se::Workers().Close(); }, nullptr);
  se::CountIcuMemory();
  se::crypto::InterceptPbe();
  se::RegisterEngineApi(exports, context);
}
