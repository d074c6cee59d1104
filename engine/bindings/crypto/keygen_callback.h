#ifndef SE_CRYPTO_KEYGEN_CALLBACK_H_
#define SE_CRYPTO_KEYGEN_CALLBACK_H_

#include "job.h"
#include "openssl.h"

namespace se::crypto {

// Stops OpenSSL's searches for primes when the guest is being ended.
class StopCallback {
 public:
  explicit StopCallback(Env* env) : callback_(BN_GENCB_new()) {
    if (callback_)
      BN_GENCB_set(
          callback_.get(),
          [](int, int, BN_GENCB* callback) -> int {
            return !ShouldStop(static_cast<Env*>(BN_GENCB_get_arg(callback)));
          },
          env);
  }
  // Null when memory was short.
  BN_GENCB* get() const { return callback_.get(); }

  // The same for a key generation.
  static void Install(Env* env, EVP_PKEY_CTX* context) {
    EVP_PKEY_CTX_set_app_data(context, env);
    EVP_PKEY_CTX_set_cb(context, [](EVP_PKEY_CTX* context) -> int {
      return !ShouldStop(static_cast<Env*>(EVP_PKEY_CTX_get_app_data(context)));
    });
  }

 private:
  Owned<BN_GENCB, BN_GENCB_free> callback_;
};

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEYGEN_CALLBACK_H_
