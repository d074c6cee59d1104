// The `http_parser` binding: HTTP/1 parsers over llhttp. Streams that feed them without JavaScript are ours: see consume()
// in the guest.
#include "buffer.h"
#include "connections_list.h"
#include "parser.h"

namespace se::http {

using v8::ArrayBufferView;
using v8::FunctionCallbackInfo;
using v8::FunctionTemplate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

constexpr int64_t kMaxSafeInteger = (INT64_C(1) << 53) - 1;

// What --max-http-header-size says.
struct Defaults {
  explicit Defaults(Env*) {}
  uint64_t max_header_size = 16 * 1024;
};

Parser* This(const FunctionCallbackInfo<Value>& info) { return NativeObject::UnwrapThis<Parser>(info); }

// The parser, if none of its callbacks is under way: they run in the midst of llhttp's own. Null with an exception pending.
Parser* ThisAtRest(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = This(info);
  if (parser == nullptr || !parser->busy()) return parser;
  ThrowError(info.GetIsolate(), "ERR_INVALID_STATE", "Invalid state: the parser is executing");
  return nullptr;
}

void New(const FunctionCallbackInfo<Value>& info) {
  if (!info.IsConstructCall())
    return ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor requires 'new'");
  new Parser(Env::From(info), info.This());
}

// initialize(type, resource, maxHeaderSize = 0, lenientFlags = 0, connectionsList?)
void Initialize(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = ThisAtRest(info);
  if (parser == nullptr) return;
  Env* env = Env::From(info);
  int64_t type, max_header_size = 0, lenient_flags = 0;
  bool valid = IntegerIn(info[0], HTTP_REQUEST, HTTP_RESPONSE).To(&type) && info[1]->IsObject() &&
               (info[2]->IsUndefined() || IntegerIn(info[2], 0, kMaxSafeInteger).To(&max_header_size)) &&
               (info[3]->IsUndefined() || IntegerIn(info[3], INT32_MIN, INT32_MAX).To(&lenient_flags));
  ConnectionsList* list = NativeObject::Unwrap<ConnectionsList>(info[4]);
  if (!valid || (list == nullptr && !info[4]->IsNullOrUndefined())) return ThrowBadArgument(env->isolate(), "initialize");
  if (max_header_size == 0) max_header_size = env->State<Defaults>()->max_header_size;
  (void)parser->Begin({static_cast<int>(type), static_cast<uint64_t>(max_header_size),
                       static_cast<uint32_t>(lenient_flags), list},
                      info[1].As<Object>());
}

// execute(bytes): the number of bytes that were read, or the Error of a parse.
void Execute(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = ThisAtRest(info);
  if (parser == nullptr) return;
  if (!info[0]->IsArrayBufferView()) return ThrowBadArgument(info.GetIsolate(), "execute");
  Local<Value> result;
  if (parser->Feed(info[0].As<ArrayBufferView>()).ToLocal(&result)) info.GetReturnValue().Set(result);
}

// finish(): undefined, or the Error of a parse.
void Finish(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = ThisAtRest(info);
  Local<Value> result;
  if (parser != nullptr && parser->Finish().ToLocal(&result)) info.GetReturnValue().Set(result);
}

void Pause(const FunctionCallbackInfo<Value>& info) {
  if (Parser* parser = This(info)) parser->Pause();
}

void Resume(const FunctionCallbackInfo<Value>& info) {
  if (Parser* parser = This(info)) parser->Resume();
}

// The garbage collector takes the parser; nobody hears of its connection any more.
void Close(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = This(info);
  if (parser == nullptr) return;
  parser->LeaveList();
  parser->EndResource();
}

void Free(const FunctionCallbackInfo<Value>& info) {
  if (Parser* parser = This(info)) parser->EndResource();
}

void Remove(const FunctionCallbackInfo<Value>& info) {
  if (Parser* parser = This(info)) parser->LeaveList();
}

void GetCurrentBuffer(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = This(info);
  Local<v8::Uint8Array> copy;
  if (parser == nullptr) return;
  std::string_view bytes = parser->current();
  if (NewBuffer(Env::From(info), bytes.data(), bytes.size()).ToLocal(&copy)) info.GetReturnValue().Set(copy);
}

void GetAsyncId(const FunctionCallbackInfo<Value>& info) {
  if (Parser* parser = This(info)) info.GetReturnValue().Set(parser->async_id());
}

void AsyncReset(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = This(info);
  if (parser != nullptr) (void)parser->ResetResource(info[0]->IsObject() ? info[0].As<Object>() : info.This());
}

// feed(parser, bytes): what the event loop does with what a stream has read. For our own bindings alone.
void Feed(const FunctionCallbackInfo<Value>& info) {
  Parser* parser = NativeObject::Unwrap<Parser>(info[0]);
  if (parser == nullptr || parser->busy() || !info[1]->IsArrayBufferView())
    return ThrowBadArgument(info.GetIsolate(), "feed");
  if (info[1].As<ArrayBufferView>()->ByteLength() > 0) parser->FeedFromLoop(info[1].As<ArrayBufferView>());
}

// setDefaultMaxHeaderSize(bytes): for our own bindings alone.
void SetDefaultMaxHeaderSize(const FunctionCallbackInfo<Value>& info) {
  int64_t size;
  if (!IntegerIn(info[0], 0, kMaxSafeInteger).To(&size))
    return ThrowBadArgument(info.GetIsolate(), "setDefaultMaxHeaderSize");
  Env::From(info)->State<Defaults>()->max_header_size = static_cast<uint64_t>(size);
}

constexpr Method kAsyncMethods[] = {{"getAsyncId", GetAsyncId}, {"asyncReset", AsyncReset}};
constexpr Method kMethods[] = {
    {"close", Close},           {"free", Free},
    {"remove", Remove},         {"execute", Execute},
    {"finish", Finish},         {"initialize", Initialize},
    {"pause", Pause},           {"resume", Resume},
    {"getCurrentBuffer", GetCurrentBuffer},
};
constexpr Method kOwn[] = {{"feed", Feed}, {"setDefaultMaxHeaderSize", SetDefaultMaxHeaderSize}};

void InitializeBinding(Env* env, Local<Object> target) {
  Local<FunctionTemplate> async = MakeClassTemplate(env, "AsyncWrap", New, kAsyncMethods, std::size(kAsyncMethods));
  Local<FunctionTemplate> parser = MakeClassTemplate(env, "HTTPParser", New, kMethods, std::size(kMethods));
  parser->Inherit(async);
  (void)SetClass(env, target, "HTTPParser", parser);
  InitializeConnectionsList(env, target);
  SetMethods(env, target, kOwn);
}

void RegisterReferences(References* references) {
  references->Add(New);
  AddReferences(references, kAsyncMethods);
  AddReferences(references, kMethods);
  AddReferences(references, kOwn);
  RegisterConnectionsListReferences(references);
}

BindingRegistration registration("http_parser", InitializeBinding, RegisterReferences);

}  // namespace
}  // namespace se::http
