#include "encoding.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "allocator.h"
#include "binding.h"
#include "simdutf_api.h"

namespace se {

using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::NewStringType;
using v8::String;
using v8::Value;

namespace {

struct EncodingName {
  const char* name;
  Encoding encoding;
};

constexpr EncodingName kEncodingNames[] = {
    {"utf8", Encoding::kUtf8},         {"utf-8", Encoding::kUtf8},      {"ucs2", Encoding::kUtf16le},
    {"ucs-2", Encoding::kUtf16le},     {"utf16le", Encoding::kUtf16le}, {"utf-16le", Encoding::kUtf16le},
    {"latin1", Encoding::kLatin1},     {"binary", Encoding::kLatin1},   {"buffer", Encoding::kBuffer},
    {"base64", Encoding::kBase64},     {"ascii", Encoding::kAscii},     {"hex", Encoding::kHex},
    {"base64url", Encoding::kBase64url},
};

// Strings longer than this keep their characters outside V8's heap, as Node's do, so that they are not copied.
constexpr size_t kExternalThreshold = 1'000'000;

struct FreeDeleter {
  void operator()(void* data) const { free(data); }
};
using CharBuffer = std::unique_ptr<char, FreeDeleter>;

CharBuffer AllocateChars(size_t size) { return CharBuffer(static_cast<char*>(malloc(std::max<size_t>(size, 1)))); }

// The characters of a long string, counted as memory of the process that made it.
template <typename Resource, typename Char>
class ExternalChars : public Resource {
 public:
  // Takes over the charge for the characters. V8 is told of them too, so that it collects garbage in time.
  ExternalChars(Env* env, CharBuffer chars, size_t length)
      : isolate_(env->isolate()), allocator_(env->allocator()), chars_(std::move(chars)), length_(length) {
    isolate_->AdjustAmountOfExternalAllocatedMemory(static_cast<int64_t>(size()));
  }
  ~ExternalChars() override {
    isolate_->AdjustAmountOfExternalAllocatedMemory(-static_cast<int64_t>(size()));
    allocator_->Uncharge(size());
  }
  size_t size() const { return length_ * sizeof(Char); }
  const Char* data() const override { return reinterpret_cast<const Char*>(chars_.get()); }
  size_t length() const override { return length_; }

 private:
  Isolate* isolate_;
  CountingAllocator* allocator_;
  CharBuffer chars_;
  size_t length_;
};

MaybeLocal<String> NewString(Isolate* isolate, const char* chars, size_t length) {
  return String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(chars), NewStringType::kNormal,
                                static_cast<int>(length));
}
MaybeLocal<String> NewString(Isolate* isolate, const uint16_t* chars, size_t length) {
  return String::NewFromTwoByte(isolate, chars, NewStringType::kNormal, static_cast<int>(length));
}
MaybeLocal<String> NewExternalString(Isolate* isolate, String::ExternalOneByteStringResource* resource) {
  return String::NewExternalOneByte(isolate, resource);
}
MaybeLocal<String> NewExternalString(Isolate* isolate, String::ExternalStringResource* resource) {
  return String::NewExternalTwoByte(isolate, resource);
}

bool FitsString(Isolate* isolate, size_t length) {
  if (length <= static_cast<size_t>(String::kMaxLength)) return true;
  ThrowStringTooLong(isolate);
  return false;
}

// A string of `length` characters that `write(Char*)` produces. `length` fits a string.
template <typename Resource, typename Char, typename Write>
MaybeLocal<String> MakeString(Env* env, size_t length, Write write) {
  Isolate* isolate = env->isolate();
  size_t size = length * sizeof(Char);
  if (size <= kExternalThreshold) {
    std::array<Char, 256> small{};
    if (length <= small.size()) {
      write(small.data());
      return NewString(isolate, small.data(), length);
    }
    CharBuffer large = AllocateChars(size);
    if (!large) {
      ThrowOutOfMemory(isolate);
      return {};
    }
    Char* chars = reinterpret_cast<Char*>(large.get());
    write(chars);
    return NewString(isolate, chars, length);
  }
  CharBuffer chars;
  if (env->allocator()->Charge(size)) {
    chars = AllocateChars(size);
    if (!chars) env->allocator()->Uncharge(size);
  }
  if (!chars) {
    ThrowOutOfMemory(isolate);
    return {};
  }
  write(reinterpret_cast<Char*>(chars.get()));
  // V8 owns the resource from here on; should it fail to make the string, the resource is ours again.
  auto* resource = new ExternalChars<Resource, Char>(env, std::move(chars), length);
  Local<String> result;
  if (!NewExternalString(isolate, resource).ToLocal(&result)) {
    delete resource;
    return {};
  }
  return result;
}

template <typename Write>
MaybeLocal<String> MakeOneByte(Env* env, size_t length, Write write) {
  return MakeString<String::ExternalOneByteStringResource, char>(env, length, write);
}

template <typename Write>
MaybeLocal<String> MakeTwoByte(Env* env, size_t length, Write write) {
  return MakeString<String::ExternalStringResource, uint16_t>(env, length, write);
}

MaybeLocal<String> EncodeLatin1(Env* env, const char* data, size_t size) {
  if (!FitsString(env->isolate(), size)) return {};
  if (size <= kExternalThreshold) return NewString(env->isolate(), data, size);
  return MakeOneByte(env, size, [&](char* out) { memcpy(out, data, size); });
}

MaybeLocal<String> EncodeUtf8(Env* env, const char* data, size_t size) {
  Isolate* isolate = env->isolate();
  if (size > INT_MAX) {
    ThrowStringTooLong(isolate);
    return {};
  }
  if (simdutf::validate_ascii(data, size)) return EncodeLatin1(env, data, size);
  if (size > kExternalThreshold && simdutf::validate_utf8(data, size)) {
    size_t length = simdutf::utf16_length_from_utf8(data, size);
    if (!FitsString(isolate, length)) return {};
    return MakeTwoByte(env, length, [&](uint16_t* out) {
      simdutf::convert_valid_utf8_to_utf16le(data, size, reinterpret_cast<char16_t*>(out));
    });
  }
  Local<String> result;
  if (!String::NewFromUtf8(isolate, data, NewStringType::kNormal, static_cast<int>(size)).ToLocal(&result)) {
    ThrowStringTooLong(isolate);
    return {};
  }
  return result;
}

MaybeLocal<String> EncodeUtf16(Env* env, const char* data, size_t size) {
  Isolate* isolate = env->isolate();
  size_t length = size / 2;
  if (!FitsString(isolate, length)) return {};
  bool is_aligned = reinterpret_cast<uintptr_t>(data) % alignof(uint16_t) == 0;
  if (is_aligned && size <= kExternalThreshold)
    return NewString(isolate, reinterpret_cast<const uint16_t*>(data), length);
  return MakeTwoByte(env, length, [&](uint16_t* out) { memcpy(out, data, length * 2); });
}

MaybeLocal<String> EncodeBase64(Env* env, const char* data, size_t size, simdutf::base64_options options) {
  size_t length = simdutf::base64_length_from_binary(size, options);
  if (!FitsString(env->isolate(), length)) return {};
  return MakeOneByte(env, length, [&](char* out) { simdutf::binary_to_base64(data, size, out, options); });
}

// The two digits of each byte.
constexpr std::array<std::array<char, 2>, 256> MakeHexPairs() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (size_t byte = 0; byte < pairs.size(); byte++) pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  return pairs;
}

constexpr std::array<std::array<char, 2>, 256> kHexPairs = MakeHexPairs();

MaybeLocal<String> EncodeHex(Env* env, const char* data, size_t size) {
  if (!FitsString(env->isolate(), size > SIZE_MAX / 2 ? SIZE_MAX : size * 2)) return {};
  return MakeOneByte(env, size * 2, [&](char* out) {
    for (size_t i = 0; i < size; i++) memcpy(out + 2 * i, kHexPairs[static_cast<uint8_t>(data[i])].data(), 2);
  });
}

MaybeLocal<String> EncodeAscii(Env* env, const char* data, size_t size) {
  if (!FitsString(env->isolate(), size)) return {};
  return MakeOneByte(env, size, [&](char* out) {
    for (size_t i = 0; i < size; i++) out[i] = data[i] & 0x7f;
  });
}

// --- Decoding ---------------------------------------------------------------------------------------------------------

constexpr uint8_t kNoDigit = 0xff;

// The value of each character as a digit of base64 in either alphabet.
constexpr std::array<uint8_t, 256> MakeBase64Digits() {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (uint8_t i = 0; i < 62; i++) digits[static_cast<uint8_t>(kAlphabet[i])] = i;
  digits['+'] = digits['-'] = 62;
  digits['/'] = digits['_'] = 63;
  return digits;
}

constexpr std::array<uint8_t, 256> MakeHexDigits() {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  for (uint8_t i = 0; i < 10; i++) digits['0' + i] = i;
  for (uint8_t i = 0; i < 6; i++) digits['a' + i] = digits['A' + i] = 10 + i;
  return digits;
}

constexpr std::array<uint8_t, 256> kBase64Digits = MakeBase64Digits();
constexpr std::array<uint8_t, 256> kHexDigits = MakeHexDigits();

// Like Node this looks at the low byte of a character only.
uint8_t Digit(const std::array<uint8_t, 256>& digits, char16_t character) { return digits[character & 255]; }

// Node's reading of base64 that is not well-formed: skips what is no digit of either alphabet and ends at "=".
template <typename Char>
size_t DecodeBase64Leniently(const Char* text, size_t length, uint8_t* out, size_t capacity) {
  uint32_t bits = 0;
  int count = 0;
  size_t written = 0;
  for (size_t i = 0; i < length && text[i] != '='; i++) {
    uint8_t digit = Digit(kBase64Digits, text[i]);
    if (digit == kNoDigit) continue;
    bits = bits << 6 | digit;
    count += 6;
    if (count < 8) continue;
    if (written == capacity) break;
    count -= 8;
    out[written++] = static_cast<uint8_t>(bits >> count);
  }
  return written;
}

template <typename Char>
size_t DecodeBase64(const Char* text, size_t length, simdutf::base64_options options, uint8_t* out, size_t capacity) {
  size_t written = capacity;
  simdutf::result result = simdutf::base64_to_binary_safe(text, length, reinterpret_cast<char*>(out), written, options,
                                                          simdutf::loose);
  if (result.error == simdutf::SUCCESS) return written;
  return DecodeBase64Leniently(text, length, out, capacity);
}

template <typename Char>
size_t DecodeHex(const Char* text, size_t length, uint8_t* out, size_t capacity) {
  size_t pairs = std::min(capacity, length / 2);
  for (size_t i = 0; i < pairs; i++) {
    uint8_t high = Digit(kHexDigits, text[2 * i]);
    uint8_t low = Digit(kHexDigits, text[2 * i + 1]);
    if (high == kNoDigit || low == kNoDigit) return i;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return pairs;
}

// Calls `use(chars, length)` with the characters of `string` as `const char*` or `const char16_t*`.
template <typename Use>
size_t WithCharacters(Isolate* isolate, Local<String> string, Use use) {
  size_t length = static_cast<size_t>(string->Length());
  if (string->IsExternalOneByte()) {
    const String::ExternalOneByteStringResource* resource = string->GetExternalOneByteStringResource();
    return use(resource->data(), resource->length());
  }
  alignas(char16_t) char small[2048];
  size_t bytes = string->IsOneByte() ? length : length * 2;
  CharBuffer large = bytes > sizeof(small) ? AllocateChars(bytes) : nullptr;
  if (bytes > sizeof(small) && !large) return 0;
  char* chars = large ? large.get() : small;
  constexpr int kOptions = String::HINT_MANY_WRITES_EXPECTED | String::NO_NULL_TERMINATION;
  if (string->IsOneByte()) {
    string->WriteOneByte(isolate, reinterpret_cast<uint8_t*>(chars), 0, static_cast<int>(length), kOptions);
    return use(const_cast<const char*>(chars), length);
  }
  string->Write(isolate, reinterpret_cast<uint16_t*>(chars), 0, static_cast<int>(length), kOptions);
  return use(reinterpret_cast<const char16_t*>(chars), length);
}

}  // namespace

Encoding ParseEncoding(Isolate* isolate, Local<Value> value, Encoding fallback) {
  if (value->IsInt32()) {
    int number = value.As<v8::Int32>()->Value();
    return number >= 0 && number < kEncodingCount ? static_cast<Encoding>(number) : fallback;
  }
  if (!value->IsString()) return fallback;
  Local<String> string = value.As<String>();
  char name[10];
  int length = string->Length();
  if (length >= static_cast<int>(sizeof(name)) || !string->ContainsOnlyOneByte()) return fallback;
  string->WriteOneByte(isolate, reinterpret_cast<uint8_t*>(name), 0, length, String::NO_NULL_TERMINATION);
  for (int i = 0; i < length; i++)
    if (name[i] >= 'A' && name[i] <= 'Z') name[i] += 'a' - 'A';
  std::string_view wanted(name, static_cast<size_t>(length));
  for (const EncodingName& entry : kEncodingNames)
    if (wanted == entry.name) return entry.encoding;
  return fallback;
}

MaybeLocal<String> EncodeString(Env* env, const void* bytes, size_t size, Encoding encoding) {
  if (size == 0) return String::Empty(env->isolate());
  const char* data = static_cast<const char*>(bytes);
  switch (encoding) {
    case Encoding::kAscii: return EncodeAscii(env, data, size);
    case Encoding::kBase64: return EncodeBase64(env, data, size, simdutf::base64_default);
    case Encoding::kBase64url: return EncodeBase64(env, data, size, simdutf::base64_url);
    case Encoding::kUtf16le: return EncodeUtf16(env, data, size);
    case Encoding::kLatin1: return EncodeLatin1(env, data, size);
    case Encoding::kHex: return EncodeHex(env, data, size);
    case Encoding::kUtf8:
    case Encoding::kBuffer: break;
  }
  return EncodeUtf8(env, data, size);
}

size_t DecodeString(Isolate* isolate, Local<String> string, Encoding encoding, uint8_t* out, size_t capacity) {
  constexpr int kOptions = String::HINT_MANY_WRITES_EXPECTED | String::NO_NULL_TERMINATION;
  int limit = static_cast<int>(std::min<size_t>(capacity, INT_MAX));
  if (limit == 0) return 0;
  switch (encoding) {
    case Encoding::kAscii:
    case Encoding::kLatin1: return static_cast<size_t>(string->WriteOneByte(isolate, out, 0, limit, kOptions));
    case Encoding::kUtf16le: {
      int units = static_cast<int>(std::min<size_t>(capacity / 2, static_cast<size_t>(string->Length())));
      if (reinterpret_cast<uintptr_t>(out) % alignof(uint16_t) == 0)
        return 2 * static_cast<size_t>(
                       string->Write(isolate, reinterpret_cast<uint16_t*>(out), 0, units, kOptions));
      uint16_t chunk[512];
      int done = 0;
      while (done < units) {
        int part = std::min<int>(units - done, std::size(chunk));
        string->Write(isolate, chunk, done, part, kOptions);
        memcpy(out + 2 * static_cast<size_t>(done), chunk, 2 * static_cast<size_t>(part));
        done += part;
      }
      return 2 * static_cast<size_t>(units);
    }
    case Encoding::kBase64:
    case Encoding::kBase64url:
      return WithCharacters(isolate, string, [&](auto* chars, size_t length) {
        auto options = encoding == Encoding::kBase64 ? simdutf::base64_default : simdutf::base64_url;
        return DecodeBase64(chars, length, options, out, capacity);
      });
    case Encoding::kHex:
      return WithCharacters(isolate, string,
                            [&](auto* chars, size_t length) { return DecodeHex(chars, length, out, capacity); });
    case Encoding::kUtf8:
    case Encoding::kBuffer: break;
  }
  return static_cast<size_t>(string->WriteUtf8(isolate, reinterpret_cast<char*>(out), limit, nullptr,
                                               kOptions | String::REPLACE_INVALID_UTF8));
}

size_t DecodedSize(Isolate* isolate, Local<String> string, Encoding encoding) {
  size_t length = static_cast<size_t>(string->Length());
  switch (encoding) {
    case Encoding::kAscii:
    case Encoding::kLatin1: return length;
    case Encoding::kUtf16le: return length * 2;
    case Encoding::kHex: return length / 2;
    case Encoding::kBase64:
    case Encoding::kBase64url: return length / 4 * 3 + length % 4 * 3 / 4;
    case Encoding::kUtf8:
    case Encoding::kBuffer: break;
  }
  return static_cast<size_t>(string->Utf8Length(isolate));
}

void ThrowStringTooLong(Isolate* isolate) {
  char message[64];
  snprintf(message, sizeof(message), "Cannot create a string longer than 0x%x characters", String::kMaxLength);
  ThrowError(isolate, "ERR_STRING_TOO_LONG", message);
}

void ThrowOutOfMemory(Isolate* isolate) {
  ThrowError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
}

}  // namespace se
