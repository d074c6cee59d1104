#include "byte_search.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

namespace se {

namespace {

// UTF-16 code units at any address.
using Unit16 = uint16_t __attribute__((aligned(1), may_alias));

// Below this length comparing at each position is faster than preparing tables.
constexpr ptrdiff_t kShortNeedle = 8;

template <typename Iterator>
Iterator Search(Iterator first, Iterator last, Iterator needle, Iterator needle_last) {
  if (needle_last - needle <= kShortNeedle) return std::search(first, last, needle, needle_last);
  return std::search(first, last, std::boyer_moore_searcher(needle, needle_last));
}

template <typename Unit>
size_t Find(const Unit* haystack, size_t size, const Unit* needle, size_t needle_size, size_t start, bool forward) {
  size_t last_start = size - needle_size;
  if (forward) {
    if (start > last_start) return kNotFound;
    const Unit* found = Search(haystack + start, haystack + size, needle, needle + needle_size);
    return found == haystack + size ? kNotFound : static_cast<size_t>(found - haystack);
  }
  const Unit* end = haystack + std::min(start, last_start) + needle_size;
  auto first = std::make_reverse_iterator(end);
  auto last = std::make_reverse_iterator(haystack);
  auto found = Search(first, last, std::make_reverse_iterator(needle + needle_size), std::make_reverse_iterator(needle));
  return found == last ? kNotFound : static_cast<size_t>(found.base() - haystack) - needle_size;
}

}  // namespace

size_t FindBytes(const uint8_t* haystack, size_t haystack_size, const uint8_t* needle, size_t needle_size, size_t start,
                 bool forward, size_t unit) {
  if (needle_size == 0 || needle_size > haystack_size) return kNotFound;
  if (unit == 2) {
    size_t found = Find(reinterpret_cast<const Unit16*>(haystack), haystack_size / 2,
                        reinterpret_cast<const Unit16*>(needle), needle_size / 2, start / 2, forward);
    return found == kNotFound ? kNotFound : found * 2;
  }
  if (!forward) return Find(haystack, haystack_size, needle, needle_size, start, false);
  if (start > haystack_size - needle_size) return kNotFound;
  const void* found = memmem(haystack + start, haystack_size - start, needle, needle_size);
  return found == nullptr ? kNotFound : static_cast<size_t>(static_cast<const uint8_t*>(found) - haystack);
}

}  // namespace se
