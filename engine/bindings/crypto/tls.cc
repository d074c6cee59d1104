// What TLS needs of this binding. There is no network yet: all of it says so.
#include "parts.h"
#include "unavailable.h"

namespace se::crypto {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

void SecureContext(const FunctionCallbackInfo<Value>& info) { ThrowUnavailable(info.GetIsolate(), "TLS"); }

void RootCertificates(const FunctionCallbackInfo<Value>& info) {
  ThrowUnavailable(info.GetIsolate(), "The list of root certificates");
}

// Nothing to load, so nothing to do.
void StartLoadingCertificates(const FunctionCallbackInfo<Value>& info) {}

constexpr Method kMethods[] = {
    {"getBundledRootCertificates", RootCertificates},
    {"getSystemCACertificates", RootCertificates},
    {"getExtraCACertificates", RootCertificates},
    {"getUserRootCertificates", RootCertificates},
    {"resetRootCertStore", RootCertificates},
    {"startLoadingCertificatesOffThread", StartLoadingCertificates},
};

}  // namespace

void InitializeTls(Env* env, Local<Object> target) {
  (void)SetClass(env, target, "SecureContext", MakeClassTemplate(env, "SecureContext", SecureContext, nullptr, 0));
  SetMethods(env, target, kMethods);
}

void ReferenceTls(References* references) {
  references->Add(SecureContext);
  AddReferences(references, kMethods);
}

}  // namespace se::crypto
