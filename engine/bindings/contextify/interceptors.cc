// The global object of a vm context: what code there does to its globals happens to the sandbox. Node's semantics, with
// its corners (which order objects are asked in, what a failing trap of the sandbox leads to).

#include "binding.h"
#include "rethrow.h"
#include "vm_context.h"

namespace se {

using v8::Array;
using v8::Boolean;
using v8::Context;
using v8::HandleScope;
using v8::Integer;
using v8::Intercepted;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::ObjectTemplate;
using v8::PropertyAttribute;
using v8::PropertyCallbackInfo;
using v8::PropertyDescriptor;
using v8::String;
using v8::TryCatch;
using v8::Value;

namespace {

using PropertyName = Local<v8::Name>;

// The two objects that make up the globals of a vm context.
struct Globals {
  Local<Context> context;
  Local<Object> sandbox;
  Local<Object> proxy;
};

// False while the context is being made, and where the receiver is of some other context: no interception then.
template <typename T>
bool Find(const PropertyCallbackInfo<T>& info, Globals* out) {
  constexpr int kIndex = static_cast<int>(Slot::kSandboxObject);
  if (!info.Holder()->GetCreationContext().ToLocal(&out->context)) return false;
  if (out->context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(kIndex)) return false;
  Local<Value> sandbox = out->context->GetEmbedderData(kIndex);
  if (!sandbox->IsObject()) return false;
  out->sandbox = sandbox.As<Object>();
  out->proxy = out->context->Global();
  return true;
}

MaybeLocal<String> IndexName(const Globals& globals, uint32_t index) {
  return Integer::NewFromUnsigned(globals.context->GetIsolate(), index)->ToString(globals.context);
}

Intercepted Query(const Globals& globals, PropertyName name, const PropertyCallbackInfo<Integer>& info) {
  for (Local<Object> object : {globals.sandbox, globals.proxy}) {
    bool present;
    if (!object->HasRealNamedProperty(globals.context, name).To(&present)) return Intercepted::kNo;
    if (!present) continue;
    PropertyAttribute attributes;
    if (!object->GetRealNamedPropertyAttributes(globals.context, name).To(&attributes)) return Intercepted::kNo;
    info.GetReturnValue().Set(attributes);
    return Intercepted::kYes;
  }
  return Intercepted::kNo;
}

Intercepted Get(const Globals& globals, PropertyName name, const PropertyCallbackInfo<Value>& info) {
  // A getter of the sandbox that throws counts as no property there, unless the global object has it.
  TryCatch try_catch(info.GetIsolate());
  Local<Value> value;
  if (!globals.sandbox->GetRealNamedProperty(globals.context, name).ToLocal(&value) &&
      !globals.proxy->GetRealNamedProperty(globals.context, name).ToLocal(&value))
    return Intercepted::kNo;
  if (try_catch.HasCaught()) {
    ReThrow(&try_catch);
    return Intercepted::kNo;
  }
  if (value == globals.sandbox) value = globals.proxy;
  info.GetReturnValue().Set(value);
  return Intercepted::kYes;
}

Intercepted Set(const Globals& globals, PropertyName name, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Isolate* isolate = info.GetIsolate();
  PropertyAttribute attributes = PropertyAttribute::None;
  bool on_global = globals.proxy->GetRealNamedPropertyAttributes(globals.context, name).To(&attributes);
  bool read_only = on_global && (attributes & PropertyAttribute::ReadOnly) != 0;
  bool on_sandbox = globals.sandbox->GetRealNamedPropertyAttributes(globals.context, name).To(&attributes);
  read_only = read_only || (on_sandbox && (attributes & PropertyAttribute::ReadOnly) != 0);
  if (read_only) return Intercepted::kNo;

  // `x = 1`, as opposed to `this.x = 1`: strict code may not create a variable so. Function declarations come here
  // in the same way and may.
  bool contextual = globals.proxy != info.This();
  bool declared = on_global || on_sandbox;
  if (!declared && info.ShouldThrowOnError() && contextual && !value->IsFunction()) return Intercepted::kNo;
  if (!declared && name->IsSymbol()) return Intercepted::kNo;
  if (globals.sandbox->Set(globals.context, name, value).IsNothing()) return Intercepted::kNo;

  // An accessor of the sandbox took the value; V8 must not store it on the global object too.
  Local<Value> descriptor;
  if (!on_sandbox || !globals.sandbox->GetOwnPropertyDescriptor(globals.context, name).ToLocal(&descriptor) ||
      !descriptor->IsObject())
    return Intercepted::kNo;
  for (const char* accessor : {"get", "set"})
    if (descriptor.As<Object>()->HasOwnProperty(globals.context, Name(isolate, accessor)).FromMaybe(false))
      return Intercepted::kYes;
  return Intercepted::kNo;
}

Intercepted Describe(const Globals& globals, PropertyName name, const PropertyCallbackInfo<Value>& info) {
  Local<Value> descriptor;
  if (!globals.sandbox->HasOwnProperty(globals.context, name).FromMaybe(false) ||
      !globals.sandbox->GetOwnPropertyDescriptor(globals.context, name).ToLocal(&descriptor))
    return Intercepted::kNo;
  info.GetReturnValue().Set(descriptor);
  return Intercepted::kYes;
}

void DefineOnSandbox(const Globals& globals, PropertyName name, const PropertyDescriptor& wanted,
                     PropertyDescriptor* descriptor) {
  if (wanted.has_enumerable()) descriptor->set_enumerable(wanted.enumerable());
  if (wanted.has_configurable()) descriptor->set_configurable(wanted.configurable());
  (void)globals.sandbox->DefineProperty(globals.context, name, *descriptor);
}

// V8 defines it on the global object as well.
Intercepted Define(const Globals& globals, PropertyName name, const PropertyDescriptor& wanted,
                   const PropertyCallbackInfo<void>& info) {
  PropertyAttribute attributes = PropertyAttribute::None;
  constexpr int kFixed = PropertyAttribute::ReadOnly | PropertyAttribute::DontDelete;
  if (globals.proxy->GetRealNamedPropertyAttributes(globals.context, name).To(&attributes) &&
      (attributes & kFixed) == kFixed)
    return Intercepted::kNo;

  Local<Value> undefined = v8::Undefined(info.GetIsolate());
  if (wanted.has_get() || wanted.has_set()) {
    PropertyDescriptor accessors(wanted.has_get() ? wanted.get() : undefined,
                                 wanted.has_set() ? wanted.set() : undefined);
    DefineOnSandbox(globals, name, wanted, &accessors);
    return Intercepted::kNo;
  }
  Local<Value> value = wanted.has_value() ? wanted.value() : undefined;
  if (wanted.has_writable()) {
    PropertyDescriptor data(value, wanted.writable());
    DefineOnSandbox(globals, name, wanted, &data);
  } else {
    PropertyDescriptor data(value);
    DefineOnSandbox(globals, name, wanted, &data);
  }
  return Intercepted::kNo;
}

Intercepted Delete(const Globals& globals, PropertyName name, const PropertyCallbackInfo<Boolean>& info) {
  if (globals.sandbox->Delete(globals.context, name).FromMaybe(false)) return Intercepted::kNo;
  // What stays on the sandbox must stay on the global object.
  info.GetReturnValue().Set(false);
  return Intercepted::kYes;
}

// --- Named properties ------------------------------------------------------------------------------------------------

Intercepted NamedQuery(PropertyName name, const PropertyCallbackInfo<Integer>& info) {
  Globals globals;
  return Find(info, &globals) ? Query(globals, name, info) : Intercepted::kNo;
}

Intercepted NamedGet(PropertyName name, const PropertyCallbackInfo<Value>& info) {
  Globals globals;
  return Find(info, &globals) ? Get(globals, name, info) : Intercepted::kNo;
}

Intercepted NamedSet(PropertyName name, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Globals globals;
  return Find(info, &globals) ? Set(globals, name, value, info) : Intercepted::kNo;
}

Intercepted NamedDescribe(PropertyName name, const PropertyCallbackInfo<Value>& info) {
  Globals globals;
  return Find(info, &globals) ? Describe(globals, name, info) : Intercepted::kNo;
}

Intercepted NamedDefine(PropertyName name, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  Globals globals;
  return Find(info, &globals) ? Define(globals, name, wanted, info) : Intercepted::kNo;
}

Intercepted NamedDelete(PropertyName name, const PropertyCallbackInfo<Boolean>& info) {
  Globals globals;
  return Find(info, &globals) ? Delete(globals, name, info) : Intercepted::kNo;
}

// V8 drops from the list what the operation at hand is not after.
void NamedEnumerate(const PropertyCallbackInfo<Array>& info) {
  Globals globals;
  Local<Array> names;
  if (Find(info, &globals) && globals.sandbox
                                  ->GetPropertyNames(globals.context, v8::KeyCollectionMode::kOwnOnly,
                                                     v8::PropertyFilter::ALL_PROPERTIES, v8::IndexFilter::kSkipIndices)
                                  .ToLocal(&names))
    info.GetReturnValue().Set(names);
}

// --- Indexed properties ----------------------------------------------------------------------------------------------

Intercepted IndexedQuery(uint32_t index, const PropertyCallbackInfo<Integer>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Query(globals, name, info)
                                                                          : Intercepted::kNo;
}

Intercepted IndexedGet(uint32_t index, const PropertyCallbackInfo<Value>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Get(globals, name, info)
                                                                          : Intercepted::kNo;
}

Intercepted IndexedSet(uint32_t index, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Set(globals, name, value, info)
                                                                          : Intercepted::kNo;
}

Intercepted IndexedDescribe(uint32_t index, const PropertyCallbackInfo<Value>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Describe(globals, name, info)
                                                                          : Intercepted::kNo;
}

Intercepted IndexedDefine(uint32_t index, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Define(globals, name, wanted, info)
                                                                          : Intercepted::kNo;
}

Intercepted IndexedDelete(uint32_t index, const PropertyCallbackInfo<Boolean>& info) {
  Globals globals;
  Local<String> name;
  return Find(info, &globals) && IndexName(globals, index).ToLocal(&name) ? Delete(globals, name, info)
                                                                          : Intercepted::kNo;
}

void IndexedEnumerate(const PropertyCallbackInfo<Array>& info) {
  Isolate* isolate = info.GetIsolate();
  HandleScope scope(isolate);
  Globals globals;
  Local<Array> names;
  if (!Find(info, &globals) || !globals.sandbox
                                    ->GetPropertyNames(globals.context, v8::KeyCollectionMode::kOwnOnly,
                                                       v8::PropertyFilter::SKIP_SYMBOLS,
                                                       v8::IndexFilter::kIncludeIndices)
                                    .ToLocal(&names))
    return;
  v8::LocalVector<Value> indices(isolate);
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> name;
    if (!names->Get(globals.context, i).ToLocal(&name)) return;
    // Indices come first, as numbers.
    if (!name->IsNumber()) break;
    indices.push_back(name);
  }
  info.GetReturnValue().Set(Array::New(isolate, indices.data(), indices.size()));
}

}  // namespace

Local<ObjectTemplate> MakeContextifiedGlobalTemplate(Isolate* isolate) {
  Local<ObjectTemplate> global = v8::FunctionTemplate::New(isolate)->InstanceTemplate();
  constexpr auto kFlags = v8::PropertyHandlerFlags::kHasNoSideEffect;
  global->SetHandler(v8::NamedPropertyHandlerConfiguration(NamedGet, NamedSet, NamedQuery, NamedDelete, NamedEnumerate,
                                                           NamedDefine, NamedDescribe, {}, kFlags));
  global->SetHandler(v8::IndexedPropertyHandlerConfiguration(IndexedGet, IndexedSet, IndexedQuery, IndexedDelete,
                                                             IndexedEnumerate, IndexedDefine, IndexedDescribe, {},
                                                             kFlags));
  return global;
}

}  // namespace se
