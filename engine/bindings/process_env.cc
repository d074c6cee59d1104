// process.env: an object whose values are always strings, as Node's C++ has it
// (https://nodejs.org/api/process.html#processenv). Names and values are those of a C library: they end at a NUL.
#include "process_env.h"

#include "binding.h"

namespace se {

using v8::Array;
using v8::Boolean;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Integer;
using v8::Intercepted;
using v8::Isolate;
using v8::Local;
using v8::Map;
using v8::Object;
using v8::PropertyCallbackInfo;
using v8::PropertyDescriptor;
using v8::String;
using v8::Value;

namespace {

// As in Node, instances of a class without a name.
struct ProcessEnvClass {
  explicit ProcessEnvClass(Env*) {}
  v8::Global<v8::FunctionTemplate> function;
};

// The handlers' data, which no script reaches: the variables by their names, and who is told of a value that is neither
// string nor number nor boolean, and of a new TZ.
enum Data { kVariables, kOnConversion, kOnTimeZone };

template <typename T>
Local<Value> GetData(const PropertyCallbackInfo<T>& info, Data which) {
  Isolate* isolate = info.GetIsolate();
  Local<Value> value;
  if (info.Data().template As<Array>()->Get(isolate->GetCurrentContext(), which).ToLocal(&value)) return value;
  return v8::Undefined(isolate);
}

template <typename T>
Local<Map> Variables(const PropertyCallbackInfo<T>& info) {
  return GetData(info, kVariables).template As<Map>();
}

// A name or value as the environment holds it; empty when V8 has no memory for it.
v8::MaybeLocal<String> CText(Isolate* isolate, Local<Value> text) {
  std::string bytes = ToStdString(isolate, text);
  return Utf8(isolate, std::string_view(bytes).substr(0, bytes.find('\0')));
}

// The environment ignores names that setenv(3) would not take.
bool IsName(Isolate* isolate, Local<String> name) {
  return name->Length() > 0 && ToStdString(isolate, name).find('=') == std::string::npos;
}

// `value`: undefined when the variable is gone.
template <typename T>
void TellTimeZone(Local<String> name, Local<Value> value, const PropertyCallbackInfo<T>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Value> on_time_zone = GetData(info, kOnTimeZone);
  if (!name->StringEquals(Name(isolate, "TZ")) || !on_time_zone->IsFunction()) return;
  (void)on_time_zone.As<Function>()->Call(isolate->GetCurrentContext(), v8::Undefined(isolate), 1, &value);
}

// The variable's value; empty when there is none.
template <typename T>
v8::MaybeLocal<Value> Find(Local<v8::Name> name, const PropertyCallbackInfo<T>& info) {
  Local<String> key;
  Local<Value> value;
  if (!name->IsString() || !CText(info.GetIsolate(), name).ToLocal(&key) ||
      !Variables(info)->Get(info.GetIsolate()->GetCurrentContext(), key).ToLocal(&value) || value->IsUndefined())
    return {};
  return value;
}

Intercepted Get(Local<v8::Name> name, const PropertyCallbackInfo<Value>& info) {
  Local<Value> value;
  if (!name->IsSymbol() && !Find(name, info).ToLocal(&value)) return Intercepted::kNo;
  // A symbol is not looked for on the prototype either.
  if (!value.IsEmpty()) info.GetReturnValue().Set(value);
  else info.GetReturnValue().SetUndefined();
  return Intercepted::kYes;
}

Intercepted Set(Local<v8::Name> name, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> on_conversion = GetData(info, kOnConversion);
  if (!value->IsString() && !value->IsNumber() && !value->IsBoolean() && on_conversion->IsFunction() &&
      on_conversion.As<Function>()->Call(context, v8::Undefined(isolate), 0, nullptr).IsEmpty())
    return Intercepted::kYes;
  Local<String> key, text;
  if (name->ToString(context).ToLocal(&key) && value->ToString(context).ToLocal(&text) &&
      CText(isolate, key).ToLocal(&key) && CText(isolate, text).ToLocal(&text) && IsName(isolate, key) &&
      !Variables(info)->Set(context, key, text).IsEmpty())
    TellTimeZone(key, text, info);
  return Intercepted::kYes;
}

Intercepted Query(Local<v8::Name> name, const PropertyCallbackInfo<Integer>& info) {
  if (Find(name, info).IsEmpty()) return Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<int32_t>(v8::None));
  return Intercepted::kYes;
}

Intercepted Delete(Local<v8::Name> name, const PropertyCallbackInfo<Boolean>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<String> key;
  if (name->IsString() && CText(isolate, name).ToLocal(&key) &&
      Variables(info)->Delete(isolate->GetCurrentContext(), key).FromMaybe(false))
    TellTimeZone(key, v8::Undefined(isolate), info);
  // Nothing here can't be deleted.
  info.GetReturnValue().Set(true);
  return Intercepted::kYes;
}

Intercepted Define(Local<v8::Name> name, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  const char* message = "'process.env' only accepts a configurable, writable, and enumerable data descriptor";
  if (wanted.has_get() || wanted.has_set())
    message = "'process.env' does not accept an accessor(getter/setter) descriptor";
  else if (wanted.has_value() && wanted.has_writable() && wanted.writable() && wanted.has_enumerable() &&
           wanted.enumerable() && wanted.has_configurable() && wanted.configurable())
    return Set(name, wanted.value(), info);
  ThrowTypeError(info.GetIsolate(), "ERR_INVALID_OBJECT_DEFINE_PROPERTY", message);
  return Intercepted::kYes;
}

void Enumerate(const PropertyCallbackInfo<Array>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Array> pairs = Variables(info)->AsArray();
  v8::LocalVector<Value> names(isolate);
  for (uint32_t i = 0; i < pairs->Length(); i += 2) {
    Local<Value> name;
    if (!pairs->Get(isolate->GetCurrentContext(), i).ToLocal(&name)) return;
    names.push_back(name);
  }
  info.GetReturnValue().Set(Array::New(isolate, names.data(), names.size()));
}

// create(names: string[], values: string[], onConversion, onTimeZone): the object.
void Create(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsArray() || !info[1]->IsArray()) return ThrowBadArgument(isolate, "create");
  Local<Map> variables = Map::New(isolate);
  for (uint32_t i = 0; i < info[0].As<Array>()->Length(); i++) {
    Local<Value> name, value;
    if (!info[0].As<Array>()->Get(context, i).ToLocal(&name) || !info[1].As<Array>()->Get(context, i).ToLocal(&value))
      return;
    if (!name->IsString() || !value->IsString()) return ThrowBadArgument(isolate, "create");
    if (variables->Set(context, name, value).IsEmpty()) return;
  }
  Local<Value> data[] = {variables, info[2], info[3]};
  Local<v8::FunctionTemplate> klass = v8::FunctionTemplate::New(isolate);
  Local<v8::ObjectTemplate> instance = klass->InstanceTemplate();
  instance->SetHandler(v8::NamedPropertyHandlerConfiguration(Get, Set, Query, Delete, Enumerate, Define, nullptr,
                                                             Array::New(isolate, data, 3),
                                                             v8::PropertyHandlerFlags::kHasNoSideEffect));
  Local<Object> object;
  if (!instance->NewInstance(context).ToLocal(&object)) return;
  Env::From(info)->State<ProcessEnvClass>()->function.Reset(isolate, klass);
  info.GetReturnValue().Set(object);
}

constexpr Method kMethods[] = {{"create", Create}};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->AddPointer(Get);
  references->AddPointer(Set);
  references->AddPointer(Query);
  references->AddPointer(Delete);
  references->AddPointer(Enumerate);
  references->AddPointer(Define);
}

BindingRegistration registration("process_env", Initialize, RegisterReferences);

}  // namespace

bool IsProcessEnv(Env* env, Local<Object> object) {
  v8::Global<v8::FunctionTemplate>& klass = env->State<ProcessEnvClass>()->function;
  return !klass.IsEmpty() && klass.Get(env->isolate())->HasInstance(object);
}

v8::MaybeLocal<Object> CopyProcessEnv(Env* env, Local<Object> object) {
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Object> copy = Object::New(isolate);
  Local<Array> names;
  constexpr auto kAsStrings = v8::KeyConversionMode::kConvertToString;
  if (!object->GetOwnPropertyNames(context, v8::ALL_PROPERTIES, kAsStrings).ToLocal(&names)) return {};
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> name, value;
    if (!names->Get(context, i).ToLocal(&name) || !object->Get(context, name).ToLocal(&value) ||
        copy->CreateDataProperty(context, name.As<v8::Name>(), value).IsNothing())
      return {};
  }
  return copy;
}

}  // namespace se
