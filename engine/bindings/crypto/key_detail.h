#ifndef SE_CRYPTO_KEY_DETAIL_H_
#define SE_CRYPTO_KEY_DETAIL_H_

#include "binding.h"
#include "key_data.h"

namespace se::crypto {

// Writes what Node's asymmetricKeyDetails shows of the key to `target`; false with an exception pending.
bool DescribeKey(Env* env, const KeyData& key, v8::Local<v8::Object> target);

}  // namespace se::crypto

#endif  // SE_CRYPTO_KEY_DETAIL_H_
