// The `icu` binding: converters for TextDecoder, buffer.transcode() and the width of text on a terminal.
#include <algorithm>
#include <memory>
#include <new>

#include "binding.h"
#include "buffer.h"
#include "encoding.h"
#include "icu_api.h"
#include "memory_charge.h"
#include "stable_bytes.h"

namespace se {

using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::String;
using v8::Uint8Array;
using v8::Value;

namespace {

constexpr char kConverterState[] = "icu.Converter";

// What ICU holds for the largest of its converters.
constexpr size_t kConverterSize = 4096;

enum ConverterFlags : uint32_t { kFlush = 1, kFatal = 2, kIgnoreBom = 4 };

struct CloseConverter {
  void operator()(icu::Converter* converter) const { icu::SE_ICU_NAME(ucnv_close)(converter); }
};
using ConverterPointer = std::unique_ptr<icu::Converter, CloseConverter>;

ConverterPointer OpenConverter(const char* name) {
  icu::ErrorCode status = icu::kOk;
  ConverterPointer converter(icu::SE_ICU_NAME(ucnv_open)(name, &status));
  return icu::Failed(status) ? nullptr : std::move(converter);
}

// --- TextDecoder ------------------------------------------------------------------------------------------------------

// A stream decoder of one character set.
class Converter : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  Converter(Env* env, Local<Object> wrapper, ConverterPointer converter, uint32_t flags)
      : NativeObject(env, wrapper, kTag), converter_(std::move(converter)), memory_(env, kConverterSize), flags_(flags) {
    icu::ErrorCode status = icu::kOk;
    if (flags & kFatal)
      icu::SE_ICU_NAME(ucnv_setToUCallBack)
      (converter_.get(), icu::SE_ICU_NAME(UCNV_TO_U_CALLBACK_STOP), nullptr, nullptr, nullptr, &status);
    // Some converters have a substitute of their own (SUB) for single bytes; this makes it U+FFFD for all.
    else
      icu::SE_ICU_NAME(ucnv_setSubstChars)(converter_.get(), "?", 1, &status);
    int type = icu::SE_ICU_NAME(ucnv_getType)(converter_.get());
    is_unicode_ = type == icu::kUtf8 || type == icu::kUtf16BigEndian || type == icu::kUtf16LittleEndian;
  }

  // Decodes the next bytes of the stream into `out`. False for input that is invalid or (`*out_of_memory`) too large.
  bool Decode(const char* data, size_t size, bool flush, std::unique_ptr<char16_t[]>* out, size_t* length,
              bool* out_of_memory) {
    const char* end = data + size;
    size_t capacity = size + 16;
    size_t used = 0;
    std::unique_ptr<char16_t[]> units(new (std::nothrow) char16_t[capacity]);
    icu::ErrorCode status = icu::kOk;
    while (units) {
      char16_t* target = units.get() + used;
      status = icu::kOk;
      icu::SE_ICU_NAME(ucnv_toUnicode)
      (converter_.get(), &target, units.get() + capacity, &data, end, nullptr, flush, &status);
      used = static_cast<size_t>(target - units.get());
      if (status != icu::kBufferOverflow) break;
      std::unique_ptr<char16_t[]> larger(new (std::nothrow) char16_t[capacity * 2]);
      if (larger) std::copy_n(units.get(), used, larger.get());
      units = std::move(larger);
      capacity *= 2;
    }
    *out_of_memory = !units || status == icu::kOutOfMemory;
    if (*out_of_memory || icu::Failed(status)) return false;
    size_t start = 0;
    if (used > 0 && is_unicode_ && !(flags_ & kIgnoreBom) && !bom_seen_) {
      start = units[0] == 0xfeff ? 1 : 0;
      bom_seen_ = true;
    }
    if (start > 0) std::copy(units.get() + start, units.get() + used, units.get());
    if (flush) {
      bom_seen_ = false;
      icu::SE_ICU_NAME(ucnv_reset)(converter_.get());
    }
    *out = std::move(units);
    *length = used - start;
    return true;
  }

 private:
  ConverterPointer converter_;
  MemoryCharge memory_;
  uint32_t flags_;
  bool is_unicode_ = false;
  bool bom_seen_ = false;
};

alignas(8) const char Converter::kTag[] = "Converter";

// Hands an open converter from getConverter to the constructor, which guest code can call, but not with success.
struct PendingConverter {
  explicit PendingConverter(Env*) {}
  ConverterPointer converter;
  uint32_t flags = 0;
};

void NewConverter(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  auto* pending = env->State<PendingConverter>();
  if (!info.IsConstructCall() || !pending->converter)
    return ThrowTypeError(info.GetIsolate(), "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  (new Converter(env, info.This(), std::move(pending->converter), pending->flags))->MakeWeak();
}

// getConverter(name, flags): Converter, or undefined if there is none of that name.
void GetConverter(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString() || !info[1]->IsUint32()) return ThrowBadArgument(info.GetIsolate(), "getConverter");
  ConverterPointer converter = OpenConverter(ToStdString(info.GetIsolate(), info[0]).c_str());
  Local<Value> constructor = env->GetState(kConverterState);
  if (!converter || !constructor->IsFunction()) return;
  auto* pending = env->State<PendingConverter>();
  pending->converter = std::move(converter);
  pending->flags = info[1].As<v8::Uint32>()->Value();
  Local<Object> instance;
  if (constructor.As<Function>()->NewInstance(env->context()).ToLocal(&instance)) info.GetReturnValue().Set(instance);
  pending->converter.reset();
}

void HasConverter(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "hasConverter");
  info.GetReturnValue().Set(OpenConverter(ToStdString(info.GetIsolate(), info[0]).c_str()) != nullptr);
}

// decode(converter, input, flags, encodingName): string
void Decode(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Converter* converter = NativeObject::Unwrap<Converter>(info[0]);
  if (converter == nullptr || !info[2]->IsUint32()) return ThrowBadArgument(isolate, "decode");
  if (!info[1]->IsArrayBufferView() && !info[1]->IsArrayBuffer() && !info[1]->IsSharedArrayBuffer())
    return ThrowTypeError(
        isolate, "ERR_INVALID_ARG_TYPE",
        "The \"input\" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.");
  StableBytes input(info[1]);
  std::unique_ptr<char16_t[]> units;
  size_t length = 0;
  bool out_of_memory = !input.ok();
  bool flush = info[2].As<v8::Uint32>()->Value() & kFlush;
  if (!input.ok() || !converter->Decode(input.chars(), input.size(), flush, &units, &length, &out_of_memory)) {
    if (out_of_memory) return ThrowOutOfMemory(isolate);
    std::string name = info[3]->IsString() ? ToStdString(isolate, info[3]) : std::string();
    return ThrowTypeError(isolate, "ERR_ENCODING_INVALID_ENCODED_DATA",
                          "The encoded data was not valid for encoding " + name);
  }
  Local<String> result;
  if (EncodeString(Env::From(info), units.get(), length * 2, Encoding::kUtf16le).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// --- transcode --------------------------------------------------------------------------------------------------------

// ICU's name of an encoding that transcode() takes, or null.
const char* ConverterName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kAscii: return "us-ascii";
    case Encoding::kLatin1: return "iso8859-1";
    case Encoding::kUtf16le: return "utf16le";
    case Encoding::kUtf8: return "utf-8";
    default: return nullptr;
  }
}

// transcode(source, from, to): Buffer, or ICU's error code
void Transcode(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Env* env = Env::From(info);
  if (!info[0]->IsArrayBufferView()) return ThrowBadArgument(isolate, "transcode");
  Encoding from_encoding = ParseEncoding(isolate, info[1], Encoding::kBuffer);
  Encoding to_encoding = ParseEncoding(isolate, info[2], Encoding::kBuffer);
  if (ConverterName(from_encoding) == nullptr || ConverterName(to_encoding) == nullptr)
    return info.GetReturnValue().Set(icu::kIllegalArgument);
  // Node takes bytes beyond ASCII as Latin-1 on this way, as it does in all of Buffer.
  if (from_encoding == Encoding::kAscii && to_encoding == Encoding::kUtf16le) from_encoding = Encoding::kLatin1;
  StableBytes input(info[0]);
  ConverterPointer from = OpenConverter(ConverterName(from_encoding));
  ConverterPointer to = OpenConverter(ConverterName(to_encoding));
  if (!input.ok() || !from || !to) return ThrowOutOfMemory(isolate);
  icu::ErrorCode status = icu::kOk;
  bool is_lossy = to_encoding == Encoding::kAscii || to_encoding == Encoding::kLatin1;
  if (is_lossy) icu::SE_ICU_NAME(ucnv_setSubstChars)(to.get(), "?", 1, &status);
  // Between Unicode encodings nothing is replaced: invalid input is an error.
  bool is_strict = (from_encoding == Encoding::kUtf8 && to_encoding == Encoding::kUtf16le) ||
                   (from_encoding == Encoding::kUtf16le && to_encoding == Encoding::kUtf8);
  if (is_strict)
    icu::SE_ICU_NAME(ucnv_setToUCallBack)
    (from.get(), icu::SE_ICU_NAME(UCNV_TO_U_CALLBACK_STOP), nullptr, nullptr, nullptr, &status);

  // One byte of input gives at most three bytes in any of these, two of UTF-16 at most three of UTF-8.
  size_t capacity = input.size() * 3 + 16;
  std::unique_ptr<char[]> out(new (std::nothrow) char[capacity]);
  if (!out) return ThrowOutOfMemory(isolate);
  char* target = out.get();
  const char* source = input.chars();
  // Half a code unit at the end is dropped when the encoding changes, and replaced when it does not.
  bool is_whole = from_encoding != Encoding::kUtf16le || to_encoding == Encoding::kUtf16le;
  size_t size = is_whole ? input.size() : input.size() & ~size_t{1};
  icu::SE_ICU_NAME(ucnv_convertEx)
  (to.get(), from.get(), &target, target + capacity, &source, source + size, nullptr, nullptr, nullptr, nullptr,
   true, true, &status);
  if (icu::Failed(status)) return info.GetReturnValue().Set(is_strict ? icu::kInvalidCharacter : status);
  Local<Uint8Array> result;
  if (NewBuffer(env, out.get(), static_cast<size_t>(target - out.get())).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

void IcuErrorName(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsInt32()) return ThrowBadArgument(info.GetIsolate(), "icuErrName");
  const char* name = icu::SE_ICU_NAME(u_errorName)(info[0].As<v8::Int32>()->Value());
  info.GetReturnValue().Set(Name(info.GetIsolate(), name));
}

// --- Width of text ----------------------------------------------------------------------------------------------------

// The columns that a code point takes on a terminal.
int ColumnWidth(int32_t code_point, bool ambiguous_is_wide) {
  constexpr int32_t kSoftHyphen = 0xad;
  int width = icu::SE_ICU_NAME(u_getIntPropertyValue)(code_point, icu::kEastAsianWidth);
  if (width == icu::kFullwidth || width == icu::kWide || (width == icu::kAmbiguous && ambiguous_is_wide)) return 2;
  if (icu::SE_ICU_NAME(u_hasBinaryProperty)(code_point, icu::kEmojiPresentation)) return 2;
  if (code_point == kSoftHyphen) return 1;
  switch (icu::SE_ICU_NAME(u_charType)(code_point)) {
    case icu::kControl:
    case icu::kFormat:
    case icu::kEnclosingMark:
    case icu::kNonspacingMark: return 0;
    default: return 1;
  }
}

// getStringWidth(string, ambiguousAsFullWidth?, expandEmojiSequence?): columns
void GetStringWidth(const FunctionCallbackInfo<Value>& info) {
  constexpr int32_t kZeroWidthJoiner = 0x200d;
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "getStringWidth");
  bool ambiguous_is_wide = info[1]->IsTrue();
  bool expand_emoji = !info[2]->IsBoolean() || info[2]->IsTrue();
  String::Value text(isolate, info[0]);
  if (*text == nullptr) return;
  double width = 0;
  int32_t previous = 0;
  for (int i = 0; i < text.length(); i++) {
    int32_t code_point = (*text)[i];
    if ((code_point & 0xfc00) == 0xd800 && i + 1 < text.length() && ((*text)[i + 1] & 0xfc00) == 0xdc00)
      code_point = 0x10000 + ((code_point & 0x3ff) << 10) + ((*text)[++i] & 0x3ff);
    // What a joiner joins is drawn as one.
    bool is_joined = !expand_emoji && previous == kZeroWidthJoiner &&
                     (icu::SE_ICU_NAME(u_hasBinaryProperty)(code_point, icu::kEmojiPresentation) ||
                      icu::SE_ICU_NAME(u_hasBinaryProperty)(code_point, icu::kEmojiModifier));
    if (!is_joined) width += ColumnWidth(code_point, ambiguous_is_wide);
    previous = code_point;
  }
  info.GetReturnValue().Set(width);
}

const Method kMethods[] = {
    {"icuErrName", IcuErrorName}, {"transcode", Transcode},       {"getStringWidth", GetStringWidth},
    {"decode", Decode},           {"getConverter", GetConverter}, {"hasConverter", HasConverter},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  Local<Function> constructor;
  if (MakeClassTemplate(env, "Converter", NewConverter, nullptr, 0)->GetFunction(env->context()).ToLocal(&constructor))
    env->SetState(kConverterState, constructor);
}

void RegisterReferences(References* references) {
  AddReferences(references, kMethods);
  references->Add(NewConverter);
}

BindingRegistration registration("icu", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
