#include "native_object.h"

namespace se {

using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;
using v8::WeakCallbackInfo;

NativeObject::NativeObject(Env* env, Local<Object> wrapper, const void* tag)
    : env_(env), wrapper_(env->isolate(), wrapper) {
  wrapper->SetAlignedPointerInInternalField(kTagField, const_cast<void*>(tag));
  wrapper->SetAlignedPointerInInternalField(kPointerField, this);
  env->Track(this);
}

// Parameter of the weak callbacks. The second pass comes some time after the first, and by then the object may be gone
// with its Env.
struct NativeObject::WeakLink {
  NativeObject* object;
  bool collected = false;  // the first pass is over, the second is due
};

NativeObject::~NativeObject() {
  env_->Untrack(this);
  if (weak_link_ != nullptr) {
    if (weak_link_->collected) weak_link_->object = nullptr;
    else delete weak_link_;
  }
  if (wrapper_.IsEmpty()) return;
  v8::HandleScope scope(isolate());
  Local<Object> wrapper = object();
  wrapper->SetAlignedPointerInInternalField(kTagField, nullptr);
  wrapper->SetAlignedPointerInInternalField(kPointerField, nullptr);
}

void NativeObject::MakeWeak() {
  if (weak_link_ == nullptr) weak_link_ = new WeakLink{this};
  wrapper_.SetWeak(
      weak_link_,
      [](const WeakCallbackInfo<WeakLink>& info) {
        WeakLink* link = info.GetParameter();
        link->object->wrapper_.Reset();
        link->collected = true;
        // The destructor may run V8 code (handles, external memory): only the second pass allows that.
        info.SetSecondPassCallback([](const WeakCallbackInfo<WeakLink>& second) {
          delete second.GetParameter()->object;
          delete second.GetParameter();
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
