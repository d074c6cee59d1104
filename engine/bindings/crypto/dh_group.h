#ifndef SE_CRYPTO_DH_GROUP_H_
#define SE_CRYPTO_DH_GROUP_H_

#include <string>

#include "openssl.h"

namespace se::crypto {

// The parameters of a MODP group (modp1 … modp18, RFC 2409 and 3526) by its name in any case; null if there is none.
Dh NewDhGroup(const std::string& name);

}  // namespace se::crypto

#endif  // SE_CRYPTO_DH_GROUP_H_
