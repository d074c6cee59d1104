#include "resizable_memory.h"

#include <algorithm>
#include <cmath>

#include "allocator.h"

namespace se {

using v8::ArrayBuffer;
using v8::BackingStore;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Private;
using v8::SharedArrayBuffer;
using v8::Value;

namespace {

// How the two kinds of buffer differ.
struct Resizable {
  static constexpr char kMethod[] = "resize";
  static constexpr char kName[] = "ArrayBuffer.prototype.resize";
  static bool Is(Local<Value> value) { return value->IsArrayBuffer(); }
  static Local<Object> Make(Isolate* isolate) { return ArrayBuffer::New(isolate, 0); }
  static std::shared_ptr<BackingStore> Store(Local<Value> value) { return value.As<ArrayBuffer>()->GetBackingStore(); }
  static size_t Size(Local<Value> value) { return value.As<ArrayBuffer>()->ByteLength(); }
};

struct Growable {
  static constexpr char kMethod[] = "grow";
  static constexpr char kName[] = "SharedArrayBuffer.prototype.grow";
  static bool Is(Local<Value> value) { return value->IsSharedArrayBuffer(); }
  static Local<Object> Make(Isolate* isolate) { return SharedArrayBuffer::New(isolate, 0); }
  static std::shared_ptr<BackingStore> Store(Local<Value> value) {
    return value.As<SharedArrayBuffer>()->GetBackingStore();
  }
  static size_t Size(Local<Value> value) { return value.As<SharedArrayBuffer>()->ByteLength(); }
};

// V8's own method is kept on the prototype, out of JavaScript's reach.
template <typename Kind>
Local<Private> OriginalKey(Isolate* isolate) {
  return Private::ForApi(isolate, Name(isolate, Kind::kName));
}

template <typename Kind>
void Resize(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  // A buffer of this context has the genuine prototype, whatever guest code made of the global one.
  Local<Value> prototype = Kind::Make(isolate)->GetPrototype();
  Local<Value> original;
  if (!prototype.As<Object>()->GetPrivate(context, OriginalKey<Kind>(isolate)).ToLocal(&original) ||
      !original->IsFunction())
    return ThrowTypeError(isolate, "ERR_INVALID_STATE", "Invalid state: the method is missing");
  Local<Value> length = info[0];
  std::shared_ptr<BackingStore> store;
  size_t charged = 0;
  CountingAllocator* allocator = Env::From(info)->allocator();
  if (Kind::Is(info.This()) && Kind::Store(info.This())->IsResizableByUserJavaScript()) {
    double number;
    if (!length->NumberValue(context).To(&number)) return;
    length = v8::Number::New(isolate, number);
    store = Kind::Store(info.This());
    size_t before = Kind::Size(info.This());
    // What is beyond the buffer's maximum the method refuses itself.
    if (number > static_cast<double>(before) && number <= static_cast<double>(store->MaxByteLength())) {
      charged = static_cast<size_t>(number) - before;
      if (!allocator->ChargeGrowth(store, charged))
        return ThrowRangeError(isolate, nullptr, std::string(Kind::kName) + ": Out of memory");
    }
  }
  size_t before = store ? store->ByteLength() : 0;
  Local<Value> result;
  bool done = original.As<Function>()->Call(context, info.This(), 1, &length).ToLocal(&result);
  if (!store) return;
  if (!done) allocator->UnchargeGrowth(store, charged);
  else if (store->ByteLength() < before) allocator->UnchargeGrowth(store, before - store->ByteLength());
  if (done) info.GetReturnValue().Set(result);
}

template <typename Kind>
void Install(Isolate* isolate, Local<Context> context) {
  Local<Value> value = Kind::Make(isolate)->GetPrototype();
  Local<Object> prototype = value.As<Object>();
  Local<v8::String> name = Name(isolate, Kind::kMethod);
  Local<Value> original;
  Local<Function> wrapper;
  if (!prototype->Get(context, name).ToLocal(&original) || !original->IsFunction() ||
      !Function::New(context, Resize<Kind>, {}, 1, v8::ConstructorBehavior::kThrow).ToLocal(&wrapper))
    return;
  wrapper->SetName(name);
  (void)prototype->SetPrivate(context, OriginalKey<Kind>(isolate), original);
  (void)prototype->DefineOwnProperty(context, name, wrapper, v8::DontEnum);
}

}  // namespace

void CountResizableMemory(Isolate* isolate, Local<Context> context) {
  Context::Scope scope(context);
  Install<Resizable>(isolate, context);
  Install<Growable>(isolate, context);
}

void ReferenceResizableMemory(References* references) {
  references->Add(Resize<Resizable>);
  references->Add(Resize<Growable>);
}

}  // namespace se
