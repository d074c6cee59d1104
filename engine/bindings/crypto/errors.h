#ifndef SE_CRYPTO_ERRORS_H_
#define SE_CRYPTO_ERRORS_H_

#include <string>
#include <vector>

#include "binding.h"

namespace se::crypto {

// What went wrong in one operation: OpenSSL's messages, the latest first, as Node lists them.
class ErrorList {
 public:
  // Takes all errors from the thread's queue.
  void Capture();
  void Add(std::string message) { messages_.push_back(std::move(message)); }
  bool empty() const { return messages_.empty(); }
  // An Error with the last message of the list; the others become its `opensslErrorStack`.
  v8::MaybeLocal<v8::Value> ToException(Env* env) const;
  // An Error with `message`; all of the list becomes its `opensslErrorStack`.
  v8::MaybeLocal<v8::Object> ToException(Env* env, std::string_view message) const;

 private:
  v8::MaybeLocal<v8::Object> Make(Env* env, std::string_view message, size_t count) const;
  std::vector<std::string> messages_;
};

// Throws Node's error for OpenSSL's `error` (from ERR_get_error): `library`, `reason`, `code` and, for what else is in
// the queue, `opensslErrorStack`. With `error` 0 the message is `fallback`.
void ThrowOpenSslError(Env* env, unsigned long error, const char* fallback = nullptr);
// The same for the oldest error of the queue.
void ThrowLastError(Env* env, const char* fallback = nullptr);

void ThrowOutOfMemory(Env* env);
// TypeError ERR_CRYPTO_INVALID_DIGEST.
void ThrowInvalidDigest(Env* env, std::string_view name);

}  // namespace se::crypto

#endif  // SE_CRYPTO_ERRORS_H_
