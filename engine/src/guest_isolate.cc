#include "guest_isolate.h"

#include <algorithm>
#include <mutex>

#include "../bindings/contextify/vm_context.h"
#include "binding.h"
#include "callbacks.h"
#include "guest_thread.h"
#include "snapshot.h"
#include "v8_internals.h"
#include "vm_end.h"

namespace se {

using v8::Context;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;

namespace {

// How much of a thread's stack a guest's JavaScript may use: what Node gives it.
constexpr size_t kJavaScriptStack = 984 * 1024;
// Garbage that may gather while processes follow each other without a pause.
constexpr size_t kMaxGarbage = 48u << 20;
// What an isolate may hold after a collection beyond what it began with: more is a leak, and a new isolate is better.
constexpr size_t kMaxLeftover = 24u << 20;

void OnFatalError(const char* location, const char* message) {
  EndVm(VmEnd::kFatalError, message != nullptr ? message : "V8 met a fatal error");
}

void OnOutOfMemory(const char* location, const v8::OOMDetails& details) { EndVm(VmEnd::kOutOfMemory, location); }

std::once_flag g_fresh_once;
GuestIsolate::Level g_fresh;

void OnSealedCall(Isolate* isolate, Local<Context> context) {
  Env* env = Env::From(isolate);
  if (env != nullptr && env->thread() != nullptr) env->thread()->NoteGhost();
}

// A FinalizationRegistry of an ended process can still get its turn: a marking that went on across the process's end took it
// for alive. V8 takes the sealed realm's refusal for an exception of the callback, and would call it again and again; but once
// it is collected, V8 would find nothing to do in its task, and post none ever again. So it is collected together with an
// object of a registry of our own, for which the task is good.
void LayGhost(Env* env) {
  Isolate* isolate = env->isolate();
  HandleScope scope(isolate);
  Local<Context> context = env->context();
  v8::TryCatch try_catch(isolate);
  Local<v8::Value> primordials = env->Get(Slot::kPrimordials), constructor, method;
  auto get = [&](Local<v8::Value> holder, const char* name, Local<v8::Value>* out) {
    return holder->IsObject() && holder.As<v8::Object>()->Get(context, Name(isolate, name)).ToLocal(out) &&
           (*out)->IsFunction();
  };
  if (!get(primordials, "FinalizationRegistry", &constructor) ||
      !get(primordials, "FinalizationRegistryPrototypeRegister", &method))
    return;
  Local<v8::Function> nothing;
  Local<v8::Object> registry;
  if (!v8::Function::New(context, [](const v8::FunctionCallbackInfo<v8::Value>&) {}).ToLocal(&nothing)) return;
  Local<v8::Value> callback[] = {nothing};
  if (!constructor.As<v8::Function>()->NewInstance(context, 1, callback).ToLocal(&registry)) return;
  {
    HandleScope inner(isolate);
    Local<v8::Value> argv[] = {registry, v8::Object::New(isolate), v8::Undefined(isolate)};
    (void)method.As<v8::Function>()->Call(context, v8::Undefined(isolate), 3, argv);
  }
  isolate->LowMemoryNotification();
}

void Seal(Local<Context> context) {
  context->SetEmbedderData(static_cast<int>(Slot::kContextKind),
                           v8::Integer::New(context->GetIsolate(), static_cast<int>(ContextKind::kSealed)));
  context->SetAbortScriptExecution(OnSealedCall);
  context->DetachGlobal();
}

}  // namespace

GuestIsolate::Entry::Entry(GuestIsolate& guest)
    : locker_(guest.isolate_), scope_(guest.isolate_), handles_(guest.isolate_) {
  guest.isolate_->SetStackLimit(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - kJavaScriptStack);
}

std::unique_ptr<GuestIsolate> GuestIsolate::Boot(bool for_image) {
  std::unique_ptr<GuestIsolate> guest(new GuestIsolate());
  Isolate* isolate = Isolate::Allocate();
  guest->isolate_ = isolate;
  Platform()->RegisterIsolate(isolate, &guest->delegate_);
  Isolate::CreateParams params;
  params.array_buffer_allocator_shared = guest->allocator_;
  params.constraints.ConfigureDefaultsFromHeapSize(1u << 20, kDefaultMemoryBytes);
  UseSnapshot(&params);
  if (for_image) guest->creator_ = std::make_unique<v8::SnapshotCreator>(isolate, params);
  else Isolate::Initialize(isolate, params);
  isolate->SetFatalErrorHandler(OnFatalError);
  isolate->SetOOMErrorHandler(OnOutOfMemory);
  Entry entry(*guest);
  InstallIsolateCallbacks(isolate);
  return guest;
}

GuestIsolate::~GuestIsolate() {
  tasks_->Close();
  if (!creator_) {
    Entry entry(*this);
    realms_.clear();
  }
  creator_.reset();
  isolate_->Dispose();
  Platform()->UnregisterIsolate(isolate_);
}

bool GuestIsolate::AddRealm() {
  HandleScope scope(isolate_);
  std::unique_ptr<v8::MicrotaskQueue> microtasks =
      v8::MicrotaskQueue::New(isolate_, v8::MicrotasksPolicy::kExplicit);
  Local<Context> context;
  if (!Context::FromSnapshot(isolate_, kPrincipalContextIndex, {}, nullptr, {}, microtasks.get()).ToLocal(&context))
    return false;
  realms_.push_back({v8::Global<Context>(isolate_, context), std::move(microtasks)});
  std::call_once(g_fresh_once, [&] { g_fresh = Measure(); });
  if (settled_ == 0) settled_ = Measure().held();
  return true;
}

GuestIsolate::Realm GuestIsolate::TakeRealm() {
  Realm realm = std::move(realms_.back());
  realms_.pop_back();
  return realm;
}

bool GuestIsolate::Settle() {
  // What V8 wants to do now may be for the process that has ended. What it wants to do later is for its heap; a wait of the
  // process's that comes to its time resolves a promise that nobody can see.
  if (tasks_->HasPending() || isolate_->HasPendingBackgroundTasks()) return false;
  CollectBeyond(kMaxGarbage);
  return settled_ < Fresh().held() * (1 + realms_.size()) + kMaxLeftover;
}

void GuestIsolate::CollectBeyond(size_t bytes) {
  size_t held = Measure().held();
  garbage_ = held - std::min(held, settled_);
  if (garbage_ <= bytes) return;
  CollectAndSweep(isolate_);
  settled_ = Measure().held();
  garbage_ = 0;
}

bool GuestIsolate::RunTasks(Env* env) {
  // One that is not laid by then is somebody's to keep: its calls are dropped.
  constexpr int kMaxGhosts = 3;
  int before = ghosts_;
  bool ran = tasks_->RunPending();
  if (ghosts_ == before || env->exiting) return ran;
  if (ghosts_ <= kMaxGhosts) LayGhost(env);
  else tasks_->DropPending();
  return ran;
}

GuestIsolate::Level GuestIsolate::Measure() {
  v8::HeapStatistics statistics;
  isolate_->GetHeapStatistics(&statistics);
  return {statistics.total_heap_size(), statistics.used_heap_size(), statistics.external_memory(),
          allocator_->used()};
}

const GuestIsolate::Level& GuestIsolate::Fresh() { return g_fresh; }

void SealContexts(Env* env) {
  VmContext::ForEach(env, Seal);
  Seal(env->context());
}

bool IsSealed(Local<Context> context) {
  constexpr int kIndex = static_cast<int>(Slot::kContextKind);
  if (static_cast<int>(context->GetNumberOfEmbedderDataFields()) <= kIndex) return false;
  Local<v8::Value> kind = context->GetEmbedderData(kIndex);
  return kind->IsInt32() && kind.As<v8::Int32>()->Value() == static_cast<int>(ContextKind::kSealed);
}

}  // namespace se
