#include "module_wrap.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::FixedArray;
using v8::Isolate;
using v8::Local;
using v8::LocalVector;
using v8::MaybeLocal;
using v8::Module;
using v8::Object;
using v8::String;
using v8::Value;

alignas(8) const char ModuleWrap::kTag[] = "ModuleWrap";

ModuleWrap::ModuleWrap(Env* env, Local<Object> wrapper, Local<Module> module, Local<Context> context, Local<Value> text)
    : NativeObject(env, wrapper, kTag), hash_(module->GetIdentityHash()) {
  wrapper->SetInternalField(kModuleField, module);
  wrapper->SetInternalField(kAnchorField, context->GetExtrasBindingObject());
  wrapper->SetInternalField(kTextField, text);
  env->State<ModuleTable>()->by_hash.emplace(hash_, this);
  MakeWeak();
}

ModuleWrap::~ModuleWrap() {
  auto& by_hash = env()->State<ModuleTable>()->by_hash;
  auto [begin, end] = by_hash.equal_range(hash_);
  for (auto entry = begin; entry != end; ++entry) {
    if (entry->second != this) continue;
    by_hash.erase(entry);
    return;
  }
}

ModuleWrap* ModuleWrap::Find(Env* env, Local<Module> module) {
  auto [begin, end] = env->State<ModuleTable>()->by_hash.equal_range(module->GetIdentityHash());
  for (auto entry = begin; entry != end; ++entry) {
    // A wrap whose object is gone is about to be deleted.
    if (!entry->second->object().IsEmpty() && entry->second->module() == module) return entry->second;
  }
  return nullptr;
}

MaybeLocal<Context> ModuleWrap::context() const {
  return Field(kAnchorField).As<Value>().As<Object>()->GetCreationContext();
}

uint32_t ModuleWrap::LinkedCount() const {
  Local<Value> wraps = LinkedModules();
  return wraps->IsArray() ? wraps.As<Array>()->Length() : 0;
}

ModuleWrap* ModuleWrap::LinkedTo(uint32_t index) const {
  Local<Value> wraps = LinkedModules();
  Local<Context> home;
  Local<Value> wrap;
  if (!wraps->IsArray() || !context().ToLocal(&home) || !wraps.As<Array>()->Get(home, index).ToLocal(&wrap))
    return nullptr;
  return Unwrap<ModuleWrap>(wrap);
}

CodeIdentity ModuleWrap::identity() const { return {CodeIdentity::Kind::kModule, text().As<String>()}; }

Local<Object> MakeImportAttributes(Isolate* isolate, Local<Context> context, Local<FixedArray> attributes, int stride) {
  LocalVector<v8::Name> names(isolate);
  LocalVector<Value> values(isolate);
  for (int i = 0; i + stride <= attributes->Length(); i += stride) {
    names.push_back(attributes->Get(context, i).As<v8::Name>());
    values.push_back(attributes->Get(context, i + 1).As<Value>());
  }
  return Object::New(isolate, v8::Null(isolate), names.data(), values.data(), names.size());
}

}  // namespace se
