#include "dh_group.h"

#include <strings.h>

namespace se::crypto {

namespace {

struct Group {
  const char* name;
  BIGNUM* (*prime)(BIGNUM*);
};

constexpr Group kGroups[] = {
    {"modp1", BN_get_rfc2409_prime_768},   {"modp2", BN_get_rfc2409_prime_1024},
    {"modp5", BN_get_rfc3526_prime_1536},  {"modp14", BN_get_rfc3526_prime_2048},
    {"modp15", BN_get_rfc3526_prime_3072}, {"modp16", BN_get_rfc3526_prime_4096},
    {"modp17", BN_get_rfc3526_prime_6144}, {"modp18", BN_get_rfc3526_prime_8192},
};

}  // namespace

Dh NewDhGroup(const std::string& name) {
  for (const Group& group : kGroups) {
    if (strcasecmp(name.c_str(), group.name) != 0) continue;
    Bignum prime(group.prime(nullptr));
    Bignum generator(BN_new());
    Dh dh(DH_new());
    if (!prime || !generator || !dh || BN_set_word(generator.get(), 2) != 1 ||
        DH_set0_pqg(dh.get(), prime.get(), nullptr, generator.get()) != 1)
      return {};
    prime.release();
    generator.release();
    return dh;
  }
  return {};
}

}  // namespace se::crypto
