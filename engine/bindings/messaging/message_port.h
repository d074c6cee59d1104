#ifndef SE_MESSAGE_PORT_H_
#define SE_MESSAGE_PORT_H_

#include <atomic>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "binding.h"
#include "completion_queue.h"
#include "memory_charge.h"
#include "message.h"

namespace se {

class MessagePort;
class MessagePortData;

// The ports that hear each other: the two of a MessageChannel, or all BroadcastChannels of one name in a process.
class SiblingGroup : public std::enable_shared_from_this<SiblingGroup> {
 public:
  enum class Outcome {
    kDelivered,
    kNoReceiver,
    kNotEntangled,
    kSeveralReceivers,  // of something that only one can have
    kPostedToItself,    // the receiver travels in the message: the channel is lost
  };

  // A named group has a name of `name_size` bytes and more members than two.
  explicit SiblingGroup(Env* env, bool named = false, size_t name_size = 0)
      : memory_(env, kCost + name_size), named_(named) {}
  void Entangle(MessagePortData* port);
  void Disentangle(MessagePortData* port);
  Outcome Dispatch(MessagePortData* source, std::shared_ptr<Message> message);

 private:
  static constexpr size_t kCost = 256;

  const MemoryCharge memory_;
  const bool named_;
  std::mutex mutex_;  // taken before a port's
  std::list<MessagePortData*> ports_;  // in the order of their joining, which is that of delivery
};

// A port's queue and its place in the group. It outlives the MessagePort when that is transferred; siblings on other
// threads reach it, hence the lock.
class MessagePortData : public TransferData {
 public:
  explicit MessagePortData(Env* env) : memory_(env, kCost) {}
  ~MessagePortData() override;
  v8::MaybeLocal<v8::Object> Create(Env* env, v8::Local<v8::Context> context,
                                    std::unique_ptr<TransferData>* self) override;

  // Appends a message; null tells that the peer is gone.
  void Add(std::shared_ptr<Message> message);
  void SetOwner(MessagePort* owner);
  void Disentangle();
  SiblingGroup::Outcome Dispatch(std::shared_ptr<Message> message);
  size_t Waiting();
  // The next message into *message; false if there is none, or, while `close_only`, an ordinary one.
  bool Take(bool close_only, std::shared_ptr<Message>* message);

 private:
  friend class SiblingGroup;
  // An empty queue takes most of it.
  static constexpr size_t kCost = 1024;

  const MemoryCharge memory_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Message>> incoming_;
  MessagePort* owner_ = nullptr;         // under mutex_
  std::shared_ptr<SiblingGroup> group_;  // only the owner's thread uses it
  std::list<MessagePortData*>::iterator place_;  // in the group's list, under its lock
};

// How the event loop finds a port, which may be gone by then.
struct PortSignal {
  MessagePort* port;                // only the port's thread uses it
  uint64_t serial;                  // ports have one in the order in which they were made
  std::atomic<bool> queued{false};  // a delivery is on its way
};

// Brings what other threads did to an Env's ports into its event loop, and knows its port classes.
class PortState {
 public:
  explicit PortState(Env* env);
  std::shared_ptr<PortSignal> MakeSignal(MessagePort* port);
  // Has the port deliver from the event loop. From any thread.
  void Signal(const std::shared_ptr<PortSignal>& signal);

  std::map<uint64_t, MessagePort*> ports;  // by serial
  bool constructing = false;  // C++, not the guest, calls MessagePort's constructor
  v8::Global<v8::FunctionTemplate> vm_template;  // the class for vm contexts
  // The group of all broadcast channels of that name.
  std::shared_ptr<SiblingGroup> BroadcastGroup(const std::string& name);

 private:
  void Post(std::shared_ptr<PortSignal> signal);
  void PostDelivery();
  void DeliverAll();

  Env* env_;
  CompletionQueue* queue_;
  uint64_t last_serial_ = 0;
  std::map<std::string, std::weak_ptr<SiblingGroup>> broadcast_groups_;
  size_t most_groups_ = 64;  // with so many, those that ended are looked for
  std::map<uint64_t, std::shared_ptr<PortSignal>> signalled_;  // by serial
  bool delivery_posted_ = false;
  std::mutex mutex_;
  std::vector<std::shared_ptr<PortSignal>> remote_;
};

// A guest's MessagePort object. Strong until it is closed, as any handle of the event loop.
class MessagePort : public TransferableObject {
 public:
  alignas(8) static const char kTag[];
  enum class Mode { kWhenStarted, kForce };

  MessagePort(Env* env, v8::Local<v8::Object> wrapper);
  ~MessagePort() override;

  // A new port over `data`, or with a queue of its own. Null with an exception pending.
  static MessagePort* New(Env* env, v8::Local<v8::Context> context, std::unique_ptr<MessagePortData> data = {});
  // The class, for the binding's Initialize.
  static void Initialize(Env* env, v8::Local<v8::Object> target);
  static void RegisterReferences(References* references);

  uint32_t transfer_mode() const override { return IsDetached() ? kDisallowCloneAndTransfer : kTransferable; }
  std::unique_ptr<TransferData> Transfer() override;
  void Abandon() override { Close(); }
  bool IsPort() const override { return true; }
  const char* DetachedMessage() const override { return "MessagePort in transfer list is already detached"; }

  bool IsDetached() const { return data_ == nullptr || state_ != State::kOpen; }
  MessagePortData* data() const { return data_.get(); }
  std::unique_ptr<MessagePortData> Detach();
  void Close();
  void Start();
  void Stop() { receiving_ = false; }
  void SetRef(bool referenced);
  bool has_ref() const { return referenced_; }
  double async_id() const { return async_id_; }
  bool closed() const { return state_ == State::kClosed; }

  // Serializes `value` and sends it: whether it was sent; nothing when it cannot be, perhaps with an exception pending.
  v8::Maybe<bool> Post(v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                       const std::vector<v8::Local<v8::Value>>& transfer_list);
  // The next message's value, no_message_symbol, or empty when it cannot be read.
  v8::MaybeLocal<v8::Value> Receive(v8::Local<v8::Context> context, Mode mode, v8::Local<v8::Value>* ports = nullptr);
  // Emits the queued messages as events.
  void Deliver(Mode mode);
  // Has Deliver called by the event loop. From any thread, under the lock of the port's data.
  void Signal();

 private:
  enum class State { kOpen, kClosing, kClosed };
  void OnClosed();
  bool Emit(v8::Local<v8::Value> payload, v8::Local<v8::Value> ports, const char* type);

  PortState* ports_;
  std::unique_ptr<MessagePortData> data_;
  std::shared_ptr<PortSignal> signal_;
  State state_ = State::kOpen;
  bool receiving_ = false;
  bool referenced_ = false;  // New sets it
  double async_id_ = 0;
  double trigger_async_id_ = 0;
};

// Appends what `value`, an array or another iterable, yields to *list. False if it is none; nothing when it throws.
v8::Maybe<bool> ReadTransferList(Env* env, v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                                 std::vector<v8::Local<v8::Value>>* list);

}  // namespace se

#endif  // SE_MESSAGE_PORT_H_
