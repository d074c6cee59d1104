#include "values.h"

#include "errors.h"

namespace se::crypto {

using v8::Array;
using v8::ArrayBuffer;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Uint8Array;
using v8::Value;

std::optional<SecretBytes> CopyBytes(Env* env, Local<Value> value, const char* function) {
  Bytes bytes(value);
  if (!bytes.ok) {
    ThrowBadArgument(env->isolate(), function);
    return std::nullopt;
  }
  std::optional<SecretBytes> copy = SecretBytes::Copy(env->allocator(), bytes.data, bytes.size);
  if (!copy) ThrowOutOfMemory(env);
  return copy;
}

std::optional<SecretBytes> CopyOptionalBytes(Env* env, Local<Value> value, const char* function) {
  if (value->IsNullOrUndefined()) return SecretBytes();
  return CopyBytes(env, value, function);
}

std::optional<int64_t> TakeInteger(Env* env, Local<Value> value, int64_t min, int64_t max, const char* function) {
  Maybe<int64_t> number = IntegerIn(value, min, max);
  if (number.IsJust()) return number.FromJust();
  ThrowBadArgument(env->isolate(), function);
  return std::nullopt;
}

std::string NameOf(Env* env, Local<Value> value) {
  if (!value->IsString() || value.As<String>()->Length() > kMaxNameLength) return {};
  return ToStdString(env->isolate(), value);
}

std::optional<std::string> TakeString(Env* env, Local<Value> value, const char* function) {
  if (value->IsString() && value.As<String>()->Length() <= kMaxNameLength) return NameOf(env, value);
  ThrowBadArgument(env->isolate(), function);
  return std::nullopt;
}

bool RequireNew(const FunctionCallbackInfo<Value>& info) {
  if (info.IsConstructCall()) return true;
  ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor cannot be invoked without `new`");
  return false;
}

MaybeLocal<ArrayBuffer> NewArrayBuffer(Env* env, const void* data, size_t size) {
  Local<Uint8Array> view;
  if (!NewUint8Array(env, data, size).ToLocal(&view)) return {};
  return view->Buffer();
}

bool SetProperty(Env* env, Local<Object> object, const char* name, Local<Value> value) {
  return object->Set(env->isolate()->GetCurrentContext(), Name(env->isolate(), name), value).FromMaybe(false);
}

bool SetProperty(Env* env, Local<Object> object, const char* name, std::string_view text) {
  Local<String> value;
  return Utf8(env->isolate(), text).ToLocal(&value) && SetProperty(env, object, name, value);
}

MaybeLocal<Value> NewStringArray(Env* env, const std::vector<std::string>& strings) {
  std::vector<Local<Value>> values;
  values.reserve(strings.size());
  for (const std::string& text : strings) {
    Local<String> value;
    if (!Utf8(env->isolate(), text).ToLocal(&value)) return {};
    values.push_back(value);
  }
  return Array::New(env->isolate(), values.data(), values.size());
}

}  // namespace se::crypto
