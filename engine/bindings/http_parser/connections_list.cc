#include "connections_list.h"

#include <uv.h>

#include <algorithm>

#include "parser.h"

namespace se::http {

using v8::Array;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

alignas(8) const char ConnectionsList::kTag[] = "http.ConnectionsList";

ConnectionsList::ConnectionsList(Env* env, Local<Object> wrapper) : NativeObject(env, wrapper, kTag) { MakeWeak(); }

ConnectionsList::~ConnectionsList() {
  for (Parser* parser : parsers_) parser->ForgetList();
}

template <typename Predicate>
std::vector<Parser*> ConnectionsList::Select(Predicate wanted) const {
  std::vector<Parser*> selected;
  for (Parser* parser : parsers_)
    if (wanted(*parser)) selected.push_back(parser);
  std::sort(selected.begin(), selected.end(), [](const Parser* a, const Parser* b) {
    return a->message_start() != b->message_start() ? a->message_start() < b->message_start()
                                                    : a->serial() < b->serial();
  });
  return selected;
}

namespace {

Local<Array> Objects(Env* env, const std::vector<Parser*>& parsers) {
  std::vector<Local<Value>> objects;
  for (Parser* parser : parsers) {
    // One that the garbage collector has taken, and whose end is under way, has none.
    Local<Object> object = parser->object();
    if (!object.IsEmpty()) objects.push_back(object);
  }
  return Array::New(env->isolate(), objects.data(), objects.size());
}

void New(const FunctionCallbackInfo<Value>& info) {
  if (!info.IsConstructCall())
    return ThrowTypeError(info.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor requires 'new'");
  new ConnectionsList(Env::From(info), info.This());
}

template <bool (*wanted)(const Parser&)>
void List(const FunctionCallbackInfo<Value>& info) {
  ConnectionsList* list = NativeObject::UnwrapThis<ConnectionsList>(info);
  if (list != nullptr) info.GetReturnValue().Set(Objects(Env::From(info), list->Select(wanted)));
}

bool Any(const Parser&) { return true; }
bool Idle(const Parser& parser) { return parser.message_start() == 0; }
bool Active(const Parser& parser) { return parser.active(); }

// When a message must have begun by now, in nanoseconds; 0: there is no time limit yet.
uint64_t Deadline(uint64_t now, uint64_t timeout) { return timeout > 0 && now > timeout ? now - timeout : 0; }

// expired(headersTimeout, requestTimeout): those that take longer, in milliseconds, for the headers or the whole
// message. Each is told once.
void Expired(const FunctionCallbackInfo<Value>& info) {
  ConnectionsList* list = NativeObject::UnwrapThis<ConnectionsList>(info);
  if (list == nullptr) return;
  constexpr uint64_t kNsPerMs = 1'000'000;
  int64_t headers_ms, request_ms;
  if (!IntegerIn(info[0], 0, UINT32_MAX).To(&headers_ms) || !IntegerIn(info[1], 0, UINT32_MAX).To(&request_ms))
    return ThrowBadArgument(info.GetIsolate(), "expired");
  if (request_ms > 0 && headers_ms > request_ms) std::swap(headers_ms, request_ms);
  uint64_t now = uv_hrtime();
  uint64_t headers_deadline = Deadline(now, static_cast<uint64_t>(headers_ms) * kNsPerMs);
  uint64_t request_deadline = Deadline(now, static_cast<uint64_t>(request_ms) * kNsPerMs);
  std::vector<Parser*> expired = list->Select([&](const Parser& parser) {
    if (!parser.active()) return false;
    return (!parser.headers_completed() && parser.message_start() < headers_deadline) ||
           parser.message_start() < request_deadline;
  });
  for (Parser* parser : expired) parser->SetInactive();
  info.GetReturnValue().Set(Objects(Env::From(info), expired));
}

constexpr Method kMethods[] = {{"all", List<Any>}, {"idle", List<Idle>}, {"active", List<Active>}, {"expired", Expired}};

}  // namespace

void InitializeConnectionsList(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "ConnectionsList",
                 MakeClassTemplate(env, "ConnectionsList", New, kMethods, std::size(kMethods)));
}

void RegisterConnectionsListReferences(References* references) {
  references->Add(New);
  AddReferences(references, kMethods);
}

}  // namespace se::http
