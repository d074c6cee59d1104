#ifndef SE_MODULE_WRAP_MODULE_WRAP_H_
#define SE_MODULE_WRAP_MODULE_WRAP_H_

#include <v8.h>

#include <unordered_map>

#include "code_cache.h"
#include "native_object.h"

namespace se {

// A source text or synthetic module of V8 behind a guest object. V8's module, and all else it refers to, hangs on that
// object: handles of ours would keep alive what refers back to it.
class ModuleWrap : public NativeObject {
 public:
  static const char kTag[];
  enum Field {
    kModuleField = kFieldCount,
    kAnchorField,  // an object of the module's context, which leads back to it
    kTextField,    // source text, or the evaluation steps of a synthetic module
    kLinkedField,  // array of ModuleWrap objects in the order of the module's requests; undefined until linked
    kEndOfFields,
  };
  static constexpr int kExtraFields = kEndOfFields - kFieldCount;

  ModuleWrap(Env* env, v8::Local<v8::Object> wrapper, v8::Local<v8::Module> module, v8::Local<v8::Context> context,
             v8::Local<v8::Value> text);
  ~ModuleWrap() override;

  // The wrap of `module`, or null: it was collected, or the module is none of ours.
  static ModuleWrap* Find(Env* env, v8::Local<v8::Module> module);

  v8::Local<v8::Module> module() const { return Field(kModuleField).As<v8::Module>(); }
  v8::MaybeLocal<v8::Context> context() const;
  v8::Local<v8::Value> text() const { return Field(kTextField).As<v8::Value>(); }
  bool linked() const { return LinkedModules()->IsArray(); }
  void SetLinked(v8::Local<v8::Array> wraps) { object()->SetInternalField(kLinkedField, wraps); }
  // The module that the request at `index` was linked to, or null.
  ModuleWrap* LinkedTo(uint32_t index) const;
  uint32_t LinkedCount() const;
  CodeIdentity identity() const;

  // Where to look first for the next request that V8 resolves: it asks in order.
  int next_request = 0;
  // Length of the longest chain of imports below, as of instantiation.
  int depth = 0;

 private:
  v8::Local<v8::Data> Field(int index) const { return object()->GetInternalField(index); }
  v8::Local<v8::Value> LinkedModules() const { return Field(kLinkedField).As<v8::Value>(); }

  int hash_;
};

// All modules of an isolate, by V8's identity hash.
struct ModuleTable {
  explicit ModuleTable(Env*) {}
  std::unordered_multimap<int, ModuleWrap*> by_hash;
  // Module evaluations that are on the stack.
  int evaluating = 0;
  // What the facade that is being instantiated stands for.
  ModuleWrap* facade_original = nullptr;
};

// {key: value} of V8's import attributes, where each takes `stride` elements (3 in static requests, 2 in import()).
v8::Local<v8::Object> MakeImportAttributes(v8::Isolate* isolate, v8::Local<v8::Context> context,
                                           v8::Local<v8::FixedArray> attributes, int stride);

}  // namespace se

#endif  // SE_MODULE_WRAP_MODULE_WRAP_H_
