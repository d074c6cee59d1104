#include "histogram.h"

#include <chrono>

namespace se {

using v8::BigInt;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Map;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Nothing;
using v8::Number;
using v8::Object;
using v8::Value;

const char Histogram::kTag[] = "Histogram";

namespace {

TransferableClass<Histogram> transferable_class;

constexpr char kConstructorState[] = "performance.histogram";

// What the next construction adopts, when C++ and not the guest calls the constructor.
struct Adoption {
  explicit Adoption(Env*) {}
  std::shared_ptr<HdrHistogram> data;
};

class HistogramTransferData : public TransferData {
 public:
  explicit HistogramTransferData(std::shared_ptr<HdrHistogram> data) : data_(std::move(data)) {}

  MaybeLocal<Object> Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>* self) override {
    Local<Value> constructor = env->GetState(kConstructorState);
    if (!constructor->IsFunction()) return {};
    env->State<Adoption>()->data = data_;
    MaybeLocal<Object> object = constructor.As<Function>()->NewInstance(context);
    env->State<Adoption>()->data.reset();
    return object;
  }

 private:
  std::shared_ptr<HdrHistogram> data_;
};

// A number or bigint as an integer of 64 bits, or nothing.
Maybe<int64_t> Integer64(Local<Value> value) {
  if (value->IsBigInt()) {
    bool lossless;
    int64_t integer = value.As<BigInt>()->Int64Value(&lossless);
    return lossless ? Just(integer) : Nothing<int64_t>();
  }
  return IntegerIn(value, INT64_MIN / 2, INT64_MAX / 2);
}

Histogram* This(const FunctionCallbackInfo<Value>& info) { return NativeObject::UnwrapThis<Histogram>(info); }

// new Histogram(lowest, highest, figures)
void Construct(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info.IsConstructCall())
    return ThrowTypeError(isolate, "ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
  std::shared_ptr<HdrHistogram> data = std::exchange(env->State<Adoption>()->data, nullptr);
  if (!data) {
    int64_t lowest = 1, highest = INT64_MAX, figures = 3;
    if ((!info[0]->IsUndefined() && !Integer64(info[0]).To(&lowest)) ||
        (!info[1]->IsUndefined() && !Integer64(info[1]).To(&highest)) ||
        (!info[2]->IsUndefined() && !IntegerIn(info[2], 1, 5).To(&figures)) || lowest < 1 || highest / 2 < lowest)
      return ThrowRangeError(isolate, "ERR_OUT_OF_RANGE", "The options of the histogram are out of range");
    data = HdrHistogram::New(env->allocator(), lowest, highest, static_cast<int>(figures));
    if (!data) return ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
  }
  new Histogram(env, info.This(), std::move(data));
}

void ReturnInteger(const FunctionCallbackInfo<Value>& info, bool big, int64_t value) {
  if (big) info.GetReturnValue().Set(BigInt::New(info.GetIsolate(), value));
  else info.GetReturnValue().Set(static_cast<double>(value));
}

template <auto kGet, bool kBig>
void GetInteger(const FunctionCallbackInfo<Value>& info) {
  if (Histogram* self = This(info)) ReturnInteger(info, kBig, (self->data().*kGet)());
}

template <auto kGet>
void GetDouble(const FunctionCallbackInfo<Value>& info) {
  if (Histogram* self = This(info)) info.GetReturnValue().Set((self->data().*kGet)());
}

template <bool kBig>
void Percentile(const FunctionCallbackInfo<Value>& info) {
  Histogram* self = This(info);
  if (self == nullptr) return;
  if (!info[0]->IsNumber()) return ThrowBadArgument(info.GetIsolate(), "percentile");
  double percentile = info[0].As<Number>()->Value();
  if (!(percentile > 0 && percentile <= 100)) return ThrowBadArgument(info.GetIsolate(), "percentile");
  ReturnInteger(info, kBig, self->data().Percentile(percentile));
}

// percentiles(map): fills it with the distribution.
template <bool kBig>
void Percentiles(const FunctionCallbackInfo<Value>& info) {
  Histogram* self = This(info);
  if (self == nullptr) return;
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsMap()) return ThrowBadArgument(isolate, "percentiles");
  for (auto [percentile, value] : self->data().Percentiles()) {
    Local<Value> entry = Number::New(isolate, static_cast<double>(value));
    if (kBig) entry = BigInt::New(isolate, value);
    if (info[0].As<Map>()->Set(isolate->GetCurrentContext(), Number::New(isolate, percentile), entry).IsEmpty()) return;
  }
}

void Record(const FunctionCallbackInfo<Value>& info) {
  Histogram* self = This(info);
  if (self == nullptr) return;
  int64_t value;
  if (!Integer64(info[0]).To(&value) || value < 1)
    return ThrowRangeError(info.GetIsolate(), "ERR_OUT_OF_RANGE", "value is out of range");
  self->data().Record(value);
}

void RecordDelta(const FunctionCallbackInfo<Value>& info) {
  Histogram* self = This(info);
  if (self == nullptr) return;
  using std::chrono::duration_cast, std::chrono::nanoseconds, std::chrono::steady_clock;
  self->data().RecordDelta(duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
}

void Reset(const FunctionCallbackInfo<Value>& info) {
  if (Histogram* self = This(info)) self->data().Reset();
}

void Add(const FunctionCallbackInfo<Value>& info) {
  Histogram* self = This(info);
  if (self == nullptr) return;
  Histogram* other = NativeObject::Unwrap<Histogram>(info[0]);
  if (other == nullptr) return ThrowBadArgument(info.GetIsolate(), "add");
  info.GetReturnValue().Set(static_cast<double>(self->data().Add(other->data())));
}

constexpr Method kMethods[] = {
    {"count", GetInteger<&HdrHistogram::count, false>},
    {"countBigInt", GetInteger<&HdrHistogram::count, true>},
    {"exceeds", GetInteger<&HdrHistogram::exceeds, false>},
    {"exceedsBigInt", GetInteger<&HdrHistogram::exceeds, true>},
    {"min", GetInteger<&HdrHistogram::min, false>},
    {"minBigInt", GetInteger<&HdrHistogram::min, true>},
    {"max", GetInteger<&HdrHistogram::max, false>},
    {"maxBigInt", GetInteger<&HdrHistogram::max, true>},
    {"mean", GetDouble<&HdrHistogram::mean>},
    {"stddev", GetDouble<&HdrHistogram::stddev>},
    {"percentile", Percentile<false>},
    {"percentileBigInt", Percentile<true>},
    {"percentiles", Percentiles<false>},
    {"percentilesBigInt", Percentiles<true>},
    {"record", Record},
    {"recordDelta", RecordDelta},
    {"reset", Reset},
    {"add", Add},
};

}  // namespace

Histogram::Histogram(Env* env, Local<Object> wrapper, std::shared_ptr<HdrHistogram> data)
    : TransferableObject(env, wrapper, kTag), data_(std::move(data)) {
  MakeWeak();
}

std::unique_ptr<TransferData> Histogram::Clone() { return std::make_unique<HistogramTransferData>(data_); }

void Histogram::Initialize(Env* env, Local<Object> target) {
  Local<Function> constructor;
  if (SetClass(env, target, "Histogram",
               MakeClassTemplate(env, "Histogram", Construct, kMethods, std::size(kMethods)))
          .ToLocal(&constructor))
    env->SetState(kConstructorState, constructor);
}

void Histogram::RegisterReferences(References* references) {
  references->Add(Construct);
  AddReferences(references, kMethods);
}

}  // namespace se
