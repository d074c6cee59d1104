#ifndef SE_RANDOM_SEED_H_
#define SE_RANDOM_SEED_H_

#include <sys/random.h>

#include <cstdint>

namespace se {

// From the system; never zero.
inline int64_t RandomSeed() {
  int64_t seed = 0;
  while (seed == 0)
    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) seed = 0;
  return seed;
}

}  // namespace se

#endif  // SE_RANDOM_SEED_H_
