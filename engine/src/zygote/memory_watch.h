#ifndef SE_ZYGOTE_MEMORY_WATCH_H_
#define SE_ZYGOTE_MEMORY_WATCH_H_

#include <cstddef>

namespace se {

// Keeps a VM's process within limits.vmMemoryMb: looks at what its memory has grown by since it was forked. Over the limit
// the largest guest is ended; when that does not help within a moment, or nobody is left to end, the VM is.
class MemoryWatch {
 public:
  // `statm`: /proc/self/statm, open.
  MemoryWatch(int statm, size_t limit_bytes);

  // Called every 20 ms while guests run or the process is over its limit, on one thread at a time. Whether it is.
  bool Look();
  // What the process has grown by, in bytes.
  size_t Growth() const;

 private:
  int statm_;
  size_t limit_;
  size_t pages_at_fork_;
  double over_since_ms_ = 0;  // 0: it is not over the limit
};

}  // namespace se

#endif  // SE_ZYGOTE_MEMORY_WATCH_H_
