#include "fork_memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <utility>
#include <vector>

namespace se {

namespace {

// The mappings that a child would not have, by the flag "dc" of proc_pid_smaps(5).
bool FindUnforked(std::vector<std::pair<uintptr_t, uintptr_t>>* found) {
  FILE* file = fopen("/proc/self/smaps", "re");
  if (file == nullptr) return false;
  char line[4096];
  unsigned long from = 0, to = 0;
  while (fgets(line, sizeof(line), file) != nullptr) {
    unsigned long start, end;
    char permissions[8];
    if (sscanf(line, "%lx-%lx %4s", &start, &end, permissions) == 3) {
      from = start;
      to = end;
    } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dc") != nullptr) {
      found->emplace_back(from, to);
    }
  }
  fclose(file);
  return true;
}

}  // namespace

bool AllowFork(std::string* error) {
  std::vector<std::pair<uintptr_t, uintptr_t>> mappings;
  if (!FindUnforked(&mappings)) {
    *error = std::string("/proc/self/smaps can't be read: ") + strerror(errno);
    return false;
  }
  for (auto [from, to] : mappings) {
    if (madvise(reinterpret_cast<void*>(from), to - from, MADV_DOFORK) == 0) continue;
    *error = std::string("V8's memory can't be given to a child: madvise: ") + strerror(errno);
    return false;
  }
  return true;
}

}  // namespace se
