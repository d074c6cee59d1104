#include "key_encoding.h"

#include <climits>
#include <cstring>

#include "buffer.h"
#include "errors.h"
#include "jwk.h"
#include "key_object.h"
#include "key_size.h"
#include "pbe.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

// Never OpenSSL's own callback: it would ask at a terminal.
int GivePassphrase(char* buffer, int size, int writing, void* data) {
  const auto* passphrase = static_cast<const std::optional<SecretBytes>*>(data);
  if (!*passphrase || (*passphrase)->size() > static_cast<size_t>(size)) return -1;
  memcpy(buffer, (*passphrase)->data(), (*passphrase)->size());
  return static_cast<int>((*passphrase)->size());
}

bool TakeFormat(Env* env, const FunctionCallbackInfo<Value>& info, int* offset, KeyEncoding* encoding) {
  Local<Value> format = info[*offset];
  Local<Value> type = info[*offset + 1];
  *offset += 2;
  if (format->IsUndefined()) {
    encoding->as_handle = true;
    return true;
  }
  std::optional<int64_t> number = TakeInteger(env, format, 0, 2, "key encoding");
  if (!number) return false;
  encoding->format = static_cast<KeyFormat>(*number);
  if (type->IsNullOrUndefined()) return true;
  number = TakeInteger(env, type, 0, 3, "key encoding");
  if (!number) return false;
  encoding->type = static_cast<KeyEncodingType>(*number);
  return true;
}

bool TakePassphrase(Env* env, Local<Value> value, KeyEncoding* encoding) {
  if (value->IsNullOrUndefined()) return true;
  encoding->passphrase = CopyBytes(env, value, "key encoding");
  if (!encoding->passphrase) return false;
  if (encoding->passphrase->size() <= INT_MAX) return true;
  ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "passphrase is too big");
  return false;
}

// The bytes of a key in a guest's argument and how they are encoded.
struct KeyInput {
  SecretBytes data;
  KeyEncoding encoding;
  const uint8_t* der() const { return data.data(); }
  long size() const { return static_cast<long>(data.size()); }
  Bio Open() const { return Bio(BIO_new_mem_buf(data.data(), static_cast<int>(data.size()))); }
};

std::optional<KeyInput> TakeKeyInput(Env* env, const FunctionCallbackInfo<Value>& info, int* offset,
                                     const char* function) {
  KeyInput input;
  std::optional<SecretBytes> data = CopyBytes(env, info[*offset], function);
  if (!data) return std::nullopt;
  input.data = std::move(*data);
  *offset += 1;
  if (input.data.size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "keyData is too big");
    return std::nullopt;
  }
  if (!TakeFormat(env, info, offset, &input.encoding) || !TakePassphrase(env, info[*offset], &input.encoding))
    return std::nullopt;
  *offset += 1;
  return input;
}

enum class Parsed { kKey, kNotRecognized, kNeedsPassphrase, kTooBig, kFailed };

template <typename Decode>
Parsed ParsePemAs(const KeyInput& input, const char* label, Pkey* key, Decode decode) {
  uint8_t* der = nullptr;
  long size = 0;
  {
    TryScope attempt;
    Bio bio = input.Open();
    if (!bio || PEM_bytes_read_bio(&der, &size, nullptr, label, bio.get(), nullptr, nullptr) != 1)
      return Parsed::kNotRecognized;
  }
  const uint8_t* cursor = der;
  key->reset(decode(&cursor, size));
  OPENSSL_clear_free(der, size);
  return *key ? Parsed::kKey : Parsed::kFailed;
}

EVP_PKEY* DecodeSpki(const uint8_t** der, long size) { return d2i_PUBKEY(nullptr, der, size); }
EVP_PKEY* DecodeRsaPublicKey(const uint8_t** der, long size) {
  return d2i_PublicKey(EVP_PKEY_RSA, nullptr, der, size);
}
EVP_PKEY* DecodeCertificate(const uint8_t** der, long size) {
  Certificate certificate(d2i_X509(nullptr, der, size));
  return certificate ? X509_get_pubkey(certificate.get()) : nullptr;
}

Parsed ParsePublicPem(const KeyInput& input, Pkey* key) {
  Parsed parsed = ParsePemAs(input, "PUBLIC KEY", key, DecodeSpki);
  if (parsed == Parsed::kNotRecognized) parsed = ParsePemAs(input, "RSA PUBLIC KEY", key, DecodeRsaPublicKey);
  if (parsed == Parsed::kNotRecognized) parsed = ParsePemAs(input, "CERTIFICATE", key, DecodeCertificate);
  return parsed;
}

// The outermost layer of DER: where the content of the SEQUENCE begins, or nothing.
std::optional<size_t> SequenceContent(const SecretBytes& data) {
  const uint8_t* cursor = data.data();
  long length = 0;
  int tag = 0;
  int klass = 0;
  TryScope attempt;
  int form = ASN1_get_object(&cursor, &length, &tag, &klass, static_cast<long>(data.size()));
  if ((form & 0x80) != 0 || tag != V_ASN1_SEQUENCE || klass != V_ASN1_UNIVERSAL) return std::nullopt;
  return cursor - data.data();
}

// RSAPrivateKey begins with a version of 0 or 1, RSAPublicKey with the modulus (RFC 8017, appendix A.1).
bool IsRsaPrivateKey(const SecretBytes& data) {
  std::optional<size_t> at = SequenceContent(data);
  return at && data.size() >= *at + 3 && data.data()[*at] == V_ASN1_INTEGER && data.data()[*at + 1] == 1 &&
         (data.data()[*at + 2] & 0xfe) == 0;
}

// EncryptedPrivateKeyInfo begins with a SEQUENCE, PrivateKeyInfo with a version (RFC 5208).
bool IsEncryptedPkcs8(const SecretBytes& data) {
  std::optional<size_t> at = SequenceContent(data);
  return at && data.size() > *at && data.data()[*at] != V_ASN1_INTEGER;
}

Parsed ParsePublicDer(const KeyInput& input, Pkey* key) {
  const uint8_t* cursor = input.der();
  bool pkcs1 = input.encoding.type == KeyEncodingType::kPkcs1;
  key->reset(pkcs1 ? DecodeRsaPublicKey(&cursor, input.size()) : DecodeSpki(&cursor, input.size()));
  return *key ? Parsed::kKey : Parsed::kFailed;
}

EVP_PKEY* DecodePrivateDer(const KeyInput& input, KeyEncodingType type) {
  const uint8_t* cursor = input.der();
  void* passphrase = const_cast<std::optional<SecretBytes>*>(&input.encoding.passphrase);
  switch (type) {
    case KeyEncodingType::kPkcs1: return d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &cursor, input.size());
    case KeyEncodingType::kSec1: return d2i_PrivateKey(EVP_PKEY_EC, nullptr, &cursor, input.size());
    case KeyEncodingType::kPkcs8: break;
    case KeyEncodingType::kSpki: return nullptr;
  }
  Bio bio = input.Open();
  if (!bio) return nullptr;
  if (IsEncryptedPkcs8(input.data)) return d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, GivePassphrase, passphrase);
  Pkcs8Info info(d2i_PKCS8_PRIV_KEY_INFO_bio(bio.get(), nullptr));
  return info ? EVP_PKCS82PKEY(info.get()) : nullptr;
}

Parsed ParsePrivate(Env* env, const KeyInput& input, Pkey* key) {
  if (HoldsTooBigKey(input.data, input.encoding.format == KeyFormat::kPem)) return Parsed::kTooBig;
  PbeScope scope(env);
  if (input.encoding.format == KeyFormat::kPem) {
    Bio bio = input.Open();
    void* passphrase = const_cast<std::optional<SecretBytes>*>(&input.encoding.passphrase);
    if (bio) key->reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, GivePassphrase, passphrase));
  } else {
    key->reset(DecodePrivateDer(input, input.encoding.type.value_or(KeyEncodingType::kSpki)));
  }
  // A key can come with errors; it is not to be trusted then.
  unsigned long error = ERR_peek_error();
  if (error != 0) key->reset();
  if (*key) return Parsed::kKey;
  bool asked = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_BAD_PASSWORD_READ;
  return asked && !input.encoding.passphrase ? Parsed::kNeedsPassphrase : Parsed::kFailed;
}

// `error` is OpenSSL's reason, or 0 to say no more than `failure`.
std::shared_ptr<const KeyData> FinishParse(Env* env, KeyType type, Parsed parsed, Pkey key, unsigned long error,
                                           const char* failure) {
  if (parsed == Parsed::kTooBig || (parsed == Parsed::kKey && IsTooBig(key.get()))) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "key is too big");
    return nullptr;
  }
  if (parsed == Parsed::kKey) return std::make_shared<KeyData>(type, std::move(key));
  if (parsed == Parsed::kNeedsPassphrase)
    ThrowTypeError(env->isolate(), "ERR_MISSING_PASSPHRASE", "Passphrase required for encrypted key");
  else
    ThrowOpenSslError(env, error, failure);
  return nullptr;
}

MaybeLocal<Value> TakeOutput(Env* env, BIO* bio, KeyFormat format) {
  std::string_view text = BioText(bio);
  if (format == KeyFormat::kPem) {
    Local<String> string;
    if (!Utf8(env->isolate(), text).ToLocal(&string)) return {};
    return string;
  }
  Local<v8::Uint8Array> buffer;
  if (!NewBuffer(env, text.data(), text.size()).ToLocal(&buffer)) return {};
  return buffer;
}

bool WritePublicKey(BIO* bio, EVP_PKEY* key, const KeyEncoding& encoding) {
  bool pem = encoding.format == KeyFormat::kPem;
  if (encoding.type != KeyEncodingType::kPkcs1)
    return (pem ? PEM_write_bio_PUBKEY(bio, key) : i2d_PUBKEY_bio(bio, key)) == 1;
  const RSA* rsa = EVP_PKEY_get0_RSA(key);
  return rsa != nullptr && (pem ? PEM_write_bio_RSAPublicKey(bio, rsa) : i2d_RSAPublicKey_bio(bio, rsa)) == 1;
}

bool WritePrivateKey(BIO* bio, EVP_PKEY* key, const KeyEncoding& encoding) {
  bool pem = encoding.format == KeyFormat::kPem;
  // With a null pointer OpenSSL would ask for a passphrase; an empty one is legal.
  static const char kEmpty[] = "";
  const char* pass = nullptr;
  int length = 0;
  if (encoding.cipher != nullptr) {
    pass = encoding.passphrase && !encoding.passphrase->empty() ? encoding.passphrase->view().data() : kEmpty;
    length = encoding.passphrase ? static_cast<int>(encoding.passphrase->size()) : 0;
  }
  auto bytes = reinterpret_cast<const unsigned char*>(pass);
  switch (encoding.type.value_or(KeyEncodingType::kPkcs8)) {
    case KeyEncodingType::kPkcs1: {
      const RSA* rsa = EVP_PKEY_get0_RSA(key);
      if (rsa == nullptr) return false;
      if (!pem) return i2d_RSAPrivateKey_bio(bio, rsa) == 1;
      return PEM_write_bio_RSAPrivateKey(bio, rsa, encoding.cipher, bytes, length, nullptr, nullptr) == 1;
    }
    case KeyEncodingType::kSec1: {
      const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
      if (ec == nullptr) return false;
      if (!pem) return i2d_ECPrivateKey_bio(bio, ec) == 1;
      return PEM_write_bio_ECPrivateKey(bio, ec, encoding.cipher, bytes, length, nullptr, nullptr) == 1;
    }
    case KeyEncodingType::kPkcs8:
      if (pem) return PEM_write_bio_PKCS8PrivateKey(bio, key, encoding.cipher, pass, length, nullptr, nullptr) == 1;
      return i2d_PKCS8PrivateKey_bio(bio, key, encoding.cipher, pass, length, nullptr, nullptr) == 1;
    case KeyEncodingType::kSpki: return false;
  }
  return false;
}

}  // namespace

std::optional<KeyEncoding> TakePublicKeyEncoding(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  KeyEncoding encoding;
  if (!TakeFormat(env, info, offset, &encoding)) return std::nullopt;
  return encoding;
}

std::optional<KeyEncoding> TakePrivateKeyEncoding(Env* env, const FunctionCallbackInfo<Value>& info, int* offset) {
  KeyEncoding encoding;
  if (!TakeFormat(env, info, offset, &encoding)) return std::nullopt;
  Local<Value> cipher = info[*offset];
  Local<Value> passphrase = info[*offset + 1];
  *offset += 2;
  if (encoding.as_handle) return encoding;
  if (cipher->IsString()) {
    encoding.cipher = EVP_get_cipherbyname(NameOf(env, cipher).c_str());
    if (encoding.cipher == nullptr) {
      ThrowError(env->isolate(), "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
      return std::nullopt;
    }
  }
  if (!TakePassphrase(env, passphrase, &encoding)) return std::nullopt;
  return encoding;
}

std::shared_ptr<const KeyData> TakePrivateKey(Env* env, const FunctionCallbackInfo<Value>& info, int* offset,
                                              const char* function) {
  if (KeyOf(info[*offset])) {
    *offset += 4;
    return TakeKey(env, info[*offset - 4], KeyType::kPrivate, function);
  }
  std::optional<KeyInput> input = TakeKeyInput(env, info, offset, function);
  if (!input) return nullptr;
  Pkey key;
  Parsed parsed = ParsePrivate(env, *input, &key);
  return FinishParse(env, KeyType::kPrivate, parsed, std::move(key), ERR_peek_error(), "Failed to read private key");
}

std::shared_ptr<const KeyData> TakePublicOrPrivateKey(Env* env, const FunctionCallbackInfo<Value>& info, int* offset,
                                                      const char* function) {
  if (KeyOf(info[*offset])) {
    *offset += 4;
    return TakeAsymmetricKey(env, info[*offset - 4], function);
  }
  std::optional<KeyInput> input = TakeKeyInput(env, info, offset, function);
  if (!input) return nullptr;
  Pkey key;
  Parsed parsed = Parsed::kNotRecognized;
  bool is_public = true;
  if (input->encoding.format == KeyFormat::kPem) {
    parsed = ParsePublicPem(*input, &key);
    // What is no good public key is read as a private one, whose errors then add to the first.
    is_public = parsed == Parsed::kKey;
  } else {
    std::optional<KeyEncodingType> type = input->encoding.type;
    is_public = type == KeyEncodingType::kSpki || (type == KeyEncodingType::kPkcs1 && !IsRsaPrivateKey(input->data));
    if (is_public) parsed = ParsePublicDer(*input, &key);
  }
  if (!is_public) parsed = ParsePrivate(env, *input, &key);
  return FinishParse(env, KeyType::kPublic, parsed, std::move(key), is_public ? 0 : ERR_peek_error(),
                     "Failed to read asymmetric key");
}

MaybeLocal<Value> EncodePublicKey(Env* env, EVP_PKEY* key, const KeyEncoding& encoding) {
  Bio bio(BIO_new(BIO_s_mem()));
  if (bio && WritePublicKey(bio.get(), key, encoding)) return TakeOutput(env, bio.get(), encoding.format);
  ThrowLastError(env, "Failed to encode public key");
  return {};
}

MaybeLocal<Value> EncodePrivateKey(Env* env, EVP_PKEY* key, const KeyEncoding& encoding) {
  Bio bio(BIO_new(BIO_s_secmem()));
  if (bio && WritePrivateKey(bio.get(), key, encoding)) return TakeOutput(env, bio.get(), encoding.format);
  ThrowLastError(env, "Failed to encode private key");
  return {};
}

MaybeLocal<Value> ExportKey(Env* env, const std::shared_ptr<const KeyData>& key, const KeyEncoding& encoding) {
  if (encoding.as_handle) return NewKeyHandle(env, key);
  if (encoding.format == KeyFormat::kJwk) {
    Local<Object> jwk = Object::New(env->isolate());
    if (!ExportJwk(env, *key, jwk, false)) return {};
    return jwk;
  }
  return key->type() == KeyType::kPublic ? EncodePublicKey(env, key->pkey(), encoding)
                                         : EncodePrivateKey(env, key->pkey(), encoding);
}

std::string_view BioText(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return data == nullptr || size <= 0 ? std::string_view() : std::string_view(data, size);
}

}  // namespace se::crypto
