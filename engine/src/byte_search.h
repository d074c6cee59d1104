#ifndef SE_BYTE_SEARCH_H_
#define SE_BYTE_SEARCH_H_

#include <cstddef>
#include <cstdint>

namespace se {

inline constexpr size_t kNotFound = SIZE_MAX;

// Where `needle` occurs in `haystack` (sizes in bytes, both multiples of `unit`, which is 1 or 2 and aligns matches).
// Forward: the first occurrence at or after `start`; backward: the last one at or before it. An index in bytes.
// Takes time linear in the sizes, so that a hostile pattern cannot hold its thread in native code.
size_t FindBytes(const uint8_t* haystack, size_t haystack_size, const uint8_t* needle, size_t needle_size, size_t start,
                 bool forward, size_t unit);

}  // namespace se

#endif  // SE_BYTE_SEARCH_H_
