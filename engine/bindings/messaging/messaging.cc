// internalBinding('messaging'): structured cloning, message channels and ports.
#include "../contextify/vm_context.h"
#include "binding.h"
#include "message_port.h"
#include "per_context.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// The port that is the function's first argument; otherwise throws.
MessagePort* PortArgument(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = NativeObject::Unwrap<MessagePort>(info[0]);
  if (port == nullptr)
    ThrowTypeError(info.GetIsolate(), "ERR_INVALID_ARG_TYPE", "The \"port\" argument must be a MessagePort instance");
  return port;
}

// new MessageChannel(): an object with two entangled ports.
void MessageChannel(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info.IsConstructCall())
    return ThrowTypeError(isolate, "ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
  Local<Context> context = env->context();
  MessagePort* first = MessagePort::New(env, context);
  if (first == nullptr) return;
  Local<Object> first_object = first->object();
  MessagePort* second = MessagePort::New(env, context);
  if (second == nullptr) return first->Close();
  // Guest code ran while they were made (oninit): it can have sent one of them away.
  if (!first->IsDetached() && !second->IsDetached()) {
    auto group = std::make_shared<SiblingGroup>(env);
    group->Entangle(first->data());
    group->Entangle(second->data());
  }
  (void)info.This()->Set(context, Name(isolate, "port1"), first_object);
  (void)info.This()->Set(context, Name(isolate, "port2"), second->object());
}

// broadcastChannel(name): a port that hears all others of that name.
void BroadcastChannel(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(env->isolate(), "broadcastChannel");
  std::string name = ToStdString(env->isolate(), info[0]);
  MessagePort* port = MessagePort::New(env, env->context());
  if (port == nullptr) return;
  if (!port->IsDetached()) env->State<PortState>()->BroadcastGroup(name)->Entangle(port->data());
  info.GetReturnValue().Set(port->object());
}

void StopMessagePort(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = NativeObject::Unwrap<MessagePort>(info[0]);
  if (port != nullptr) port->Stop();
}

void CheckMessagePort(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(NativeObject::Unwrap<MessagePort>(info[0]) != nullptr);
}

// drainMessagePort(port): emits everything that waits, started or not.
void DrainMessagePort(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = NativeObject::Unwrap<MessagePort>(info[0]);
  if (port != nullptr) port->Deliver(MessagePort::Mode::kForce);
}

// receiveMessageOnPort(port): the next message's value, or no_message_symbol.
void ReceiveMessageOnPort(const FunctionCallbackInfo<Value>& info) {
  MessagePort* port = PortArgument(info);
  Local<Context> context;
  Local<Value> value;
  if (port == nullptr || !port->object()->GetCreationContext().ToLocal(&context)) return;
  if (port->Receive(context, MessagePort::Mode::kForce).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// moveMessagePortToContext(port, contextifiedObject): the port anew, as an object of that vm context.
void MoveMessagePortToContext(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  MessagePort* port = PortArgument(info);
  if (port == nullptr) return;
  if (port->IsDetached())
    return ThrowError(isolate, "ERR_CLOSED_MESSAGE_PORT", "Cannot send data on closed MessagePort");
  VmContext* vm = VmContext::Of(env, info[1]);
  Local<Context> context;
  if (vm == nullptr || !vm->context().ToLocal(&context))
    return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "Invalid context argument");
  std::unique_ptr<MessagePortData> data = port->Detach();
  port->Close();
  Context::Scope scope(context);
  MessagePort* moved = MessagePort::New(env, context, std::move(data));
  if (moved != nullptr) info.GetReturnValue().Set(moved->object());
}

// setDeserializerCreateObjectFunction(function): makes an object of Node's library from its "module:Class".
void SetDeserializerCreateObjectFunction(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsFunction()) return ThrowBadArgument(env->isolate(), "setDeserializerCreateObjectFunction");
  env->Set(Slot::kMessagingDeserializerCreate, info[0]);
}

// structuredClone(value, {transfer: object[]})
void StructuredClone(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (info.Length() == 0)
    return ThrowTypeError(isolate, "ERR_MISSING_ARGS", "The value argument must be specified");
  std::vector<Local<Value>> transfer_list;
  if (info[1]->IsObject()) {
    Local<Value> transfer;
    bool iterable;
    if (!info[1].As<Object>()->Get(context, Name(isolate, "transfer")).ToLocal(&transfer)) return;
    if (!transfer->IsNullOrUndefined()) {
      if (!ReadTransferList(env, context, transfer, &transfer_list).To(&iterable)) return;
      if (!iterable)
        return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE",
                              "Optional options.transfer argument must be an iterable");
    }
  }
  std::shared_ptr<Message> message = Message::New(env);
  Local<Value> clone;
  if (message->Serialize(env, context, info[0], transfer_list, Local<Object>()).IsNothing()) return;
  if (message->Deserialize(env, context).ToLocal(&clone)) info.GetReturnValue().Set(clone);
}

// exposeLazyDOMExceptionProperty(global): the class is there already, so that a plain property does.
void ExposeLazyDomExceptionProperty(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsObject()) return ThrowBadArgument(env->isolate(), "exposeLazyDOMExceptionProperty");
  Local<Function> constructor;
  if (!PerContextFunction(env, env->context(), "DOMException").ToLocal(&constructor)) return;
  (void)info[0].As<Object>()->DefineOwnProperty(env->context(), Name(env->isolate(), "DOMException"), constructor,
                                                v8::DontEnum);
}

// activePorts(): the ports that keep the process alive, in the order in which they were made. For our own bindings alone.
void ActivePorts(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::vector<Local<Value>> active;
  for (const auto& [serial, port] : env->State<PortState>()->ports)
    if (port->has_ref()) active.push_back(port->object());
  info.GetReturnValue().Set(v8::Array::New(env->isolate(), active.data(), active.size()));
}

constexpr Method kMethods[] = {
    {"activePorts", ActivePorts},
    {"exposeLazyDOMExceptionProperty", ExposeLazyDomExceptionProperty},
    {"stopMessagePort", StopMessagePort},
    {"checkMessagePort", CheckMessagePort},
    {"drainMessagePort", DrainMessagePort},
    {"receiveMessageOnPort", ReceiveMessageOnPort},
    {"moveMessagePortToContext", MoveMessagePortToContext},
    {"setDeserializerCreateObjectFunction", SetDeserializerCreateObjectFunction},
    {"broadcastChannel", BroadcastChannel},
    {"structuredClone", StructuredClone},
};

void Initialize(Env* env, Local<Object> target) {
  Local<v8::FunctionTemplate> channel = v8::FunctionTemplate::New(env->isolate(), MessageChannel);
  channel->SetClassName(Name(env->isolate(), "MessageChannel"));
  (void)SetClass(env, target, "MessageChannel", channel);
  MessagePort::Initialize(env, target);
  SetMethods(env, target, kMethods);
  Local<Function> constructor;
  if (PerContextFunction(env, env->context(), "DOMException").ToLocal(&constructor)) SetValue(env, target, "DOMException", constructor);
}

void RegisterReferences(References* references) {
  references->Add(MessageChannel);
  MessagePort::RegisterReferences(references);
  AddReferences(references, kMethods);
}

BindingRegistration registration("messaging", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
