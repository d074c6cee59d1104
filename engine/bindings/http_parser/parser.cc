#include "parser.h"

#include <uv.h>

#include <algorithm>

#include "buffer.h"
#include "callbacks.h"
#include "unwind.h"

namespace se::http {

using v8::Array;
using v8::ArrayBuffer;
using v8::ArrayBufferView;
using v8::Boolean;
using v8::Context;
using v8::Function;
using v8::HandleScope;
using v8::Integer;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

// With one header more, those so far are given to the library.
constexpr size_t kMaxHeaders = 31;
constexpr uint64_t kMaxChunkExtensions = 16384;
// For callbacks of llhttp: stop.
constexpr int kStop = -1;

struct LenientFlag {
  uint32_t flag;
  void (*set)(llhttp_t*, int);
};
// By the bits of the library's kLenient… constants.
constexpr LenientFlag kLenientFlags[] = {
    {1 << 0, llhttp_set_lenient_headers},
    {1 << 1, llhttp_set_lenient_chunked_length},
    {1 << 2, llhttp_set_lenient_keep_alive},
    {1 << 3, llhttp_set_lenient_transfer_encoding},
    {1 << 4, llhttp_set_lenient_version},
    {1 << 5, llhttp_set_lenient_data_after_close},
    {1 << 6, llhttp_set_lenient_optional_lf_after_cr},
    {1 << 7, llhttp_set_lenient_optional_crlf_after_chunk},
    {1 << 8, llhttp_set_lenient_optional_cr_before_lf},
    {1 << 9, llhttp_set_lenient_spaces_after_chunk_size},
};

// A number for each parser of a guest.
struct Serials {
  explicit Serials(Env*) {}
  uint64_t last = 0;
};

// Latin-1 text; the empty string where it is longer than V8 allows.
Local<String> Text(Isolate* isolate, std::string_view text) {
  if (text.empty() || text.size() > static_cast<size_t>(String::kMaxLength)) return String::Empty(isolate);
  Local<String> result;
  bool made = String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()),
                                     v8::NewStringType::kNormal, static_cast<int>(text.size()))
                  .ToLocal(&result);
  return made ? result : String::Empty(isolate);
}

std::string_view WithoutTrailingSpace(std::string_view text) {
  size_t end = text.find_last_not_of(" \t");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

// Bytes of a view that stay readable whatever guest code does meanwhile: their memory is held, or copied if it may
// shrink or is shared.
class HeldBytes {
 public:
  explicit HeldBytes(Local<ArrayBufferView> view) {
    Local<ArrayBuffer> buffer = view->Buffer();
    Bytes bytes(view);
    bytes_ = bytes.view();
    if (buffer->IsResizableByUserJavaScript() || buffer->IsSharedArrayBuffer()) {
      copy_ = bytes_;
      bytes_ = copy_;
    } else {
      store_ = buffer->GetBackingStore();
    }
  }
  std::string_view view() const { return bytes_; }

 private:
  std::string_view bytes_;
  std::string copy_;
  std::shared_ptr<v8::BackingStore> store_;
};

}  // namespace

alignas(8) const char Parser::kTag[] = "http.HTTPParser";

const llhttp_settings_t Parser::kSettings = {
    .on_message_begin = Event<&Parser::OnMessageBegin>,
    .on_url = Data<&Parser::OnUrl>,
    .on_status = Data<&Parser::OnStatus>,
    .on_header_field = Data<&Parser::OnHeaderField>,
    .on_header_value = Data<&Parser::OnHeaderValue>,
    .on_chunk_extension_name = Data<&Parser::OnChunkExtension>,
    .on_chunk_extension_value = Data<&Parser::OnChunkExtension>,
    .on_headers_complete = Event<&Parser::OnHeadersComplete>,
    .on_body = Data<&Parser::OnBody>,
    .on_message_complete = Event<&Parser::OnMessageComplete>,
    .on_chunk_header = Event<&Parser::OnChunkHeader>,
    .on_chunk_complete = Event<&Parser::OnChunkComplete>,
};

Parser::Parser(Env* env, Local<Object> wrapper)
    : NativeObject(env, wrapper, kTag), serial_(++env->State<Serials>()->last), memory_(env, sizeof(Parser)) {
  llhttp_init(&state_, HTTP_REQUEST, &kSettings);
  state_.data = this;
  MakeWeak();
}

Parser::~Parser() {
  LeaveList();
  EndResource();
}

// --- Life -------------------------------------------------------------------------------------------------------------

void Parser::LeaveList() {
  if (list_ != nullptr) list_->Remove(this);
  list_ = nullptr;
  active_ = false;
}

void Parser::EndResource() {
  if (async_id_ > 0) QueueAsyncDestroy(env(), async_id_);
  async_id_ = -1;
}

Maybe<bool> Parser::ResetResource(Local<Object> resource) {
  EndResource();
  async_id_ = NewAsyncId(env());
  trigger_async_id_ = CurrentTriggerAsyncId(env());
  return EmitAsyncInit(env(), resource, provider_, async_id_, trigger_async_id_);
}

Maybe<bool> Parser::Begin(const Options& options, Local<Object> resource) {
  llhttp_init(&state_, options.type, &kSettings);
  state_.data = this;
  for (const LenientFlag& lenient : kLenientFlags)
    if (options.lenient_flags & lenient.flag) lenient.set(&state_, 1);
  headers_.clear();
  url_.clear();
  status_.clear();
  has_flushed_ = headers_completed_ = false;
  header_bytes_ = chunk_extension_bytes_ = message_start_ = 0;
  max_header_size_ = options.max_header_size;
  LeaveList();
  if (options.list != nullptr) {
    // A connection on which nothing is sent takes too long, too.
    message_start_ = uv_hrtime();
    list_ = options.list;
    list_->Add(this);
    active_ = true;
  }
  provider_ = options.type == HTTP_REQUEST ? "HTTPINCOMINGMESSAGE" : "HTTPCLIENTREQUEST";
  return ResetResource(resource);
}

bool Parser::ChargeMemory() {
  size_t size = sizeof(Parser) + url_.capacity() + status_.capacity() + headers_.capacity() * sizeof(Header);
  for (const Header& header : headers_) size += header.name.capacity() + header.value.capacity();
  return memory_.Set(size);
}

// --- Feeding ----------------------------------------------------------------------------------------------------------

MaybeLocal<Value> Parser::Feed(Local<ArrayBufferView> view) {
  HeldBytes bytes(view);
  return Run(bytes.view().data() == nullptr ? "" : bytes.view().data(), bytes.view().size());
}

void Parser::FeedFromLoop(Local<ArrayBufferView> view) {
  HeldBytes bytes(view);
  Local<Value> result;
  from_loop_ = true;
  if (Run(bytes.view().data(), bytes.view().size()).ToLocal(&result)) {
    current_ = bytes.view();
    (void)Notify(kOnExecute, 1, &result);
    current_ = {};
  }
  from_loop_ = false;
}

MaybeLocal<Value> Parser::Finish() { return Run(nullptr, 0); }

MaybeLocal<Value> Parser::Run(const char* data, size_t size) {
  v8::EscapableHandleScope scope(isolate());
  busy_ = true;
  has_thrown_ = false;
  current_ = {data, size};
  int error = data == nullptr ? llhttp_finish(&state_) : llhttp_execute(&state_, data, size);
  current_ = {};
  busy_ = false;
  if (!ChargeMemory()) {
    // Another piece as large may come before V8 looks.
    UnwindNow(isolate());
    return {};
  }

  size_t parsed = size;
  if (error != HPE_OK) {
    const char* position = llhttp_get_error_pos(&state_);
    // A parser that had failed before still points to where that was.
    bool within = data != nullptr && position >= data && position <= data + size;
    parsed = within ? static_cast<size_t>(position - data) : 0;
    if (error == HPE_PAUSED_UPGRADE) {
      error = HPE_OK;
      llhttp_resume_after_upgrade(&state_);
    }
  }
  if (has_thrown_) return {};
  if (error != HPE_OK && !llhttp_get_upgrade(&state_)) return scope.EscapeMaybe(ParseError(error, parsed));
  if (data == nullptr) return scope.Escape(v8::Undefined(isolate()).As<Value>());
  return scope.Escape(v8::Number::New(isolate(), static_cast<double>(parsed)).As<Value>());
}

MaybeLocal<Value> Parser::ParseError(int error, size_t bytes_parsed) {
  std::string code = llhttp_errno_name(error);
  const char* given = llhttp_get_error_reason(&state_);
  std::string reason = given == nullptr ? "" : given;
  // Reasons of our own carry their code.
  size_t colon = reason.find(':');
  if (error == HPE_USER && colon != std::string::npos) {
    code = reason.substr(0, colon);
    reason = reason.substr(colon + 1);
  }
  Local<Context> context = env()->context();
  Local<Value> exception = v8::Exception::Error(Name(isolate(), "Parse Error"));
  if (!exception->IsObject()) return {};
  Local<Object> object = exception.As<Object>();
  const std::pair<const char*, Local<Value>> properties[] = {
      {"bytesParsed", v8::Number::New(isolate(), static_cast<double>(bytes_parsed))},
      {"code", Text(isolate(), code)},
      {"reason", Text(isolate(), reason)},
  };
  for (const auto& [name, value] : properties)
    if (object->Set(context, Name(isolate(), name), value).IsNothing()) return {};
  return exception;
}

// --- Calls into the library -------------------------------------------------------------------------------------------

bool Parser::Notify(Callback which, int argc, Local<Value> argv[], Local<Value>* result) {
  Local<Context> context = env()->context();
  Local<Value> callback, answer;
  if (!object()->Get(context, which).ToLocal(&callback)) return false;
  if (!callback->IsFunction()) return true;
  // From the loop, what the library calls behind bytes is a callback of its own.
  bool is_outermost = from_loop_ && (which == kOnHeaders || which == kOnBody || which == kOnExecute);
  auto call = is_outermost ? MakeCallback : CallInAsyncContext;
  if (!call(env(), object(), callback.As<Function>(), argc, argv, std::max(async_id_, 0.0), trigger_async_id_)
           .ToLocal(&answer))
    return false;
  if (result != nullptr) *result = answer;
  return true;
}

int Parser::Failed() {
  has_thrown_ = true;
  return kStop;
}

Local<Array> Parser::TakeHeaders() {
  std::vector<Local<Value>> list;
  list.reserve(2 * headers_.size());
  for (const Header& header : headers_) {
    if (!header.has_value) continue;
    list.push_back(Text(isolate(), header.name));
    list.push_back(Text(isolate(), WithoutTrailingSpace(header.value)));
  }
  headers_.clear();
  return Array::New(isolate(), list.data(), list.size());
}

bool Parser::Flush() {
  HandleScope scope(isolate());
  Local<Value> argv[] = {TakeHeaders(), Text(isolate(), url_)};
  url_.clear();
  has_flushed_ = true;
  if (Notify(kOnHeaders, 2, argv)) return true;
  has_thrown_ = true;
  return false;
}

int Parser::CountHeader(size_t length) {
  header_bytes_ += length;
  if (header_bytes_ < max_header_size_) return 0;
  llhttp_set_error_reason(&state_, "HPE_HEADER_OVERFLOW:Header overflow");
  return HPE_USER;
}

int Parser::OnMessageBegin() {
  headers_.clear();
  headers_completed_ = false;
  chunk_extension_bytes_ = 0;
  message_start_ = uv_hrtime();
  active_ = list_ != nullptr;
  url_.clear();
  status_.clear();
  HandleScope scope(isolate());
  return Notify(kOnMessageBegin, 0, nullptr) ? 0 : Failed();
}

int Parser::OnUrl(const char* at, size_t length) {
  int over = CountHeader(length);
  if (over == 0) url_.append(at, length);
  return over;
}

int Parser::OnStatus(const char* at, size_t length) {
  int over = CountHeader(length);
  if (over == 0) status_.append(at, length);
  return over;
}

int Parser::OnHeaderField(const char* at, size_t length) {
  if (int over = CountHeader(length)) return over;
  if (headers_.empty() || headers_.back().has_value) {
    if (headers_.size() == kMaxHeaders && !Flush()) return kStop;
    headers_.emplace_back();
  }
  headers_.back().name.append(at, length);
  return 0;
}

int Parser::OnHeaderValue(const char* at, size_t length) {
  if (int over = CountHeader(length)) return over;
  if (headers_.empty()) headers_.emplace_back();
  headers_.back().has_value = true;
  headers_.back().value.append(at, length);
  return 0;
}

int Parser::OnHeadersComplete() {
  headers_completed_ = true;
  header_bytes_ = 0;
  HandleScope scope(isolate());
  // In the order of the library's parserOnHeadersComplete().
  enum { kMajor, kMinor, kHeaders, kMethod, kUrl, kStatusCode, kStatusMessage, kUpgrade, kKeepAlive, kCount };
  Local<Value> argv[kCount];
  for (Local<Value>& argument : argv) argument = v8::Undefined(isolate());
  bool is_request = llhttp_get_type(&state_) == HTTP_REQUEST;
  if (has_flushed_) {
    if (!Flush()) return kStop;
  } else {
    argv[kHeaders] = TakeHeaders();
    if (is_request) argv[kUrl] = Text(isolate(), url_);
  }
  if (is_request) {
    argv[kMethod] = Integer::New(isolate(), llhttp_get_method(&state_));
  } else {
    argv[kStatusCode] = Integer::New(isolate(), llhttp_get_status_code(&state_));
    argv[kStatusMessage] = Text(isolate(), status_);
  }
  argv[kMajor] = Integer::New(isolate(), llhttp_get_http_major(&state_));
  argv[kMinor] = Integer::New(isolate(), llhttp_get_http_minor(&state_));
  argv[kUpgrade] = Boolean::New(isolate(), llhttp_get_upgrade(&state_) != 0);
  argv[kKeepAlive] = Boolean::New(isolate(), llhttp_should_keep_alive(&state_) != 0);
  Local<Value> answer = Integer::New(isolate(), 0);
  int64_t number;
  // 1: there is no body; 2: nor anything else of HTTP.
  if (!Notify(kOnHeadersComplete, kCount, argv, &answer) || !answer->IntegerValue(env()->context()).To(&number))
    return Failed();
  return static_cast<int>(number);
}

int Parser::OnBody(const char* at, size_t length) {
  if (length == 0) return 0;
  HandleScope scope(isolate());
  Local<v8::Uint8Array> bytes;
  if (!NewBuffer(env(), at, length).ToLocal(&bytes)) return Failed();
  Local<Value> argv[] = {bytes};
  return Notify(kOnBody, 1, argv) ? 0 : Failed();
}

int Parser::OnMessageComplete() {
  message_start_ = 0;
  active_ = false;
  // Trailers.
  if (!headers_.empty() && !Flush()) return kStop;
  HandleScope scope(isolate());
  return Notify(kOnMessageComplete, 0, nullptr) ? 0 : Failed();
}

int Parser::OnChunkExtension(const char*, size_t length) {
  chunk_extension_bytes_ += length;
  if (chunk_extension_bytes_ <= kMaxChunkExtensions) return 0;
  llhttp_set_error_reason(&state_, "HPE_CHUNK_EXTENSIONS_OVERFLOW:Chunk extensions overflow");
  return HPE_USER;
}

int Parser::OnChunkHeader() {
  header_bytes_ = chunk_extension_bytes_ = 0;
  return 0;
}

int Parser::OnChunkComplete() {
  header_bytes_ = 0;
  return 0;
}

}  // namespace se::http
