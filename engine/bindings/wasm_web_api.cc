// The binding "wasm_web_api": WebAssembly.compileStreaming and instantiateStreaming, whose bytes come from a fetch
// Response that Node's lib reads.
#include <v8-wasm.h>

#include <cstring>
#include <memory>
#include <new>

#include "binding.h"
#include "modules.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;
using v8::WasmStreaming;

namespace {

constexpr char kImplementationState[] = "wasm_web_api.implementation";

// One compilation that is fed with bytes. V8 wants none after its end.
class StreamingCompilation : public NativeObject {
 public:
  static const char kTag[];
  StreamingCompilation(Env* env, Local<Object> wrapper, std::shared_ptr<WasmStreaming> streaming)
      : NativeObject(env, wrapper, kTag), streaming_(std::move(streaming)) {
    MakeWeak();
  }

  // The open stream behind `info.This()`; throws and gives null if there is none or it has ended.
  static StreamingCompilation* Open(const FunctionCallbackInfo<Value>& info) {
    StreamingCompilation* self = UnwrapThis<StreamingCompilation>(info);
    if (self == nullptr || self->streaming_) return self;
    ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "Invalid state: The WebAssembly stream has ended");
    return nullptr;
  }

  WasmStreaming* streaming() const { return streaming_.get(); }
  std::shared_ptr<WasmStreaming> Close() { return std::move(streaming_); }

 private:
  std::shared_ptr<WasmStreaming> streaming_;
};

alignas(8) const char StreamingCompilation::kTag[] = "StreamingCompilation";

void SetUrl(const FunctionCallbackInfo<Value>& info) {
  StreamingCompilation* self = StreamingCompilation::Open(info);
  if (self == nullptr) return;
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "setURL");
  std::string url = ToStdString(info.GetIsolate(), info[0]);
  self->streaming()->SetUrl(url.data(), url.size());
}

void Push(const FunctionCallbackInfo<Value>& info) {
  StreamingCompilation* self = StreamingCompilation::Open(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsArrayBufferView() && !info[0]->IsArrayBuffer())
    return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "chunk must be an ArrayBufferView or an ArrayBuffer");
  Bytes chunk(info[0]);
  // V8 must not see memory that another thread writes.
  std::unique_ptr<uint8_t[]> copy;
  if (info[0]->IsArrayBufferView() && info[0].As<v8::ArrayBufferView>()->Buffer()->IsSharedArrayBuffer()) {
    copy.reset(new (std::nothrow) uint8_t[chunk.size + 1]);
    if (!copy) return ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
    memcpy(copy.get(), chunk.data, chunk.size);
  }
  self->streaming()->OnBytesReceived(copy ? copy.get() : chunk.data, chunk.size);
}

void Finish(const FunctionCallbackInfo<Value>& info) {
  StreamingCompilation* self = StreamingCompilation::Open(info);
  if (self != nullptr) self->Close()->Finish();
}

void Abort(const FunctionCallbackInfo<Value>& info) {
  StreamingCompilation* self = StreamingCompilation::Open(info);
  if (self != nullptr) self->Close()->Abort(info[0]);
}

constexpr Method kStreamMethods[] = {
    {"setURL", SetUrl},
    {"push", Push},
    {"finish", Finish},
    {"abort", Abort},
};

// Made when the first compilation starts, never in the snapshot.
struct StreamTemplate {
  explicit StreamTemplate(Env* env) {
    // Guest code gets instances only from StartStreaming.
    auto refuse = [](const FunctionCallbackInfo<Value>& info) {
      if (Env::From(info)->State<StreamTemplate>()->constructing) return;
      ThrowTypeError(info.GetIsolate(), "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    };
    klass.Reset(env->isolate(), MakeClassTemplate(env, "WasmStreamingObject", refuse, kStreamMethods,
                                                  std::size(kStreamMethods)));
  }
  v8::Global<v8::FunctionTemplate> klass;
  bool constructing = false;
};

// V8 calls this, in a reaction to the promise of `info[0]`, to have the bytes fetched.
void StartStreaming(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Env* env = Env::From(isolate);
  std::shared_ptr<WasmStreaming> streaming = WasmStreaming::Unpack(isolate, info.Data());
  Local<Value> implementation = env->GetState(kImplementationState);
  if (!implementation->IsFunction()) {
    streaming->Abort(v8::Exception::Error(Name(isolate, "WebAssembly streaming has no source of bytes")));
    return;
  }
  StreamTemplate* templates = env->State<StreamTemplate>();
  Local<Context> context = env->context();
  Local<Function> constructor;
  Local<Object> wrapper;
  templates->constructing = true;
  bool made = templates->klass.Get(isolate)->GetFunction(context).ToLocal(&constructor) &&
              constructor->NewInstance(context).ToLocal(&wrapper);
  templates->constructing = false;
  if (!made) return;
  new StreamingCompilation(env, wrapper, std::move(streaming));
  Local<Value> argv[] = {wrapper, info[0]};
  (void)implementation.As<Function>()->Call(context, info.This(), std::size(argv), argv);
}

void SetImplementation(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction()) return ThrowBadArgument(info.GetIsolate(), "setImplementation");
  Env::From(info)->SetState(kImplementationState, info[0]);
}

constexpr Method kMethods[] = {{"setImplementation", SetImplementation}};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("wasm_web_api", Initialize, RegisterReferences);

}  // namespace

void InstallWasmStreamingCallback(Isolate* isolate) { isolate->SetWasmStreamingCallback(StartStreaming); }

}  // namespace se
