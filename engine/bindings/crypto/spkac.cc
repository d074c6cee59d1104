// Signed public keys with a challenge (SPKAC): crypto.Certificate.
#include <climits>

#include "buffer.h"
#include "errors.h"
#include "key_encoding.h"
#include "openssl.h"
#include "parts.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// Null if the argument is no SPKAC. `*thrown` tells whether an exception is pending.
Spkac TakeSpkac(Env* env, Local<Value> value, const char* function, bool* thrown) {
  std::optional<SecretBytes> input = CopyBytes(env, value, function);
  if (input && input->size() > INT_MAX) {
    ThrowRangeError(env->isolate(), "ERR_OUT_OF_RANGE", "spkac is too large");
    input.reset();
  }
  *thrown = !input;
  if (!input || input->empty()) return {};
  // Trailing white space would be taken for base64.
  std::string_view text = input->view();
  size_t last = text.find_last_not_of(" \n\r\t");
  if (last == std::string_view::npos) return {};
  return Spkac(NETSCAPE_SPKI_b64_decode(text.data(), static_cast<int>(last + 1)));
}

void ReturnBuffer(const FunctionCallbackInfo<Value>& info, Env* env, std::string_view text) {
  Local<v8::Uint8Array> buffer;
  if (NewBuffer(env, text.data(), text.size()).ToLocal(&buffer)) info.GetReturnValue().Set(buffer);
}

// certVerifySpkac(spkac: bytes): boolean, or "" for no bytes
void CertVerifySpkac(const FunctionCallbackInfo<Value>& info) {
  CleanErrorQueue clean;
  if (Bytes bytes(info[0]); bytes.ok && bytes.size == 0) return info.GetReturnValue().SetEmptyString();
  bool thrown;
  Spkac spkac = TakeSpkac(Env::From(info), info[0], "certVerifySpkac", &thrown);
  if (thrown) return;
  Pkey key(spkac ? NETSCAPE_SPKI_get_pubkey(spkac.get()) : nullptr);
  info.GetReturnValue().Set(key && NETSCAPE_SPKI_verify(spkac.get(), key.get()) > 0);
}

// certExportPublicKey(spkac: bytes): Buffer with PEM, or ""
void CertExportPublicKey(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  bool thrown;
  Spkac spkac = TakeSpkac(env, info[0], "certExportPublicKey", &thrown);
  if (thrown) return;
  Pkey key(spkac ? NETSCAPE_SPKI_get_pubkey(spkac.get()) : nullptr);
  Bio bio(BIO_new(BIO_s_mem()));
  if (!key || !bio || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) return info.GetReturnValue().SetEmptyString();
  ReturnBuffer(info, env, BioText(bio.get()));
}

// certExportChallenge(spkac: bytes): Buffer, or ""
void CertExportChallenge(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  CleanErrorQueue clean;
  bool thrown;
  Spkac spkac = TakeSpkac(env, info[0], "certExportChallenge", &thrown);
  if (thrown) return;
  unsigned char* text = nullptr;
  int size = spkac ? ASN1_STRING_to_UTF8(&text, spkac->spkac->challenge) : -1;
  if (size < 0) return info.GetReturnValue().SetEmptyString();
  ReturnBuffer(info, env, {reinterpret_cast<const char*>(text), static_cast<size_t>(size)});
  OPENSSL_free(text);
}

constexpr Method kMethods[] = {
    {"certVerifySpkac", CertVerifySpkac},
    {"certExportPublicKey", CertExportPublicKey},
    {"certExportChallenge", CertExportChallenge},
};

}  // namespace

void InitializeSpkac(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void ReferenceSpkac(References* references) { AddReferences(references, kMethods); }

}  // namespace se::crypto
