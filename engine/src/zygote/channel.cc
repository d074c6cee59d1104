#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace se {

std::string QuoteJson(const std::string& text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    char escaped[8];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
      snprintf(escaped, sizeof(escaped), "\\u%04x", c);
      out += escaped;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

namespace {

// True if bytes came or none were there yet.
bool ReadSome(int fd, std::string* out) {
  char buffer[4096];
  for (;;) {
    ssize_t count = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (count < 0 && errno == ENOTSOCK) count = read(fd, buffer, sizeof(buffer));
    if (count > 0) out->append(buffer, static_cast<size_t>(count));
    if (count > 0) return true;
    if (count < 0 && errno == EINTR) continue;
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

}  // namespace

bool ZygoteChannel::Receive() { return ReadSome(requests_, &received_); }

std::optional<ZygoteRequest> ZygoteChannel::Next() {
  if (received_.size() < sizeof(ZygoteRequest)) return std::nullopt;
  ZygoteRequest request;
  memcpy(&request, received_.data(), sizeof(request));
  received_.erase(0, sizeof(request));
  return request;
}

bool ZygoteChannel::Discard() {
  std::string ignored;
  return ReadSome(answers_, &ignored);
}

bool ZygoteChannel::Send(const std::string& json, int descriptor) {
  std::string line = json + "\n";
  size_t sent = 0;
  while (sent < line.size()) {
    iovec part = {line.data() + sent, line.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (descriptor >= 0 && sent == 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof(control);
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    ssize_t count = sendmsg(answers_, &message, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd writable = {answers_, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool ZygoteChannel::SendVm(uint32_t id, pid_t pid, int connection) {
  std::string message = "{\"vm\":" + std::to_string(id) + ",\"pid\":" + std::to_string(pid) + "}";
  return Send("{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Socket\",\"msg\":" + message + "}", connection);
}

bool ZygoteChannel::SendExit(uint32_t id, int status, const std::string& log) {
  std::string how = WIFEXITED(status) ? ",\"code\":" + std::to_string(WEXITSTATUS(status))
                                      : ",\"signal\":" + std::to_string(WTERMSIG(status));
  return Send("{\"exit\":" + std::to_string(id) + how + ",\"log\":" + QuoteJson(log) + "}");
}

bool ZygoteChannel::SendFailure(uint32_t id, const std::string& reason) {
  return Send("{\"failed\":" + std::to_string(id) + ",\"reason\":" + QuoteJson(reason) + "}");
}

}  // namespace se
