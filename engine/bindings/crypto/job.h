#ifndef SE_CRYPTO_JOB_H_
#define SE_CRYPTO_JOB_H_

#include <memory>

#include "binding.h"
#include "errors.h"
#include "values.h"

namespace se::crypto {

enum class JobMode : int { kAsync = 0, kSync = 1 };

// The computation of one job, with its inputs copied out of the guest.
class Work {
 public:
  virtual ~Work() = default;
  // Computes; runs no JavaScript. On failure returns false, with a message in `errors` or errors in OpenSSL's queue.
  virtual bool Run(Env* env) = 0;
  // The job's result; may throw, which is then the job's error.
  virtual v8::MaybeLocal<v8::Value> Result(Env* env) = 0;
  // After a failure of a synchronous job: throws the error from run(), and returns true, where Node does not return it.
  virtual bool ThrowFailure(Env* env) { return false; }

  ErrorList errors;
};

// Work whose result is bytes, given to the guest as an ArrayBuffer.
class BytesWork : public Work {
 public:
  v8::MaybeLocal<v8::Value> Result(Env* env) override;

 protected:
  // Makes room for `size` bytes of output; false when memory is short.
  bool Reserve(Env* env, size_t size);
  SecretBytes output_;
};

// Reads a constructor's arguments (those behind the mode start at info[1]); throws when it returns null.
using ParseWork = std::unique_ptr<Work> (*)(Env* env, const v8::FunctionCallbackInfo<v8::Value>& info);

// What async_hooks calls a job.
enum class Provider {
  kCheckPrime,
  kCipher,
  kDeriveBits,
  kHash,
  kKeyExport,
  kKeyGen,
  kKeyPairGen,
  kPbkdf2,
  kRandomBytes,
  kRandomPrime,
  kScrypt,
  kSign,
};

void ConstructJob(const v8::FunctionCallbackInfo<v8::Value>& info, ParseWork parse, Provider provider);
template <ParseWork kParse, Provider kProvider>
void JobConstructor(const v8::FunctionCallbackInfo<v8::Value>& info) {
  ConstructJob(info, kParse, kProvider);
}

// A job class of the binding: `new Job(mode, ...args)`, `run()` → [error, result], or `ondone(error, result)` later.
struct JobClass {
  const char* name;
  v8::FunctionCallback constructor;
};
void SetJobClass(Env* env, v8::Local<v8::Object> target, const JobClass& job);
template <size_t N>
void SetJobClasses(Env* env, v8::Local<v8::Object> target, const JobClass (&jobs)[N]) {
  for (const JobClass& job : jobs) SetJobClass(env, target, job);
}
template <size_t N>
void AddJobReferences(References* references, const JobClass (&jobs)[N]) {
  for (const JobClass& job : jobs) references->Add(job.constructor);
}
// Constants and the methods that all job classes share.
void InitializeJobs(Env* env, v8::Local<v8::Object> target);
void ReferenceJobs(References* references);

// Whether the guest is being ended, for long computations that can stop half-way.
bool ShouldStop(Env* env);

}  // namespace se::crypto

#endif  // SE_CRYPTO_JOB_H_
