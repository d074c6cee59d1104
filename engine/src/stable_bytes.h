#ifndef SE_STABLE_BYTES_H_
#define SE_STABLE_BYTES_H_

#include <cstdlib>
#include <cstring>
#include <memory>

#include "binding.h"

namespace se {

// The bytes of a view or buffer for readers that pass over them more than once (measure, then write). Memory that other
// threads share is copied first, because it could change between the passes. Valid until guest code runs again.
class StableBytes {
 public:
  // `ok()` is false if `value` has no bytes, or if the copy found no memory.
  explicit StableBytes(v8::Local<v8::Value> value) {
    bool is_shared = false;
    if (!value.IsEmpty() && value->IsArrayBufferView()) {
      // The common case with as few calls as can be.
      v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
      v8::Local<v8::ArrayBuffer> buffer = view->Buffer();
      size_ = view->ByteLength();
      if (size_ > 0) data_ = static_cast<uint8_t*>(buffer->Data()) + view->ByteOffset();
      is_shared = buffer->IsSharedArrayBuffer();
      ok_ = true;
    } else {
      Bytes bytes(value);
      data_ = bytes.data;
      size_ = bytes.size;
      ok_ = bytes.ok;
      is_shared = ok_ && value->IsSharedArrayBuffer();
    }
    if (is_shared) Copy();
  }

  bool ok() const { return ok_; }
  const uint8_t* data() const { return data_; }
  const char* chars() const { return reinterpret_cast<const char*>(data_); }
  size_t size() const { return size_; }

  static bool IsShared(v8::Local<v8::Value> value) {
    if (value->IsSharedArrayBuffer()) return true;
    return value->IsArrayBufferView() && value.As<v8::ArrayBufferView>()->Buffer()->IsSharedArrayBuffer();
  }

 private:
  struct Free {
    void operator()(uint8_t* data) const { free(data); }
  };

  void Copy() {
    copy_.reset(static_cast<uint8_t*>(malloc(size_ == 0 ? 1 : size_)));
    ok_ = copy_ != nullptr;
    if (!ok_) return;
    memcpy(copy_.get(), data_, size_);
    data_ = copy_.get();
  }

  // Never null, so that libraries which take no null pointer may have it.
  static inline const uint8_t kNothing = 0;
  const uint8_t* data_ = &kNothing;
  size_t size_ = 0;
  bool ok_ = false;
  std::unique_ptr<uint8_t, Free> copy_;
};

}  // namespace se

#endif  // SE_STABLE_BYTES_H_
