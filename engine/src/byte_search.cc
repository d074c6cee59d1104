#include "byte_search.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace se {

namespace {

// UTF-16 code units at any address.
using Unit16 = uint16_t __attribute__((aligned(1), may_alias));

// Where the greatest suffix of a needle begins, under an order of its units, and that suffix's period.
struct Suffix {
  size_t start;
  size_t period;
};

template <typename Iterator, typename Less>
Suffix GreatestSuffix(Iterator needle, size_t size, Less less) {
  Suffix best{0, 1};
  size_t candidate = 1, matched = 0;
  while (candidate + matched < size) {
    auto old_unit = needle[best.start + matched], new_unit = needle[candidate + matched];
    if (less(new_unit, old_unit)) {
      candidate += matched + 1;
      matched = 0;
      best.period = candidate - best.start;
    } else if (old_unit == new_unit) {
      if (++matched == best.period) {
        candidate += matched;
        matched = 0;
      }
    } else {
      best = {candidate, 1};
      candidate++;
      matched = 0;
    }
  }
  return best;
}

// The two-way algorithm of Crochemore and Perrin: linear time whatever the needle, and no memory. A guest chooses both
// texts, and nothing interrupts a search.
template <typename Iterator>
Iterator Search(Iterator first, Iterator last, Iterator needle, Iterator needle_last) {
  size_t size = needle_last - needle, length = last - first;
  auto unit_less = [](auto a, auto b) { return a < b; };
  auto unit_greater = [](auto a, auto b) { return a > b; };
  Suffix up = GreatestSuffix(needle, size, unit_less), down = GreatestSuffix(needle, size, unit_greater);
  auto [middle, period] = up.start > down.start ? up : down;
  // The left part either repeats with the period of the right one, or a failure there allows a long step.
  bool repeats = middle + period <= size && std::equal(needle, needle + middle, needle + period);
  if (!repeats) period = std::max(middle, size - middle) + 1;
  size_t known = 0;  // units at the needle's beginning that are known to match
  for (size_t at = 0; at + size <= length;) {
    size_t i = std::max(middle, known);
    while (i < size && needle[i] == first[at + i]) i++;
    if (i < size) {
      at += i - middle + 1;
      known = 0;
      continue;
    }
    size_t left = middle;
    while (left > known && needle[left - 1] == first[at + left - 1]) left--;
    if (left <= known) return first + at;
    at += period;
    known = repeats ? size - period : 0;
  }
  return last;
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
