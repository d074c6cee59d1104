#ifndef SE_BINDING_H_
#define SE_BINDING_H_

#include <v8.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "env.h"
#include "native_object.h"

namespace se {

// Addresses of all C++ functions that guest functions refer to. The startup snapshot stores their indices, so every
// callback must be registered, in the same order in each start of the same binary.
class References {
 public:
  void Add(v8::FunctionCallback callback) { list_.push_back(reinterpret_cast<intptr_t>(callback)); }
  template <typename T>
  void AddPointer(T* pointer) { list_.push_back(reinterpret_cast<intptr_t>(pointer)); }
  const intptr_t* Finish();

 private:
  std::vector<intptr_t> list_;
};

struct Method {
  const char* name;
  v8::FunctionCallback callback;
};

// One native binding: what `internalBinding(name)` gives to Node's lib. Define it once at namespace scope:
//   static BindingRegistration registration("util", Initialize, kMethods /* , RegisterReferences */);
using InitFunction = void (*)(Env* env, v8::Local<v8::Object> target);
using ReferencesFunction = void (*)(References* references);

class BindingRegistration {
 public:
  // `references` registers what SetMethods and MakeClass calls in `init` use.
  BindingRegistration(const char* name, InitFunction init, ReferencesFunction references = nullptr);
  static const BindingRegistration* Find(std::string_view name);
  static void AddAllReferences(References* references);
  const char* name() const { return name_; }
  InitFunction init() const { return init_; }

 private:
  const char* name_;
  InitFunction init_;
  ReferencesFunction references_;
};

// --- Making functions, classes, constants ---------------------------------------------------------------------------

template <size_t N>
void AddReferences(References* references, const Method (&methods)[N]) {
  for (const Method& method : methods) references->Add(method.callback);
}
void SetMethod(Env* env, v8::Local<v8::Object> target, const char* name, v8::FunctionCallback callback);
template <size_t N>
void SetMethods(Env* env, v8::Local<v8::Object> target, const Method (&methods)[N]) {
  for (const Method& method : methods) SetMethod(env, target, method.name, method.callback);
}
// A constructor whose instances have NativeObject's internal fields (plus `extra_fields`), with prototype methods.
v8::Local<v8::FunctionTemplate> MakeClassTemplate(Env* env, const char* name, v8::FunctionCallback constructor,
                                                  const Method* methods, size_t count, int extra_fields = 0);
// Makes the function of `klass`, puts it on `target` under `name`, and returns it (empty only when out of memory).
v8::MaybeLocal<v8::Function> SetClass(Env* env, v8::Local<v8::Object> target, const char* name,
                                      v8::Local<v8::FunctionTemplate> klass);
void SetConstant(Env* env, v8::Local<v8::Object> target, const char* name, double value);
void SetValue(Env* env, v8::Local<v8::Object> target, const char* name, v8::Local<v8::Value> value);

// --- Strings ----------------------------------------------------------------------------------------------------------

// Internalized string of a literal.
v8::Local<v8::String> Name(v8::Isolate* isolate, std::string_view text);
// UTF-8 text as a string; empty when it is longer than V8 allows.
v8::MaybeLocal<v8::String> Utf8(v8::Isolate* isolate, std::string_view text);
// The UTF-8 bytes of any value's string form; empty text (and a pending exception) when conversion throws.
std::string ToStdString(v8::Isolate* isolate, v8::Local<v8::Value> value);

// --- Errors -----------------------------------------------------------------------------------------------------------

// Throw Node's error of class Error / TypeError / RangeError with `code` set, e.g. ThrowTypeError(iso, "ERR_INVALID_ARG_TYPE", "…").
void ThrowError(v8::Isolate* isolate, const char* code, std::string_view message);
void ThrowTypeError(v8::Isolate* isolate, const char* code, std::string_view message);
void ThrowRangeError(v8::Isolate* isolate, const char* code, std::string_view message);
// For arguments that Node's own lib never passes: TypeError ERR_INVALID_ARG_TYPE naming the binding's function.
void ThrowBadArgument(v8::Isolate* isolate, const char* function);

// --- Bytes ------------------------------------------------------------------------------------------------------------

// The memory of an ArrayBufferView, ArrayBuffer or SharedArrayBuffer, valid until guest code runs again.
// `ok` is false if the value is none of these (nothing is thrown).
struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
  bool ok = false;
  explicit Bytes(v8::Local<v8::Value> value);
  std::string_view view() const { return {reinterpret_cast<const char*>(data), size}; }
};
// Memory of zeros for an ArrayBuffer; null when it is short (nothing is thrown).
std::unique_ptr<v8::BackingStore> NewZeroedStore(Env* env, size_t size);
// A new Buffer-less Uint8Array holding a copy of `size` bytes, zeros if `data` is null; empty (with an exception pending)
// when memory is short.
v8::MaybeLocal<v8::Uint8Array> NewUint8Array(Env* env, const void* data, size_t size);

// --- Numbers ----------------------------------------------------------------------------------------------------------

// The value as an integer in [min, max], or nothing: no number, NaN, a fraction, or out of range. Never throws.
v8::Maybe<int64_t> IntegerIn(v8::Local<v8::Value> value, int64_t min, int64_t max);

}  // namespace se

#endif  // SE_BINDING_H_
