#ifndef SE_CRYPTO_KEY_ENCODING_H_
#define SE_CRYPTO_KEY_ENCODING_H_

#include <memory>
#include <optional>

#include "binding.h"
#include "key_data.h"

namespace se::crypto {

// The values of the binding's constants.
enum class KeyFormat : int { kDer = 0, kPem = 1, kJwk = 2 };
enum class KeyEncodingType : int { kPkcs1 = 0, kPkcs8 = 1, kSpki = 2, kSec1 = 3 };

struct KeyEncoding {
  bool as_handle = false;  // no encoding was asked for: the result is a key object
  KeyFormat format = KeyFormat::kPem;
  std::optional<KeyEncodingType> type;
  const EVP_CIPHER* cipher = nullptr;  // encrypts a private key on output
  std::optional<SecretBytes> passphrase;
};

// --- Arguments as Node's lib passes them. Each reads at info[*offset], moves *offset past what it read, and throws
// --- when it returns nothing.

// (format, type) of a public key's output.
std::optional<KeyEncoding> TakePublicKeyEncoding(Env* env, const v8::FunctionCallbackInfo<v8::Value>& info,
                                                 int* offset);
// (format, type, cipher, passphrase) of a private key's output.
std::optional<KeyEncoding> TakePrivateKeyEncoding(Env* env, const v8::FunctionCallbackInfo<v8::Value>& info,
                                                  int* offset);
// (KeyObjectHandle | bytes, format, type, passphrase): a private key.
std::shared_ptr<const KeyData> TakePrivateKey(Env* env, const v8::FunctionCallbackInfo<v8::Value>& info, int* offset,
                                              const char* function);
// The same where a public key, a certificate or a private key will do.
std::shared_ptr<const KeyData> TakePublicOrPrivateKey(Env* env, const v8::FunctionCallbackInfo<v8::Value>& info,
                                                      int* offset, const char* function);

// --- Output: PEM is a string, DER a Buffer. Throws when empty. -------------------------------------------------------

v8::MaybeLocal<v8::Value> EncodePublicKey(Env* env, EVP_PKEY* key, const KeyEncoding& encoding);
v8::MaybeLocal<v8::Value> EncodePrivateKey(Env* env, EVP_PKEY* key, const KeyEncoding& encoding);
// Either of the two, a JWK, or a KeyObjectHandle, as `encoding` says.
v8::MaybeLocal<v8::Value> ExportKey(Env* env, const std::shared_ptr<const KeyData>& key, const KeyEncoding& encoding);

// What was written to a memory BIO.
std::string_view BioText(BIO* bio);

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEY_ENCODING_H_
