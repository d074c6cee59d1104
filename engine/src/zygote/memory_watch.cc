#include "memory_watch.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include "guest_thread.h"
#include "vm_end.h"

namespace se {

namespace {

// How long a guest that was ended for its memory may take to give it back.
constexpr double kGraceMs = 500;

// Resident memory without that of files, by proc_pid_statm(5): pages of files, the zygote's heaps among them, are shared.
size_t OwnPages(int statm) {
  char text[128] = {};
  unsigned long size = 0, resident = 0, shared = 0;
  if (pread(statm, text, sizeof(text) - 1, 0) <= 0 || sscanf(text, "%lu %lu %lu", &size, &resident, &shared) != 3)
    EndVm(VmEnd::kFatalError, "the memory of the process can't be measured");
  return resident > shared ? resident - shared : 0;
}

}  // namespace

MemoryWatch::MemoryWatch(int statm, size_t limit_bytes)
    : statm_(statm), limit_(limit_bytes), pages_at_fork_(OwnPages(statm)) {}

size_t MemoryWatch::Growth() const {
  size_t pages = OwnPages(statm_);
  return pages > pages_at_fork_ ? (pages - pages_at_fork_) * static_cast<size_t>(getpagesize()) : 0;
}

bool MemoryWatch::Look() {
  if (Growth() > limit_) malloc_trim(0);
  if (Growth() <= limit_) {
    over_since_ms_ = 0;
    return false;
  }
  double now = SteadyMs();
  if (over_since_ms_ != 0 && now - over_since_ms_ < kGraceMs) return true;
  std::shared_ptr<GuestThread> largest = GuestRegistry::Get().Largest();
  if (!largest) EndVm(VmEnd::kMemoryLimit, nullptr);
  over_since_ms_ = now;
  largest->Terminate("memory");
  return true;
}

}  // namespace se
