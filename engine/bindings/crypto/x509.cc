// parseX509 and the certificates that it gives.
#include "x509.h"

#include <climits>
#include <ctime>

#include "buffer.h"
#include "errors.h"
#include "key_encoding.h"
#include "key_object.h"
#include "memory_charge.h"
#include "message.h"
#include "parts.h"
#include "values.h"
#include "x509_legacy.h"
#include "x509_text.h"

namespace se::crypto {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

constexpr char kConstructor[] = "crypto.X509Certificate";

// A certificate in a message. The receiver's thread gets one of its own.
class CertificateTransfer : public TransferData {
 public:
  explicit CertificateTransfer(X509* certificate) : certificate_(X509_dup(certificate)) {}

  MaybeLocal<Object> Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>*) override {
    if (!certificate_ || context != env->context()) return {};
    return NewCertificate(env, certificate_.get());
  }

 private:
  Certificate certificate_;
};

class X509Certificate : public TransferableObject {
 public:
  alignas(8) static const char kTag[];

  X509Certificate(Env* env, Local<Object> wrapper, Certificate certificate)
      : TransferableObject(env, wrapper, kTag), certificate_(std::move(certificate)), charge_(env) {
    int der = i2d_X509(certificate_.get(), nullptr);
    charge_.Set(2048 + 8 * static_cast<size_t>(der > 0 ? der : 0));
    MakeWeak();
  }

  uint32_t transfer_mode() const override { return kCloneable; }
  std::unique_ptr<TransferData> Clone() override { return std::make_unique<CertificateTransfer>(certificate_.get()); }

  X509* get() const { return certificate_.get(); }

  // Not for guests: instances come from parseX509.
  static void New(const FunctionCallbackInfo<Value>& info) {
    if (!info[0]->IsExternal()) ThrowTypeError(info.GetIsolate(), "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }

 private:
  Certificate certificate_;
  MemoryCharge charge_;
};

alignas(8) const char X509Certificate::kTag[] = "crypto.X509Certificate";

const TransferableClass<X509Certificate> transferable_certificate;

// The certificate behind `this`, or null with an exception pending.
X509* TakeThis(const FunctionCallbackInfo<Value>& info) {
  X509Certificate* self = NativeObject::UnwrapThis<X509Certificate>(info);
  return self == nullptr ? nullptr : self->get();
}

void ReturnText(const FunctionCallbackInfo<Value>& info, const std::optional<std::string>& text) {
  Local<String> value;
  if (text && Utf8(info.GetIsolate(), *text).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// A method without arguments that gives a text of the certificate, or undefined.
template <std::optional<std::string> (*kText)(X509*)>
void Text(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  if (X509* certificate = TakeThis(info)) ReturnText(info, kText(certificate));
}

std::optional<std::string> Subject(X509* c) { return NameText(X509_get_subject_name(c)); }
std::optional<std::string> Issuer(X509* c) { return NameText(X509_get_issuer_name(c)); }
std::optional<std::string> SubjectAltName(X509* c) { return SubjectAltNameText(c); }
std::optional<std::string> InfoAccess(X509* c) { return InfoAccessText(c); }
std::optional<std::string> ValidFrom(X509* c) { return TimeText(X509_get0_notBefore(c)); }
std::optional<std::string> ValidTo(X509* c) { return TimeText(X509_get0_notAfter(c)); }
std::optional<std::string> Fingerprint(X509* c) { return FingerprintText(c, EVP_sha1()); }
std::optional<std::string> Fingerprint256(X509* c) { return FingerprintText(c, EVP_sha256()); }
std::optional<std::string> Fingerprint512(X509* c) { return FingerprintText(c, EVP_sha512()); }
std::optional<std::string> SerialNumber(X509* c) { return SerialNumberText(c); }

std::optional<std::string> Pem(X509* c) {
  Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), c) != 1) return std::nullopt;
  return std::string(BioText(bio.get()));
}

void ReturnDate(const FunctionCallbackInfo<Value>& info, const ASN1_TIME* time) {
  tm fields = {};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return;
  double milliseconds = static_cast<double>(timegm(&fields)) * 1000;
  Local<Value> date;
  if (v8::Date::New(info.GetIsolate()->GetCurrentContext(), milliseconds).ToLocal(&date))
    info.GetReturnValue().Set(date);
}

void ValidFromDate(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  if (X509* certificate = TakeThis(info)) ReturnDate(info, X509_get0_notBefore(certificate));
}

void ValidToDate(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  if (X509* certificate = TakeThis(info)) ReturnDate(info, X509_get0_notAfter(certificate));
}

void KeyUsage(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  std::optional<std::vector<std::string>> usages = KeyUsageTexts(certificate);
  Local<Value> list;
  if (usages && NewStringArray(Env::From(info), *usages).ToLocal(&list)) info.GetReturnValue().Set(list);
}

void Raw(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  Local<Value> der;
  if (certificate != nullptr && CertificateDer(Env::From(info), certificate).ToLocal(&der))
    info.GetReturnValue().Set(der);
}

void PublicKey(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  Env* env = Env::From(info);
  Pkey key(X509_get_pubkey(certificate));
  if (!key) return ThrowLastError(env);
  Local<Value> handle;
  if (NewKeyHandle(env, std::make_shared<KeyData>(KeyType::kPublic, std::move(key))).ToLocal(&handle))
    info.GetReturnValue().Set(handle);
}

void CheckCa(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  if (X509* certificate = TakeThis(info)) info.GetReturnValue().Set(X509_check_ca(certificate) == 1);
}

// A check's verdict: `match` when it fits, undefined when it doesn't, else an error.
void ReturnVerdict(const FunctionCallbackInfo<Value>& info, int verdict, Local<Value> match, const char* invalid) {
  if (verdict == 1) return info.GetReturnValue().Set(match);
  if (verdict == -2) return ThrowTypeError(info.GetIsolate(), "ERR_INVALID_ARG_VALUE", invalid);
  if (verdict != 0) ThrowError(info.GetIsolate(), "ERR_CRYPTO_OPERATION_FAILED", "Operation failed");
}

// checkHost(name, flags): the name that matched, or undefined
void CheckHost(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  Env* env = Env::From(info);
  std::optional<std::string> name = TakeString(env, info[0], "checkHost");
  if (!name) return;
  std::optional<int64_t> flags = TakeInteger(env, info[1], 0, UINT32_MAX, "checkHost");
  if (!flags) return;
  char* peer = nullptr;
  int verdict =
      X509_check_host(certificate, name->data(), name->size(), static_cast<unsigned int>(*flags), &peer);
  Local<Value> match = info[0];
  Local<String> text;
  if (peer != nullptr && Utf8(env->isolate(), peer).ToLocal(&text)) match = text;
  OPENSSL_free(peer);
  ReturnVerdict(info, verdict, match, "Invalid name");
}

// checkEmail(address, flags): the address, or undefined
void CheckEmail(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  Env* env = Env::From(info);
  std::optional<std::string> email = TakeString(env, info[0], "checkEmail");
  if (!email) return;
  std::optional<int64_t> flags = TakeInteger(env, info[1], 0, UINT32_MAX, "checkEmail");
  if (!flags) return;
  int verdict = X509_check_email(certificate, email->data(), email->size(), static_cast<unsigned int>(*flags));
  ReturnVerdict(info, verdict, info[0], "Invalid name");
}

// checkIP(address, flags): the address, or undefined
void CheckIp(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  Env* env = Env::From(info);
  std::optional<std::string> ip = TakeString(env, info[0], "checkIP");
  if (!ip) return;
  std::optional<int64_t> flags = TakeInteger(env, info[1], 0, UINT32_MAX, "checkIP");
  if (!flags) return;
  int verdict = X509_check_ip_asc(certificate, ip->c_str(), static_cast<unsigned int>(*flags));
  ReturnVerdict(info, verdict, info[0], "Invalid IP");
}

// checkIssued(issuer): boolean
void CheckIssued(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  X509Certificate* issuer = NativeObject::Unwrap<X509Certificate>(info[0]);
  if (issuer == nullptr) return ThrowBadArgument(info.GetIsolate(), "checkIssued");
  info.GetReturnValue().Set(X509_check_issued(issuer->get(), certificate) == X509_V_OK);
}

// checkPrivateKey(key: KeyObjectHandle): boolean
void CheckPrivateKey(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  std::shared_ptr<const KeyData> key = TakeKey(Env::From(info), info[0], KeyType::kPrivate, "checkPrivateKey");
  if (key) info.GetReturnValue().Set(X509_check_private_key(certificate, key->pkey()) == 1);
}

// verify(key: KeyObjectHandle): boolean
void Verify(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  if (certificate == nullptr) return;
  std::shared_ptr<const KeyData> key = TakeKey(Env::From(info), info[0], KeyType::kPublic, "verify");
  if (key) info.GetReturnValue().Set(X509_verify(certificate, key->pkey()) > 0);
}

void ToLegacy(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  X509* certificate = TakeThis(info);
  Local<Object> object;
  if (certificate != nullptr && LegacyCertificate(Env::From(info), certificate).ToLocal(&object))
    info.GetReturnValue().Set(object);
}

// Certificates that were parsed alone have no issuer: undefined.
void GetIssuerCert(const FunctionCallbackInfo<Value>& info) { (void)TakeThis(info); }

constexpr Method kCertificateMethods[] = {
    {"subject", Text<Subject>},
    {"subjectAltName", Text<SubjectAltName>},
    {"infoAccess", Text<InfoAccess>},
    {"issuer", Text<Issuer>},
    {"validTo", Text<ValidTo>},
    {"validFrom", Text<ValidFrom>},
    {"validToDate", ValidToDate},
    {"validFromDate", ValidFromDate},
    {"fingerprint", Text<Fingerprint>},
    {"fingerprint256", Text<Fingerprint256>},
    {"fingerprint512", Text<Fingerprint512>},
    {"keyUsage", KeyUsage},
    {"serialNumber", Text<SerialNumber>},
    {"pem", Text<Pem>},
    {"raw", Raw},
    {"publicKey", PublicKey},
    {"checkCA", CheckCa},
    {"checkHost", CheckHost},
    {"checkEmail", CheckEmail},
    {"checkIP", CheckIp},
    {"checkIssued", CheckIssued},
    {"checkPrivateKey", CheckPrivateKey},
    {"verify", Verify},
    {"toLegacy", ToLegacy},
    {"getIssuerCert", GetIssuerCert},
};

int NoPassphrase(char*, int, int, void*) { return 0; }

// parseX509(data: PEM or DER): certificate
void ParseX509(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  std::optional<SecretBytes> data = CopyBytes(env, info[0], "parseX509");
  if (!data) return;
  if (data->size() > INT_MAX) return ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "buffer is too big");
  Bio bio(BIO_new_mem_buf(data->data(), static_cast<int>(data->size())));
  if (!bio) return ThrowOutOfMemory(env);
  Certificate certificate(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!certificate) {
    // The error to report is that of PEM.
    unsigned long error = ERR_get_error();
    const uint8_t* cursor = data->data();
    certificate.reset(d2i_X509(nullptr, &cursor, static_cast<long>(data->size())));
    ERR_clear_error();
    if (!certificate) return ThrowOpenSslError(env, error);
  }
  Local<Object> object;
  if (NewCertificate(env, certificate.get()).ToLocal(&object)) info.GetReturnValue().Set(object);
}

constexpr Method kMethods[] = {{"parseX509", ParseX509}};

}  // namespace

MaybeLocal<Object> NewCertificate(Env* env, X509* certificate) {
  Local<Value> constructor = env->GetState(kConstructor);
  Local<Value> permission = v8::External::New(env->isolate(), certificate);
  Local<Object> object;
  if (!constructor->IsFunction() ||
      !constructor.As<Function>()->NewInstance(env->context(), 1, &permission).ToLocal(&object))
    return {};
  if (X509_up_ref(certificate) != 1) return {};
  new X509Certificate(env, object, Certificate(certificate));
  return object;
}

X509* CertificateOf(Local<Value> value) {
  X509Certificate* certificate = NativeObject::Unwrap<X509Certificate>(value);
  return certificate == nullptr ? nullptr : certificate->get();
}

void InitializeX509(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  Local<Function> constructor;
  if (MakeClassTemplate(env, "X509Certificate", X509Certificate::New, kCertificateMethods,
                        std::size(kCertificateMethods))
          ->GetFunction(env->context())
          .ToLocal(&constructor))
    env->SetState(kConstructor, constructor);
  SetConstant(env, target, "X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT", X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT);
  SetConstant(env, target, "X509_CHECK_FLAG_NEVER_CHECK_SUBJECT", X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  SetConstant(env, target, "X509_CHECK_FLAG_NO_WILDCARDS", X509_CHECK_FLAG_NO_WILDCARDS);
  SetConstant(env, target, "X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS", X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SetConstant(env, target, "X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS", X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS);
  SetConstant(env, target, "X509_CHECK_FLAG_SINGLE_LABEL_SUBDOMAINS", X509_CHECK_FLAG_SINGLE_LABEL_SUBDOMAINS);
}

void ReferenceX509(References* references) {
  references->Add(X509Certificate::New);
  AddReferences(references, kCertificateMethods);
  AddReferences(references, kMethods);
}

}  // namespace se::crypto
