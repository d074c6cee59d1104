#ifndef SE_ZYGOTE_ZYGOTE_H_
#define SE_ZYGOTE_ZYGOTE_H_

#include <v8.h>

#include <string>
#include <vector>

#include "channel.h"
#include "descriptors.h"
#include "fork_memory.h"

namespace se {

// A process that has booted the engine and some guests' isolates, and is forked for every VM. It runs no guest's code, ever.
class Zygote {
 public:
  Zygote(v8::Isolate* isolate, int requests, int answers) : isolate_(isolate), channel_(requests, answers) {}

  // One end of a socket pair, on which JavaScript builds the connection of a VM to come: in a child, its host is at the
  // other end. -1 if there are no descriptors.
  int MakePlaceholder();

  struct Child {
    uint32_t id = 0;  // 0: this is the zygote still
    std::string walls;  // JSON: which stand
  };
  // Waits for requests and forks. Returns in each child; in the zygote when nothing came for `idle_ms` (-1: never). Where the
  // host is gone, the zygote ends. `error`: what keeps the process from being forked.
  Child Serve(int idle_ms, std::string* error);
  // Tells the host that all has been done that makes later VMs cheaper: no JavaScript runs any more but in children.
  void TellWarm();

 private:
  struct Vm {
    uint32_t id;
    pid_t pid;
    int log;  // the end of a pipe that is its stderr
  };

  bool PrepareFork(ForkableMemory* memory, std::string* error);
  // False in the zygote.
  bool Fork(const ZygoteRequest& request, Child* child);
  void BecomeVm(const ZygoteRequest& request, int connection, int log, pid_t zygote, Child* child);
  void Kill(uint32_t id);
  void Reap();
  [[noreturn]] void End();

  v8::Isolate* isolate_;
  ZygoteChannel channel_;
  InheritedDescriptors inherited_;
  int placeholder_ = -1;
  std::vector<Vm> vms_;
  bool warm_ = false;
  bool heaps_shared_ = false;
};

}  // namespace se

#endif  // SE_ZYGOTE_ZYGOTE_H_
