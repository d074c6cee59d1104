// The `buffer` binding: what Node's Buffer does outside JavaScript.
#include "buffer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

#include "binding.h"
#include "byte_search.h"
#include "encoding.h"
#include "simdutf_api.h"
#include "stable_bytes.h"

namespace se {

using v8::ArrayBuffer;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::Nothing;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

// --- Arguments --------------------------------------------------------------------------------------------------------

void ThrowIndexOutOfRange(Isolate* isolate) { ThrowRangeError(isolate, "ERR_OUT_OF_RANGE", "Index out of range"); }

// An index argument, `fallback` if undefined. Converts like Node, so guest code may run; throws for negative numbers.
Maybe<size_t> Index(Isolate* isolate, Local<Value> value, size_t fallback) {
  if (value->IsUndefined()) return Just(fallback);
  if (value->IsUint32()) return Just(static_cast<size_t>(value.As<v8::Uint32>()->Value()));
  int64_t number;
  if (!value->IntegerValue(isolate->GetCurrentContext()).To(&number)) return Nothing<size_t>();
  if (number < 0) {
    ThrowIndexOutOfRange(isolate);
    return Nothing<size_t>();
  }
  return Just(static_cast<size_t>(number));
}

bool RequireView(Isolate* isolate, Local<Value> value) {
  if (value->IsArrayBufferView()) return true;
  ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "argument must be a buffer");
  return false;
}

bool RequireString(Isolate* isolate, Local<Value> value) {
  if (value->IsString()) return true;
  ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", "argument must be a string");
  return false;
}

bool RequireStable(Isolate* isolate, const StableBytes& bytes) {
  if (bytes.ok()) return true;
  ThrowOutOfMemory(isolate);
  return false;
}

// --- Strings from bytes and back --------------------------------------------------------------------------------------

// buffer.xxxSlice(start, end): string
template <Encoding encoding>
void Slice(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info.This())) return;
  size_t start;
  size_t end;
  size_t size = info.This().As<v8::ArrayBufferView>()->ByteLength();
  if (size == 0) return info.GetReturnValue().SetEmptyString();
  if (!Index(isolate, info[0], 0).To(&start) || !Index(isolate, info[1], size).To(&end)) return;
  end = std::max(start, end);
  StableBytes bytes(info.This());
  if (!RequireStable(isolate, bytes)) return;
  if (end > bytes.size()) return ThrowIndexOutOfRange(isolate);
  Local<String> result;
  if (EncodeString(Env::From(info), bytes.data() + start, end - start, encoding).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// Writes `string` into `view` at info[index] for at most info[index + 1] bytes.
void WriteString(const FunctionCallbackInfo<Value>& info, Local<Value> view, Local<Value> text, int index,
                 Encoding encoding) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, view) || !RequireString(isolate, text)) return;
  size_t offset;
  size_t length;
  if (!Index(isolate, info[index], 0).To(&offset)) return;
  if (offset > view.As<v8::ArrayBufferView>()->ByteLength())
    return ThrowRangeError(isolate, "ERR_BUFFER_OUT_OF_BOUNDS", "\"offset\" is outside of buffer bounds");
  if (!Index(isolate, info[index + 1], SIZE_MAX).To(&length)) return;
  Bytes bytes(view);
  // The conversions above may have shrunk the buffer.
  length = offset > bytes.size ? 0 : std::min(length, bytes.size - offset);
  size_t written = length == 0 ? 0 : DecodeString(isolate, text.As<String>(), encoding, bytes.data + offset, length);
  info.GetReturnValue().Set(static_cast<double>(written));
}

// buffer.xxxWrite(string, offset, length): bytes written
template <Encoding encoding>
void Write(const FunctionCallbackInfo<Value>& info) {
  WriteString(info, info.This(), info[0], 1, encoding);
}

// xxxWriteStatic(buffer, string, offset, length): bytes written
template <Encoding encoding>
void WriteStatic(const FunctionCallbackInfo<Value>& info) {
  WriteString(info, info[0], info[1], 2, encoding);
}

void ByteLengthUtf8(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsString()) return ThrowBadArgument(info.GetIsolate(), "byteLengthUtf8");
  info.GetReturnValue().Set(info[0].As<String>()->Utf8Length(info.GetIsolate()));
}

// The one-byte or two-byte characters of a string argument.
struct Characters {
  explicit Characters(Isolate* isolate, Local<String> string) : length(static_cast<size_t>(string->Length())) {
    one_byte = string->IsOneByte();
    data.reset(static_cast<char*>(malloc((length + 1) * (one_byte ? 1 : 2))));
    if (!data) return;
    int count = static_cast<int>(length);
    if (one_byte) string->WriteOneByte(isolate, reinterpret_cast<uint8_t*>(data.get()), 0, count, kOptions);
    else string->Write(isolate, reinterpret_cast<uint16_t*>(data.get()), 0, count, kOptions);
  }
  const char16_t* wide() const { return reinterpret_cast<const char16_t*>(data.get()); }

  static constexpr int kOptions = String::HINT_MANY_WRITES_EXPECTED | String::NO_NULL_TERMINATION;
  struct Free {
    void operator()(char* chars) const { free(chars); }
  };
  std::unique_ptr<char, Free> data;
  size_t length;
  bool one_byte;
};

// btoa(string): string, or -1 when a character is beyond Latin-1.
void Btoa(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireString(isolate, info[0])) return;
  Local<String> input = info[0].As<String>();
  if (input->Length() == 0) return info.GetReturnValue().SetEmptyString();
  Characters characters(isolate, input);
  if (!characters.data) return ThrowOutOfMemory(isolate);
  // Latin-1 is no longer than UTF-16, so that the text can be narrowed in place.
  if (!characters.one_byte &&
      simdutf::convert_utf16_to_latin1(characters.wide(), characters.length, characters.data.get()) == 0)
    return info.GetReturnValue().Set(-1);
  Local<String> result;
  if (EncodeString(Env::From(info), characters.data.get(), characters.length, Encoding::kBase64).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// atob(string): string, or a negative number that says what is wrong with the input.
void Atob(const FunctionCallbackInfo<Value>& info) {
  constexpr int kLonelyCharacter = -1;
  constexpr int kInvalidCharacter = -2;
  constexpr int kOverflow = -3;
  Isolate* isolate = info.GetIsolate();
  if (!RequireString(isolate, info[0])) return;
  Characters text(isolate, info[0].As<String>());
  if (!text.data) return ThrowOutOfMemory(isolate);
  size_t room = text.one_byte ? simdutf::maximal_binary_length_from_base64(text.data.get(), text.length)
                              : simdutf::maximal_binary_length_from_base64(text.wide(), text.length);
  std::unique_ptr<char, Characters::Free> out(static_cast<char*>(malloc(room + 1)));
  if (!out) return ThrowOutOfMemory(isolate);
  simdutf::result decoded =
      text.one_byte
          ? simdutf::base64_to_binary(text.data.get(), text.length, out.get(), simdutf::base64_default, simdutf::loose)
          : simdutf::base64_to_binary(text.wide(), text.length, out.get(), simdutf::base64_default, simdutf::loose);
  switch (decoded.error) {
    case simdutf::SUCCESS: break;
    case simdutf::INVALID_BASE64_CHARACTER: return info.GetReturnValue().Set(kInvalidCharacter);
    case simdutf::BASE64_INPUT_REMAINDER: return info.GetReturnValue().Set(kLonelyCharacter);
    default: return info.GetReturnValue().Set(kOverflow);
  }
  Local<String> result;
  if (EncodeString(Env::From(info), out.get(), decoded.count, Encoding::kLatin1).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// Throws and returns false if `value` has no bytes or is a detached buffer. Views of one count as empty.
bool RequireAttached(Isolate* isolate, Local<Value> value, const char* function) {
  if (value->IsArrayBuffer() && value.As<ArrayBuffer>()->WasDetached()) {
    ThrowError(isolate, "ERR_INVALID_STATE", "Cannot validate on a detached buffer");
    return false;
  }
  if (value->IsArrayBuffer() || value->IsArrayBufferView() || value->IsSharedArrayBuffer()) return true;
  ThrowBadArgument(isolate, function);
  return false;
}

void IsUtf8(const FunctionCallbackInfo<Value>& info) {
  if (!RequireAttached(info.GetIsolate(), info[0], "isUtf8")) return;
  StableBytes bytes(info[0]);
  if (!RequireStable(info.GetIsolate(), bytes)) return;
  info.GetReturnValue().Set(simdutf::validate_utf8(bytes.chars(), bytes.size()));
}

void IsAscii(const FunctionCallbackInfo<Value>& info) {
  if (!RequireAttached(info.GetIsolate(), info[0], "isAscii")) return;
  Bytes bytes(info[0]);
  info.GetReturnValue().Set(simdutf::validate_ascii(reinterpret_cast<const char*>(bytes.data), bytes.size));
}

// --- Copy, compare, fill ----------------------------------------------------------------------------------------------

// The part [start, start + length) cut to what `size` bytes have.
size_t Clamp(size_t size, size_t start, size_t length) { return start > size ? 0 : std::min(length, size - start); }

// A number argument as a size; never throws. Negative numbers and what is no number count as 0.
size_t SizeArgument(Local<Value> value) {
  if (!value->IsNumber()) return 0;
  double number = value.As<v8::Number>()->Value();
  if (!(number > 0)) return 0;
  return number >= static_cast<double>(v8::TypedArray::kMaxByteLength) ? v8::TypedArray::kMaxByteLength
                                                                      : static_cast<size_t>(number);
}

void CopyPart(const FunctionCallbackInfo<Value>& info, const Bytes& from, size_t from_start, const Bytes& to,
              size_t to_start, size_t length) {
  length = Clamp(from.size, from_start, Clamp(to.size, to_start, length));
  if (length > 0) memmove(to.data + to_start, from.data + from_start, length);
  info.GetReturnValue().Set(static_cast<double>(length));
}

// copy(source, target, targetStart, sourceStart, length): bytes copied
void Copy(const FunctionCallbackInfo<Value>& info) {
  if (!RequireView(info.GetIsolate(), info[0]) || !RequireView(info.GetIsolate(), info[1])) return;
  CopyPart(info, Bytes(info[0]), SizeArgument(info[3]), Bytes(info[1]), SizeArgument(info[2]), SizeArgument(info[4]));
}

// copyArrayBuffer(target, targetOffset, source, sourceOffset, length), over ArrayBuffers and SharedArrayBuffers
void CopyArrayBuffer(const FunctionCallbackInfo<Value>& info) {
  Bytes to(info[0]);
  Bytes from(info[2]);
  if (!to.ok || !from.ok || info[0]->IsArrayBufferView() || info[2]->IsArrayBufferView())
    return ThrowBadArgument(info.GetIsolate(), "copyArrayBuffer");
  CopyPart(info, from, SizeArgument(info[3]), to, SizeArgument(info[1]), SizeArgument(info[4]));
}

int CompareBytes(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  int order = memcmp(a, b, std::min(a_size, b_size));
  if (order == 0) return a_size < b_size ? -1 : a_size > b_size;
  return order < 0 ? -1 : 1;
}

void Compare(const FunctionCallbackInfo<Value>& info) {
  if (!RequireView(info.GetIsolate(), info[0]) || !RequireView(info.GetIsolate(), info[1])) return;
  Bytes a(info[0]);
  Bytes b(info[1]);
  info.GetReturnValue().Set(CompareBytes(a.data, a.size, b.data, b.size));
}

// compareOffset(source, target, targetStart, sourceStart, targetEnd, sourceEnd): -1 | 0 | 1
void CompareOffset(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info[0]) || !RequireView(isolate, info[1])) return;
  size_t target_start, source_start, target_end, source_end;
  if (!Index(isolate, info[2], 0).To(&target_start) || !Index(isolate, info[3], 0).To(&source_start) ||
      !Index(isolate, info[4], SIZE_MAX).To(&target_end) || !Index(isolate, info[5], SIZE_MAX).To(&source_end))
    return;
  Bytes source(info[0]);
  Bytes target(info[1]);
  if (source_start > source.size)
    return ThrowRangeError(isolate, "ERR_OUT_OF_RANGE", "The value of \"sourceStart\" is out of range.");
  if (target_start > target.size)
    return ThrowRangeError(isolate, "ERR_OUT_OF_RANGE", "The value of \"targetStart\" is out of range.");
  source_end = std::clamp(source_end, source_start, source.size);
  target_end = std::clamp(target_end, target_start, target.size);
  info.GetReturnValue().Set(CompareBytes(source.data + source_start, source_end - source_start,
                                         target.data + target_start, target_end - target_start));
}

// Puts the beginning of the fill pattern at `out`; returns the pattern's full length.
size_t WritePattern(Isolate* isolate, Local<String> pattern, Encoding encoding, uint8_t* out, size_t capacity) {
  if (encoding != Encoding::kUtf8 && encoding != Encoding::kUtf16le)
    return DecodeString(isolate, pattern, encoding, out, capacity);
  // These may end within a character, which DecodeString does not write.
  size_t size = DecodedSize(isolate, pattern, encoding);
  if (size <= capacity) return DecodeString(isolate, pattern, encoding, out, capacity);
  std::unique_ptr<char, Characters::Free> whole(static_cast<char*>(malloc(size)));
  if (!whole) return 0;
  DecodeString(isolate, pattern, encoding, reinterpret_cast<uint8_t*>(whole.get()), size);
  memcpy(out, whole.get(), capacity);
  return size;
}

// fill(buffer, value, start, end, encoding): undefined, -2 for a bad range, -1 for a value that gives no bytes
void Fill(const FunctionCallbackInfo<Value>& info) {
  constexpr int kNoPattern = -1;
  constexpr int kOutOfBounds = -2;
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info[0])) return;
  size_t start;
  size_t end;
  size_t size = info[0].As<v8::ArrayBufferView>()->ByteLength();
  if (!Index(isolate, info[2], 0).To(&start) || !Index(isolate, info[3], size).To(&end)) return;
  if (start > end || end > size) return info.GetReturnValue().Set(kOutOfBounds);
  uint32_t number = 0;
  bool is_pattern = info[1]->IsArrayBufferView() || info[1]->IsString();
  if (!is_pattern && !info[1]->Uint32Value(isolate->GetCurrentContext()).To(&number)) return;

  // From here on no guest code runs; what ran before may have shrunk the buffer.
  Bytes target(info[0]);
  if (end > target.size) return info.GetReturnValue().Set(kOutOfBounds);
  uint8_t* out = target.data + start;
  size_t length = end - start;
  if (!is_pattern) {
    memset(out, static_cast<int>(number & 255), length);
    return;
  }
  size_t filled;
  if (info[1]->IsString()) {
    Encoding encoding = ParseEncoding(isolate, info[4], Encoding::kUtf8);
    filled = WritePattern(isolate, info[1].As<String>(), encoding, out, length);
  } else {
    Bytes pattern(info[1]);
    filled = pattern.size;
    memmove(out, pattern.data, std::min(filled, length));
  }
  if (filled >= length) return;
  if (filled == 0) return info.GetReturnValue().Set(kNoPattern);
  while (filled < length) {
    size_t part = std::min(filled, length - filled);
    memcpy(out + filled, out, part);
    filled += part;
  }
}

// --- Search -----------------------------------------------------------------------------------------------------------

// Node's offset rules of indexOf (forward) and lastIndexOf: where a search starts, or -1 if nothing can be found.
int64_t SearchStart(int64_t size, int64_t offset, int64_t needle_size, bool forward) {
  if (offset < 0) {
    if (offset + size >= 0) return size + offset;
    return forward || needle_size == 0 ? 0 : -1;
  }
  if (offset <= size - needle_size) return offset;
  if (needle_size == 0) return size;
  return forward ? -1 : size - 1;
}

int64_t OffsetArgument(Local<Value> value) {
  if (!value->IsNumber()) return 0;
  double number = value.As<v8::Number>()->Value();
  if (std::isnan(number)) return 0;
  constexpr double kLimit = static_cast<double>(v8::TypedArray::kMaxByteLength);
  return static_cast<int64_t>(std::clamp(number, -kLimit, kLimit));
}

void Search(const FunctionCallbackInfo<Value>& info, const StableBytes& haystack, const uint8_t* needle,
            size_t needle_size, Encoding encoding) {
  size_t unit = encoding == Encoding::kUtf16le ? 2 : 1;
  size_t size = haystack.size() / unit * unit;
  int64_t start = SearchStart(static_cast<int64_t>(size), OffsetArgument(info[2]), static_cast<int64_t>(needle_size),
                              info[4]->IsTrue());
  if (needle_size == 0) return info.GetReturnValue().Set(static_cast<double>(start));
  if (size == 0 || start < 0 || needle_size < unit || needle_size > size) return info.GetReturnValue().Set(-1);
  if (info[4]->IsTrue() && static_cast<size_t>(start) > size - needle_size) return info.GetReturnValue().Set(-1);
  size_t found = FindBytes(haystack.data(), size, needle, needle_size / unit * unit, static_cast<size_t>(start),
                           info[4]->IsTrue(), unit);
  info.GetReturnValue().Set(found == kNotFound ? -1.0 : static_cast<double>(found));
}

// indexOfString(buffer, string, offset, encoding, forward): number
void IndexOfString(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info[0]) || !RequireString(isolate, info[1])) return;
  Encoding encoding = ParseEncoding(isolate, info[3], Encoding::kUtf8);
  Local<String> string = info[1].As<String>();
  size_t room = DecodedSize(isolate, string, encoding);
  std::unique_ptr<char, Characters::Free> needle(static_cast<char*>(malloc(room + 1)));
  StableBytes haystack(info[0]);
  if (!needle || !haystack.ok()) return ThrowOutOfMemory(isolate);
  uint8_t* bytes = reinterpret_cast<uint8_t*>(needle.get());
  Search(info, haystack, bytes, DecodeString(isolate, string, encoding, bytes, room), encoding);
}

// indexOfBuffer(buffer, needle, offset, encoding, forward): number
void IndexOfBuffer(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info[0]) || !RequireView(isolate, info[1])) return;
  Encoding encoding = ParseEncoding(isolate, info[3], Encoding::kUtf8);
  StableBytes haystack(info[0]);
  StableBytes needle(info[1]);
  if (!haystack.ok() || !needle.ok()) return ThrowOutOfMemory(isolate);
  Search(info, haystack, needle.data(), needle.size(), encoding);
}

// indexOfNumber(buffer, byte, offset, forward): number
void IndexOfNumber(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!RequireView(isolate, info[0])) return;
  if (!info[1]->IsUint32()) return ThrowBadArgument(isolate, "indexOfNumber");
  int byte = static_cast<int>(info[1].As<v8::Uint32>()->Value() & 255);
  bool forward = info[3]->IsTrue();
  Bytes haystack(info[0]);
  int64_t start = SearchStart(static_cast<int64_t>(haystack.size), OffsetArgument(info[2]), 1, forward);
  if (start < 0 || haystack.size == 0) return info.GetReturnValue().Set(-1);
  size_t index = static_cast<size_t>(start);
  const void* found = forward ? memchr(haystack.data + index, byte, haystack.size - index)
                              : memrchr(haystack.data, byte, index + 1);
  info.GetReturnValue().Set(
      found == nullptr ? -1.0 : static_cast<double>(static_cast<const uint8_t*>(found) - haystack.data));
}

// --- Byte order -------------------------------------------------------------------------------------------------------

template <typename Word>
void Swap(const FunctionCallbackInfo<Value>& info) {
  if (!RequireView(info.GetIsolate(), info[0])) return;
  Bytes bytes(info[0]);
  for (size_t i = 0; i + sizeof(Word) <= bytes.size; i += sizeof(Word)) {
    Word word;
    memcpy(&word, bytes.data + i, sizeof(Word));
    if constexpr (sizeof(Word) == 2) word = __builtin_bswap16(word);
    else if constexpr (sizeof(Word) == 4) word = __builtin_bswap32(word);
    else word = __builtin_bswap64(word);
    memcpy(bytes.data + i, &word, sizeof(Word));
  }
  info.GetReturnValue().Set(info[0]);
}

// --- Memory -----------------------------------------------------------------------------------------------------------

// createUnsafeArrayBuffer(size). "Unsafe" is Node's word for memory that still holds old content. Here the old content
// could be another guest's, so the memory is always zeroed.
void CreateUnsafeArrayBuffer(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t size;
  if (!IntegerIn(info[0], 0, static_cast<int64_t>(v8::TypedArray::kMaxByteLength)).To(&size))
    return ThrowRangeError(isolate, nullptr, "Invalid array buffer length");
  std::unique_ptr<v8::BackingStore> store = NewZeroedStore(Env::From(info), static_cast<size_t>(size));
  if (!store) return ThrowRangeError(isolate, nullptr, "Array buffer allocation failed");
  info.GetReturnValue().Set(ArrayBuffer::New(isolate, std::move(store)));
}

void SetPrototype(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return ThrowBadArgument(info.GetIsolate(), "setBufferPrototype");
  SetBufferPrototype(Env::From(info), info[0].As<Object>());
}

const Method kMethods[] = {
    {"setBufferPrototype", SetPrototype},
    {"createUnsafeArrayBuffer", CreateUnsafeArrayBuffer},
    {"atob", Atob},
    {"btoa", Btoa},
    {"byteLengthUtf8", ByteLengthUtf8},
    {"copy", Copy},
    {"copyArrayBuffer", CopyArrayBuffer},
    {"compare", Compare},
    {"compareOffset", CompareOffset},
    {"fill", Fill},
    {"indexOfBuffer", IndexOfBuffer},
    {"indexOfNumber", IndexOfNumber},
    {"indexOfString", IndexOfString},
    {"swap16", Swap<uint16_t>},
    {"swap32", Swap<uint32_t>},
    {"swap64", Swap<uint64_t>},
    {"isUtf8", IsUtf8},
    {"isAscii", IsAscii},
    {"asciiSlice", Slice<Encoding::kAscii>},
    {"base64Slice", Slice<Encoding::kBase64>},
    {"base64urlSlice", Slice<Encoding::kBase64url>},
    {"latin1Slice", Slice<Encoding::kLatin1>},
    {"hexSlice", Slice<Encoding::kHex>},
    {"ucs2Slice", Slice<Encoding::kUtf16le>},
    {"utf8Slice", Slice<Encoding::kUtf8>},
    {"base64Write", Write<Encoding::kBase64>},
    {"base64urlWrite", Write<Encoding::kBase64url>},
    {"hexWrite", Write<Encoding::kHex>},
    {"ucs2Write", Write<Encoding::kUtf16le>},
    {"asciiWriteStatic", WriteStatic<Encoding::kLatin1>},
    {"latin1WriteStatic", WriteStatic<Encoding::kLatin1>},
    {"utf8WriteStatic", WriteStatic<Encoding::kUtf8>},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  SetConstant(env, target, "kMaxLength", static_cast<double>(v8::TypedArray::kMaxByteLength));
  SetConstant(env, target, "kStringMaxLength", String::kMaxLength);
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }

BindingRegistration registration("buffer", Initialize, RegisterReferences);

}  // namespace

}  // namespace se
