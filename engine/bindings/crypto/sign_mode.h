#ifndef SE_CRYPTO_SIGN_MODE_H_
#define SE_CRYPTO_SIGN_MODE_H_

namespace se::crypto {

// kSignJobModeSign and kSignJobModeVerify of the binding.
enum class SignMode : int { kSign = 0, kVerify = 1 };

}  // namespace se::crypto

#endif  // SE_CRYPTO_SIGN_MODE_H_
