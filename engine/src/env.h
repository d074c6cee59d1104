#ifndef SE_ENV_H_
#define SE_ENV_H_

#include <v8.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace se {

class NativeObject;
class GuestThread;
class CountingAllocator;

// Values that C++ must find again after an isolate was deserialized from the snapshot. They live in the embedder data
// of the guest's principal context, which V8 serializes with it; the enumerators are the indices.
enum class Slot : int {
  // Index 0 is reserved by V8's inspector, 1 holds the Env* (an aligned pointer, not serialized).
  kEnv = 1,
  kContextKind,               // Smi: see ContextKind. Set in every context.
  kSandboxObject,             // vm contexts: the contextified object
  kVmContext,                 // vm contexts: the wrapper of their VmContext
  kAllowCodeGenFromStrings,   // vm contexts: boolean
  kAllowWasmCodeGen,          // vm contexts: boolean
  kBindingsObject,            // plain object: name -> native binding target
  kProcessObject,
  kPrimordials,
  kInternalBindingLoader,
  kRequire,
  kTickCallback,
  kPromiseRejectCallback,
  kPrepareStackTraceCallback,
  kFatalExceptionCallback,    // process._fatalException equivalent: (error, fromPromise) => handled
  kEnhanceStackBefore,
  kEnhanceStackAfter,
  kAsyncHooksFields,          // Uint32Array
  kAsyncIdFields,             // Float64Array
  kAsyncIdsStack,             // Float64Array
  kAsyncHooksCallbacks,       // object with init/before/after/destroy/promiseResolve
  kAsyncCallbackTrampoline,
  kExecutionAsyncResources,   // array
  kTickInfo,                  // Uint8Array: [hasTickScheduled, hasRejectionToWarn]
  kTimerInfo,
  kHostImportModule,          // importModuleDynamically callback
  kHostInitializeImportMeta,  // initializeImportMetaObject callback
  kHostDefinedOptionSymbols,
  kMessagingDeserializerCreate,
  kEmitMessage,
  kDomexception,
  kEmitWarningSync,           // the library's (text): a warning that is printed at once
  kStartFunction,             // guest bundle: boot entry called by the engine after deserialization
  kSourceMapsEnabled,
  kWasmStreamingCallback,
  kWrappedFunctions,          // array of the guest functions behind native ones
  kScratchState,              // object: bindings keep further named state here (Env::GetState / SetState)
  kCount
};

// kSealed: of a process that has ended.
enum class ContextKind : int { kPrincipal = 1, kVm = 2, kSealed = 3 };

// Everything the engine knows of one guest isolate. Reached through isolate data slot 0.
class Env {
 public:
  Env(v8::Isolate* isolate, GuestThread* thread, CountingAllocator* allocator);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  static Env* From(v8::Isolate* isolate) { return static_cast<Env*>(isolate->GetData(0)); }
  template <typename T>
  static Env* From(const v8::FunctionCallbackInfo<T>& info) { return From(info.GetIsolate()); }
  template <typename T>
  static Env* From(const v8::PropertyCallbackInfo<T>& info) { return From(info.GetIsolate()); }

  v8::Isolate* isolate() const { return isolate_; }
  v8::Local<v8::Context> context() const { return context_.Get(isolate_); }
  // A new principal context, or (Adopt) one that came out of the snapshot with its slots filled.
  void SetPrincipalContext(v8::Local<v8::Context> context);
  void AdoptPrincipalContext(v8::Local<v8::Context> context);
  // Drops every handle, as SnapshotCreator demands before CreateBlob.
  void ReleaseHandles();

  // Null while a snapshot is being built.
  GuestThread* thread() const { return thread_; }
  CountingAllocator* allocator() const { return allocator_; }

  v8::Local<v8::Value> Get(Slot slot) const { return context()->GetEmbedderData(static_cast<int>(slot)); }
  void Set(Slot slot, v8::Local<v8::Value> value) { context()->SetEmbedderData(static_cast<int>(slot), value); }
  // The function in `slot`, or an empty handle.
  v8::MaybeLocal<v8::Function> GetFunction(Slot slot) const;

  // Named state of single bindings (constructors, callbacks), kept in the snapshot. Never visible to guest code.
  v8::Local<v8::Value> GetState(const char* name);
  void SetState(const char* name, v8::Local<v8::Value> value);

  // Puts a typed array over a buffer of its own into `slot`.
  void SetFieldArray(Slot slot, v8::Local<v8::ArrayBufferView> array);
  // Pointer to the memory of the typed array in `slot`; null if there is none. Stable until the slot is set anew.
  template <typename T>
  T* FieldPointer(Slot slot) { return static_cast<T*>(FieldMemory(slot)); }

  // Private symbols by Node's names (`privateSymbols` of the util binding), the same before and after the snapshot.
  v8::Local<v8::Private> PrivateSymbol(const char* name);
  // Per-isolate symbols by Node's names (the symbols binding), e.g. "async_id_symbol".
  v8::Local<v8::Symbol> IsolateSymbol(const char* name);

  // Takes back a TerminateExecution that the guest itself asked for (a vm timeout). False, and nothing is taken back,
  // when the process is being ended.
  bool CancelTermination();

  void Track(NativeObject* object);
  void Untrack(NativeObject* object);
  // The garbage collector, during which nothing may be deleted, found `object` unreachable.
  void Collected(NativeObject* object);
  // Deletes what was collected. V8 says when that is possible, which can be late: so it is called where an object is made,
  // in each turn of the event loop, and after a collection that is to make room, too.
  void Reap();

  // Per-binding C++ state, created on first use and destroyed with the Env. `T(Env*)` must exist.
  template <typename T>
  T* State() {
    static const char key = 0;
    auto& entry = states_[&key];
    if (!entry.ptr) entry = {new T(this), [](void* p) { delete static_cast<T*>(p); }};
    return static_cast<T*>(entry.ptr);
  }

  bool exiting = false;           // set once the process is on its way out: no further JavaScript
  int callback_depth = 0;         // nesting of CallbackScope
  bool forced_collection = false; // the guest asked for the garbage collection under way
  bool eager_builtins = false;    // compile modules of Node's library with all their functions
  double time_origin_ms = 0;      // steady clock when the process started

 private:
  static void Link(NativeObject** list, NativeObject* object);
  struct StateEntry {
    void* ptr = nullptr;
    void (*destroy)(void*) = nullptr;
  };
  void* FieldMemory(Slot slot);

  v8::Isolate* isolate_;
  GuestThread* thread_;
  CountingAllocator* allocator_;
  v8::Global<v8::Context> context_;
  std::unordered_map<const char*, v8::Global<v8::Private>> privates_;
  std::unordered_map<const char*, v8::Global<v8::Symbol>> symbols_;
  std::unordered_map<int, std::shared_ptr<v8::BackingStore>> fields_;
  std::unordered_map<const void*, StateEntry> states_;
  NativeObject* objects_ = nullptr;
  NativeObject* collected_ = nullptr;
};

}  // namespace se

#endif  // SE_ENV_H_
