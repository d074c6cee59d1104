#include "job.h"

#include "async_object.h"
#include "completion_queue.h"
#include "guest_thread.h"
#include "openssl.h"

namespace se::crypto {

using v8::Array;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::TryCatch;
using v8::Undefined;
using v8::Value;

namespace {

const char* ProviderName(Provider provider) {
  switch (provider) {
    case Provider::kCheckPrime: return "CHECKPRIMEREQUEST";
    case Provider::kCipher: return "CIPHERREQUEST";
    case Provider::kDeriveBits: return "DERIVEBITSREQUEST";
    case Provider::kHash: return "HASHREQUEST";
    case Provider::kKeyExport: return "KEYEXPORTREQUEST";
    case Provider::kKeyGen: return "KEYGENREQUEST";
    case Provider::kKeyPairGen: return "KEYPAIRGENREQUEST";
    case Provider::kPbkdf2: return "PBKDF2REQUEST";
    case Provider::kRandomBytes: return "RANDOMBYTESREQUEST";
    case Provider::kRandomPrime: return "RANDOMPRIMEREQUEST";
    case Provider::kScrypt: return "SCRYPTREQUEST";
    case Provider::kSign: return "SIGNREQUEST";
  }
  return "NONE";
}

// Node's words for a failure of which OpenSSL says nothing.
const char* UnexplainedFailure(Provider provider) {
  switch (provider) {
    case Provider::kCipher:
    case Provider::kKeyExport: return "Cipher job failed";
    case Provider::kKeyGen:
    case Provider::kKeyPairGen: return "Key generation job failed";
    default: return "Deriving bits failed";
  }
}

class Job : public AsyncObject {
 public:
  alignas(8) static const char kTag[];

  Job(Env* env, Local<Object> wrapper, Provider provider, JobMode mode, std::unique_ptr<Work> work)
      : AsyncObject(env, wrapper, kTag, ProviderName(provider)),
        provider_(provider),
        mode_(mode),
        work_(std::move(work)) {
    MakeWeak();
  }

  static void Run(const FunctionCallbackInfo<Value>& info) {
    Job* job = UnwrapThis<Job>(info);
    if (job == nullptr) return;
    if (job->started_) return ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "The job has already been run");
    job->started_ = true;
    if (job->mode_ == JobMode::kSync) {
      Local<Value> outcome[2];
      if (!job->Finish(outcome)) return;
      info.GetReturnValue().Set(Array::New(info.GetIsolate(), outcome, 2));
      return;
    }
    job->ClearWeak();
    job->env()->State<CompletionQueue>()->Post([job](Env* env) { job->Complete(); });
  }

 private:
  // Does the work and makes [error, result]; false with an exception pending.
  bool Finish(Local<Value> (&outcome)[2]) {
    CleanErrorQueue clean;
    Env* env = this->env();
    std::unique_ptr<Work> work = std::move(work_);
    outcome[0] = outcome[1] = Undefined(env->isolate());
    if (work->Run(env)) return work->Result(env).ToLocal(&outcome[1]);
    if (mode_ == JobMode::kSync && work->ThrowFailure(env)) return false;
    if (work->errors.empty()) work->errors.Capture();
    if (work->errors.empty()) work->errors.Add(UnexplainedFailure(provider_));
    return work->errors.ToException(env).ToLocal(&outcome[0]);
  }

  void Complete() {
    Isolate* isolate = env()->isolate();
    MakeWeak();
    Local<Object> self = object();
    Local<Value> outcome[2];
    Local<Value> ondone;
    {
      TryCatch try_catch(isolate);
      if (!Finish(outcome)) {
        if (!try_catch.CanContinue()) return;
        outcome[0] = try_catch.Exception();
        outcome[1] = Undefined(isolate);
      }
      if (!self->Get(env()->context(), Name(isolate, "ondone")).ToLocal(&ondone) || !ondone->IsFunction()) return;
    }
    (void)Call(ondone.As<Function>(), 2, outcome);
  }

  Provider provider_;
  JobMode mode_;
  bool started_ = false;
  std::unique_ptr<Work> work_;
};

alignas(8) const char Job::kTag[] = "crypto.Job";

constexpr Method kMethods[] = {{"run", Job::Run}};

}  // namespace

bool BytesWork::Reserve(Env* env, size_t size) {
  std::optional<SecretBytes> bytes = SecretBytes::Allocate(env->allocator(), size);
  if (!bytes) {
    errors.Add("Failed to allocate memory");
    return false;
  }
  output_ = std::move(*bytes);
  return true;
}

MaybeLocal<Value> BytesWork::Result(Env* env) {
  Local<v8::ArrayBuffer> buffer;
  if (!NewArrayBuffer(env, output_.data(), output_.size()).ToLocal(&buffer)) return {};
  return buffer;
}

void ConstructJob(const FunctionCallbackInfo<Value>& info, ParseWork parse, Provider provider) {
  Env* env = Env::From(info);
  if (!RequireNew(info)) return;
  std::optional<int64_t> mode = TakeInteger(env, info[0], 0, 1, "CryptoJob");
  if (!mode) return;
  std::unique_ptr<Work> work;
  {
    CleanErrorQueue clean;
    work = parse(env, info);
  }
  if (!work) return;
  auto job = new Job(env, info.This(), provider, static_cast<JobMode>(*mode), std::move(work));
  (void)job->EmitInit();
}

void SetJobClass(Env* env, Local<Object> target, const JobClass& job) {
  (void)SetClass(env, target, job.name,
                 MakeClassTemplate(env, job.name, job.constructor, kMethods, std::size(kMethods)));
}

void InitializeJobs(Env* env, Local<Object> target) {
  SetConstant(env, target, "kCryptoJobAsync", static_cast<int>(JobMode::kAsync));
  SetConstant(env, target, "kCryptoJobSync", static_cast<int>(JobMode::kSync));
}

void ReferenceJobs(References* references) { AddReferences(references, kMethods); }

bool ShouldStop(Env* env) {
  return env->exiting || (env->thread() != nullptr && env->thread()->terminating());
}

}  // namespace se::crypto
