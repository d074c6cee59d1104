// internalBinding('serdes'): V8's serializer and deserializer as classes, which lib/v8.js extends.
#include <cstring>
#include <string>

#include "binding.h"
#include "buffer.h"
#include "charged_serializer.h"
#include "native_object.h"

namespace se {

using v8::Array;
using v8::ArrayBuffer;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Integer;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Nothing;
using v8::Object;
using v8::SharedArrayBuffer;
using v8::String;
using v8::Value;
using v8::ValueDeserializer;
using v8::ValueSerializer;

namespace {

// The method `name` of `object`: nothing when the lookup throws, an empty function when it is none.
Maybe<Local<Function>> MethodOf(Env* env, Local<Object> object, const char* name) {
  Local<Value> value;
  if (!object->Get(env->context(), Name(env->isolate(), name)).ToLocal(&value)) return Nothing<Local<Function>>();
  return Just(value->IsFunction() ? value.As<Function>() : Local<Function>());
}

// --- Serializer -------------------------------------------------------------------------------------------------------

class SerializerObject : public NativeObject, public ChargedSerializer {
 public:
  alignas(8) static const char kTag[];

  SerializerObject(Env* env, Local<Object> wrapper)
      : NativeObject(env, wrapper, kTag), ChargedSerializer(env->allocator()), serializer(env->isolate(), this) {
    MakeWeak();
  }

  void ThrowDataCloneError(Local<String> message) override {
    Local<Value> argv[] = {message};
    Local<Function> make;
    Local<Value> error;
    if (!MethodOf(env(), object(), "_getDataCloneError").To(&make)) return;
    if (make.IsEmpty()) return ThrowError(isolate(), "ERR_INVALID_STATE", "_getDataCloneError is not a function");
    if (make->Call(env()->context(), object(), 1, argv).ToLocal(&error)) isolate()->ThrowException(error);
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> host) override {
    Local<Value> argv[] = {host};
    Local<Function> write;
    if (!MethodOf(env(), object(), "_writeHostObject").To(&write)) return Nothing<bool>();
    if (write.IsEmpty()) return ValueSerializer::Delegate::WriteHostObject(isolate, host);
    if (write->Call(env()->context(), object(), 1, argv).IsEmpty()) return Nothing<bool>();
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    Local<Value> argv[] = {buffer};
    Local<Function> get;
    Local<Value> id;
    if (!MethodOf(env(), object(), "_getSharedArrayBufferId").To(&get)) return Nothing<uint32_t>();
    if (get.IsEmpty()) return ValueSerializer::Delegate::GetSharedArrayBufferId(isolate, buffer);
    if (!get->Call(env()->context(), object(), 1, argv).ToLocal(&id)) return Nothing<uint32_t>();
    return id->Uint32Value(env()->context());
  }

  ValueSerializer serializer;
};

const char SerializerObject::kTag[] = "Serializer";

SerializerObject* ThisSerializer(const FunctionCallbackInfo<Value>& info) {
  return NativeObject::UnwrapThis<SerializerObject>(info);
}

void NewSerializer(const FunctionCallbackInfo<Value>& info) {
  if (!info.IsConstructCall())
    return ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED",
                          "Class constructor Serializer cannot be invoked without 'new'");
  new SerializerObject(Env::From(info), info.This());
}

void WriteHeader(const FunctionCallbackInfo<Value>& info) {
  if (SerializerObject* self = ThisSerializer(info)) self->serializer.WriteHeader();
}

void WriteValue(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  bool written;
  if (self != nullptr && self->serializer.WriteValue(self->env()->context(), info[0]).To(&written))
    info.GetReturnValue().Set(written);
}

void ReleaseBuffer(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  if (self == nullptr) return;
  std::pair<uint8_t*, size_t> data = self->serializer.Release();
  Local<v8::Uint8Array> buffer;
  bool made = NewBuffer(self->env(), data.first, data.second).ToLocal(&buffer);
  self->FreeBufferMemory(data.first);
  if (made) info.GetReturnValue().Set(buffer);
}

// transferArrayBuffer(id, buffer)
void TransferFromSerializer(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  uint32_t id;
  if (self == nullptr || !info[0]->Uint32Value(self->env()->context()).To(&id)) return;
  if (!info[1]->IsArrayBuffer())
    return ThrowTypeError(self->isolate(), "ERR_INVALID_ARG_TYPE", "arrayBuffer must be an ArrayBuffer");
  self->serializer.TransferArrayBuffer(id, info[1].As<ArrayBuffer>());
}

void WriteUint32(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  uint32_t value;
  if (self != nullptr && info[0]->Uint32Value(self->env()->context()).To(&value)) self->serializer.WriteUint32(value);
}

// writeUint64(high, low)
void WriteUint64(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  uint32_t high, low;
  if (self != nullptr && info[0]->Uint32Value(self->env()->context()).To(&high) &&
      info[1]->Uint32Value(self->env()->context()).To(&low))
    self->serializer.WriteUint64(static_cast<uint64_t>(high) << 32 | low);
}

void WriteDouble(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  double value;
  if (self != nullptr && info[0]->NumberValue(self->env()->context()).To(&value)) self->serializer.WriteDouble(value);
}

void WriteRawBytes(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  if (self == nullptr) return;
  Bytes bytes(info[0]);
  if (!bytes.ok)
    return ThrowTypeError(self->isolate(), "ERR_INVALID_ARG_TYPE",
                          "source must be a TypedArray or a DataView");
  self->serializer.WriteRawBytes(bytes.data, bytes.size);
}

void SetTreatViewsAsHostObjects(const FunctionCallbackInfo<Value>& info) {
  SerializerObject* self = ThisSerializer(info);
  if (self != nullptr) self->serializer.SetTreatArrayBufferViewsAsHostObjects(info[0]->BooleanValue(self->isolate()));
}

constexpr Method kSerializerMethods[] = {
    {"writeHeader", WriteHeader},
    {"writeValue", WriteValue},
    {"releaseBuffer", ReleaseBuffer},
    {"transferArrayBuffer", TransferFromSerializer},
    {"writeUint32", WriteUint32},
    {"writeUint64", WriteUint64},
    {"writeDouble", WriteDouble},
    {"writeRawBytes", WriteRawBytes},
    {"_setTreatArrayBufferViewsAsHostObjects", SetTreatViewsAsHostObjects},
};

// --- Deserializer -----------------------------------------------------------------------------------------------------

// Reads from a copy: the guest can write to, shrink or detach its own memory between, and within, the calls.
class DeserializerObject : public NativeObject, public ValueDeserializer::Delegate {
 public:
  alignas(8) static const char kTag[];

  DeserializerObject(Env* env, Local<Object> wrapper, std::string data)
      : NativeObject(env, wrapper, kTag),
        data_(std::move(data)),
        deserializer(env->isolate(), reinterpret_cast<const uint8_t*>(data_.data()), data_.size(), this) {
    MakeWeak();
  }
  // The constructor's caller charged them.
  ~DeserializerObject() override { env()->allocator()->Uncharge(data_.size()); }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    Local<Function> read;
    Local<Value> result;
    if (!MethodOf(env(), object(), "_readHostObject").To(&read)) return {};
    if (read.IsEmpty()) return ValueDeserializer::Delegate::ReadHostObject(isolate);
    Isolate::AllowJavascriptExecutionScope allow(isolate);
    if (!read->Call(env()->context(), object(), 0, nullptr).ToLocal(&result)) return {};
    if (result->IsObject()) return result.As<Object>();
    ThrowTypeError(isolate, nullptr, "readHostObject must return an object");
    return {};
  }

  const char* begin() const { return data_.data(); }

  // V8 fills an array that it already gave an id. Read from within _readHostObject, that id would hand the unfinished
  // array to the guest, which could shrink it under V8's hands: so reads do not nest.
  bool BeginRead() {
    if (!reading_) return reading_ = true;
    ThrowError(isolate(), "ERR_INVALID_STATE", "A value cannot be read within _readHostObject()");
    return false;
  }
  void EndRead() { reading_ = false; }

 private:
  const std::string data_;
  bool reading_ = false;

 public:
  ValueDeserializer deserializer;
};

const char DeserializerObject::kTag[] = "Deserializer";

DeserializerObject* ThisDeserializer(const FunctionCallbackInfo<Value>& info) {
  return NativeObject::UnwrapThis<DeserializerObject>(info);
}

void NewDeserializer(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info.IsConstructCall())
    return ThrowTypeError(isolate, "ERR_CONSTRUCT_CALL_REQUIRED",
                          "Class constructor Deserializer cannot be invoked without 'new'");
  if (!info[0]->IsArrayBufferView())
    return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView");
  if (info.This()->Set(env->context(), Name(isolate, "buffer"), info[0]).IsNothing()) return;
  Bytes bytes(info[0]);
  if (!env->allocator()->Charge(bytes.size))
    return ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
  new DeserializerObject(env, info.This(), std::string(bytes.view()));
}

void ReadHeader(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self == nullptr || !self->BeginRead()) return;
  bool read;
  if (self->deserializer.ReadHeader(self->env()->context()).To(&read)) info.GetReturnValue().Set(read);
  self->EndRead();
}

void ReadValue(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self == nullptr || !self->BeginRead()) return;
  Local<Value> value;
  if (self->deserializer.ReadValue(self->env()->context()).ToLocal(&value)) info.GetReturnValue().Set(value);
  self->EndRead();
}

void GetWireFormatVersion(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self != nullptr) info.GetReturnValue().Set(self->deserializer.GetWireFormatVersion());
}

// transferArrayBuffer(id, buffer)
void TransferToDeserializer(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  uint32_t id;
  if (self == nullptr || !info[0]->Uint32Value(self->env()->context()).To(&id)) return;
  if (info[1]->IsArrayBuffer()) return self->deserializer.TransferArrayBuffer(id, info[1].As<ArrayBuffer>());
  if (info[1]->IsSharedArrayBuffer())
    return self->deserializer.TransferSharedArrayBuffer(id, info[1].As<SharedArrayBuffer>());
  ThrowTypeError(self->isolate(), "ERR_INVALID_ARG_TYPE", "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer");
}

void ReadUint32(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self == nullptr) return;
  uint32_t value;
  if (!self->deserializer.ReadUint32(&value)) return ThrowError(self->isolate(), nullptr, "ReadUint32() failed");
  info.GetReturnValue().Set(value);
}

// readUint64(): [high, low]
void ReadUint64(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self == nullptr) return;
  uint64_t value;
  if (!self->deserializer.ReadUint64(&value)) return ThrowError(self->isolate(), nullptr, "ReadUint64() failed");
  Local<Value> parts[] = {Integer::NewFromUnsigned(self->isolate(), static_cast<uint32_t>(value >> 32)),
                          Integer::NewFromUnsigned(self->isolate(), static_cast<uint32_t>(value))};
  info.GetReturnValue().Set(Array::New(self->isolate(), parts, 2));
}

void ReadDouble(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  if (self == nullptr) return;
  double value;
  if (!self->deserializer.ReadDouble(&value)) return ThrowError(self->isolate(), nullptr, "ReadDouble() failed");
  info.GetReturnValue().Set(value);
}

// _readRawBytes(length): where these bytes begin in the buffer.
void ReadRawBytes(const FunctionCallbackInfo<Value>& info) {
  DeserializerObject* self = ThisDeserializer(info);
  int64_t length;
  if (self == nullptr || !info[0]->IntegerValue(self->env()->context()).To(&length)) return;
  const void* data;
  if (length < 0 || !self->deserializer.ReadRawBytes(static_cast<size_t>(length), &data))
    return ThrowError(self->isolate(), nullptr, "ReadRawBytes() failed");
  info.GetReturnValue().Set(static_cast<double>(static_cast<const char*>(data) - self->begin()));
}

constexpr Method kDeserializerMethods[] = {
    {"readHeader", ReadHeader},
    {"readValue", ReadValue},
    {"getWireFormatVersion", GetWireFormatVersion},
    {"transferArrayBuffer", TransferToDeserializer},
    {"readUint32", ReadUint32},
    {"readUint64", ReadUint64},
    {"readDouble", ReadDouble},
    {"_readRawBytes", ReadRawBytes},
};

void Initialize(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "Serializer",
                 MakeClassTemplate(env, "Serializer", NewSerializer, kSerializerMethods, std::size(kSerializerMethods)));
  Local<v8::FunctionTemplate> deserializer = MakeClassTemplate(env, "Deserializer", NewDeserializer,
                                                               kDeserializerMethods, std::size(kDeserializerMethods));
  deserializer->SetLength(1);
  (void)SetClass(env, target, "Deserializer", deserializer);
}

void RegisterReferences(References* references) {
  references->Add(NewSerializer);
  references->Add(NewDeserializer);
  AddReferences(references, kSerializerMethods);
  AddReferences(references, kDeserializerMethods);
}

BindingRegistration registration("serdes", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
