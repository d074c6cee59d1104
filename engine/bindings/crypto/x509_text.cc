#include "x509_text.h"

#include <string_view>

#include "key_encoding.h"

namespace se::crypto {

namespace {

constexpr unsigned long kMultiline = ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT |
                                     XN_FLAG_SEP_MULTILINE | XN_FLAG_FN_SN;
// RFC 2253 without its escapes of control characters and quotes: a quoted string does that.
constexpr unsigned long kWithinQuotes = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB & ~ASN1_STRFLGS_ESC_CTRL;

std::string_view View(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::optional<std::string> PrintName(const X509_NAME* name, unsigned long flags) {
  Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, flags) < 0) return std::nullopt;
  return std::string(BioText(bio.get()));
}

// Whether the text could be mistaken for the list's own structure, or has characters that don't print.
bool NeedsQuotes(std::string_view text, bool utf8) {
  for (unsigned char c : text)
    if (c < ' ' || c == 0x7f || (c >= 0x80 && !utf8) || c == '"' || c == '\\' || c == ',' || c == '\'') return true;
  return false;
}

// The text as it is, or as a JSON string.
void AppendSafely(std::string* out, std::string_view text, bool utf8, const char* prefix) {
  if (!NeedsQuotes(text, utf8)) {
    if (prefix != nullptr) *out += std::string(prefix) + ":";
    *out += text;
    return;
  }
  *out += '"';
  if (prefix != nullptr) *out += std::string(prefix) + ":";
  for (unsigned char c : text) {
    if (c == '\\' || c == '"') {
      *out += '\\';
      *out += static_cast<char>(c);
    } else if ((c >= ' ' && c <= '~' && c != ',') || (utf8 && c >= 0x80)) {
      *out += static_cast<char>(c);
    } else {
      char escape[8];
      snprintf(escape, sizeof(escape), "\\u00%02x", c);
      *out += escape;
    }
  }
  *out += '"';
}

void AppendAddress(std::string* out, std::string_view address) {
  char text[40];
  auto byte = [&](size_t i) { return static_cast<unsigned char>(address[i]); };
  if (address.size() == 4) {
    snprintf(text, sizeof(text), "%d.%d.%d.%d", byte(0), byte(1), byte(2), byte(3));
    *out += text;
  } else if (address.size() == 16) {
    for (size_t i = 0; i < 16; i += 2) {
      snprintf(text, sizeof(text), i == 0 ? "%X" : ":%X", byte(i) << 8 | byte(i + 1));
      *out += text;
    }
  } else {
    *out += "<invalid length=" + std::to_string(address.size()) + ">";
  }
}

void AppendOtherName(std::string* out, const OTHERNAME* other) {
  const char* prefix = nullptr;
  int type = V_ASN1_UTF8STRING;
  switch (OBJ_obj2nid(other->type_id)) {
    case NID_id_on_SmtpUTF8Mailbox: prefix = "SmtpUTF8Mailbox"; break;
    case NID_XmppAddr: prefix = "XmppAddr"; break;
    case NID_SRVName:
      prefix = "SRVName";
      type = V_ASN1_IA5STRING;
      break;
    case NID_ms_upn: prefix = "UPN"; break;
    case NID_NAIRealm: prefix = "NAIRealm"; break;
    default: break;
  }
  *out += "othername:";
  if (prefix == nullptr || other->value == nullptr || other->value->type != type) {
    *out += "<unsupported>";
    return;
  }
  AppendSafely(out, View(other->value->value.asn1_string), type == V_ASN1_UTF8STRING, prefix);
}

bool AppendGeneralName(std::string* out, const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS:
      *out += "DNS:";
      AppendSafely(out, View(name->d.dNSName), false, nullptr);
      return true;
    case GEN_EMAIL:
      *out += "email:";
      AppendSafely(out, View(name->d.rfc822Name), false, nullptr);
      return true;
    case GEN_URI:
      *out += "URI:";
      AppendSafely(out, View(name->d.uniformResourceIdentifier), false, nullptr);
      return true;
    case GEN_DIRNAME: {
      std::optional<std::string> text = PrintName(name->d.dirn, kWithinQuotes);
      if (!text) return false;
      *out += "DirName:";
      AppendSafely(out, *text, true, nullptr);
      return true;
    }
    case GEN_IPADD:
      *out += "IP Address:";
      AppendAddress(out, View(name->d.ip));
      return true;
    case GEN_RID: {
      char text[256];
      OBJ_obj2txt(text, sizeof(text), name->d.rid, 1);
      *out += std::string("Registered ID:") + text;
      return true;
    }
    case GEN_OTHERNAME: AppendOtherName(out, name->d.otherName); return true;
    case GEN_X400: *out += "X400Name:<unsupported>"; return true;
    case GEN_EDIPARTY: *out += "EdiPartyName:<unsupported>"; return true;
    default: return false;
  }
}

X509_EXTENSION* FindExtension(const X509* certificate, int id) {
  int index = X509_get_ext_by_NID(certificate, id, -1);
  return index < 0 ? nullptr : X509_get_ext(certificate, index);
}

void FreeNames(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
void FreeAccess(AUTHORITY_INFO_ACCESS* access) { AUTHORITY_INFO_ACCESS_free(access); }

}  // namespace

std::optional<std::string> NameText(const X509_NAME* name) {
  std::optional<std::string> text = PrintName(name, kMultiline);
  return text && !text->empty() ? text : std::nullopt;
}

std::optional<std::string> SubjectAltNameText(const X509* certificate) {
  X509_EXTENSION* extension = FindExtension(certificate, NID_subject_alt_name);
  if (extension == nullptr) return std::nullopt;
  Owned<GENERAL_NAMES, FreeNames> names(static_cast<GENERAL_NAMES*>(X509V3_EXT_d2i(extension)));
  if (!names) return std::nullopt;
  std::string out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); i++) {
    if (i > 0) out += ", ";
    if (!AppendGeneralName(&out, sk_GENERAL_NAME_value(names.get(), i))) return std::nullopt;
  }
  return out;
}

std::optional<std::string> InfoAccessText(const X509* certificate) {
  X509_EXTENSION* extension = FindExtension(certificate, NID_info_access);
  if (extension == nullptr) return std::nullopt;
  Owned<AUTHORITY_INFO_ACCESS, FreeAccess> entries(static_cast<AUTHORITY_INFO_ACCESS*>(X509V3_EXT_d2i(extension)));
  if (!entries) return std::nullopt;
  std::string out;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(entries.get()); i++) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(entries.get(), i);
    char method[80];
    i2t_ASN1_OBJECT(method, sizeof(method), entry->method);
    if (i > 0) out += "\n";
    out += std::string(method) + " - ";
    if (!AppendGeneralName(&out, entry->location)) return std::nullopt;
  }
  return out;
}

std::optional<std::string> TimeText(const ASN1_TIME* time) {
  Bio bio(BIO_new(BIO_s_mem()));
  if (!bio) return std::nullopt;
  // What it can't read, OpenSSL calls "Bad time value".
  ASN1_TIME_print(bio.get(), time);
  return std::string(BioText(bio.get()));
}

std::optional<std::string> FingerprintText(const X509* certificate, const EVP_MD* digest) {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, digest, value, &size) != 1) return std::nullopt;
  std::string out;
  for (unsigned int i = 0; i < size; i++) {
    char text[4];
    snprintf(text, sizeof(text), i == 0 ? "%02X" : ":%02X", value[i]);
    out += text;
  }
  return out;
}

std::optional<std::string> SerialNumberText(const X509* certificate) {
  Bignum number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* hex = number ? BN_bn2hex(number.get()) : nullptr;
  if (hex == nullptr) return std::nullopt;
  std::string out = hex;
  OPENSSL_free(hex);
  return out;
}

std::optional<std::vector<std::string>> KeyUsageTexts(const X509* certificate) {
  auto* usages =
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  if (usages == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++) {
    char text[256];
    if (OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(usages, i), 1) >= 0) out.push_back(text);
  }
  EXTENDED_KEY_USAGE_free(usages);
  return out;
}

}  // namespace se::crypto
