#include "native_object.h"

namespace se {

using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;
using v8::WeakCallbackInfo;

NativeObject::NativeObject(Env* env, Local<Object> wrapper, const void* tag)
    : env_(env), wrapper_(env->isolate(), wrapper), charge_(env, kCost) {
  env->Reap();
  wrapper->SetAlignedPointerInInternalField(kTagField, const_cast<void*>(tag));
  wrapper->SetAlignedPointerInInternalField(kPointerField, this);
  env->Track(this);
}

NativeObject::~NativeObject() {
  env_->Untrack(this);
  if (wrapper_.IsEmpty()) return;
  v8::HandleScope scope(isolate());
  Local<Object> wrapper = object();
  wrapper->SetAlignedPointerInInternalField(kTagField, nullptr);
  wrapper->SetAlignedPointerInInternalField(kPointerField, nullptr);
}

void NativeObject::MakeWeak() {
  wrapper_.SetWeak(
      this,
      [](const WeakCallbackInfo<NativeObject>& info) {
        NativeObject* object = info.GetParameter();
        object->wrapper_.Reset();
        object->env_->Collected(object);
        // The second pass, in which V8 may be used again, can come when this object is gone already, with its Env.
        info.SetSecondPassCallback([](const WeakCallbackInfo<NativeObject>& second) {
          if (Env* env = Env::From(second.GetIsolate())) env->Reap();
        });
      },
      v8::WeakCallbackType::kParameter);
}

void NativeObject::ClearWeak() { wrapper_.ClearWeak(); }

NativeObject* NativeObject::UnwrapTagged(Local<Value> value, const void* tag) {
  if (value.IsEmpty() || !value->IsObject()) return nullptr;
  Local<Object> object = value.As<Object>();
  if (object->InternalFieldCount() < kFieldCount) return nullptr;
  if (object->GetAlignedPointerFromInternalField(kTagField) != tag) return nullptr;
  return static_cast<NativeObject*>(object->GetAlignedPointerFromInternalField(kPointerField));
}

void NativeObject::ThrowIllegalInvocation(Isolate* isolate) {
  isolate->ThrowException(v8::Exception::TypeError(v8::String::NewFromUtf8Literal(isolate, "Illegal invocation")));
}

}  // namespace se
