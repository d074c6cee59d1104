#ifndef SE_KERNEL_PORT_H_
#define SE_KERNEL_PORT_H_

#include <v8.h>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace se {

// The kernel as the engine sees it: a function in the process's main isolate, plus the table of argument directions.
// There is one in the process. Fields are set once by Init, before any guest thread exists.
struct KernelPort {
  v8::Isolate* isolate = nullptr;
  v8::Global<v8::Context> context;
  v8::Global<v8::Function> dispatch;   // (tid, nr, ...args) => result
  v8::Global<v8::Function> interrupt;  // (tid): the sleeping call of this task answers EINTR next
  v8::Global<v8::Function> on_exit;    // (tid, reason, detail), on the main thread
  double* block_deadline = nullptr;    // ms on the clock of performance.now(), Infinity: none
  std::shared_ptr<v8::BackingStore> block_deadline_store;
  double time_origin_ms = 0;           // steady clock at performance.now() === 0, in ms
  std::vector<std::string> signatures;  // by syscall number
  v8::Global<v8::ArrayBuffer> scratch;
  uint8_t* scratch_data = nullptr;
  int wake_fd = -1;
  std::atomic<bool> stopping{false};

  std::mutex exits_mutex;
  struct Exit {
    int tid;
    std::string reason;
    std::string detail;
  };
  std::vector<Exit> exits;

  void Notify();  // wakes the main thread out of its sleep; any thread
  void PostExit(int tid, std::string reason, std::string detail);
};

constexpr size_t kScratchSize = 64 * 1024;

KernelPort& Kernel();

// Parks the calling main thread: serves libuv and the kernel's deferred work until Stop.
void Serve(v8::Isolate* isolate, v8::Local<v8::Function> tick);

}  // namespace se

#endif  // SE_KERNEL_PORT_H_
