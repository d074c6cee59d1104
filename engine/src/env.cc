#include "env.h"

#include <cstring>

#include "binding.h"
#include "guest_thread.h"
#include "native_object.h"

namespace se {

using v8::ArrayBufferView;
using v8::Context;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Private;
using v8::String;
using v8::Symbol;
using v8::Value;

Env::Env(Isolate* isolate, GuestThread* thread, CountingAllocator* allocator)
    : isolate_(isolate), thread_(thread), allocator_(allocator) {
  isolate->SetData(0, this);
}

Env::~Env() {
  HandleScope scope(isolate_);
  Reap();
  while (objects_ != nullptr) delete objects_;
  for (auto& [key, entry] : states_) entry.destroy(entry.ptr);
  ReleaseHandles();
  isolate_->SetData(0, nullptr);
}

void Env::SetPrincipalContext(Local<Context> context) {
  context_.Reset(isolate_, context);
  // V8 makes room for the slots when the last one is written; reading beyond the room is an error.
  Set(static_cast<Slot>(static_cast<int>(Slot::kCount) - 1), v8::Undefined(isolate_));
  Set(Slot::kContextKind, v8::Integer::New(isolate_, static_cast<int>(ContextKind::kPrincipal)));
}

void Env::AdoptPrincipalContext(Local<Context> context) { context_.Reset(isolate_, context); }

void Env::ReleaseHandles() {
  privates_.clear();
  symbols_.clear();
  fields_.clear();
  context_.Reset();
}

MaybeLocal<Function> Env::GetFunction(Slot slot) const {
  Local<Value> value = Get(slot);
  if (!value->IsFunction()) return {};
  return value.As<Function>();
}

Local<Value> Env::GetState(const char* name) {
  Local<Value> holder = Get(Slot::kScratchState);
  Local<Value> value;
  if (!holder->IsObject() || !holder.As<Object>()->Get(context(), Name(isolate_, name)).ToLocal(&value))
    return v8::Undefined(isolate_);
  return value;
}

void Env::SetState(const char* name, Local<Value> value) {
  if (!Get(Slot::kScratchState)->IsObject())
    Set(Slot::kScratchState, Object::New(isolate_, v8::Null(isolate_), nullptr, nullptr, 0));
  (void)Get(Slot::kScratchState).As<Object>()->Set(context(), Name(isolate_, name), value);
}

void Env::SetFieldArray(Slot slot, Local<ArrayBufferView> array) {
  fields_.erase(static_cast<int>(slot));
  Set(slot, array);
}

void* Env::FieldMemory(Slot slot) {
  auto& store = fields_[static_cast<int>(slot)];
  Local<Value> value = Get(slot);
  if (!value->IsArrayBufferView()) return nullptr;
  Local<ArrayBufferView> view = value.As<ArrayBufferView>();
  // The field arrays are made by our bindings over whole buffers, which guest code has no means to detach.
  if (!store) store = view->Buffer()->GetBackingStore();
  return static_cast<char*>(store->Data()) + view->ByteOffset();
}

Local<Private> Env::PrivateSymbol(const char* name) {
  auto& symbol = privates_[name];
  if (symbol.IsEmpty()) {
    std::string full = std::string("node:private:") + name;
    symbol.Reset(isolate_, Private::ForApi(isolate_, Name(isolate_, full)));
  }
  return symbol.Get(isolate_);
}

Local<Symbol> Env::IsolateSymbol(const char* name) {
  auto& symbol = symbols_[name];
  if (symbol.IsEmpty()) symbol.Reset(isolate_, Symbol::ForApi(isolate_, Name(isolate_, name)));
  return symbol.Get(isolate_);
}

bool Env::CancelTermination() {
  if (thread_ != nullptr) return thread_->CancelTermination();
  isolate_->CancelTerminateExecution();
  return true;
}

void Env::Link(NativeObject** list, NativeObject* object) {
  object->next_ = *list;
  if (*list != nullptr) (*list)->prev_ = object;
  *list = object;
}

void Env::Track(NativeObject* object) { Link(&objects_, object); }

void Env::Untrack(NativeObject* object) {
  if (object->prev_ != nullptr) object->prev_->next_ = object->next_;
  if (object->next_ != nullptr) object->next_->prev_ = object->prev_;
  if (objects_ == object) objects_ = object->next_;
  if (collected_ == object) collected_ = object->next_;
  object->next_ = object->prev_ = nullptr;
}

void Env::Collected(NativeObject* object) {
  Untrack(object);
  Link(&collected_, object);
}

void Env::Reap() {
  if (collected_ == nullptr) return;
  HandleScope scope(isolate_);
  while (collected_ != nullptr) delete collected_;
}

}  // namespace se
