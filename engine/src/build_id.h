#ifndef SE_BUILD_ID_H_
#define SE_BUILD_ID_H_

#include <cstddef>

namespace se {

// The id that the linker gave this addon (ld's --build-id), at most `size` bytes of it; zeros behind it.
void ReadBuildId(char* out, size_t size);

}  // namespace se

#endif  // SE_BUILD_ID_H_
