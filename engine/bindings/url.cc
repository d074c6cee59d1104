// The `url` binding: the WHATWG URL parser. Node's lib keeps a URL as its text and the offsets of its parts, which parse()
// and update() leave in the shared array `urlComponents`.
#include <cstring>
#include <string>

#include "ada_api.h"
#include "binding.h"
#include "shared_fields.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

struct UrlComponents {
  static constexpr char kState[] = "url.urlComponents";
};
// The offsets of ada_url_components, then the scheme's type.
constexpr size_t kComponentCount = 9;

// Node's `updateActions`.
enum Action { kProtocol, kHost, kHostname, kPort, kUsername, kPassword, kPathname, kSearch, kHash, kHref };

void ReturnText(const FunctionCallbackInfo<Value>& info, std::string_view text) {
  Local<String> result;
  if (Utf8(info.GetIsolate(), text).ToLocal(&result)) info.GetReturnValue().Set(result);
}

// Returns the URL's text and publishes the offsets of its parts.
void ReturnUrl(const FunctionCallbackInfo<Value>& info, const ada::Url& url) {
  uint32_t values[kComponentCount];
  const ada::ada_url_components* components = ada::ada_get_components(url.get());
  static_assert(sizeof(*components) == 8 * sizeof(uint32_t));
  memcpy(values, components, sizeof(*components));
  values[8] = ada::ada_get_scheme_type(url.get());
  Env::From(info)->State<SharedFields<UrlComponents>>()->Set(values);
  ReturnText(info, ada::View(ada::ada_get_href(url.get())));
}

void SetText(Isolate* isolate, Local<Object> object, const char* name, const std::string& text) {
  Local<String> value;
  if (Utf8(isolate, text).ToLocal(&value)) (void)object->Set(isolate->GetCurrentContext(), Name(isolate, name), value);
}

void ThrowInvalidUrl(Isolate* isolate, const std::string* input, const std::string* base) {
  Local<Value> error = v8::Exception::TypeError(Name(isolate, "Invalid URL"));
  Local<Object> object = error.As<Object>();
  SetText(isolate, object, "code", "ERR_INVALID_URL");
  if (input != nullptr) SetText(isolate, object, "input", *input);
  if (base != nullptr) SetText(isolate, object, "base", *base);
  isolate->ThrowException(error);
}

// parse(input, base | undefined, throws): href; undefined if it is invalid and `throws` is false
void Parse(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "parse");
  std::string input = ToStdString(isolate, info[0]);
  bool has_base = info[1]->IsString();
  std::string base = has_base ? ToStdString(isolate, info[1]) : std::string();
  std::string_view base_view = base;
  ada::Url url = ada::Parse(input, has_base ? &base_view : nullptr);
  if (url) return ReturnUrl(info, url);
  if (info[2]->IsTrue()) ThrowInvalidUrl(isolate, &input, has_base ? &base : nullptr);
}

// canParse(input, base?): boolean
void CanParse(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "canParse");
  std::string input = ToStdString(isolate, info[0]);
  if (HasTooLongDomain(input)) return info.GetReturnValue().Set(false);
  if (!info[1]->IsString()) return info.GetReturnValue().Set(ada::ada_can_parse(input.data(), input.size()));
  std::string base = ToStdString(isolate, info[1]);
  if (HasTooLongDomain(base)) return info.GetReturnValue().Set(false);
  info.GetReturnValue().Set(ada::ada_can_parse_with_base(input.data(), input.size(), base.data(), base.size()));
}

bool Set(const ada::Url& url, int64_t action, const char* data, size_t size) {
  switch (action) {
    case kProtocol: return ada::ada_set_protocol(url.get(), data, size);
    case kHost: return ada::ada_set_host(url.get(), data, size);
    case kHostname: return ada::ada_set_hostname(url.get(), data, size);
    case kPort: return ada::ada_set_port(url.get(), data, size);
    case kUsername: return ada::ada_set_username(url.get(), data, size);
    case kPassword: return ada::ada_set_password(url.get(), data, size);
    case kPathname: return ada::ada_set_pathname(url.get(), data, size);
    case kSearch: return ada::ada_set_search(url.get(), data, size), true;
    case kHash: return ada::ada_set_hash(url.get(), data, size), true;
    default: return ada::ada_set_href(url.get(), data, size);
  }
}

// update(href, action, value): the new href, or false if the part cannot take that value
void Update(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t action;
  if (!info[0]->IsString() || !IntegerIn(info[1], kProtocol, kHref).To(&action) || !info[2]->IsString())
    return ThrowBadArgument(isolate, "update");
  ada::Url url = ada::Parse(ToStdString(isolate, info[0]));
  if (!url) return ThrowBadArgument(isolate, "update");
  std::string value = ToStdString(isolate, info[2]);
  bool is_too_long = action == kHref                          ? HasTooLongDomain(value)
                     : action == kHost || action == kHostname ? IsTooLongDomain(value)
                                                              : false;
  if (is_too_long) return info.GetReturnValue().Set(false);
  if (!Set(url, action, value.data(), value.size())) return info.GetReturnValue().Set(false);
  ReturnUrl(info, url);
}

// format(href, hash, unicode, search, auth): the URL's text with only the parts wanted
void Format(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "format");
  ada::Url url = ada::Parse(ToStdString(isolate, info[0]));
  // The text comes from a URL object, so that this happens to forged ones only.
  if (!url) return ReturnText(info, ToStdString(isolate, info[0]));
  if (!info[1]->IsTrue()) ada::ada_clear_hash(url.get());
  if (!info[3]->IsTrue()) ada::ada_clear_search(url.get());
  if (!info[4]->IsTrue()) {
    ada::ada_set_username(url.get(), "", 0);
    ada::ada_set_password(url.get(), "", 0);
  }
  std::string href(ada::View(ada::ada_get_href(url.get())));
  std::string_view hostname = ada::View(ada::ada_get_hostname(url.get()));
  if (info[2]->IsTrue() && !hostname.empty()) {
    size_t start = ada::ada_get_components(url.get())->host_end - hostname.size();
    href.replace(start, hostname.size(), ada::ToUnicode(hostname));
  }
  ReturnText(info, href);
}

// getOrigin(input): string
void GetOrigin(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "getOrigin");
  ada::Url url = ada::Parse(ToStdString(isolate, info[0]));
  if (!url) return ThrowInvalidUrl(isolate, nullptr, nullptr);
  ReturnText(info, ada::Take(ada::ada_get_origin(url.get())));
}

// The domain as the host of a URL has it; empty if it is invalid.
std::string NormalizeDomain(Isolate* isolate, Local<Value> value) {
  std::string domain = ToStdString(isolate, value);
  ada::Url url = ada::Parse("ws://x");
  if (domain.empty() || IsTooLongDomain(domain) || !url || !ada::ada_set_hostname(url.get(), domain.data(), domain.size())) return {};
  return std::string(ada::View(ada::ada_get_hostname(url.get())));
}

void DomainToAscii(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "domainToASCII");
  ReturnText(info, NormalizeDomain(info.GetIsolate(), info[0]));
}

void DomainToUnicode(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "domainToUnicode");
  ReturnText(info, ada::ToUnicode(NormalizeDomain(info.GetIsolate(), info[0])));
}

// A file's path with all characters escaped that mean something in a URL, or are not allowed in its path.
std::string EscapePath(std::string_view path, bool is_windows) {
  static constexpr std::string_view kEscaped = " \"#%<>?[]^`{|}~";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string escaped;
  escaped.reserve(path.size());
  for (char character : path) {
    uint8_t byte = static_cast<uint8_t>(character);
    bool is_plain = byte > 0x20 && byte < 0x7f && kEscaped.find(character) == std::string_view::npos;
    if (is_plain && (character != '\\' || is_windows)) {
      escaped.push_back(character);
    } else {
      escaped.push_back('%');
      escaped.push_back(kDigits[byte >> 4]);
      escaped.push_back(kDigits[byte & 15]);
    }
  }
  return escaped;
}

// pathToFileURL(path, isWindows, hostname?): href
void PathToFileUrl(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "pathToFileURL");
  std::string path = ToStdString(isolate, info[0]);
  bool is_windows = info[1]->IsTrue();
  ada::Url url = ada::Parse("file://" + EscapePath(path, is_windows));
  if (!url) return ThrowInvalidUrl(isolate, &path, nullptr);
  if (is_windows && info[2]->IsString()) {
    std::string hostname = ToStdString(isolate, info[2]);
    if (!ada::ada_set_hostname(url.get(), hostname.data(), hostname.size()))
      return ThrowInvalidUrl(isolate, &path, &hostname);
  }
  ReturnUrl(info, url);
}

const Method kMethods[] = {
    {"domainToASCII", DomainToAscii},
    {"domainToUnicode", DomainToUnicode},
    {"format", Format},
    {"getOrigin", GetOrigin},
    {"parse", Parse},
    {"pathToFileURL", PathToFileUrl},
    {"update", Update},
    {"canParse", CanParse},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SharedFields<UrlComponents>::Create(env, target, "urlComponents", kComponentCount);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("url", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
