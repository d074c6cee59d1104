// internalBinding('secure_exec_values'): the form in which values enter and leave the runtime.
#include <memory>

#include "binding.h"
#include "serialize.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// serialize(value): Uint8Array
void Serialize(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::string bytes;
  Local<v8::Uint8Array> result;
  if (SerializeValue(env, info[0], &bytes) && NewUint8Array(env, bytes.data(), bytes.size()).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// deserialize(bytes: ArrayBufferView | ArrayBuffer): any
void Deserialize(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Bytes bytes(info[0]);
  if (!bytes.ok) return ThrowBadArgument(env->isolate(), "deserialize");
  // A copy: the guest may have a hand on the memory while it is read.
  std::string copy(bytes.view());
  Local<Value> value;
  if (DeserializeValue(env, copy.data(), copy.size()).ToLocal(&value)) info.GetReturnValue().Set(value);
}

constexpr Method kMethods[] = {{"serialize", Serialize}, {"deserialize", Deserialize}};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("secure_exec_values", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
