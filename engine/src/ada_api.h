#ifndef SE_ADA_API_H_
#define SE_ADA_API_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "domain_length.h"

// The ada URL parser through its C interface, whose types do not change with the library's insides. Node's binary has
// the library linked in and exports it, but ships no header.
namespace se::ada {

extern "C" {

struct ada_string {
  const char* data;
  size_t length;
};

// A string that the caller frees.
struct ada_owned_string {
  const char* data;
  size_t length;
};

// Offsets into the URL's text; UINT32_MAX for parts that it has not.
struct ada_url_components {
  uint32_t protocol_end;
  uint32_t username_end;
  uint32_t host_start;
  uint32_t host_end;
  uint32_t port;
  uint32_t pathname_start;
  uint32_t search_start;
  uint32_t hash_start;
};

using ada_url = void*;

// An object also for input that is no URL: ask ada_is_valid. Its other functions are harmless on such an object.
ada_url ada_parse(const char* input, size_t length);
ada_url ada_parse_with_base(const char* input, size_t length, const char* base, size_t base_length);
bool ada_can_parse(const char* input, size_t length);
bool ada_can_parse_with_base(const char* input, size_t length, const char* base, size_t base_length);
void ada_free(ada_url url);
void ada_free_owned_string(ada_owned_string string);
bool ada_is_valid(ada_url url);
ada_string ada_get_href(ada_url url);
ada_string ada_get_hostname(ada_url url);
ada_owned_string ada_get_origin(ada_url url);
uint8_t ada_get_scheme_type(ada_url url);
const ada_url_components* ada_get_components(ada_url url);
bool ada_set_href(ada_url url, const char* input, size_t length);
bool ada_set_host(ada_url url, const char* input, size_t length);
bool ada_set_hostname(ada_url url, const char* input, size_t length);
bool ada_set_protocol(ada_url url, const char* input, size_t length);
bool ada_set_username(ada_url url, const char* input, size_t length);
bool ada_set_password(ada_url url, const char* input, size_t length);
bool ada_set_port(ada_url url, const char* input, size_t length);
bool ada_set_pathname(ada_url url, const char* input, size_t length);
void ada_set_search(ada_url url, const char* input, size_t length);
void ada_set_hash(ada_url url, const char* input, size_t length);
void ada_clear_hash(ada_url url);
void ada_clear_search(ada_url url);
ada_owned_string ada_idna_to_ascii(const char* input, size_t length);
ada_owned_string ada_idna_to_unicode(const char* input, size_t length);

}  // extern "C"

inline std::string_view View(ada_string string) { return {string.data, string.length}; }

inline std::string Take(ada_owned_string string) {
  std::string result(string.data, string.length);
  ada_free_owned_string(string);
  return result;
}

// An owned URL; null if there is none.
struct FreeUrl {
  void operator()(void* url) const { ada_free(url); }
};
using Url = std::unique_ptr<void, FreeUrl>;

// Null for input that is no URL.
inline Url Parse(std::string_view input, const std::string_view* base = nullptr) {
  if (HasTooLongDomain(input) || (base != nullptr && HasTooLongDomain(*base))) return nullptr;
  Url url(base == nullptr ? ada_parse(input.data(), input.size())
                          : ada_parse_with_base(input.data(), input.size(), base->data(), base->size()));
  return ada_is_valid(url.get()) ? std::move(url) : nullptr;
}

// Internationalised domain names. Empty if the domain is invalid.
inline std::string ToAscii(std::string_view domain) {
  return IsTooLongDomain(domain) ? std::string() : Take(ada_idna_to_ascii(domain.data(), domain.size()));
}
inline std::string ToUnicode(std::string_view domain) {
  return IsTooLongDomain(domain) ? std::string(domain) : Take(ada_idna_to_unicode(domain.data(), domain.size()));
}

}  // namespace se::ada

#endif  // SE_ADA_API_H_
