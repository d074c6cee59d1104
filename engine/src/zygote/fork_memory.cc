#include "fork_memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace se {

namespace {

struct Mapping {
  char* address;
  size_t size;
  bool is_heap;  // private, anonymous, readable and writable, not executable
};

// The mappings that a child would not have, by the flag "dc" of proc_pid_smaps(5).
bool FindUnforked(std::vector<Mapping>* found, std::string* error) {
  FILE* file = fopen("/proc/self/smaps", "re");
  if (file == nullptr) {
    *error = std::string("/proc/self/smaps can't be read: ") + strerror(errno);
    return false;
  }
  char line[4096];
  Mapping current{};
  while (fgets(line, sizeof(line), file) != nullptr) {
    unsigned long start, end, inode;
    char permissions[8];
    if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &start, &end, permissions, &inode) == 4) {
      bool is_heap = strcmp(permissions, "rw-p") == 0 && inode == 0 && strchr(line, '[') == nullptr;
      current = {reinterpret_cast<char*>(start), end - start, is_heap};
    } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dc") != nullptr) {
      found->push_back(current);
    }
  }
  fclose(file);
  return true;
}

bool Fail(const char* what, std::string* error) {
  *error = std::string(what) + ": " + strerror(errno);
  return false;
}

// Copies what is not zero: the rest of the file is a hole.
bool CopyTo(int file, off_t offset, const Mapping& mapping) {
  constexpr size_t kPage = 4096;
  static const char zeros[kPage] = {};
  for (size_t at = 0; at < mapping.size; at += kPage) {
    size_t count = std::min(kPage, mapping.size - at);
    if (memcmp(mapping.address + at, zeros, count) == 0) continue;
    if (pwrite(file, mapping.address + at, count, offset + static_cast<off_t>(at)) != static_cast<ssize_t>(count))
      return false;
  }
  return true;
}

}  // namespace

bool ForkableMemory::Allow(std::string* error) {
  std::vector<Mapping> mappings;
  if (!FindUnforked(&mappings, error)) return false;
  for (const Mapping& mapping : mappings) {
    if (madvise(mapping.address, mapping.size, MADV_DOFORK) != 0)
      return Fail("V8's memory can't be given to a child: madvise", error);
    mappings_.emplace_back(mapping.address, mapping.size);
  }
  return true;
}

ForkableMemory::~ForkableMemory() {
  for (auto [address, size] : mappings_) madvise(address, size, MADV_DONTFORK);
}

bool ShareHeaps(std::string* error) {
  std::vector<Mapping> mappings;
  if (!FindUnforked(&mappings, error)) return false;
  int file = memfd_create("heaps", MFD_CLOEXEC);
  if (file < 0) return Fail("memfd_create", error);
  off_t offset = 0;
  bool ok = true;
  for (const Mapping& mapping : mappings) {
    if (!mapping.is_heap) continue;
    ok = ftruncate(file, offset + static_cast<off_t>(mapping.size)) == 0 && CopyTo(file, offset, mapping) &&
         mmap(mapping.address, mapping.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file,
              offset) != MAP_FAILED;
    if (!ok) break;
    offset += static_cast<off_t>(mapping.size);
  }
  if (!ok) Fail("V8's heaps can't be shared", error);
  close(file);
  return ok;
}

}  // namespace se
