#include "vm_end.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

namespace se {

void EndVm(VmEnd end, const char* detail) {
  if (detail == nullptr) detail = "";
  iovec parts[] = {{const_cast<char*>(detail), strlen(detail)}, {const_cast<char*>("\n"), 1}};
  if (*detail != '\0') (void)writev(STDERR_FILENO, parts, 2);
  _exit(static_cast<int>(end));
}

}  // namespace se
