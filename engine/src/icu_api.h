#ifndef SE_ICU_API_H_
#define SE_ICU_API_H_

#include <cstddef>
#include <cstdint>

// The functions of ICU that we use. Node's binary has ICU linked in and exports its C interface, under names that carry
// the major version, but ships no header. A Node with another ICU fails to load the engine rather than to misbehave.
#define SE_ICU_NAME(name) name##_78

namespace se::icu {

using ErrorCode = int;  // UErrorCode: errors are positive, warnings negative
inline constexpr ErrorCode kOk = 0;
inline constexpr ErrorCode kIllegalArgument = 1;
inline constexpr ErrorCode kOutOfMemory = 7;
inline constexpr ErrorCode kInvalidCharacter = 10;
inline constexpr ErrorCode kBufferOverflow = 15;
inline bool Failed(ErrorCode code) { return code > 0; }

struct Converter;           // UConverter
struct ToUnicodeArguments;  // UConverterToUnicodeArgs
using ToUnicodeCallback = void (*)(const void* context, ToUnicodeArguments* arguments, const char* units,
                                   int32_t length, int reason, ErrorCode* status);

enum ConverterType { kUtf8 = 4, kUtf16BigEndian = 5, kUtf16LittleEndian = 6 };

enum Property {
  kEmojiPresentation = 58,
  kEmojiModifier = 59,
  kEastAsianWidth = 0x1004,
};
enum Width { kAmbiguous = 1, kFullwidth = 3, kWide = 5 };
enum Category { kNonspacingMark = 6, kEnclosingMark = 7, kControl = 15, kFormat = 16 };

extern "C" {
Converter* SE_ICU_NAME(ucnv_open)(const char* name, ErrorCode* status);
void SE_ICU_NAME(ucnv_close)(Converter* converter);
void SE_ICU_NAME(ucnv_reset)(Converter* converter);
int SE_ICU_NAME(ucnv_getType)(const Converter* converter);
void SE_ICU_NAME(ucnv_setToUCallBack)(Converter* converter, ToUnicodeCallback callback, const void* context,
                                      ToUnicodeCallback* old_callback, const void** old_context, ErrorCode* status);
void SE_ICU_NAME(UCNV_TO_U_CALLBACK_STOP)(const void* context, ToUnicodeArguments* arguments, const char* units,
                                          int32_t length, int reason, ErrorCode* status);
void SE_ICU_NAME(ucnv_setSubstChars)(Converter* converter, const char* characters, int8_t length, ErrorCode* status);
void SE_ICU_NAME(ucnv_toUnicode)(Converter* converter, char16_t** target, const char16_t* target_limit,
                                 const char** source, const char* source_limit, int32_t* offsets, int8_t flush,
                                 ErrorCode* status);
void SE_ICU_NAME(ucnv_convertEx)(Converter* to, Converter* from, char** target, const char* target_limit,
                                 const char** source, const char* source_limit, char16_t* pivot_start,
                                 char16_t** pivot_source, char16_t** pivot_target, const char16_t* pivot_limit,
                                 int8_t reset, int8_t flush, ErrorCode* status);
void SE_ICU_NAME(u_setMemoryFunctions)(const void* context, void* (*allocate)(const void*, size_t),
                                       void* (*reallocate)(const void*, void*, size_t),
                                       void (*free)(const void*, void*), ErrorCode* status);
const char* SE_ICU_NAME(u_errorName)(ErrorCode code);
int8_t SE_ICU_NAME(u_charType)(int32_t code_point);
int32_t SE_ICU_NAME(u_getIntPropertyValue)(int32_t code_point, int property);
int8_t SE_ICU_NAME(u_hasBinaryProperty)(int32_t code_point, int property);
int32_t SE_ICU_NAME(ucal_getCanonicalTimeZoneID)(const char16_t* id, int32_t length, char16_t* result, int32_t capacity,
                                                 int8_t* is_system_id, ErrorCode* status);
void SE_ICU_NAME(ucal_setDefaultTimeZone)(const char16_t* id, ErrorCode* status);
void SE_ICU_NAME(uloc_setDefault)(const char* id, ErrorCode* status);
}

}  // namespace se::icu

#endif  // SE_ICU_API_H_
