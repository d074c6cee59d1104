#ifndef SE_DOMAIN_LENGTH_H_
#define SE_DOMAIN_LENGTH_H_

#include <algorithm>
#include <string>
#include <string_view>

// IDNA takes quadratic time for labels that are not plain ASCII, and nothing interrupts it. No domain that DNS could know
// has more than 255 bytes; longer ones than these are taken for invalid.
namespace se {

inline bool IsTooLongDomain(std::string_view domain) {
  constexpr size_t kMaxDomain = 16 * 1024;
  if (domain.size() <= kMaxDomain) return false;
  for (size_t i = 0; i < domain.size(); i++) {
    char c = domain[i];
    // An encoded label, an escape that may stand for anything, or what is no ASCII.
    if (static_cast<signed char>(c) < 0 || c == '%' || (c == '-' && domain.substr(i, 2) == "--")) return true;
  }
  return false;
}

namespace domain_length {

constexpr std::string_view kIgnored = "\t\n\r";  // wherever they stand in a URL
constexpr std::string_view kHostEnd = "/\\?#";

inline bool IsScheme(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// Takes the scheme off the beginning of a URL: "http" of "HT\nTP://a". Empty if there is none.
inline std::string TakeScheme(std::string_view* url) {
  std::string scheme;
  for (size_t i = 0; i < url->size(); i++) {
    char c = (*url)[i];
    if (c == ':') {
      url->remove_prefix(i + 1);
      return scheme;
    }
    if (kIgnored.find(c) != std::string_view::npos) continue;
    if (!IsScheme(c)) break;
    scheme.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return {};
}

}  // namespace domain_length

// The same for the text of a whole URL, which may be relative. The hosts of schemes without a meaning of their own are
// no domains.
inline bool HasTooLongDomain(std::string_view url) {
  using namespace domain_length;
  while (!url.empty() && static_cast<unsigned char>(url.front()) <= ' ') url.remove_prefix(1);
  std::string scheme = TakeScheme(&url);
  constexpr std::string_view kSpecial[] = {"", "http", "https", "ws", "wss", "ftp", "file"};
  if (std::find(std::begin(kSpecial), std::end(kSpecial), scheme) == std::end(kSpecial)) return false;
  size_t slashes = 0;
  while (!url.empty() && (kIgnored.find(url.front()) != std::string_view::npos || url.front() == '/' || url.front() == '\\')) {
    if (url.front() == '/' || url.front() == '\\') slashes++;
    url.remove_prefix(1);
  }
  if (scheme.empty() && slashes < 2) return false;
  if (scheme == "file" && slashes != 2) return false;
  return IsTooLongDomain(url.substr(0, url.find_first_of(kHostEnd)));
}

}  // namespace se

#endif  // SE_DOMAIN_LENGTH_H_
