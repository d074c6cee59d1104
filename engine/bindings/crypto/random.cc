// RandomBytesJob, secureBuffer and timingSafeEqual.
#include <climits>

#include "job.h"
#include "openssl.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Global;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

// Fills a part of the guest's own buffer. The view is looked up again when the work is done: the guest may have resized
// or detached it in between.
class RandomBytesWork : public Work {
 public:
  RandomBytesWork(Env* env, Local<Value> target, size_t offset, size_t size)
      : target_(env->isolate(), target), offset_(offset), size_(size) {}

  bool Run(Env* env) override {
    Bytes bytes(target_.Get(env->isolate()));
    if (!bytes.ok || offset_ > bytes.size || size_ > bytes.size - offset_) {
      errors.Add("The buffer was detached or resized");
      return false;
    }
    return RAND_bytes(bytes.data + offset_, static_cast<int>(size_)) == 1;
  }

  MaybeLocal<Value> Result(Env* env) override { return v8::Undefined(env->isolate()); }

 private:
  Global<Value> target_;
  size_t offset_;
  size_t size_;
};

// new RandomBytesJob(mode, buffer, offset, size)
std::unique_ptr<Work> ParseRandomBytesJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  Bytes bytes(info[1]);
  if (!bytes.ok) {
    ThrowBadArgument(env->isolate(), "RandomBytesJob");
    return nullptr;
  }
  std::optional<int64_t> offset = TakeInteger(env, info[2], 0, UINT32_MAX, "RandomBytesJob");
  if (!offset) return nullptr;
  std::optional<int64_t> size = TakeInteger(env, info[3], 0, INT_MAX, "RandomBytesJob");
  if (!size) return nullptr;
  if (static_cast<uint64_t>(*offset) + *size > bytes.size) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "buffer is too small");
    return nullptr;
  }
  return std::make_unique<RandomBytesWork>(env, info[1], *offset, *size);
}

constexpr JobClass kJobs[] = {{"RandomBytesJob", JobConstructor<ParseRandomBytesJob, Provider::kRandomBytes>}};

// secureBuffer(size): Uint8Array | undefined
void SecureBuffer(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::optional<int64_t> size = TakeInteger(env, info[0], 0, UINT32_MAX, "secureBuffer");
  if (!size) return;
  Local<v8::Uint8Array> buffer;
  if (NewUint8Array(env, nullptr, *size).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

// timingSafeEqual(a, b): boolean
void TimingSafeEqual(const FunctionCallbackInfo<Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const char* names[] = {"buf1", "buf2"};
  for (int i = 0; i < 2; i++) {
    if (!Bytes(info[i]).ok)
      return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE",
                            std::string("The \"") + names[i] +
                                "\" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.");
  }
  Bytes a(info[0]);
  Bytes b(info[1]);
  if (a.size != b.size)
    return ThrowRangeError(isolate, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
                           "Input buffers must have the same byte length");
  info.GetReturnValue().Set(CRYPTO_memcmp(a.data, b.data, a.size) == 0);
}

constexpr Method kMethods[] = {{"secureBuffer", SecureBuffer}, {"timingSafeEqual", TimingSafeEqual}};

}  // namespace

void InitializeRandom(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetJobClasses(env, target, kJobs);
}

void ReferenceRandom(References* references) {
  AddReferences(references, kMethods);
  AddJobReferences(references, kJobs);
}

}  // namespace se::crypto
