#ifndef SE_CONTEXTIFY_VM_CONTEXT_H_
#define SE_CONTEXTIFY_VM_CONTEXT_H_

#include <v8-microtask-queue.h>
#include <v8.h>

#include <functional>
#include <memory>

#include "native_object.h"

namespace se {

struct VmContextOptions {
  // The object whose properties are the new context's globals; empty for an ordinary global object.
  v8::Local<v8::Object> sandbox;
  bool allow_strings = true;
  bool allow_wasm = true;
  bool own_microtask_queue = false;
  v8::Local<v8::Symbol> host_defined_option;
};

// A context made by vm.createContext(). Its wrapper hangs on the contextified object by a private symbol, and the
// context in turn holds both, so that all live and die together.
class VmContext : public NativeObject {
 public:
  static const char kTag[];

  // Returns the contextified object: the sandbox, or the new global object when there is none.
  static v8::MaybeLocal<v8::Object> Make(Env* env, const VmContextOptions& options);
  ~VmContext() override;
  // Calls `use` with each context of the process that is alive.
  static void ForEach(Env* env, const std::function<void(v8::Local<v8::Context>)>& use);
  // The context that `contextified` stands for, or null.
  static VmContext* Of(Env* env, v8::Local<v8::Value> contextified);

  // Empty only while the collector is taking this context apart.
  v8::MaybeLocal<v8::Context> context() const;
  // Null for contexts that share the isolate's queue.
  v8::MicrotaskQueue* own_queue() const { return queue_.get(); }

 private:
  // An object of the context, which leads back to it (an internal field can hold no context).
  static constexpr int kAnchorField = kFieldCount;
  static constexpr int kVmFieldCount = kFieldCount + 1;

  VmContext(Env* env, v8::Local<v8::Object> wrapper, std::unique_ptr<v8::MicrotaskQueue> queue);

  std::unique_ptr<v8::MicrotaskQueue> queue_;

  friend struct VmTemplates;
};

// The template of contextified global objects, whose interceptors forward to the sandbox (interceptors.cc).
v8::Local<v8::ObjectTemplate> MakeContextifiedGlobalTemplate(v8::Isolate* isolate);

}  // namespace se

#endif  // SE_CONTEXTIFY_VM_CONTEXT_H_
