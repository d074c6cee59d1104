// The `encoding_binding` binding: UTF-8 for TextEncoder and TextDecoder, windows-1252, domain names.
#include <algorithm>
#include <climits>

#include "ada_api.h"
#include "binding.h"
#include "encoding.h"
#include "shared_fields.h"
#include "simdutf_api.h"
#include "stable_bytes.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Uint8Array;
using v8::Value;

namespace {

struct EncodeIntoResults {
  static constexpr char kState[] = "encoding_binding.encodeIntoResults";
};

// encodeInto(string, view): leaves the UTF-16 units read and the bytes written in `encodeIntoResults`.
void EncodeInto(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString() || !info[1]->IsArrayBufferView()) return ThrowBadArgument(isolate, "encodeInto");
  Bytes out(info[1]);
  int read = 0;
  int written = info[0].As<String>()->WriteUtf8(
      isolate, reinterpret_cast<char*>(out.data), static_cast<int>(std::min<size_t>(out.size, INT_MAX)), &read,
      String::NO_NULL_TERMINATION | String::HINT_MANY_WRITES_EXPECTED | String::REPLACE_INVALID_UTF8);
  Env::From(info)->State<SharedFields<EncodeIntoResults>>()->Set(
      {static_cast<uint32_t>(read), static_cast<uint32_t>(written)});
}

// encodeUtf8String(string): Uint8Array
void EncodeUtf8String(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "encodeUtf8String");
  Local<String> string = info[0].As<String>();
  size_t size = DecodedSize(info.GetIsolate(), string, Encoding::kUtf8);
  Local<Uint8Array> result;
  if (!NewUint8Array(Env::From(info), nullptr, size).ToLocal(&result)) return;
  DecodeString(info.GetIsolate(), string, Encoding::kUtf8, Bytes(result).data, size);
  info.GetReturnValue().Set(result);
}

// decodeUTF8(input, ignoreBOM, fatal): string
void DecodeUtf8(const FunctionCallbackInfo<Value>& info) {
  StableBytes input(info[0]);
  if (!input.ok())
    return ThrowTypeError(
        info.GetIsolate(), "ERR_INVALID_ARG_TYPE",
        "The \"list\" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.");
  std::string_view text(input.chars(), input.size());
  if (info[2]->IsTrue() && !simdutf::validate_utf8(text.data(), text.size()))
    return ThrowTypeError(info.GetIsolate(), "ERR_ENCODING_INVALID_ENCODED_DATA",
                          "The encoded data was not valid for encoding utf-8");
  if (!info[1]->IsTrue() && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Local<String> result;
  if (EncodeString(Env::From(info), text.data(), text.size(), Encoding::kUtf8).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// What windows-1252 has at 0x80 to 0x9f, by the Encoding Standard; all other bytes are the code points of their values.
constexpr char16_t kWindows1252[32] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
    0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
};

// decodeWindows1252(input, ignoreBOM, fatal): string. The encoding has no byte order mark and no invalid byte.
void DecodeWindows1252(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  StableBytes input(info[0]);
  if (!input.ok())
    return ThrowTypeError(
        isolate, "ERR_INVALID_ARG_TYPE",
        "The \"input\" argument must be an instance of ArrayBuffer, SharedArrayBuffer, or ArrayBufferView.");
  bool is_latin1 = true;
  for (size_t i = 0; i < input.size() && is_latin1; i++) is_latin1 = (input.data()[i] & 0xe0) != 0x80;
  Local<String> result;
  if (is_latin1) {
    if (EncodeString(Env::From(info), input.data(), input.size(), Encoding::kLatin1).ToLocal(&result))
      info.GetReturnValue().Set(result);
    return;
  }
  if (input.size() > static_cast<size_t>(String::kMaxLength)) return ThrowStringTooLong(isolate);
  std::unique_ptr<char16_t[]> units(new (std::nothrow) char16_t[input.size()]);
  if (!units) return ThrowOutOfMemory(isolate);
  for (size_t i = 0; i < input.size(); i++) {
    uint8_t byte = input.data()[i];
    units[i] = (byte & 0xe0) == 0x80 ? kWindows1252[byte & 0x1f] : byte;
  }
  if (EncodeString(Env::From(info), units.get(), input.size() * 2, Encoding::kUtf16le).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

template <std::string (*convert)(std::string_view)>
void ConvertDomain(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "toASCII");
  Local<String> result;
  if (Utf8(info.GetIsolate(), convert(ToStdString(info.GetIsolate(), info[0]))).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

const Method kMethods[] = {
    {"encodeInto", EncodeInto},
    {"encodeUtf8String", EncodeUtf8String},
    {"decodeUTF8", DecodeUtf8},
    {"decodeWindows1252", DecodeWindows1252},
    {"toASCII", ConvertDomain<ada::ToAscii>},
    {"toUnicode", ConvertDomain<ada::ToUnicode>},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SharedFields<EncodeIntoResults>::Create(env, target, "encodeIntoResults", 2);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("encoding_binding", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
