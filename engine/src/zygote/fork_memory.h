#ifndef SE_ZYGOTE_FORK_MEMORY_H_
#define SE_ZYGOTE_FORK_MEMORY_H_

#include <string>

namespace se {

// V8 keeps its memory from children of the process (MADV_DONTFORK), without which none could run JavaScript. Takes that back
// for all that is mapped now. False with a reason if the system doesn't allow it.
bool AllowFork(std::string* error);

}  // namespace se

#endif  // SE_ZYGOTE_FORK_MEMORY_H_
