#include "serialize.h"

#include <cstring>
#include <memory>

#include "binding.h"
#include "buffer.h"
#include "charged_serializer.h"
#include "message.h"

namespace se {

using v8::ArrayBuffer;
using v8::ArrayBufferView;
using v8::Context;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Nothing;
using v8::Object;
using v8::SharedArrayBuffer;
using v8::Value;
using v8::ValueDeserializer;
using v8::ValueSerializer;
using v8::WasmModuleObject;

namespace {

// The type indices of Node's DefaultSerializer (lib/v8.js).
enum ViewIndex : uint32_t {
  kInt8,
  kUint8,
  kUint8Clamped,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kFloat32,
  kFloat64,
  kDataView,
  kBuffer,
  kBigInt64,
  kBigUint64,
};

// The index of a view, or nothing for a type that came after these.
Maybe<uint32_t> IndexOf(Env* env, Local<Value> view) {
  if (view->IsUint8Array()) return Just<uint32_t>(IsBuffer(env, view.As<Object>()) ? kBuffer : kUint8);
  if (view->IsInt8Array()) return Just<uint32_t>(kInt8);
  if (view->IsUint8ClampedArray()) return Just<uint32_t>(kUint8Clamped);
  if (view->IsInt16Array()) return Just<uint32_t>(kInt16);
  if (view->IsUint16Array()) return Just<uint32_t>(kUint16);
  if (view->IsInt32Array()) return Just<uint32_t>(kInt32);
  if (view->IsUint32Array()) return Just<uint32_t>(kUint32);
  if (view->IsFloat32Array()) return Just<uint32_t>(kFloat32);
  if (view->IsFloat64Array()) return Just<uint32_t>(kFloat64);
  if (view->IsDataView()) return Just<uint32_t>(kDataView);
  if (view->IsBigInt64Array()) return Just<uint32_t>(kBigInt64);
  if (view->IsBigUint64Array()) return Just<uint32_t>(kBigUint64);
  return Nothing<uint32_t>();
}

size_t ElementSize(uint32_t index) {
  switch (index) {
    case kInt16:
    case kUint16: return 2;
    case kInt32:
    case kUint32:
    case kFloat32: return 4;
    case kFloat64:
    case kBigInt64:
    case kBigUint64: return 8;
    default: return 1;
  }
}

Local<Object> MakeView(uint32_t index, Local<ArrayBuffer> buffer, size_t size) {
  size_t length = size / ElementSize(index);
  switch (index) {
    case kInt8: return v8::Int8Array::New(buffer, 0, length);
    case kUint8Clamped: return v8::Uint8ClampedArray::New(buffer, 0, length);
    case kInt16: return v8::Int16Array::New(buffer, 0, length);
    case kUint16: return v8::Uint16Array::New(buffer, 0, length);
    case kInt32: return v8::Int32Array::New(buffer, 0, length);
    case kUint32: return v8::Uint32Array::New(buffer, 0, length);
    case kFloat32: return v8::Float32Array::New(buffer, 0, length);
    case kFloat64: return v8::Float64Array::New(buffer, 0, length);
    case kDataView: return v8::DataView::New(buffer, 0, length);
    case kBigInt64: return v8::BigInt64Array::New(buffer, 0, length);
    case kBigUint64: return v8::BigUint64Array::New(buffer, 0, length);
    default: return v8::Uint8Array::New(buffer, 0, length);
  }
}

class ValueWriter : public ChargedSerializer {
 public:
  explicit ValueWriter(Env* env)
      : ChargedSerializer(env->allocator()), env_(env), serializer_(env->isolate(), this) {
    serializer_.SetTreatArrayBufferViewsAsHostObjects(true);
  }

  bool Write(Local<Context> context, Local<Value> value, std::string* bytes) {
    serializer_.WriteHeader();
    if (serializer_.WriteValue(context, value).IsNothing()) return false;
    std::pair<uint8_t*, size_t> data = serializer_.Release();
    bytes->assign(reinterpret_cast<char*>(data.first), data.second);
    FreeBufferMemory(data.first);
    return true;
  }

  void ThrowDataCloneError(Local<v8::String> message) override { se::ThrowDataCloneError(env_, message); }
  bool HasCustomHostObject(Isolate* isolate) override { return true; }
  // Objects of Node's library that are not just their own properties (Blob, URL), and native ones, cannot leave the process.
  Maybe<bool> IsHostObject(Isolate* isolate, Local<Object> object) override {
    if (object->IsNativeError()) return Just(false);
    if (object->InternalFieldCount() > 0) return Just(true);
    return object->HasPrivate(env_->context(), env_->PrivateSymbol("transfer_mode_private_symbol"));
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    uint32_t index;
    if (!object->IsArrayBufferView() || !IndexOf(env_, object).To(&index)) {
      se::ThrowDataCloneError(env_, "Cannot clone object of unsupported type.");
      return Nothing<bool>();
    }
    Bytes bytes(object);
    if (bytes.size > UINT32_MAX) {
      se::ThrowDataCloneError(env_, "ArrayBufferView is too large to be cloned.");
      return Nothing<bool>();
    }
    serializer_.WriteUint32(index);
    serializer_.WriteUint32(static_cast<uint32_t>(bytes.size));
    serializer_.WriteRawBytes(bytes.data, bytes.size);
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    se::ThrowDataCloneError(env_, "#<SharedArrayBuffer> could not be cloned.");
    return Nothing<uint32_t>();
  }
  Maybe<uint32_t> GetWasmModuleTransferId(Isolate* isolate, Local<WasmModuleObject> module) override {
    se::ThrowDataCloneError(env_, "#<Module> could not be cloned.");
    return Nothing<uint32_t>();
  }

 private:
  Env* env_;
  ValueSerializer serializer_;
};

class ValueReader : public ValueDeserializer::Delegate {
 public:
  ValueReader(Env* env, const void* data, size_t size)
      : env_(env), deserializer_(env->isolate(), static_cast<const uint8_t*>(data), size, this) {}

  MaybeLocal<Value> Read(Local<Context> context) {
    if (deserializer_.ReadHeader(context).IsNothing()) return {};
    return deserializer_.ReadValue(context);
  }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    uint32_t index, size;
    const void* data;
    if (!deserializer_.ReadUint32(&index) || !deserializer_.ReadUint32(&size) ||
        !deserializer_.ReadRawBytes(size, &data) || index > kBigUint64 || size % ElementSize(index) != 0) {
      ThrowError(isolate, "ERR_INVALID_ARG_VALUE", "Unable to deserialize cloned data.");
      return {};
    }
    if (index == kBuffer) {
      Local<v8::Uint8Array> buffer;
      if (!NewBuffer(env_, data, size).ToLocal(&buffer)) return {};
      return buffer.As<Object>();
    }
    std::unique_ptr<v8::BackingStore> store = ArrayBuffer::NewBackingStoreForNodeLTS(isolate, size);
    if (!store) {
      ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
      return {};
    }
    if (size > 0) memcpy(store->Data(), data, size);
    return MakeView(index, ArrayBuffer::New(isolate, std::move(store)), size);
  }

 private:
  Env* env_;
  ValueDeserializer deserializer_;
};

}  // namespace

bool SerializeValue(Env* env, Local<Value> value, std::string* bytes) {
  v8::HandleScope scope(env->isolate());
  ValueWriter writer(env);
  return writer.Write(env->context(), value, bytes);
}

MaybeLocal<Value> DeserializeValue(Env* env, const void* data, size_t size) {
  v8::EscapableHandleScope scope(env->isolate());
  Local<Value> value;
  ValueReader reader(env, data, size);
  if (!reader.Read(env->context()).ToLocal(&value)) return {};
  return scope.Escape(value);
}

}  // namespace se
