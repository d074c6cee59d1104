#ifndef SE_MESSAGE_H_
#define SE_MESSAGE_H_

#include <v8.h>

#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "allocator.h"
#include "native_object.h"

namespace se {

// How an object may travel in a message. The bits are those of Node's `transfer_mode_private_symbol`.
enum TransferMode : uint32_t { kDisallowCloneAndTransfer = 0, kTransferable = 1, kCloneable = 2 };

// One host object on its way between isolates. It holds nothing of the sending isolate once its message is written.
class TransferData {
 public:
  virtual ~TransferData() = default;
  // Makes the object in the receiving isolate; empty when it cannot be made (an exception may be pending). The object
  // may take the data over by moving it out of `self`, which holds it.
  virtual v8::MaybeLocal<v8::Object> Create(Env* env, v8::Local<v8::Context> context,
                                            std::unique_ptr<TransferData>* self) = 0;
  // Values that follow the message's own value.
  virtual v8::Maybe<bool> FinishWrite(Env* env, v8::Local<v8::Context> context, v8::ValueSerializer* serializer) {
    return v8::Just(true);
  }
  virtual v8::Maybe<bool> FinishRead(Env* env, v8::Local<v8::Context> context, v8::Local<v8::Object> object,
                                     v8::ValueDeserializer* deserializer) {
    return v8::Just(true);
  }
};

// A native object that may be part of a message. Subclasses announce themselves by a TransferableClass<T> at namespace
// scope, since only that tells the serializer which tags it may trust.
class TransferableObject : public NativeObject {
 public:
  using NativeObject::NativeObject;
  virtual uint32_t transfer_mode() const = 0;
  // Moves the object's state out; it is unusable afterwards. Null when only cloning is possible.
  virtual std::unique_ptr<TransferData> Transfer() { return nullptr; }
  virtual std::unique_ptr<TransferData> Clone() { return nullptr; }
  // The message was unreadable: nobody will ever see this object.
  virtual void Abandon() {}
  // Listed in the event's `ports`.
  virtual bool IsPort() const { return false; }
  // Why it may not be in a transfer list when its mode is none; null for the general reason.
  virtual const char* DetachedMessage() const { return nullptr; }

  // The transferable object behind `value`, or null.
  static TransferableObject* From(v8::Local<v8::Value> value);

 protected:
  using Unwrapper = TransferableObject* (*)(v8::Local<v8::Value>);
  static void AddClass(Unwrapper unwrapper);
  template <typename T>
  friend class TransferableClass;
};

template <typename T>
class TransferableClass {
 public:
  TransferableClass() {
    TransferableObject::AddClass(
        [](v8::Local<v8::Value> value) -> TransferableObject* { return NativeObject::Unwrap<T>(value); });
  }
};

class Message;

// The messages under way in one guest process, and the memory that they take. Ports may sit in each other's queues and
// so keep themselves alive; when the process ends, Close frees them all the same.
class MessageLedger {
 public:
  explicit MessageLedger(CountingAllocator* allocator) : allocator_(allocator) {}
  CountingAllocator* allocator() const { return allocator_; }
  void Add(Message* message);
  void Remove(Message* message);
  void Close();

 private:
  std::mutex mutex_;
  std::unordered_set<Message*> messages_;
  CountingAllocator* allocator_;
};

// A serialized value with everything that travels outside of its bytes. Written once; may be read by several receivers
// only if it transfers nothing.
class Message : public std::enable_shared_from_this<Message> {
 public:
  static std::shared_ptr<Message> New(Env* env);
  ~Message();
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  // Serializes `value`. Nothing (with an exception pending) when something cannot be cloned. `source` is the port that
  // sends, which must not be in the transfer list; empty for structuredClone.
  v8::Maybe<bool> Serialize(Env* env, v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                            const std::vector<v8::Local<v8::Value>>& transfer_list, v8::Local<v8::Object> source);
  // `ports`, if given, receives an array of the transferred MessagePorts when there are transferred objects.
  v8::MaybeLocal<v8::Value> Deserialize(Env* env, v8::Local<v8::Context> context, v8::Local<v8::Value>* ports = nullptr);

  bool HasTransferables() const { return !transferables_.empty() || !array_buffers_.empty(); }
  bool Transfers(const TransferData* data) const;
  // Frees the content; the message itself lives on.
  void Clear();

 private:
  friend class MessageSerializer;
  explicit Message(std::shared_ptr<MessageLedger> ledger);

  std::shared_ptr<MessageLedger> ledger_;
  uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
  size_t charged_ = 0;
  std::vector<std::shared_ptr<v8::BackingStore>> array_buffers_;
  std::vector<std::shared_ptr<v8::BackingStore>> shared_array_buffers_;
  std::vector<v8::CompiledWasmModule> wasm_modules_;
  std::vector<std::unique_ptr<TransferData>> transferables_;
};

// The ledger of an Env's process, closed when the Env ends.
struct ProcessMessages {
  explicit ProcessMessages(Env* env) : ledger(std::make_shared<MessageLedger>(env->allocator())) {}
  ~ProcessMessages() { ledger->Close(); }
  const std::shared_ptr<MessageLedger> ledger;
};

// Throws the current context's DOMException named DataCloneError.
void ThrowDataCloneError(Env* env, v8::Local<v8::String> message);
void ThrowDataCloneError(Env* env, const char* message);

}  // namespace se

#endif  // SE_MESSAGE_H_
