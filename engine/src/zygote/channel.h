#ifndef SE_ZYGOTE_CHANNEL_H_
#define SE_ZYGOTE_CHANNEL_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace se {

// What the host asks of the zygote: twelve bytes on the zygote's stdin.
struct ZygoteRequest {
  enum Operation : uint8_t { kFork = 'F', kKill = 'K' };
  uint8_t operation;
  uint8_t flags;
  uint16_t unused;
  uint32_t id;         // of the VM, chosen by the host, never used again
  uint32_t memory_mb;  // kFork: limits.vmMemoryMb

  static constexpr uint8_t kNoJail = 1;  // kFork: without the second wall
};
static_assert(sizeof(ZygoteRequest) == 12);

// A JSON string. Bytes beyond ASCII come out as one character each: this is for messages of the engine, which are ASCII.
std::string QuoteJson(const std::string& text);

// The zygote's ends of its pipes with the host. Answers go out on the socket that Node made for IPC with a child, in the form
// that Node reads there: lines of JSON, a descriptor beside them. So the host gets a VM's connection in hand: it has no name
// that anybody else could connect to, and needs no file.
class ZygoteChannel {
 public:
  ZygoteChannel(int requests, int answers) : requests_(requests), answers_(answers) {}

  int requests_fd() const { return requests_; }
  int answers_fd() const { return answers_; }
  // Reads what has come. False when the host is gone.
  bool Receive();
  std::optional<ZygoteRequest> Next();
  // Discards what Node's side says of itself on the answers' socket. False when the host is gone.
  bool Discard();
  // Sends a line; `descriptor` -1: none. False when the host is gone.
  bool Send(const std::string& json, int descriptor = -1);

  // A VM's connection and the pid of its process.
  bool SendVm(uint32_t id, pid_t pid, int connection);
  // The end of a process, as waitpid(2) tells it, and the last that it wrote to stderr.
  bool SendExit(uint32_t id, int status, const std::string& log);
  // What can't be done, and why.
  bool SendFailure(uint32_t id, const std::string& reason);

 private:
  int requests_;
  int answers_;
  std::string received_;
};

}  // namespace se

#endif  // SE_ZYGOTE_CHANNEL_H_
