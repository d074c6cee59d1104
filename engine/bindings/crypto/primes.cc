// RandomPrimeJob and CheckPrimeJob.
#include <climits>

#include "job.h"
#include "keygen_callback.h"
#include "openssl.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

// One step of a test can't be interrupted; for longer numbers it would take seconds. OpenSSL itself sets no bound.
constexpr int kMaxPrimeBits = 10'000;

bool CheckBits(Env* env, int64_t bits) {
  if (bits <= kMaxPrimeBits) return true;
  ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "The prime has too many bits");
  return false;
}

class RandomPrimeWork : public BytesWork {
 public:
  RandomPrimeWork(int bits, bool safe, Bignum add, Bignum rem)
      : bits_(bits), safe_(safe), add_(std::move(add)), rem_(std::move(rem)) {}

  bool Run(Env* env) override {
    Bignum prime(BN_secure_new());
    BignumContext context(BN_CTX_new());
    StopCallback stop(env);
    if (!prime || !context || !stop.get() ||
        BN_generate_prime_ex2(prime.get(), bits_, safe_, add_.get(), rem_.get(), stop.get(), context.get()) != 1)
      return false;
    size_t size = (static_cast<size_t>(bits_) + CHAR_BIT - 1) / CHAR_BIT;
    return Reserve(env, size) && BN_bn2binpad(prime.get(), output_.data(), static_cast<int>(size)) >= 0;
  }

 private:
  int bits_;
  bool safe_;
  Bignum add_;
  Bignum rem_;
};

std::optional<Bignum> TakeBignum(Env* env, Local<Value> value, const char* function) {
  Bytes bytes(value);
  if (!bytes.ok || bytes.size > INT_MAX) {
    ThrowBadArgument(env->isolate(), function);
    return std::nullopt;
  }
  Bignum number(BN_bin2bn(bytes.data, static_cast<int>(bytes.size), nullptr));
  if (!number) {
    ThrowLastError(env, "Failed to read a number");
    return std::nullopt;
  }
  return number;
}

// new RandomPrimeJob(mode, bits, safe, add?, rem?)
std::unique_ptr<Work> ParseRandomPrimeJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<int64_t> bits = TakeInteger(env, info[1], 1, INT_MAX, "RandomPrimeJob");
  if (!bits || !CheckBits(env, *bits)) return nullptr;
  std::optional<Bignum> add = Bignum();
  std::optional<Bignum> rem = Bignum();
  if (!info[3]->IsUndefined()) {
    add = TakeBignum(env, info[3], "RandomPrimeJob");
    if (!add) return nullptr;
    if (!info[4]->IsUndefined()) {
      rem = TakeBignum(env, info[4], "RandomPrimeJob");
      if (!rem) return nullptr;
    }
    // There would be no such prime, and the search for it no end.
    if (BN_num_bits(add->get()) > *bits) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "invalid options.add");
      return nullptr;
    }
    if (*rem && BN_cmp(add->get(), rem->get()) != 1) {
      ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "invalid options.rem");
      return nullptr;
    }
  }
  return std::make_unique<RandomPrimeWork>(static_cast<int>(*bits), info[2]->IsTrue(), std::move(*add),
                                           std::move(*rem));
}

class CheckPrimeWork : public Work {
 public:
  CheckPrimeWork(Bignum candidate, int checks) : candidate_(std::move(candidate)), checks_(checks) {}

  bool Run(Env* env) override {
    BignumContext context(BN_CTX_new());
    StopCallback stop(env);
    if (!context || !stop.get()) return false;
    int verdict = BN_is_prime_ex(candidate_.get(), checks_, context.get(), stop.get());
    prime_ = verdict == 1;
    return verdict >= 0;
  }

  MaybeLocal<Value> Result(Env* env) override { return v8::Boolean::New(env->isolate(), prime_); }

 private:
  Bignum candidate_;
  int checks_;
  bool prime_ = false;
};

// new CheckPrimeJob(mode, candidate, checks)
std::unique_ptr<Work> ParseCheckPrimeJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<Bignum> candidate = TakeBignum(env, info[1], "CheckPrimeJob");
  if (!candidate || !CheckBits(env, BN_num_bits(candidate->get()))) return nullptr;
  std::optional<int64_t> checks = TakeInteger(env, info[2], 0, INT_MAX, "CheckPrimeJob");
  if (!checks) return nullptr;
  return std::make_unique<CheckPrimeWork>(std::move(*candidate), static_cast<int>(*checks));
}

constexpr JobClass kJobs[] = {
    {"RandomPrimeJob", JobConstructor<ParseRandomPrimeJob, Provider::kRandomPrime>},
    {"CheckPrimeJob", JobConstructor<ParseCheckPrimeJob, Provider::kCheckPrime>},
};

}  // namespace

void InitializePrimes(Env* env, Local<Object> target) { SetJobClasses(env, target, kJobs); }
void ReferencePrimes(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
