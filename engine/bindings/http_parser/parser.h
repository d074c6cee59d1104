#ifndef SE_BINDINGS_HTTP_PARSER_PARSER_H_
#define SE_BINDINGS_HTTP_PARSER_PARSER_H_

#include <string>
#include <vector>

#include "binding.h"
#include "connections_list.h"
#include "llhttp_api.h"
#include "memory_charge.h"

namespace se::http {

// The properties of a parser, by number, under which the library has its callbacks; and what a parser puts up with.
enum Callback : uint32_t { kOnMessageBegin, kOnHeaders, kOnHeadersComplete, kOnBody, kOnMessageComplete, kOnExecute };

// A parser of one side of an HTTP connection. It computes only: bytes in, callbacks out. The bytes come from JavaScript,
// or from a stream of ours that it is the listener of.
class Parser : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Parser(Env* env, v8::Local<v8::Object> wrapper);
  ~Parser() override;

  struct Options {
    int type;
    uint64_t max_header_size;
    uint32_t lenient_flags;
    ConnectionsList* list;  // may be null
  };
  // Begins a connection, of which `resource` is the asynchronous resource. Nothing if an init hook threw.
  v8::Maybe<bool> Begin(const Options& options, v8::Local<v8::Object> resource);
  // Feeds bytes. Gives their number as far as they were read, or the Error of a parse; empty with an exception pending
  // if a callback threw.
  v8::MaybeLocal<v8::Value> Feed(v8::Local<v8::ArrayBufferView> bytes);
  // The end of the stream: undefined or the Error of a parse.
  v8::MaybeLocal<v8::Value> Finish();
  void Pause() { llhttp_pause(&state_); }
  void Resume() { llhttp_resume(&state_); }
  // The same for bytes that a stream has read: callbacks come from the event loop, and ticks run behind some of them. The
  // last one is kOnExecute. What a callback throws is the process's or, with an exception pending, the caller's to handle.
  void FeedFromLoop(v8::Local<v8::ArrayBufferView> bytes);

  // Whether a callback of a feed() is under way: the state can't be touched then.
  bool busy() const { return busy_; }
  // The bytes being fed; empty outside of callbacks.
  std::string_view current() const { return current_; }

  void LeaveList();
  void ForgetList() { list_ = nullptr; }
  void SetInactive() { active_ = false; }
  bool active() const { return active_; }
  // When the message under way began, in nanoseconds; 0 between two messages.
  uint64_t message_start() const { return message_start_; }
  bool headers_completed() const { return headers_completed_; }
  // In the order of their making.
  uint64_t serial() const { return serial_; }

  double async_id() const { return async_id_; }
  const char* provider() const { return provider_; }
  // The asynchronous resource has ended, or begins anew as another.
  void EndResource();
  v8::Maybe<bool> ResetResource(v8::Local<v8::Object> resource);

 private:
  struct Header {
    std::string name;
    std::string value;
    bool has_value = false;
  };
  static const llhttp_settings_t kSettings;
  template <int (Parser::*method)(const char*, size_t)>
  static int Data(llhttp_t* state, const char* at, size_t length) {
    return (static_cast<Parser*>(state->data)->*method)(at, length);
  }
  template <int (Parser::*method)()>
  static int Event(llhttp_t* state) {
    return (static_cast<Parser*>(state->data)->*method)();
  }

  int OnMessageBegin();
  int OnUrl(const char* at, size_t length);
  int OnStatus(const char* at, size_t length);
  int OnHeaderField(const char* at, size_t length);
  int OnHeaderValue(const char* at, size_t length);
  int OnHeadersComplete();
  int OnBody(const char* at, size_t length);
  int OnMessageComplete();
  int OnChunkExtension(const char* at, size_t length);
  int OnChunkHeader();
  int OnChunkComplete();

  // Calls the callback `which`, if the library has set it. False if it threw.
  bool Notify(Callback which, int argc, v8::Local<v8::Value> argv[], v8::Local<v8::Value>* result = nullptr);
  v8::MaybeLocal<v8::Value> Run(const char* data, size_t size);
  v8::MaybeLocal<v8::Value> ParseError(int error, size_t bytes_parsed);
  // Counts bytes of headers towards their limit.
  int CountHeader(size_t length);
  // Gives the headers so far to the library. False if it threw.
  bool Flush();
  v8::Local<v8::Array> TakeHeaders();
  // What is held from one feed() to the next.
  // False when that is too much: the guest is being ended.
  bool ChargeMemory();
  int Failed();

  llhttp_t state_;
  std::vector<Header> headers_;
  std::string url_;
  std::string status_;
  bool has_flushed_ = false;
  bool has_thrown_ = false;
  bool busy_ = false;
  bool from_loop_ = false;
  bool headers_completed_ = false;
  uint64_t header_bytes_ = 0;
  uint64_t max_header_size_ = 0;
  uint64_t chunk_extension_bytes_ = 0;
  uint64_t message_start_ = 0;
  uint64_t serial_;
  bool active_ = false;
  ConnectionsList* list_ = nullptr;
  std::string_view current_;
  MemoryCharge memory_;
  const char* provider_ = "HTTPINCOMINGMESSAGE";
  double async_id_ = -1;
  double trigger_async_id_ = 0;
};

}  // namespace se::http

#endif  // SE_BINDINGS_HTTP_PARSER_PARSER_H_
