#ifndef SE_SHARED_FIELDS_H_
#define SE_SHARED_FIELDS_H_

#include <cstring>

#include "binding.h"

namespace se {

// Numbers that a binding hands to Node's lib through a typed array, which is looked up once. `Tag` names the state that
// holds the array (`static constexpr char kState[]`), so that each binding has its own: env->State<SharedFields<Tag>>().
template <typename Tag>
class SharedFields {
 public:
  explicit SharedFields(Env* env) {
    v8::Local<v8::Value> array = env->GetState(Tag::kState);
    if (array->IsArrayBufferView()) store_ = array.As<v8::ArrayBufferView>()->Buffer()->GetBackingStore();
  }

  // Writes to the beginning of the array. Lost if guest code took its memory away: only the guest itself is misled.
  template <size_t N>
  void Set(const uint32_t (&values)[N]) {
    if (store_ && store_->ByteLength() >= sizeof(values)) memcpy(store_->Data(), values, sizeof(values));
  }

  // Makes the array while the binding is initialized.
  static void Create(Env* env, v8::Local<v8::Object> target, const char* name, size_t count) {
    auto buffer = v8::ArrayBuffer::New(env->isolate(), count * sizeof(uint32_t));
    auto array = v8::Uint32Array::New(buffer, 0, count);
    SetValue(env, target, name, array);
    env->SetState(Tag::kState, array);
    env->State<SharedFields>()->store_ = buffer->GetBackingStore();
  }

 private:
  std::shared_ptr<v8::BackingStore> store_;
};

}  // namespace se

#endif  // SE_SHARED_FIELDS_H_
