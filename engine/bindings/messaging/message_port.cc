#include "message_port.h"

#include <algorithm>

#include "callbacks.h"
#include "guest_thread.h"
#include "per_context.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::FunctionTemplate;
using v8::HandleScope;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Nothing;
using v8::Object;
using v8::TryCatch;
using v8::Undefined;
using v8::Value;

// --- Groups and queues ------------------------------------------------------------------------------------------------

void SiblingGroup::Entangle(MessagePortData* port) {
  std::lock_guard<std::mutex> lock(mutex_);
  port->place_ = ports_.insert(ports_.end(), port);
  port->group_ = shared_from_this();
}

void SiblingGroup::Disentangle(MessagePortData* port) {
  std::shared_ptr<SiblingGroup> keep = shared_from_this();
  std::lock_guard<std::mutex> lock(mutex_);
  ports_.erase(port->place_);
  port->group_.reset();
  port->Add(nullptr);
  if (!named_ && ports_.size() == 1) ports_.front()->Add(nullptr);
}

SiblingGroup::Outcome SiblingGroup::Dispatch(MessagePortData* source, std::shared_ptr<Message> message) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (ports_.size() <= 1) return Outcome::kNoReceiver;
  if (ports_.size() > 2 && message->HasTransferables()) return Outcome::kSeveralReceivers;
  for (MessagePortData* port : ports_) {
    if (port == source) continue;
    if (message->Transfers(port)) return Outcome::kPostedToItself;
    port->Add(message);
  }
  return Outcome::kDelivered;
}

MessagePortData::~MessagePortData() { Disentangle(); }

MaybeLocal<Object> MessagePortData::Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>* self) {
  self->release();
  MessagePort* port = MessagePort::New(env, context, std::unique_ptr<MessagePortData>(this));
  if (port == nullptr) return {};
  return port->object();
}

void MessagePortData::Add(std::shared_ptr<Message> message) {
  std::lock_guard<std::mutex> lock(mutex_);
  incoming_.push_back(std::move(message));
  if (owner_ != nullptr) owner_->Signal();
}

void MessagePortData::SetOwner(MessagePort* owner) {
  std::lock_guard<std::mutex> lock(mutex_);
  owner_ = owner;
  if (owner != nullptr && !incoming_.empty()) owner->Signal();
}

void MessagePortData::Disentangle() {
  if (group_) group_->Disentangle(this);
}

SiblingGroup::Outcome MessagePortData::Dispatch(std::shared_ptr<Message> message) {
  // A copy: the group may end with this very message.
  std::shared_ptr<SiblingGroup> group = group_;
  return group ? group->Dispatch(this, std::move(message)) : SiblingGroup::Outcome::kNotEntangled;
}

size_t MessagePortData::Waiting() {
  std::lock_guard<std::mutex> lock(mutex_);
  return incoming_.size();
}

bool MessagePortData::Take(bool close_only, std::shared_ptr<Message>* message) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (incoming_.empty() || (close_only && incoming_.front() != nullptr)) return false;
  *message = std::move(incoming_.front());
  incoming_.pop_front();
  return true;
}

// --- The way into the event loop --------------------------------------------------------------------------------------

PortState::PortState(Env* env) : env_(env), queue_(env->State<CompletionQueue>()) {
  queue_->AddPoller([this](Env*) {
    std::vector<std::shared_ptr<PortSignal>> arrived;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      arrived.swap(remote_);
    }
    for (auto& signal : arrived) Post(std::move(signal));
  });
}

std::shared_ptr<PortSignal> PortState::MakeSignal(MessagePort* port) {
  auto signal = std::make_shared<PortSignal>();
  signal->port = port;
  signal->serial = ++last_serial_;
  ports[signal->serial] = port;
  return signal;
}

std::shared_ptr<SiblingGroup> PortState::BroadcastGroup(const std::string& name) {
  if (broadcast_groups_.size() >= most_groups_) {
    std::erase_if(broadcast_groups_, [](const auto& entry) { return entry.second.expired(); });
    most_groups_ = std::max<size_t>(64, broadcast_groups_.size() * 2);
  }
  std::weak_ptr<SiblingGroup>& slot = broadcast_groups_[name];
  std::shared_ptr<SiblingGroup> group = slot.lock();
  if (!group) slot = group = std::make_shared<SiblingGroup>(env_, true, name.size());
  return group;
}

void PortState::Signal(const std::shared_ptr<PortSignal>& signal) {
  if (signal->queued.exchange(true)) return;
  if (Isolate::TryGetCurrent() == env_->isolate()) return Post(signal);
  std::lock_guard<std::mutex> lock(mutex_);
  remote_.push_back(signal);
  if (env_->thread() != nullptr) env_->thread()->Nudge();
}

void PortState::Post(std::shared_ptr<PortSignal> signal) {
  uint64_t serial = signal->serial;
  signalled_.emplace(serial, std::move(signal));
  if (!delivery_posted_) PostDelivery();
}

void PortState::PostDelivery() {
  delivery_posted_ = true;
  // Whether the loop must stay for it is the port's own affair.
  queue_->Post([this](Env*) { DeliverAll(); }, false);
}

// As libuv looks through its async handles: in the order in which they were made, each once. What arrives meanwhile for
// one that was passed waits for the next time.
void PortState::DeliverAll() {
  uint64_t passed = 0;
  for (auto next = signalled_.begin(); next != signalled_.end() && !env_->exiting;
       next = signalled_.upper_bound(passed)) {
    std::shared_ptr<PortSignal> signal = std::move(next->second);
    passed = next->first;
    signalled_.erase(next);
    signal->queued = false;
    HandleScope scope(env_->isolate());
    if (signal->port != nullptr) signal->port->Deliver(MessagePort::Mode::kWhenStarted);
  }
  delivery_posted_ = false;
  if (!signalled_.empty()) PostDelivery();
}

Maybe<bool> ReadTransferList(Env* env, Local<Context> context, Local<Value> value, std::vector<Local<Value>>* list) {
  if (!value->IsObject()) return Just(false);
  Local<Object> object = value.As<Object>();
  Isolate* isolate = env->isolate();
  Local<Value> method, iterator, next;
  if (object->IsArray()) {
    // The length is read anew: getters may change it.
    for (uint32_t i = 0; i < object.As<v8::Array>()->Length(); i++) {
      Local<Value> entry;
      if (!object->Get(context, i).ToLocal(&entry)) return Nothing<bool>();
      // Nothing else than an object may be transferred, so that a long array of holes need not be walked.
      list->push_back(entry);
      if (!entry->IsObject()) break;
    }
    return Just(true);
  }
  if (!object->Get(context, v8::Symbol::GetIterator(isolate)).ToLocal(&method)) return Nothing<bool>();
  if (!method->IsFunction()) return Just(false);
  if (!method.As<Function>()->Call(context, object, 0, nullptr).ToLocal(&iterator)) return Nothing<bool>();
  if (!iterator->IsObject()) return Just(false);
  if (!iterator.As<Object>()->Get(context, Name(isolate, "next")).ToLocal(&next)) return Nothing<bool>();
  if (!next->IsFunction()) return Just(false);
  for (;;) {
    Local<Value> result, done, entry;
    if (!next.As<Function>()->Call(context, iterator, 0, nullptr).ToLocal(&result)) return Nothing<bool>();
    if (!result->IsObject()) return Just(false);
    if (!result.As<Object>()->Get(context, Name(isolate, "done")).ToLocal(&done)) return Nothing<bool>();
    if (done->BooleanValue(isolate)) return Just(true);
    if (!result.As<Object>()->Get(context, Name(isolate, "value")).ToLocal(&entry)) return Nothing<bool>();
    list->push_back(entry);
    if (!entry->IsObject()) return Just(true);
  }
}

// --- The port ---------------------------------------------------------------------------------------------------------

const char MessagePort::kTag[] = "MessagePort";

namespace {

TransferableClass<MessagePort> transferable_class;

MessagePort* This(const FunctionCallbackInfo<Value>& info) { return NativeObject::UnwrapThis<MessagePort>(info); }

void Construct(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!std::exchange(env->State<PortState>()->constructing, false) || !info.IsConstructCall())
    return ThrowTypeError(env->isolate(), "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
  new MessagePort(env, info.This());
}

// postMessage(value, transferListOrOptions?)
void PostMessage(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = This(info);
  if (port == nullptr) return;
  Env* env = port->env();
  Isolate* isolate = env->isolate();
  Local<Context> context;
  if (!info.This()->GetCreationContext().ToLocal(&context)) return;
  if (info.Length() == 0)
    return ThrowTypeError(isolate, "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage");
  if (!info[1]->IsNullOrUndefined() && !info[1]->IsObject())
    return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "Optional transferList argument must be an iterable");
  std::vector<Local<Value>> transfer_list;
  if (info[1]->IsObject()) {
    bool iterable;
    if (!ReadTransferList(env, context, info[1], &transfer_list).To(&iterable)) return;
    if (!iterable) {
      Local<Value> transfer;
      if (!info[1].As<Object>()->Get(context, Name(isolate, "transfer")).ToLocal(&transfer)) return;
      transfer_list.clear();
      if (!transfer->IsUndefined()) {
        if (!ReadTransferList(env, context, transfer, &transfer_list).To(&iterable)) return;
        if (!iterable)
          return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE",
                                "Optional options.transfer argument must be an iterable");
      }
    }
  }
  bool sent;
  if (port->Post(context, info[0], transfer_list).To(&sent)) info.GetReturnValue().Set(sent);
}

void Start(const FunctionCallbackInfo<Value>& info) {
  if (MessagePort* port = This(info)) port->Start();
}

void Close(const FunctionCallbackInfo<Value>& info) {
  if (MessagePort* port = This(info)) port->Close();
}

void Ref(const FunctionCallbackInfo<Value>& info) {
  if (MessagePort* port = This(info)) port->SetRef(true);
}

void Unref(const FunctionCallbackInfo<Value>& info) {
  if (MessagePort* port = This(info)) port->SetRef(false);
}

// Undefined for a port that is closed.
void HasRef(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = This(info);
  if (port != nullptr && !port->closed()) info.GetReturnValue().Set(port->has_ref());
}

void GetAsyncId(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = This(info);
  if (port != nullptr) info.GetReturnValue().Set(port->async_id());
}

// Node has these on the base class of all handles; the library takes them from there.
constexpr Method kHandleMethods[] = {{"close", Close}, {"hasRef", HasRef}, {"ref", Ref}, {"unref", Unref}};
constexpr Method kAsyncMethods[] = {{"getAsyncId", GetAsyncId}};
constexpr Method kPortMethods[] = {{"postMessage", PostMessage}, {"start", Start}};

Local<FunctionTemplate> MakeTemplate(Env* env) {
  Local<FunctionTemplate> async =
      MakeClassTemplate(env, "AsyncWrap", Construct, kAsyncMethods, std::size(kAsyncMethods));
  Local<FunctionTemplate> handle =
      MakeClassTemplate(env, "HandleWrap", Construct, kHandleMethods, std::size(kHandleMethods));
  Local<FunctionTemplate> port = MakeClassTemplate(env, "MessagePort", Construct, kPortMethods, std::size(kPortMethods));
  handle->Inherit(async);
  port->Inherit(handle);
  return port;
}

// MessagePort's constructor in `context`: Node's own, which its library has dressed up, or a plain one in a vm context.
MaybeLocal<Function> Constructor(Env* env, Local<Context> context) {
  if (context == env->context()) {
    Local<Value> constructor = env->GetState("messaging.message_port");
    if (!constructor->IsFunction()) return {};
    return constructor.As<Function>();
  }
  v8::Global<FunctionTemplate>& cached = env->State<PortState>()->vm_template;
  if (cached.IsEmpty()) cached.Reset(env->isolate(), MakeTemplate(env));
  return cached.Get(env->isolate())->GetFunction(context);
}

}  // namespace

void MessagePort::Initialize(Env* env, Local<Object> target) {
  Local<Function> constructor;
  if (SetClass(env, target, "MessagePort", MakeTemplate(env)).ToLocal(&constructor))
    env->SetState("messaging.message_port", constructor);
}

void MessagePort::RegisterReferences(References* references) {
  references->Add(Construct);
  AddReferences(references, kAsyncMethods);
  AddReferences(references, kHandleMethods);
  AddReferences(references, kPortMethods);
}


MessagePort::MessagePort(Env* env, Local<Object> wrapper)
    : TransferableObject(env, wrapper, kTag),
      ports_(env->State<PortState>()),
      data_(std::make_unique<MessagePortData>(env)),
      signal_(ports_->MakeSignal(this)) {
  data_->SetOwner(this);
  async_id_ = NewAsyncId(env);
  trigger_async_id_ = CurrentTriggerAsyncId(env);
}

MessagePort::~MessagePort() {
  signal_->port = nullptr;
  ports_->ports.erase(signal_->serial);
  if (state_ == State::kOpen && referenced_) env()->State<CompletionQueue>()->Unref();
  if (data_) Detach();
}

MessagePort* MessagePort::New(Env* env, Local<Context> context, std::unique_ptr<MessagePortData> data) {
  Local<Function> constructor;
  Local<Object> wrapper;
  Local<Value> init;
  if (!Constructor(env, context).ToLocal(&constructor)) return nullptr;
  env->State<PortState>()->constructing = true;
  bool made = constructor->NewInstance(context).ToLocal(&wrapper);
  env->State<PortState>()->constructing = false;
  MessagePort* port = made ? Unwrap<MessagePort>(wrapper) : nullptr;
  if (port == nullptr) return nullptr;
  // The init hooks see a handle that is not referenced yet, as in Node.
  bool hooks_ran = EmitAsyncInit(env, wrapper, "MESSAGEPORT", port->async_id_, port->trigger_async_id_).IsJust();
  port->SetRef(true);
  if (!hooks_ran ||
      !wrapper->Get(context, env->IsolateSymbol("oninit")).ToLocal(&init) ||
      (init->IsFunction() && init.As<Function>()->Call(context, wrapper, 0, nullptr).IsEmpty())) {
    port->Close();
    return nullptr;
  }
  // The guest's code that just ran can have closed it.
  if (port->IsDetached()) return port;
  if (data) {
    port->Detach();
    port->data_ = std::move(data);
    port->data_->SetOwner(port);
  }
  return port;
}

std::unique_ptr<TransferData> MessagePort::Transfer() {
  if (IsDetached()) return nullptr;
  Close();
  return Detach();
}

std::unique_ptr<MessagePortData> MessagePort::Detach() {
  data_->SetOwner(nullptr);
  return std::move(data_);
}

void MessagePort::SetRef(bool referenced) {
  if (state_ == State::kClosed || referenced == referenced_) return;
  referenced_ = referenced;
  // A closing port keeps the loop alive by its completion.
  if (state_ != State::kOpen) return;
  if (referenced) env()->State<CompletionQueue>()->Ref();
  else env()->State<CompletionQueue>()->Unref();
}

void MessagePort::Close() {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  CompletionQueue* queue = env()->State<CompletionQueue>();
  if (referenced_) queue->Unref();
  queue->PostClosing([signal = signal_](Env*) {
    if (signal->port != nullptr) signal->port->OnClosed();
  });
}

void MessagePort::OnClosed() {
  if (data_) Detach()->Disentangle();
  referenced_ = false;
  Local<Object> self = object();
  Local<Value> callback;
  {
    TryCatch try_catch(isolate());
    if (!self->Get(env()->context(), env()->IsolateSymbol("handle_onclose")).ToLocal(&callback))
      callback = Undefined(isolate());
  }
  MakeWeak();
  if (callback->IsFunction())
    MakeCallback(env(), self, callback.As<Function>(), 0, nullptr, async_id_, trigger_async_id_);
  state_ = State::kClosed;
  QueueAsyncDestroy(env(), async_id_);
}

void MessagePort::Signal() {
  ports_->Signal(signal_);
}

void MessagePort::Start() {
  if (!data_) return;
  receiving_ = true;
  if (data_->Waiting() > 0) Signal();
}

Maybe<bool> MessagePort::Post(Local<Context> context, Local<Value> value,
                              const std::vector<Local<Value>>& transfer_list) {
  // The standard wants both checked, the transfer list and the value, even when the port is closed.
  std::shared_ptr<Message> message = Message::New(env());
  if (message->Serialize(env(), context, value, transfer_list, object()).IsNothing()) return Nothing<bool>();
  if (IsDetached()) return Nothing<bool>();
  const char* warning = nullptr;
  SiblingGroup::Outcome outcome = data_->Dispatch(std::move(message));
  switch (outcome) {
    case SiblingGroup::Outcome::kDelivered: return Just(true);
    case SiblingGroup::Outcome::kNoReceiver: return Just(false);
    case SiblingGroup::Outcome::kNotEntangled:
    case SiblingGroup::Outcome::kSeveralReceivers: return Nothing<bool>();
    case SiblingGroup::Outcome::kPostedToItself:
      warning = "The target port was posted to itself, and the communication channel was lost";
  }
  Local<Value> process = env()->Get(Slot::kProcessObject), emit;
  Local<v8::String> text;
  if (process->IsObject() && Utf8(isolate(), warning).ToLocal(&text)) {
    if (!process.As<Object>()->Get(context, Name(isolate(), "emitWarning")).ToLocal(&emit)) return Nothing<bool>();
    Local<Value> argv[] = {text};
    if (emit->IsFunction() && emit.As<Function>()->Call(context, process, 1, argv).IsEmpty()) return Nothing<bool>();
  }
  return Just(true);
}

MaybeLocal<Value> MessagePort::Receive(Local<Context> context, Mode mode, Local<Value>* ports) {
  std::shared_ptr<Message> message;
  bool close_only = mode == Mode::kWhenStarted && !receiving_;
  if (!data_ || !data_->Take(close_only, &message)) return env()->IsolateSymbol("no_message_symbol");
  if (!message) {
    Close();
    return env()->IsolateSymbol("no_message_symbol");
  }
  return message->Deserialize(env(), context, ports);
}

bool MessagePort::Emit(Local<Value> payload, Local<Value> ports, const char* type) {
  Local<Function> emit;
  Local<Context> context;
  if (!object()->GetCreationContext().ToLocal(&context) ||
      !PerContextFunction(env(), context, "emitMessage").ToLocal(&emit))
    return false;
  Local<Value> argv[] = {payload, ports, Name(isolate(), type)};
  return !MakeCallback(env(), object(), emit, 3, argv, async_id_, trigger_async_id_).IsEmpty();
}

void MessagePort::Deliver(Mode mode) {
  if (!data_) return;
  Local<Context> context;
  // Keeps the port from the garbage collector, whatever the handlers do with it.
  Local<Object> self = object();
  if (!self->GetCreationContext().ToLocal(&context)) return;
  Local<Value> none = env()->IsolateSymbol("no_message_symbol");
  // So many in a row, lest the rest of the loop starve.
  size_t limit = mode == Mode::kForce ? SIZE_MAX : std::max<size_t>(data_->Waiting(), 1000);
  while (data_ && !env()->exiting) {
    if (limit-- == 0) return Signal();
    HandleScope scope(isolate());
    Local<Value> payload, ports = Undefined(isolate()), error;
    {
      TryCatch try_catch(isolate());
      if (!Receive(context, mode, &ports).ToLocal(&payload)) {
        if (try_catch.HasTerminated()) return;
        error = try_catch.HasCaught() ? try_catch.Exception() : Undefined(isolate()).As<Value>();
      }
    }
    if (!error.IsEmpty()) {
      Emit(error, Undefined(isolate()), "messageerror");
      continue;
    }
    if (payload == none) return;
    // After an exception in a handler, the rest of the loop comes first.
    if (!Emit(payload, ports, "message")) {
      if (data_) Signal();
      return;
    }
  }
}

}  // namespace se
