// internalBinding('symbols'): symbols that Node's library and the engine share.
#include "binding.h"

namespace se {

using v8::Local;
using v8::Object;

namespace {

constexpr const char* kSymbols[] = {
    "fs_use_promises_symbol",
    "async_id_symbol",
    "handle_onclose",
    "constructor_key_symbol",
    "no_message_symbol",
    "messaging_deserialize_symbol",
    "imported_cjs_symbol",
    "messaging_transfer_symbol",
    "messaging_clone_symbol",
    "messaging_transfer_list_symbol",
    "oninit",
    "owner_symbol",
    "onpskexchange",
    "resource_symbol",
    "trigger_async_id_symbol",
    "source_text_module_default_hdo",
    "vm_context_no_contextify",
    "vm_dynamic_import_default_internal",
    "vm_dynamic_import_main_context_default",
    "vm_dynamic_import_missing_flag",
    "vm_dynamic_import_no_callback",
};

void Initialize(Env* env, Local<Object> target) {
  for (const char* name : kSymbols) SetValue(env, target, name, env->IsolateSymbol(name));
}

BindingRegistration registration("symbols", Initialize);

}  // namespace
}  // namespace se
