// internalBinding('crypto'): Node's cryptography over the OpenSSL in the engine's binary.
#include "parts.h"

namespace se::crypto {

namespace {

void Initialize(Env* env, v8::Local<v8::Object> target) {
#define SE_INITIALIZE_PART(name) Initialize##name(env, target);
  SE_CRYPTO_PARTS(SE_INITIALIZE_PART)
#undef SE_INITIALIZE_PART
}

void RegisterReferences(References* references) {
#define SE_REFERENCE_PART(name) Reference##name(references);
  SE_CRYPTO_PARTS(SE_REFERENCE_PART)
#undef SE_REFERENCE_PART
}

const BindingRegistration registration("crypto", Initialize, RegisterReferences);

}  // namespace

}  // namespace se::crypto
