// The `string_decoder` binding: decodes a stream of chunks without tearing characters apart. The state of a decoder is a
// small Buffer that Node's lib owns and reads, laid out as the constants say.
#include <algorithm>
#include <cstring>

#include "binding.h"
#include "encoding.h"
#include "stable_bytes.h"

namespace se {

using v8::Array;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

constexpr int kIncompleteStart = 0;
constexpr int kIncompleteEnd = 4;
constexpr int kMissingBytes = 4;
constexpr int kBufferedBytes = 5;
constexpr int kEncodingField = 6;
constexpr int kStateSize = 7;

constexpr const char* kEncodings[kEncodingCount] = {"ascii",  "utf8", "base64", "utf16le",
                                                    "latin1", "hex",  "buffer", "base64url"};

bool IsLeadSurrogate(uint8_t high_byte) { return (high_byte & 0xfc) == 0xd8; }

// How long the UTF-8 character is that begins with this byte; 0 if none does.
size_t Utf8Length(uint8_t lead) {
  if ((lead & 0xe0) == 0xc0) return 2;
  if ((lead & 0xf0) == 0xe0) return 3;
  if ((lead & 0xf8) == 0xf0) return 4;
  return 0;
}

bool IsContinuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

class Decoder {
 public:
  // Works on a copy of the state, which guest code may share with other threads.
  explicit Decoder(const uint8_t* state) {
    memcpy(incomplete_, state, kIncompleteEnd);
    missing_ = state[kMissingBytes];
    buffered_ = state[kBufferedBytes];
    encoding_ = static_cast<Encoding>(state[kEncodingField]);
  }
  bool IsValid() const { return missing_ + buffered_ <= kIncompleteEnd && static_cast<int>(encoding_) < kEncodingCount; }
  void Save(uint8_t* state) const {
    memcpy(state, incomplete_, kIncompleteEnd);
    state[kMissingBytes] = static_cast<uint8_t>(missing_);
    state[kBufferedBytes] = static_cast<uint8_t>(buffered_);
  }

  MaybeLocal<String> Decode(Env* env, const uint8_t* data, size_t size) {
    if (encoding_ != Encoding::kUtf8 && encoding_ != Encoding::kUtf16le && encoding_ != Encoding::kBase64 &&
        encoding_ != Encoding::kBase64url)
      return EncodeString(env, data, size, encoding_);
    Local<String> head = String::Empty(env->isolate());
    Local<String> body;
    if (missing_ > 0 && !Complete(env, &data, &size).ToLocal(&head)) return {};
    if (size == 0) return head;
    HoldBack(data, size);
    size -= buffered_;
    memcpy(incomplete_, data + size, buffered_);
    if (!EncodeString(env, data, size, encoding_).ToLocal(&body)) return {};
    if (head->Length() == 0) return body;
    if (head->Length() + body->Length() > String::kMaxLength) {
      ThrowStringTooLong(env->isolate());
      return {};
    }
    return String::Concat(env->isolate(), head, body);
  }

  MaybeLocal<String> Flush(Env* env) {
    // Half a code unit is dropped.
    size_t size = encoding_ == Encoding::kUtf16le ? buffered_ & ~size_t{1} : buffered_;
    missing_ = buffered_ = 0;
    return EncodeString(env, incomplete_, size, encoding_);
  }

 private:
  void Take(const uint8_t** data, size_t* size, size_t count) {
    memcpy(incomplete_ + buffered_, *data, count);
    buffered_ += count;
    *data += count;
    *size -= count;
  }

  // Adds what is missing to the incomplete character; gives its text once it is complete, else the empty string.
  MaybeLocal<String> Complete(Env* env, const uint8_t** data, size_t* size) {
    if (encoding_ == Encoding::kUtf8) {
      size_t found = 0;
      while (found < std::min(*size, missing_) && IsContinuation((*data)[found])) found++;
      bool broken = found < std::min(*size, missing_);
      Take(data, size, found);
      // A byte that begins another character ends this one, which becomes a replacement character.
      missing_ = broken ? 0 : missing_ - found;
    } else {
      size_t found = std::min(*size, missing_);
      Take(data, size, found);
      missing_ -= found;
    }
    if (missing_ > 0) return String::Empty(env->isolate());
    size_t complete = buffered_;
    buffered_ = 0;
    return EncodeString(env, incomplete_, complete, encoding_);
  }

  // Decides how many bytes at the end of the data belong to a character whose rest has yet to come.
  void HoldBack(const uint8_t* data, size_t size) {
    missing_ = buffered_ = 0;
    if (encoding_ == Encoding::kUtf8) {
      size_t trailing = 0;
      while (trailing < std::min<size_t>(size, 3) && IsContinuation(data[size - 1 - trailing])) trailing++;
      if (trailing == size) return;
      size_t length = Utf8Length(data[size - 1 - trailing]);
      if (trailing + 1 >= length) return;
      buffered_ = trailing + 1;
      missing_ = length - buffered_;
    } else if (encoding_ == Encoding::kUtf16le) {
      if (size % 2 == 1) missing_ = buffered_ = 1;
      else if (IsLeadSurrogate(data[size - 1])) missing_ = buffered_ = 2;
    } else if (size % 3 > 0) {
      buffered_ = size % 3;
      missing_ = 3 - buffered_;
    }
  }

  uint8_t incomplete_[kIncompleteEnd];
  size_t missing_;
  size_t buffered_;
  Encoding encoding_;
};

// decode(state, view): string
void Decode(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[1]->IsArrayBufferView())
    return ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE",
                          "The \"buf\" argument must be an instance of Buffer, TypedArray, or DataView.");
  StableBytes input(info[1]);
  if (!input.ok()) return ThrowOutOfMemory(isolate);
  Bytes state(info[0]);
  if (!state.ok || state.size < kStateSize) return ThrowBadArgument(isolate, "decode");
  Decoder decoder(state.data);
  if (!decoder.IsValid()) return ThrowBadArgument(isolate, "decode");
  MaybeLocal<String> result = decoder.Decode(Env::From(info), input.data(), input.size());
  decoder.Save(state.data);
  Local<String> text;
  if (result.ToLocal(&text)) info.GetReturnValue().Set(text);
}

// flush(state): string
void Flush(const FunctionCallbackInfo<Value>& info) {
  Bytes state(info[0]);
  if (!state.ok || state.size < kStateSize) return ThrowBadArgument(info.GetIsolate(), "flush");
  Decoder decoder(state.data);
  if (!decoder.IsValid()) return ThrowBadArgument(info.GetIsolate(), "flush");
  MaybeLocal<String> result = decoder.Flush(Env::From(info));
  decoder.Save(state.data);
  Local<String> text;
  if (result.ToLocal(&text)) info.GetReturnValue().Set(text);
}

const Method kMethods[] = {{"decode", Decode}, {"flush", Flush}};

void Initialize(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate();
  Local<Array> encodings = Array::New(isolate, kEncodingCount);
  for (uint32_t i = 0; i < kEncodingCount; i++)
    (void)encodings->Set(env->context(), i, Name(isolate, kEncodings[i]));
  SetValue(env, target, "encodings", encodings);
  SetConstant(env, target, "kIncompleteCharactersStart", kIncompleteStart);
  SetConstant(env, target, "kIncompleteCharactersEnd", kIncompleteEnd);
  SetConstant(env, target, "kMissingBytes", kMissingBytes);
  SetConstant(env, target, "kBufferedBytes", kBufferedBytes);
  SetConstant(env, target, "kEncodingField", kEncodingField);
  SetConstant(env, target, "kNumFields", kStateSize);
  SetConstant(env, target, "kSize", kStateSize);
  SetMethods(env, target, kMethods);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("string_decoder", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
