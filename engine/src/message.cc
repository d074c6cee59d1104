#include "message.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "binding.h"
#include "charged_serializer.h"
#include "identity_index.h"
#include "per_context.h"
#include "process_env.h"

namespace se {

using v8::Array;
using v8::ArrayBuffer;
using v8::BackingStore;
using v8::CompiledWasmModule;
using v8::Context;
using v8::EscapableHandleScope;
using v8::Function;
using v8::Global;
using v8::HandleScope;
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
using v8::WasmModuleObject;

namespace {

// In place of a host object's number: an ordinary object follows that stands for it.
constexpr uint32_t kOrdinaryObject = UINT32_MAX;
constexpr char kCloneUnsupported[] = "Cannot clone object of unsupported type.";
constexpr char kTransferUnsupported[] = "Cannot transfer object of unsupported type.";
// What an entry of a queue costs besides its bytes.
constexpr size_t kMessageOverhead = 256;

std::vector<TransferableObject* (*)(Local<Value>)>& TransferableClasses() {
  static std::vector<TransferableObject* (*)(Local<Value>)> classes;
  return classes;
}

// An object of Node's library that describes itself: `object[kTransfer or kClone]()` returns {data, deserializeInfo}.
class JsTransferData : public TransferData {
 public:
  JsTransferData(Isolate* isolate, std::string info, Local<Value> data)
      : info_(std::move(info)), data_(isolate, data) {}

  MaybeLocal<Object> Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>* self) override {
    Isolate* isolate = env->isolate();
    if (context != env->context()) {
      ThrowError(isolate, "ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE",
                 "A message object could not be deserialized successfully in the target vm.Context");
      return {};
    }
    Local<Function> create;
    Local<String> info;
    Local<Value> object;
    if (env->GetFunction(Slot::kMessagingDeserializerCreate).ToLocal(&create) &&
        Utf8(isolate, info_).ToLocal(&info)) {
      Local<Value> argv[] = {info};
      if (!create->Call(context, v8::Null(isolate), 1, argv).ToLocal(&object)) return {};
    }
    if (object.IsEmpty() || !object->IsObject()) {
      ThrowDataCloneError(env, "Object could not be deserialized.");
      return {};
    }
    return object.As<Object>();
  }

  Maybe<bool> FinishWrite(Env* env, Local<Context> context, ValueSerializer* serializer) override {
    Local<Value> data = data_.Get(env->isolate());
    data_.Reset();
    return serializer->WriteValue(context, data);
  }

  Maybe<bool> FinishRead(Env* env, Local<Context> context, Local<Object> object,
                         ValueDeserializer* deserializer) override {
    Local<Value> data, method;
    if (!deserializer->ReadValue(context).ToLocal(&data) ||
        !object->Get(context, env->IsolateSymbol("messaging_deserialize_symbol")).ToLocal(&method))
      return Nothing<bool>();
    if (!method->IsFunction()) return Just(true);
    Local<Value> argv[] = {data};
    if (method.As<Function>()->Call(context, object, 1, argv).IsEmpty()) return Nothing<bool>();
    return Just(true);
  }

 private:
  std::string info_;
  Global<Value> data_;  // empty once written: the data then follows in the message's bytes
};

// One host object that a message names: native, or one of Node's library by its transfer mode.
class HostObject {
 public:
  HostObject(Env* env, Local<Object> object) : env_(env), object_(object) {}

  static bool Is(Env* env, Local<Context> context, Local<Object> object) {
    return TransferableObject::From(object) != nullptr ||
           object->HasPrivate(context, env->PrivateSymbol("transfer_mode_private_symbol")).FromMaybe(false);
  }

  uint32_t transfer_mode(Local<Context> context) const {
    if (TransferableObject* native = TransferableObject::From(object_)) return native->transfer_mode();
    Local<Value> mode;
    if (!object_->GetPrivate(context, env_->PrivateSymbol("transfer_mode_private_symbol")).ToLocal(&mode)) return 0;
    return static_cast<uint32_t>(IntegerIn(mode, 0, kTransferable | kCloneable).FromMaybe(0));
  }

  // Objects that this one wants to have transferred along with it.
  Maybe<bool> AddNested(Local<Context> context, IdentityIndex* list) const {
    if (TransferableObject::From(object_) != nullptr) return Just(true);
    Local<Value> method, result;
    if (!object_->Get(context, env_->IsolateSymbol("messaging_transfer_list_symbol")).ToLocal(&method))
      return Nothing<bool>();
    if (!method->IsFunction()) return Just(true);
    if (!method.As<Function>()->Call(context, object_, 0, nullptr).ToLocal(&result)) return Nothing<bool>();
    if (!result->IsArray()) return Just(true);
    Local<Array> nested = result.As<Array>();
    for (uint32_t i = 0; i < nested->Length(); i++) {
      Local<Value> entry;
      if (!nested->Get(context, i).ToLocal(&entry)) return Nothing<bool>();
      if (!entry->IsObject() || !Is(env_, context, entry.As<Object>())) continue;
      if (!list->Find(entry.As<Object>())) list->Add(entry.As<Object>());
    }
    return Just(true);
  }

  // Null, perhaps with an exception pending, when the object refuses.
  std::unique_ptr<TransferData> Take(Local<Context> context, bool transfer) const {
    if (TransferableObject* native = TransferableObject::From(object_)) {
      uint32_t mode = native->transfer_mode();
      std::unique_ptr<TransferData> data;
      if (transfer && (mode & kTransferable)) data = native->Transfer();
      if (!data && (mode & kCloneable)) data = native->Clone();
      return data;
    }
    for (const char* name : {"messaging_transfer_symbol", "messaging_clone_symbol"}) {
      if (!transfer && name == std::string_view("messaging_transfer_symbol")) continue;
      Local<Value> method, result, data, info;
      if (!object_->Get(context, env_->IsolateSymbol(name)).ToLocal(&method)) return nullptr;
      if (!method->IsFunction()) continue;
      if (!method.As<Function>()->Call(context, object_, 0, nullptr).ToLocal(&result)) return nullptr;
      if (!result->IsObject()) continue;
      if (!result.As<Object>()->Get(context, Name(env_->isolate(), "data")).ToLocal(&data) ||
          !result.As<Object>()->Get(context, Name(env_->isolate(), "deserializeInfo")).ToLocal(&info))
        return nullptr;
      v8::String::Utf8Value text(env_->isolate(), info);
      if (*text == nullptr) return nullptr;
      return std::make_unique<JsTransferData>(env_->isolate(), std::string(*text, text.length()), data);
    }
    return nullptr;
  }

 private:
  Env* env_;
  Local<Object> object_;
};

}  // namespace

// Tells V8 how to write what it does not know, into the message.
class MessageSerializer : public ChargedSerializer {
 public:
  MessageSerializer(Env* env, Local<Context> context, Message* message)
      : ChargedSerializer(message->ledger_->allocator()),
        env_(env),
        context_(context),
        message_(message),
        array_buffers_(env->isolate()),
        shared_array_buffers_(env->isolate()),
        host_objects_(env->isolate()),
        serializer_(env->isolate(), this) {}

  Maybe<bool> AddTransferList(const std::vector<Local<Value>>& list, Local<Object> source) {
    for (Local<Value> entry : list) {
      if (!entry->IsObject()) return Fail("Found invalid value in transferList.");
      Local<Object> object = entry.As<Object>();
      bool untransferable;
      if (!object->HasPrivate(context_, env_->PrivateSymbol("untransferable_object_private_symbol"))
               .To(&untransferable))
        return Nothing<bool>();
      if (untransferable) return Fail(kTransferUnsupported);
      if (object->IsArrayBuffer()) {
        Local<ArrayBuffer> buffer = object.As<ArrayBuffer>();
        if (!buffer->IsDetachable() || buffer->WasDetached()) return Fail(kTransferUnsupported);
        if (array_buffers_.Find(buffer)) return Fail("Transfer list contains duplicate ArrayBuffer");
        serializer_.TransferArrayBuffer(array_buffers_.Add(buffer), buffer);
        continue;
      }
      if (!source.IsEmpty() && object == source) return Fail("Transfer list contains source port");
      if (!HostObject::Is(env_, context_, object)) return Fail("Found invalid value in transferList.");
      HostObject host(env_, object);
      uint32_t mode = host.transfer_mode(context_);
      TransferableObject* native = TransferableObject::From(object);
      if (native != nullptr && mode == kDisallowCloneAndTransfer && native->DetachedMessage() != nullptr)
        return Fail(native->DetachedMessage());
      if (host_objects_.Find(object)) {
        std::string name = ToStdString(env_->isolate(), object->GetConstructorName());
        return Fail(("Transfer list contains duplicate " + name).c_str());
      }
      if (!(mode & kTransferable)) return Fail("Found invalid value in transferList.");
      host_objects_.Add(object);
    }
    // The list grows while nested objects bring their own.
    for (uint32_t i = 0; i < host_objects_.size(); i++) {
      HandleScope scope(env_->isolate());
      if (HostObject(env_, host_objects_.at(i)).AddNested(context_, &host_objects_).IsNothing()) return Nothing<bool>();
    }
    first_cloned_ = host_objects_.size();
    return Just(true);
  }

  Maybe<bool> Write(Local<Value> value) {
    serializer_.WriteHeader();
    if (serializer_.WriteValue(context_, value).IsNothing()) return Nothing<bool>();
    // Getters ran meanwhile: they may have taken the buffers away.
    for (uint32_t i = 0; i < array_buffers_.size(); i++) {
      HandleScope scope(env_->isolate());
      Local<ArrayBuffer> buffer = array_buffers_.at(i).As<ArrayBuffer>();
      if (!buffer->IsDetachable() || buffer->WasDetached()) return Fail(kTransferUnsupported);
    }
    for (uint32_t i = 0; i < array_buffers_.size(); i++) {
      HandleScope scope(env_->isolate());
      Local<ArrayBuffer> buffer = array_buffers_.at(i).As<ArrayBuffer>();
      std::shared_ptr<BackingStore> store = buffer->GetBackingStore();
      if (buffer->Detach(Local<Value>()).IsNothing()) return Nothing<bool>();
      message_->array_buffers_.push_back(std::move(store));
    }
    // Writing an object's data may find further objects to clone.
    for (uint32_t i = 0; i < host_objects_.size(); i++) {
      HandleScope scope(env_->isolate());
      HostObject host(env_, host_objects_.at(i));
      std::unique_ptr<TransferData> data;
      bool threw;
      {
        v8::TryCatch try_catch(env_->isolate());
        data = host.Take(context_, i < first_cloned_);
        threw = try_catch.HasCaught();
        // A termination goes on by itself; thrown again it would be an exception that can be caught.
        if (threw && !try_catch.HasTerminated()) try_catch.ReThrow();
      }
      if (threw) return Nothing<bool>();
      if (!data) return Fail(kCloneUnsupported);
      if (data->FinishWrite(env_, context_, &serializer_).IsNothing()) return Nothing<bool>();
      message_->transferables_.push_back(std::move(data));
    }
    std::pair<uint8_t*, size_t> bytes = serializer_.Release();
    message_->bytes_ = bytes.first;
    message_->size_ = bytes.second;
    message_->charged_ += TakeCharge();
    return Just(true);
  }

  void ThrowDataCloneError(Local<String> text) override { se::ThrowDataCloneError(env_, text); }
  bool HasCustomHostObject(Isolate* isolate) override { return true; }
  Maybe<bool> IsHostObject(Isolate* isolate, Local<Object> object) override {
    // Native objects that do not travel are refused (WriteHostObject) instead of being copied without their inside.
    return Just(object->InternalFieldCount() > 0 || HostObject::Is(env_, context_, object));
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    if (IsProcessEnv(env_, object)) {
      Local<Object> copy;
      if (!CopyProcessEnv(env_, object).ToLocal(&copy)) return Nothing<bool>();
      serializer_.WriteUint32(kOrdinaryObject);
      return serializer_.WriteValue(context_, copy);
    }
    if (!HostObject::Is(env_, context_, object)) return Fail(kCloneUnsupported);
    HostObject host(env_, object);
    uint32_t mode = host.transfer_mode(context_);
    if (mode == kDisallowCloneAndTransfer) return Fail(kCloneUnsupported);
    std::optional<uint32_t> place = host_objects_.Find(object);
    if (!place && !(mode & kCloneable))
      return Fail("Object that needs transfer was found in message but not listed in transferList");
    serializer_.WriteUint32(place ? *place : host_objects_.Add(object));
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    Local<Object> object = buffer.As<Object>();
    if (std::optional<uint32_t> place = shared_array_buffers_.Find(object)) return Just(*place);
    message_->shared_array_buffers_.push_back(buffer->GetBackingStore());
    return Just(shared_array_buffers_.Add(object));
  }

  Maybe<uint32_t> GetWasmModuleTransferId(Isolate* isolate, Local<WasmModuleObject> module) override {
    message_->wasm_modules_.push_back(module->GetCompiledModule());
    return Just(static_cast<uint32_t>(message_->wasm_modules_.size() - 1));
  }

 private:
  Maybe<bool> Fail(const char* text) {
    se::ThrowDataCloneError(env_, text);
    return Nothing<bool>();
  }

  Env* env_;
  Local<Context> context_;
  Message* message_;
  IdentityIndex array_buffers_;
  IdentityIndex shared_array_buffers_;
  IdentityIndex host_objects_;
  uint32_t first_cloned_ = 0;
  ValueSerializer serializer_;
};

namespace {

class MessageDeserializer : public ValueDeserializer::Delegate {
 public:
  MessageDeserializer(const std::vector<Local<Object>>& host_objects,
                      const std::vector<Local<SharedArrayBuffer>>& shared_array_buffers,
                      const std::vector<CompiledWasmModule>& wasm_modules)
      : host_objects_(host_objects), shared_array_buffers_(shared_array_buffers), wasm_modules_(wasm_modules) {}

  void SetDeserializer(ValueDeserializer* deserializer) { deserializer_ = deserializer; }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    uint32_t id;
    if (!deserializer_->ReadUint32(&id)) return {};
    if (id == kOrdinaryObject) {
      Local<Value> object;
      if (!deserializer_->ReadValue(isolate->GetCurrentContext()).ToLocal(&object) || !object->IsObject()) return {};
      return object.As<Object>();
    }
    if (id >= host_objects_.size()) return {};
    return host_objects_[id];
  }
  MaybeLocal<SharedArrayBuffer> GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) override {
    if (id >= shared_array_buffers_.size()) return {};
    return shared_array_buffers_[id];
  }
  MaybeLocal<WasmModuleObject> GetWasmModuleFromId(Isolate* isolate, uint32_t id) override {
    if (id >= wasm_modules_.size()) return {};
    return WasmModuleObject::FromCompiledModule(isolate, wasm_modules_[id]);
  }

 private:
  const std::vector<Local<Object>>& host_objects_;
  const std::vector<Local<SharedArrayBuffer>>& shared_array_buffers_;
  const std::vector<CompiledWasmModule>& wasm_modules_;
  ValueDeserializer* deserializer_ = nullptr;
};

}  // namespace

namespace {

// Frees what messages carried. A port's queue holds messages that carry ports: as recursion, a long chain of these would
// overflow the stack, so that whatever an entry frees in turn is put off until it is gone.
void Free(std::vector<std::unique_ptr<TransferData>> entries) {
  thread_local std::vector<std::unique_ptr<TransferData>>* pending = nullptr;
  if (pending != nullptr) {
    for (auto& entry : entries) pending->push_back(std::move(entry));
    return;
  }
  pending = &entries;
  while (!entries.empty()) {
    std::unique_ptr<TransferData> last = std::move(entries.back());
    entries.pop_back();
    last.reset();
  }
  pending = nullptr;
}

}  // namespace

void TransferableObject::AddClass(Unwrapper unwrapper) { TransferableClasses().push_back(unwrapper); }

TransferableObject* TransferableObject::From(Local<Value> value) {
  for (auto unwrap : TransferableClasses())
    if (TransferableObject* object = unwrap(value)) return object;
  return nullptr;
}

void MessageLedger::Add(Message* message) {
  std::lock_guard<std::mutex> lock(mutex_);
  messages_.insert(message);
}

void MessageLedger::Remove(Message* message) {
  std::lock_guard<std::mutex> lock(mutex_);
  messages_.erase(message);
}

void MessageLedger::Close() {
  for (;;) {
    std::shared_ptr<Message> message;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (messages_.empty()) return;
      message = (*messages_.begin())->weak_from_this().lock();
      messages_.erase(messages_.begin());
    }
    if (message) message->Clear();
  }
}

Message::Message(std::shared_ptr<MessageLedger> ledger) : ledger_(std::move(ledger)) { ledger_->Add(this); }

std::shared_ptr<Message> Message::New(Env* env) {
  return std::shared_ptr<Message>(new Message(env->State<ProcessMessages>()->ledger));
}

Message::~Message() {
  ledger_->Remove(this);
  Clear();
}

void Message::Clear() {
  free(std::exchange(bytes_, nullptr));
  size_ = 0;
  array_buffers_.clear();
  shared_array_buffers_.clear();
  wasm_modules_.clear();
  Free(std::exchange(transferables_, {}));
  ledger_->allocator()->Uncharge(std::exchange(charged_, 0));
}

bool Message::Transfers(const TransferData* data) const {
  return std::any_of(transferables_.begin(), transferables_.end(), [&](const auto& own) { return own.get() == data; });
}

Maybe<bool> Message::Serialize(Env* env, Local<Context> context, Local<Value> value,
                               const std::vector<Local<Value>>& transfer_list, Local<Object> source) {
  HandleScope scope(env->isolate());
  Context::Scope context_scope(context);
  if (!ledger_->allocator()->Charge(kMessageOverhead)) {
    ThrowRangeError(env->isolate(), "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
    return Nothing<bool>();
  }
  charged_ += kMessageOverhead;
  MessageSerializer serializer(env, context, this);
  if (serializer.AddTransferList(transfer_list, source).IsNothing()) return Nothing<bool>();
  return serializer.Write(value);
}

MaybeLocal<Value> Message::Deserialize(Env* env, Local<Context> context, Local<Value>* ports) {
  Isolate* isolate = env->isolate();
  Context::Scope context_scope(context);
  if (ports != nullptr && !transferables_.empty()) *ports = Array::New(isolate);
  EscapableHandleScope scope(isolate);

  // What was made for a message that then cannot be read reaches nobody: it is closed again.
  std::vector<Local<Object>> host_objects;
  bool done = false;
  struct OnFailure {
    std::vector<Local<Object>>& objects;
    bool& done;
    ~OnFailure() {
      if (done) return;
      for (Local<Object> object : objects)
        if (TransferableObject* native = TransferableObject::From(object)) native->Abandon();
    }
  } on_failure{host_objects, done};

  std::vector<std::unique_ptr<TransferData>> transferables = std::exchange(transferables_, {});
  for (auto& data : transferables) {
    Local<Object> object;
    if (!data->Create(env, context, &data).ToLocal(&object)) return {};
    host_objects.push_back(object);
    TransferableObject* native = TransferableObject::From(object);
    if (ports == nullptr || native == nullptr || !native->IsPort()) continue;
    Local<Array> list = ports->As<Array>();
    if (list->Set(context, list->Length(), object).IsNothing()) return {};
  }
  std::vector<Local<SharedArrayBuffer>> shared_array_buffers;
  for (const auto& store : shared_array_buffers_) shared_array_buffers.push_back(SharedArrayBuffer::New(isolate, store));

  MessageDeserializer delegate(host_objects, shared_array_buffers, wasm_modules_);
  ValueDeserializer deserializer(isolate, bytes_, size_, &delegate);
  delegate.SetDeserializer(&deserializer);
  uint32_t id = 0;
  for (auto& store : array_buffers_) deserializer.TransferArrayBuffer(id++, ArrayBuffer::New(isolate, std::move(store)));
  array_buffers_.clear();

  Local<Value> value;
  if (deserializer.ReadHeader(context).IsNothing() || !deserializer.ReadValue(context).ToLocal(&value)) return {};
  for (size_t i = 0; i < transferables.size(); i++) {
    HandleScope inner(isolate);
    if (!transferables[i]) continue;
    if (transferables[i]->FinishRead(env, context, host_objects[i], &deserializer).IsNothing()) return {};
  }
  done = true;
  return scope.Escape(value);
}

void ThrowDataCloneError(Env* env, Local<String> message) {
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Function> constructor;
  Local<Value> argv[] = {message, Name(isolate, "DataCloneError")};
  Local<Object> error;
  if (!PerContextFunction(env, context, "DOMException").ToLocal(&constructor)) {
    // Before Node's library is there (tests of the bare engine).
    error = v8::Exception::Error(message).As<Object>();
    (void)error->Set(context, Name(isolate, "name"), argv[1]);
    (void)error->Set(context, Name(isolate, "code"), v8::Integer::New(isolate, 25));
  } else if (!constructor->NewInstance(context, 2, argv).ToLocal(&error)) {
    return;
  }
  isolate->ThrowException(error);
}

void ThrowDataCloneError(Env* env, const char* message) {
  Local<String> text;
  if (!Utf8(env->isolate(), message).ToLocal(&text)) text = String::Empty(env->isolate());
  ThrowDataCloneError(env, text);
}

}  // namespace se
