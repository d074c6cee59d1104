#include "binding.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "allocator.h"

namespace se {

using v8::ArrayBuffer;
using v8::ArrayBufferView;
using v8::Context;
using v8::Exception;
using v8::Function;
using v8::FunctionTemplate;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::NewStringType;
using v8::Nothing;
using v8::Object;
using v8::SharedArrayBuffer;
using v8::String;
using v8::Uint8Array;
using v8::Value;

namespace {

std::vector<const BindingRegistration*>& Registry() {
  static std::vector<const BindingRegistration*> registry;
  return registry;
}

// `make` turns the message into an error object of the wanted class.
void Throw(Isolate* isolate, Local<Value> (*make)(Local<String>, Local<Value>), const char* code,
           std::string_view message) {
  Local<String> text;
  if (!Utf8(isolate, message).ToLocal(&text)) text = String::Empty(isolate);
  Local<Value> error = make(text, {});
  Local<Context> context = isolate->GetCurrentContext();
  if (code != nullptr && error->IsObject())
    (void)error.As<Object>()->Set(context, Name(isolate, "code"), Name(isolate, code));
  isolate->ThrowException(error);
}

}  // namespace

const intptr_t* References::Finish() {
  list_.push_back(0);
  return list_.data();
}

BindingRegistration::BindingRegistration(const char* name, InitFunction init, ReferencesFunction references)
    : name_(name), init_(init), references_(references) {
  Registry().push_back(this);
}

const BindingRegistration* BindingRegistration::Find(std::string_view name) {
  for (const BindingRegistration* binding : Registry())
    if (name == binding->name_) return binding;
  return nullptr;
}

void BindingRegistration::AddAllReferences(References* references) {
  for (const BindingRegistration* binding : Registry())
    if (binding->references_ != nullptr) binding->references_(references);
}

void SetMethod(Env* env, Local<Object> target, const char* name, v8::FunctionCallback callback) {
  Isolate* isolate = env->isolate();
  Local<String> key = Name(isolate, name);
  Local<FunctionTemplate> tmpl = FunctionTemplate::New(isolate, callback, {}, {}, 0, v8::ConstructorBehavior::kThrow);
  Local<Function> function;
  if (!tmpl->GetFunction(env->context()).ToLocal(&function)) return;
  function->SetName(key);
  (void)target->Set(env->context(), key, function);
}

Local<FunctionTemplate> MakeClassTemplate(Env* env, const char* name, v8::FunctionCallback constructor,
                                          const Method* methods, size_t count, int extra_fields) {
  Isolate* isolate = env->isolate();
  Local<FunctionTemplate> klass = FunctionTemplate::New(isolate, constructor);
  klass->SetClassName(Name(isolate, name));
  klass->InstanceTemplate()->SetInternalFieldCount(NativeObject::kFieldCount + extra_fields);
  Local<v8::Signature> signature = v8::Signature::New(isolate, klass);
  for (size_t i = 0; i < count; i++) {
    Local<FunctionTemplate> method = FunctionTemplate::New(isolate, methods[i].callback, {}, signature, 0,
                                                           v8::ConstructorBehavior::kThrow);
    method->SetClassName(Name(isolate, methods[i].name));
    klass->PrototypeTemplate()->Set(Name(isolate, methods[i].name), method);
  }
  return klass;
}

MaybeLocal<Function> SetClass(Env* env, Local<Object> target, const char* name, Local<FunctionTemplate> klass) {
  Local<Function> function;
  if (!klass->GetFunction(env->context()).ToLocal(&function)) return {};
  (void)target->Set(env->context(), Name(env->isolate(), name), function);
  return function;
}

void SetConstant(Env* env, Local<Object> target, const char* name, double value) {
  SetValue(env, target, name, v8::Number::New(env->isolate(), value));
}

void SetValue(Env* env, Local<Object> target, const char* name, Local<Value> value) {
  (void)target->Set(env->context(), Name(env->isolate(), name), value);
}

Local<String> Name(Isolate* isolate, std::string_view text) {
  Local<String> result;
  if (!String::NewFromUtf8(isolate, text.data(), NewStringType::kInternalized, static_cast<int>(text.size()))
           .ToLocal(&result))
    return String::Empty(isolate);
  return result;
}

MaybeLocal<String> Utf8(Isolate* isolate, std::string_view text) {
  if (text.size() > static_cast<size_t>(String::kMaxLength)) return {};
  return String::NewFromUtf8(isolate, text.data(), NewStringType::kNormal, static_cast<int>(text.size()));
}

std::string ToStdString(Isolate* isolate, Local<Value> value) {
  Local<String> string;
  if (!value->ToString(isolate->GetCurrentContext()).ToLocal(&string)) return {};
  // Unlike String::Utf8Value this replaces lone surrogates, which have no UTF-8.
  std::string text(static_cast<size_t>(string->Utf8Length(isolate)), '\0');
  constexpr int kOptions = String::NO_NULL_TERMINATION | String::REPLACE_INVALID_UTF8;
  string->WriteUtf8(isolate, text.data(), static_cast<int>(text.size()), nullptr, kOptions);
  return text;
}

void ThrowError(Isolate* isolate, const char* code, std::string_view message) {
  Throw(isolate, Exception::Error, code, message);
}
void ThrowTypeError(Isolate* isolate, const char* code, std::string_view message) {
  Throw(isolate, Exception::TypeError, code, message);
}
void ThrowRangeError(Isolate* isolate, const char* code, std::string_view message) {
  Throw(isolate, Exception::RangeError, code, message);
}
void ThrowBadArgument(Isolate* isolate, const char* function) {
  ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", std::string("Bad arguments to internal function ") + function);
}

Bytes::Bytes(Local<Value> value) {
  if (value.IsEmpty()) return;
  if (value->IsArrayBufferView()) {
    Local<ArrayBufferView> view = value.As<ArrayBufferView>();
    size = view->ByteLength();
    // Buffer() moves small on-heap arrays off the heap, so that the pointer survives a garbage collection.
    data = static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
    ok = true;
  } else if (value->IsArrayBuffer()) {
    Local<ArrayBuffer> buffer = value.As<ArrayBuffer>();
    size = buffer->ByteLength();
    data = static_cast<uint8_t*>(buffer->Data());
    ok = true;
  } else if (value->IsSharedArrayBuffer()) {
    Local<SharedArrayBuffer> buffer = value.As<SharedArrayBuffer>();
    size = buffer->ByteLength();
    data = static_cast<uint8_t*>(buffer->Data());
    ok = true;
  }
  static uint8_t nothing;
  if (ok && size == 0) data = &nothing;
}

std::unique_ptr<v8::BackingStore> NewZeroedStore(Env* env, size_t size) {
  // From this size on fresh pages of the kernel, zeros that cost nothing before they are touched, beat writing zeros.
  constexpr size_t kFreshPages = 128 << 10;
  // V8's own way to zeroed memory ends the process when memory is short.
  CountingAllocator* allocator = env->allocator();
  void* pages = size >= kFreshPages && allocator->Fits(size) ? allocator->Allocate(size) : nullptr;
  if (pages != nullptr) {
    auto release = [](void* data, size_t length, void* owner) {
      static_cast<CountingAllocator*>(owner)->Free(data, length);
    };
    return ArrayBuffer::NewBackingStore(pages, size, release, allocator);
  }
  std::unique_ptr<v8::BackingStore> store = ArrayBuffer::NewBackingStoreForNodeLTS(env->isolate(), size);
  // It comes as the allocator gives it, which may be with what another guest left there.
  if (store && size > 0) memset(store->Data(), 0, size);
  return store;
}

MaybeLocal<Uint8Array> NewUint8Array(Env* env, const void* data, size_t size) {
  Isolate* isolate = env->isolate();
  std::unique_ptr<v8::BackingStore> store =
      data == nullptr ? NewZeroedStore(env, size) : ArrayBuffer::NewBackingStoreForNodeLTS(isolate, size);
  if (!store) {
    ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
    return {};
  }
  if (size > 0 && data != nullptr) memcpy(store->Data(), data, size);
  return Uint8Array::New(ArrayBuffer::New(isolate, std::move(store)), 0, size);
}

Maybe<int64_t> IntegerIn(Local<Value> value, int64_t min, int64_t max) {
  if (value.IsEmpty() || !value->IsNumber()) return Nothing<int64_t>();
  double number = value.As<v8::Number>()->Value();
  if (!(number >= static_cast<double>(min) && number <= static_cast<double>(max))) return Nothing<int64_t>();
  if (std::trunc(number) != number) return Nothing<int64_t>();
  return Just(static_cast<int64_t>(number));
}

}  // namespace se
