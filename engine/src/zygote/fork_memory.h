#ifndef SE_ZYGOTE_FORK_MEMORY_H_
#define SE_ZYGOTE_FORK_MEMORY_H_

#include <string>
#include <utility>
#include <vector>

namespace se {

// V8 keeps its memory from children of the process (MADV_DONTFORK), without which none could run JavaScript. While one of these
// lives, children get all that was mapped when it was made; no JavaScript may run meanwhile in this process.
class ForkableMemory {
 public:
  ForkableMemory() = default;
  // In a child, nothing is left to be taken back.
  ~ForkableMemory();
  ForkableMemory(const ForkableMemory&) = delete;
  ForkableMemory& operator=(const ForkableMemory&) = delete;

  // False with a reason if the system doesn't allow it.
  bool Allow(std::string* error);
  void Keep() { mappings_.clear(); }

 private:
  std::vector<std::pair<void*, size_t>> mappings_;
};

// Moves V8's heaps into a file in memory, of which the process and its children have private views: a fork then costs the
// same however large they are, for views need no page tables before they are touched. For a zygote that runs no more
// JavaScript. Only the calling thread may be using the heaps.
//
// What V8 gives back of such memory (MADV_DONTNEED) it finds again as it was here, rather than zeroed; it takes both for
// arbitrary. What it needs zeroed it maps anew.
bool ShareHeaps(std::string* error);

}  // namespace se

#endif  // SE_ZYGOTE_FORK_MEMORY_H_
