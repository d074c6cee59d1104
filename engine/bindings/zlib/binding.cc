// The `zlib` binding: streams of zlib, brotli and zstd, and crc32.
#include <zlib.h>

#include "allocator.h"
#include "encoding.h"
#include "stable_bytes.h"
#include "stream.h"

namespace se::compression {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

Stream* This(const FunctionCallbackInfo<Value>& info) { return NativeObject::UnwrapThis<Stream>(info); }

// --- Construction -----------------------------------------------------------------------------------------------------

void Make(const FunctionCallbackInfo<Value>& info, Mode mode) {
  if (!info.IsConstructCall())
    return ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor requires 'new'");
  auto* stream = new Stream(Env::From(info), info.This(), mode);
  (void)stream->EmitInit();
}

template <Mode mode>
void New(const FunctionCallbackInfo<Value>& info) {
  Make(info, mode);
}

void NewZlib(const FunctionCallbackInfo<Value>& info) {
  int64_t mode;
  if (!IntegerIn(info[0], kDeflate, kUnzip).To(&mode)) return ThrowTypeError(info.GetIsolate(), nullptr, "Bad argument");
  Make(info, static_cast<Mode>(mode));
}

// --- Initialization ---------------------------------------------------------------------------------------------------

// The handle that an init method works on; null, with an exception pending, in the midst of a write.
Stream* ThisForInit(const FunctionCallbackInfo<Value>& info, std::initializer_list<Mode> modes) {
  Stream* stream = This(info);
  if (stream == nullptr) return nullptr;
  bool fits = false;
  for (Mode mode : modes) fits = fits || mode == stream->mode();
  if (fits && !stream->busy()) return stream;
  ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "Invalid state: the stream cannot be initialized");
  return nullptr;
}

bool IsResultAndCallback(Local<Value> result, Local<Value> callback) {
  return result->IsUint32Array() && result.As<v8::Uint32Array>()->Length() >= 2 && callback->IsFunction();
}

std::vector<uint8_t> CopyDictionary(Local<Value> value) {
  StableBytes bytes(value->IsArrayBufferView() ? value : Local<Value>());
  if (!bytes.ok()) return {};
  return std::vector<uint8_t>(bytes.data(), bytes.data() + bytes.size());
}

// Each number that is not -1, with its index. Empty and false if the value is no Uint32Array of a moderate length.
bool CopyParameters(Local<Value> value, Parameters* parameters) {
  constexpr size_t kMaxCount = 4096;
  if (!value->IsUint32Array() || value.As<v8::Uint32Array>()->Length() > kMaxCount) return false;
  Bytes bytes(value);
  for (size_t i = 0; i < bytes.size / sizeof(uint32_t); i++) {
    uint32_t number;
    memcpy(&number, bytes.data + i * sizeof(number), sizeof(number));
    if (number != UINT32_MAX) parameters->emplace_back(static_cast<int>(i), number);
  }
  return true;
}

void Begin(const FunctionCallbackInfo<Value>& info, Stream* stream, std::unique_ptr<Codec> codec, const Error& error,
           Local<Value> result, Local<Value> callback) {
  if (codec) return stream->Start(std::move(codec), result, callback);
  ThrowError(info.GetIsolate(), "ERR_ZLIB_INITIALIZATION_FAILED", error.message);
}

// init(windowBits, level, memLevel, strategy, result, callback, dictionary)
void InitZlib(const FunctionCallbackInfo<Value>& info) {
  Stream* stream =
      ThisForInit(info, {kDeflate, kInflate, kGzip, kGunzip, kDeflateRaw, kInflateRaw, kUnzip});
  if (stream == nullptr) return;
  // 0 stands for the window size that the compressed data names.
  bool takes_any_window = stream->mode() == kInflate || stream->mode() == kGunzip || stream->mode() == kUnzip;
  int64_t window_bits, level, memory_level, strategy;
  if (!IntegerIn(info[0], takes_any_window ? 0 : 8, 15).To(&window_bits) || (window_bits > 0 && window_bits < 8) ||
      !IntegerIn(info[1], -1, 9).To(&level) || !IntegerIn(info[2], 1, 9).To(&memory_level) ||
      !IntegerIn(info[3], Z_DEFAULT_STRATEGY, Z_FIXED).To(&strategy) || !IsResultAndCallback(info[4], info[5]))
    return ThrowBadArgument(info.GetIsolate(), "init");
  ZlibOptions options = {stream->mode(),
                         static_cast<int>(window_bits),
                         static_cast<int>(level),
                         static_cast<int>(memory_level),
                         static_cast<int>(strategy),
                         CopyDictionary(info[6])};
  Begin(info, stream, MakeZlib(stream->memory(), std::move(options)), {}, info[4], info[5]);
}

// init(parameters, result, callback)
void InitBrotli(const FunctionCallbackInfo<Value>& info) {
  Stream* stream = ThisForInit(info, {kBrotliEncode, kBrotliDecode});
  if (stream == nullptr) return;
  Parameters parameters;
  if (!CopyParameters(info[0], &parameters) || !IsResultAndCallback(info[1], info[2]))
    return ThrowBadArgument(info.GetIsolate(), "init");
  CountingAllocator* allocator = stream->env()->allocator();
  size_t left = allocator->limit() - std::min(allocator->limit(), allocator->used());
  Error error;
  auto codec = stream->mode() == kBrotliEncode
                   ? MakeBrotliEncoder(stream->memory(), left, std::move(parameters), &error)
                   : MakeBrotliDecoder(stream->memory(), std::move(parameters), &error);
  error.message = "Initialization failed";
  Begin(info, stream, std::move(codec), error, info[1], info[2]);
}

// init(parameters, pledgedSrcSize | undefined, result, callback, dictionary)
void InitZstd(const FunctionCallbackInfo<Value>& info) {
  Stream* stream = ThisForInit(info, {kZstdCompress, kZstdDecompress});
  if (stream == nullptr) return;
  Parameters parameters;
  if (!CopyParameters(info[0], &parameters) || !IsResultAndCallback(info[2], info[3]))
    return ThrowBadArgument(info.GetIsolate(), "init");
  uint64_t input_size = kUnknownSize;
  if (info[1]->IsNumber()) {
    double number = info[1].As<v8::Number>()->Value();
    if (number <= -1)
      return ThrowTypeError(info.GetIsolate(), "ERR_INVALID_ARG_VALUE", "pledgedSrcSize may not be negative");
    input_size = number > 0 ? static_cast<uint64_t>(std::min(number, 0x1p53)) : 0;
  }
  std::vector<uint8_t> dictionary = CopyDictionary(info[4]);
  Error error;
  auto codec = stream->mode() == kZstdCompress
                   ? MakeZstdCompressor(stream->memory(), std::move(parameters), input_size, dictionary, &error)
                   : MakeZstdDecompressor(stream->memory(), std::move(parameters), dictionary, &error);
  Begin(info, stream, std::move(codec), error, info[2], info[3]);
}

// --- Use --------------------------------------------------------------------------------------------------------------

// The codec of a handle that is open and idle; null with an exception pending for others.
Codec* IdleCodec(const FunctionCallbackInfo<Value>& info, Stream* stream) {
  if (stream->codec() != nullptr && !stream->busy()) return stream->codec();
  ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "Invalid state: the stream is not open or a write is in progress");
  return nullptr;
}

// params(level, strategy). Only zlib has what to change; the others ignore it, as in Node.
void SetParameters(const FunctionCallbackInfo<Value>& info) {
  Stream* stream = This(info);
  Codec* codec = stream == nullptr ? nullptr : IdleCodec(info, stream);
  if (codec == nullptr || stream->mode() > kUnzip) return;
  int64_t level, strategy;
  if (!IntegerIn(info[0], -1, 9).To(&level) || !IntegerIn(info[1], Z_DEFAULT_STRATEGY, Z_FIXED).To(&strategy))
    return ThrowBadArgument(info.GetIsolate(), "params");
  Error error = codec->SetParameters(static_cast<int>(level), static_cast<int>(strategy));
  if (error) stream->EmitError(error, false);
}

void Reset(const FunctionCallbackInfo<Value>& info) {
  Stream* stream = This(info);
  Codec* codec = stream == nullptr ? nullptr : IdleCodec(info, stream);
  if (codec == nullptr) return;
  Error error = codec->Reset();
  if (error) stream->EmitError(error, false);
}

void Close(const FunctionCallbackInfo<Value>& info) {
  if (Stream* stream = This(info)) stream->Close();
}

template <bool is_async>
void Write(const FunctionCallbackInfo<Value>& info) {
  if (Stream* stream = This(info)) stream->Write(info, is_async);
}

void GetAsyncId(const FunctionCallbackInfo<Value>& info) {
  if (Stream* stream = This(info)) info.GetReturnValue().Set(stream->async_id());
}

// crc32(data, value): number
void Crc32(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[1]->IsUint32()) return ThrowBadArgument(isolate, "crc32");
  uint32_t value = info[1].As<v8::Uint32>()->Value();
  if (info[0]->IsString()) {
    std::string text = ToStdString(isolate, info[0]);
    value = static_cast<uint32_t>(crc32_z(value, reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  } else {
    Bytes bytes(info[0]);
    if (!bytes.ok) return ThrowBadArgument(isolate, "crc32");
    value = static_cast<uint32_t>(crc32_z(value, bytes.data, bytes.size));
  }
  info.GetReturnValue().Set(value);
}

// --- Registration -----------------------------------------------------------------------------------------------------

struct Class {
  const char* name;
  v8::FunctionCallback constructor;
  v8::FunctionCallback init;
};

constexpr Class kClasses[] = {
    {"Zlib", NewZlib, InitZlib},
    {"BrotliEncoder", New<kBrotliEncode>, InitBrotli},
    {"BrotliDecoder", New<kBrotliDecode>, InitBrotli},
    {"ZstdCompress", New<kZstdCompress>, InitZstd},
    {"ZstdDecompress", New<kZstdDecompress>, InitZstd},
};

constexpr Method kStreamMethods[] = {
    {"write", Write<true>},      {"writeSync", Write<false>}, {"close", Close},
    {"params", SetParameters},   {"reset", Reset},            {"getAsyncId", GetAsyncId},
};

void Initialize(Env* env, Local<Object> target) {
  for (const Class& klass : kClasses) {
    std::vector<Method> methods(std::begin(kStreamMethods), std::end(kStreamMethods));
    methods.push_back({"init", klass.init});
    (void)SetClass(env, target, klass.name,
                   MakeClassTemplate(env, klass.name, klass.constructor, methods.data(), methods.size(),
                                     Stream::kExtraFields));
  }
  SetMethod(env, target, "crc32", Crc32);
  SetValue(env, target, "ZLIB_VERSION", Name(env->isolate(), ZLIB_VERSION));
}

void RegisterReferences(References* references) {
  AddReferences(references, kStreamMethods);
  for (const Class& klass : kClasses) {
    references->Add(klass.constructor);
    references->Add(klass.init);
  }
  references->Add(Crc32);
}

BindingRegistration registration("zlib", Initialize, RegisterReferences);

}  // namespace

}  // namespace se::compression
