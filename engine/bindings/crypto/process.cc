// What concerns OpenSSL as a whole, which all guests of a process share: a guest may look, not change.
#include "openssl.h"
#include "parts.h"
#include "errors.h"
#include "values.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// There is no secure heap: undefined.
void SecureHeapUsed(const FunctionCallbackInfo<Value>& info) {}

void GetFipsCrypto(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(0); }

void SetFipsCrypto(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->BooleanValue(info.GetIsolate())) return;
  ThrowError(info.GetIsolate(), "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
             "The FIPS mode of OpenSSL belongs to the engine and cannot be changed by a guest");
}

void TestFipsCrypto(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(false); }

// False: no engine by that name, which Node reports as ERR_CRYPTO_ENGINE_UNKNOWN. Guests may not load native code.
void SetEngine(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(false); }

void GetOpenSslSecurityLevel(const FunctionCallbackInfo<Value>& info) {
  Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_method()));
  Owned<SSL, SSL_free> ssl(context ? SSL_new(context.get()) : nullptr);
  if (!ssl) return ThrowOutOfMemory(Env::From(info));
  info.GetReturnValue().Set(SSL_get_security_level(ssl.get()));
}

constexpr Method kMethods[] = {
    {"secureHeapUsed", SecureHeapUsed},
    {"getFipsCrypto", GetFipsCrypto},
    {"setFipsCrypto", SetFipsCrypto},
    {"testFipsCrypto", TestFipsCrypto},
    {"setEngine", SetEngine},
    {"getOpenSSLSecLevelCrypto", GetOpenSslSecurityLevel},
};

}  // namespace

void InitializeProcess(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void ReferenceProcess(References* references) { AddReferences(references, kMethods); }

}  // namespace se::crypto
