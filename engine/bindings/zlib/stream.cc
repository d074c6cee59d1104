#include "stream.h"

#include <cstring>

#include "callbacks.h"
#include "completion_queue.h"
#include "guest_thread.h"
#include "stable_bytes.h"

namespace se::compression {

using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Global;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// A write goes to the codec in slices of this size, so that a guest can be ended in the middle of a long one.
constexpr size_t kSlice = size_t{1} << 20;

bool ShouldStop(Env* env) {
  return env->exiting || (env->thread() != nullptr && env->thread()->terminating());
}

void ProcessSlices(Env* env, Codec* codec, Chunk* chunk) {
  if (chunk->in_size > kSlice && chunk->flush == codec->LastFlush()) codec->AnnounceInputSize(chunk->in_size);
  bool is_last;
  do {
    is_last = chunk->in_size <= kSlice;
    size_t size = is_last ? chunk->in_size : kSlice;
    // 0 is "no flush yet" in all libraries.
    Chunk slice = {is_last ? chunk->flush : 0, chunk->in, size, chunk->out, chunk->out_size};
    codec->Process(&slice);
    chunk->in_size -= size - slice.in_size;
    chunk->in = slice.in;
    chunk->out = slice.out;
    chunk->out_size = slice.out_size;
    // What it did not take it will not take: the room is used up, the stream has ended or is broken.
    if (slice.in_size > 0) return;
  } while (!is_last && !ShouldStop(env));
}

}  // namespace

alignas(8) const char Stream::kTag[] = "zlib.Stream";

// A write as it was asked for. The views are looked up again when it runs: JavaScript may have changed them meanwhile.
struct Stream::Request {
  int flush = 0;
  Local<Value> in;
  size_t in_offset = 0;
  size_t in_size = 0;
  Local<Value> out;
  size_t out_offset = 0;
  size_t out_size = 0;
};

Stream::Stream(Env* env, Local<Object> wrapper, Mode mode)
    : AsyncObject(env, wrapper, kTag, "ZLIB"), mode_(mode), memory_(env->allocator()) {
  MakeWeak();
}

Stream::~Stream() {
  codec_.reset();
  ReportMemory();
}

void Stream::ReportMemory() {
  size_t used = memory_.used();
  isolate()->AdjustAmountOfExternalAllocatedMemory(static_cast<int64_t>(used) - static_cast<int64_t>(reported_memory_));
  reported_memory_ = used;
}

void Stream::Start(std::unique_ptr<Codec> codec, Local<Value> result, Local<Value> callback) {
  codec_ = std::move(codec);
  ReportMemory();
  object()->SetInternalField(kResultField, result);
  object()->SetInternalField(kCallbackField, callback);
}

bool Stream::ParseRequest(const FunctionCallbackInfo<Value>& info, Request* request) {
  Isolate* isolate = info.GetIsolate();
  int64_t flush, in_offset, in_size, out_offset, out_size;
  Bytes in(info[1]);
  Bytes out(info[4]);
  if (!IntegerIn(info[0], 0, codec_->LastFlush()).To(&flush) || !(info[1]->IsNull() || info[1]->IsArrayBufferView()) ||
      !IntegerIn(info[2], 0, UINT32_MAX).To(&in_offset) || !IntegerIn(info[3], 0, UINT32_MAX).To(&in_size) ||
      !info[4]->IsArrayBufferView() || !IntegerIn(info[5], 0, UINT32_MAX).To(&out_offset) ||
      !IntegerIn(info[6], 0, UINT32_MAX).To(&out_size)) {
    ThrowBadArgument(isolate, "write");
    return false;
  }
  if (info[1]->IsNull()) in_offset = in_size = 0;
  if (static_cast<size_t>(in_offset + in_size) > in.size || static_cast<size_t>(out_offset + out_size) > out.size) {
    ThrowRangeError(isolate, "ERR_OUT_OF_RANGE", "The range of a buffer is out of its bounds");
    return false;
  }
  *request = {static_cast<int>(flush),
              info[1],
              static_cast<size_t>(in_offset),
              static_cast<size_t>(in_size),
              info[4],
              static_cast<size_t>(out_offset),
              static_cast<size_t>(out_size)};
  return true;
}

bool Stream::Run(const Request& request, Chunk* chunk, Error* error) {
  StableBytes in(request.in);
  Bytes out(request.out);
  size_t in_size = request.in->IsNull() ? 0 : in.size();
  if ((!in.ok() && !request.in->IsNull()) || request.in_offset + request.in_size > in_size ||
      request.out_offset + request.out_size > out.size)
    return false;
  // The libraries read back what they wrote, which other threads must not change.
  std::unique_ptr<uint8_t[]> private_out;
  if (StableBytes::IsShared(request.out)) {
    private_out.reset(new (std::nothrow) uint8_t[request.out_size]());
    if (!private_out) return false;
  }
  uint8_t* room = private_out ? private_out.get() : out.data + request.out_offset;
  *chunk = {request.flush, in.data() + request.in_offset, request.in_size, room, request.out_size};
  ProcessSlices(env(), codec_.get(), chunk);
  ReportMemory();
  if (private_out) memcpy(out.data + request.out_offset, private_out.get(), request.out_size - chunk->out_size);
  *error = codec_->Status(*chunk);
  return true;
}

bool Stream::PublishResult(const Chunk& chunk) {
  Local<Value> field = object()->GetInternalField(kResultField).As<Value>();
  Bytes result(field);
  uint32_t values[] = {static_cast<uint32_t>(chunk.out_size), static_cast<uint32_t>(chunk.in_size)};
  if (!result.ok || result.size < sizeof(values)) return false;
  memcpy(result.data, values, sizeof(values));
  return true;
}

void Stream::Write(const FunctionCallbackInfo<Value>& info, bool is_async) {
  Isolate* isolate = info.GetIsolate();
  if (!codec_) return ThrowError(isolate, "ERR_INVALID_STATE", "Invalid state: the stream is not open");
  if (busy_ || close_pending_)
    return ThrowError(isolate, "ERR_INVALID_STATE", "Invalid state: a write is in progress");
  Request request;
  if (!ParseRequest(info, &request)) return;
  if (!is_async) {
    Chunk chunk;
    Error error;
    if (!Run(request, &chunk, &error)) return ThrowBadArgument(isolate, "writeSync");
    if (error) return EmitError(error, false);
    PublishResult(chunk);
    return;
  }
  busy_ = true;
  ClearWeak();
  auto in = std::make_shared<Global<Value>>(isolate, request.in);
  auto out = std::make_shared<Global<Value>>(isolate, request.out);
  env()->State<CompletionQueue>()->Post([this, request, in, out](Env* env) {
    Request again = request;
    again.in = in->Get(env->isolate());
    again.out = out->Get(env->isolate());
    FinishAsync(again);
  });
}

void Stream::FinishAsync(const Request& request) {
  // Held until the end: the callbacks run guest code.
  Local<Object> self = object();
  MakeWeak();
  Chunk chunk;
  Error error;
  if (!Run(request, &chunk, &error)) error = {"Zlib error", "Z_BUF_ERROR", -5};
  busy_ = false;
  if (error) {
    EmitError(error, true);
  } else {
    PublishResult(chunk);
    Local<Value> callback = self->GetInternalField(kCallbackField).As<Value>();
    if (callback->IsFunction()) (void)Call(callback.As<Function>(), 0, nullptr);
  }
  if (close_pending_ && !busy_) Close();
}

void Stream::Close() {
  close_pending_ = busy_;
  if (busy_) return;
  codec_.reset();
  ReportMemory();
}

void Stream::EmitError(const Error& error, bool from_loop) {
  Isolate* isolate = this->isolate();
  Local<Object> self = object();
  Local<Value> onerror;
  Local<v8::String> message;
  if (!Utf8(isolate, error.message).ToLocal(&message) ||
      !self->Get(env()->context(), Name(isolate, "onerror")).ToLocal(&onerror) || !onerror->IsFunction())
    return;
  Local<Value> argv[] = {message, v8::Integer::New(isolate, error.number), Name(isolate, error.code)};
  if (from_loop) (void)Call(onerror.As<Function>(), 3, argv);
  else (void)onerror.As<Function>()->Call(env()->context(), self, 3, argv);
}

}  // namespace se::compression
