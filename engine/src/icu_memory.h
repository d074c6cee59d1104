#ifndef SE_ICU_MEMORY_H_
#define SE_ICU_MEMORY_H_

#include <cstdint>

namespace se {

// ICU's memory behind Intl's objects, of which V8 knows little: a formatter of some kilobytes counts as nothing there.
// From now on ICU allocates through functions that count, for each thread, what it took and gave back. Once a process.
void CountIcuMemory();

// What ICU has allocated on this thread and not freed on it yet: guests' objects, and what ICU keeps in its caches. Less
// than nought where a thread frees what another one allocated.
int64_t IcuMemory();

}  // namespace se

#endif  // SE_ICU_MEMORY_H_
