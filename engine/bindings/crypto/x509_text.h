#ifndef SE_CRYPTO_X509_TEXT_H_
#define SE_CRYPTO_X509_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "openssl.h"

namespace se::crypto {

// Node's text forms of a certificate's parts. Each is written so that no content of the certificate can pass for its
// structure (CVE-2021-44532, CVE-2021-44533). Nothing when the certificate has no such part or it can't be read.

// A distinguished name, an attribute a line.
std::optional<std::string> NameText(const X509_NAME* name);
// "DNS:…, IP Address:…"
std::optional<std::string> SubjectAltNameText(const X509* certificate);
// "OCSP - URI:…", an entry a line.
std::optional<std::string> InfoAccessText(const X509* certificate);
std::optional<std::string> TimeText(const ASN1_TIME* time);
// "AB:CD:…"
std::optional<std::string> FingerprintText(const X509* certificate, const EVP_MD* digest);
// Upper-case hexadecimal digits.
std::optional<std::string> SerialNumberText(const X509* certificate);
// The dotted identifiers of the extended key usage.
std::optional<std::vector<std::string>> KeyUsageTexts(const X509* certificate);

}  // namespace se::crypto

#endif  // SE_CRYPTO_X509_TEXT_H_
