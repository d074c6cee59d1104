// internalBinding('async_context_frame'): the value that V8 carries along promise continuations.
#include "binding.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void Get(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info.GetIsolate()->GetContinuationPreservedEmbedderData());
}

void Set(const FunctionCallbackInfo<Value>& info) {
  info.GetIsolate()->SetContinuationPreservedEmbedderData(info[0]);
}

constexpr Method kMethods[] = {
    {"getContinuationPreservedEmbedderData", Get},
    {"setContinuationPreservedEmbedderData", Set},
};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void RegisterReferences(References* references) { AddReferences(references, kMethods); }
BindingRegistration registration("async_context_frame", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
