// RSAKeyExportJob, ECKeyExportJob and DHKeyExportJob: keys as Web Crypto exports them.
#include <cstring>

#include "ec_curve.h"
#include "job.h"
#include "key_encoding.h"
#include "key_object.h"
#include "parts.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// kWebCryptoKeyFormatRaw and so on. JWK has its own way through KeyObjectHandle.
enum class ExportFormat : int { kRaw = 0, kPkcs8 = 1, kSpki = 2 };

class ExportWork : public BytesWork {
 public:
  ExportWork(ExportFormat format, std::shared_ptr<const KeyData> key) : format_(format), key_(std::move(key)) {}

  bool Run(Env* env) override {
    KeyType type = key_->type();
    switch (format_) {
      case ExportFormat::kRaw:
        if (!is_ec()) return WriteRaw(env);
        return type == KeyType::kPublic ? WritePoint(env) : WrongType();
      case ExportFormat::kPkcs8: return type == KeyType::kPrivate ? WriteDer(env) : WrongType();
      case ExportFormat::kSpki: return type == KeyType::kPublic ? WriteDer(env) : WrongType();
    }
    return false;
  }

 private:
  bool is_ec() const { return EVP_PKEY_get_id(key_->pkey()) == EVP_PKEY_EC; }

  bool WrongType() {
    errors.Add("Invalid key type");
    return false;
  }

  bool WriteDer(Env* env) {
    Bio bio(BIO_new(BIO_s_mem()));
    if (!bio) return false;
    if (format_ == ExportFormat::kPkcs8) {
      if (i2d_PKCS8PrivateKeyInfo_bio(bio.get(), key_->pkey()) != 1) return false;
    } else {
      // Web Crypto wants the point uncompressed, however it was imported.
      Pkey key = is_ec() ? Uncompressed() : key_->ShareKey();
      if (!key || i2d_PUBKEY_bio(bio.get(), key.get()) != 1) return false;
    }
    std::string_view text = BioText(bio.get());
    if (!Reserve(env, text.size())) return false;
    memcpy(output_.data(), text.data(), text.size());
    return true;
  }

  bool WritePoint(Env* env) {
    const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key_->pkey());
    const EC_POINT* point = ec == nullptr ? nullptr : EC_KEY_get0_public_key(ec);
    if (point == nullptr) return false;
    const EC_GROUP* group = EC_KEY_get0_group(ec);
    size_t size = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, nullptr, 0, nullptr);
    return size > 0 && Reserve(env, size) &&
           EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, output_.data(), size, nullptr) == size;
  }

  bool WriteRaw(Env* env) {
    auto get = key_->type() == KeyType::kPrivate ? EVP_PKEY_get_raw_private_key : EVP_PKEY_get_raw_public_key;
    size_t size = 0;
    if (get(key_->pkey(), nullptr, &size) != 1) return WrongType();
    return Reserve(env, size) && get(key_->pkey(), output_.data(), &size) == 1;
  }

  Pkey Uncompressed() {
    const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key_->pkey());
    const EC_POINT* point = ec == nullptr ? nullptr : EC_KEY_get0_public_key(ec);
    EcKey copy(EC_KEY_new());
    if (!copy || point == nullptr || EC_KEY_set_group(copy.get(), EC_KEY_get0_group(ec)) != 1 ||
        EC_KEY_set_public_key(copy.get(), point) != 1)
      return {};
    EC_KEY_set_conv_form(copy.get(), POINT_CONVERSION_UNCOMPRESSED);
    return WrapEcKey(copy);
  }

  ExportFormat format_;
  std::shared_ptr<const KeyData> key_;
};

// new …KeyExportJob(mode, format, key)
std::unique_ptr<Work> ParseExportJob(Env* env, const FunctionCallbackInfo<Value>& info) {
  std::optional<int64_t> format = TakeInteger(env, info[1], 0, 2, "KeyExportJob");
  if (!format) return nullptr;
  std::shared_ptr<const KeyData> key = TakeAsymmetricKey(env, info[2], "KeyExportJob");
  if (!key) return nullptr;
  return std::make_unique<ExportWork>(static_cast<ExportFormat>(*format), std::move(key));
}

constexpr JobClass kJobs[] = {
    {"RSAKeyExportJob", JobConstructor<ParseExportJob, Provider::kKeyExport>},
    {"ECKeyExportJob", JobConstructor<ParseExportJob, Provider::kKeyExport>},
    {"DHKeyExportJob", JobConstructor<ParseExportJob, Provider::kKeyExport>},
};

}  // namespace

void InitializeKeyExport(Env* env, Local<Object> target) {
  SetJobClasses(env, target, kJobs);
  SetConstant(env, target, "kWebCryptoKeyFormatRaw", static_cast<int>(ExportFormat::kRaw));
  SetConstant(env, target, "kWebCryptoKeyFormatPKCS8", static_cast<int>(ExportFormat::kPkcs8));
  SetConstant(env, target, "kWebCryptoKeyFormatSPKI", static_cast<int>(ExportFormat::kSpki));
  SetConstant(env, target, "kWebCryptoKeyFormatJWK", 3);
}

void ReferenceKeyExport(References* references) { AddJobReferences(references, kJobs); }

}  // namespace se::crypto
