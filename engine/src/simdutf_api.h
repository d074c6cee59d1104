#ifndef SE_SIMDUTF_API_H_
#define SE_SIMDUTF_API_H_

#include <cstddef>
#include <cstdint>

// The functions of simdutf 6.4 that we use. Node's binary has the library linked in and exports it, but ships no header.
namespace simdutf {

enum error_code {
  SUCCESS = 0,
  INVALID_BASE64_CHARACTER = 7,
  BASE64_INPUT_REMAINDER = 8,
};

struct result {
  error_code error;
  size_t count;  // the position of the error, or the number of units written
};

enum base64_options : uint64_t { base64_default = 0, base64_url = 1 };
enum last_chunk_handling_options : uint64_t { loose = 0 };

bool validate_ascii(const char* data, size_t size);
bool validate_utf8(const char* data, size_t size);

size_t utf16_length_from_utf8(const char* data, size_t size);
size_t convert_valid_utf8_to_utf16le(const char* data, size_t size, char16_t* out);
// 0 if a character is beyond Latin-1.
size_t convert_utf16_to_latin1(const char16_t* data, size_t size, char* out);

size_t base64_length_from_binary(size_t size, base64_options options);
size_t binary_to_base64(const char* data, size_t size, char* out, base64_options options);
size_t maximal_binary_length_from_base64(const char* data, size_t size);
size_t maximal_binary_length_from_base64(const char16_t* data, size_t size);
result base64_to_binary(const char* data, size_t size, char* out, base64_options options,
                        last_chunk_handling_options last_chunk);
result base64_to_binary(const char16_t* data, size_t size, char* out, base64_options options,
                        last_chunk_handling_options last_chunk);
// `capacity` holds the room in `out` and afterwards the number of bytes written.
result base64_to_binary_safe(const char* data, size_t size, char* out, size_t& capacity, base64_options options,
                             last_chunk_handling_options last_chunk);
result base64_to_binary_safe(const char16_t* data, size_t size, char* out, size_t& capacity, base64_options options,
                             last_chunk_handling_options last_chunk);

}  // namespace simdutf

#endif  // SE_SIMDUTF_API_H_
