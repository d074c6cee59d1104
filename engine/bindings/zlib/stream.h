#ifndef SE_BINDINGS_ZLIB_STREAM_H_
#define SE_BINDINGS_ZLIB_STREAM_H_

#include <memory>

#include "async_object.h"
#include "charged_memory.h"
#include "codec.h"

namespace se::compression {

// The handle behind a stream of Node's zlib module.
class Stream : public AsyncObject {
 public:
  alignas(8) static const char kTag[];
  // Internal fields: the result array and the callback, kept alive with the handle.
  static constexpr int kResultField = NativeObject::kFieldCount;
  static constexpr int kCallbackField = kResultField + 1;
  static constexpr int kExtraFields = 2;

  Stream(Env* env, v8::Local<v8::Object> wrapper, Mode mode);
  ~Stream() override;

  Mode mode() const { return mode_; }
  ChargedMemory* memory() { return &memory_; }
  bool busy() const { return busy_; }
  Codec* codec() { return codec_.get(); }

  // `result` is a Uint32Array that takes the room and the input left over by each write.
  void Start(std::unique_ptr<Codec> codec, v8::Local<v8::Value> result, v8::Local<v8::Value> callback);
  // write(flush, in | null, inOffset, inLength, out, outOffset, outLength)
  void Write(const v8::FunctionCallbackInfo<v8::Value>& info, bool is_async);
  void Close();
  // Calls the handle's onerror. From the event loop (`from_loop`), or within a call from JavaScript: an exception is then
  // left to that.
  void EmitError(const Error& error, bool from_loop);

 private:
  struct Request;
  // False, with an exception pending, if the arguments are not what Node's lib passes.
  bool ParseRequest(const v8::FunctionCallbackInfo<v8::Value>& info, Request* request);
  // Does the work of a write. False if the views no longer hold what was to be read and written.
  bool Run(const Request& request, Chunk* chunk, Error* error);
  bool PublishResult(const Chunk& chunk);
  // Tells V8 how much memory the handle holds, so that it collects forgotten handles in time.
  void ReportMemory();
  void FinishAsync(const Request& request);

  Mode mode_;
  ChargedMemory memory_;
  std::unique_ptr<Codec> codec_;
  size_t reported_memory_ = 0;
  bool busy_ = false;
  bool close_pending_ = false;
};

}  // namespace se::compression

#endif  // SE_BINDINGS_ZLIB_STREAM_H_
