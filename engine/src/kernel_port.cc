#include "kernel_port.h"

#include <node.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

#include "binding.h"
#include "platform.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::TryCatch;
using v8::Value;

KernelPort& Kernel() {
  // Never destroyed: guest threads may outlive static destruction.
  static KernelPort* port = new KernelPort();
  return *port;
}

void KernelPort::Notify() {
  uint64_t one = 1;
  ssize_t ignored = write(wake_fd, &one, sizeof(one));
  (void)ignored;
}

void KernelPort::PostExit(int tid, std::string reason, std::string detail) {
  {
    std::lock_guard<std::mutex> lock(exits_mutex);
    exits.push_back({tid, std::move(reason), std::move(detail)});
  }
  Notify();
}

namespace {

void DeliverExits(KernelPort& kernel, Local<Context> context) {
  std::vector<KernelPort::Exit> batch;
  {
    std::lock_guard<std::mutex> lock(kernel.exits_mutex);
    batch.swap(kernel.exits);
  }
  Isolate* isolate = context->GetIsolate();
  for (const KernelPort::Exit& exit : batch) {
    Local<v8::String> reason, detail;
    if (!Utf8(isolate, exit.reason).ToLocal(&reason) || !Utf8(isolate, exit.detail).ToLocal(&detail)) continue;
    Local<Value> argv[] = {v8::Integer::New(isolate, exit.tid), reason, detail};
    (void)kernel.on_exit.Get(isolate)->Call(context, v8::Undefined(isolate), 3, argv);
  }
}

// libuv adds new watchers to its epoll set only inside uv_run; until then an outside poll would not see them. Where nothing
// keeps the loop alive, uv_run leaves them alone.
bool HasUnregisteredWatchers(uv_loop_t* loop) {
  return uv_loop_alive(loop) && loop->watcher_queue.next != &loop->watcher_queue;
}

}  // namespace

void Serve(Isolate* isolate, Local<Function> tick) {
  KernelPort& kernel = Kernel();
  Local<Context> context = isolate->GetCurrentContext();
  uv_loop_t* loop = node::GetCurrentEventLoop(isolate);
  kernel.stopping = false;
  while (!kernel.stopping.load()) {
    {
      HandleScope scope(isolate);
      do {
        uv_run(loop, UV_RUN_NOWAIT);
        DeliverExits(kernel, context);
        (void)tick->Call(context, v8::Undefined(isolate), 0, nullptr);
        isolate->PerformMicrotaskCheckpoint();
      } while (HasUnregisteredWatchers(loop) && !kernel.stopping.load());
    }
    if (kernel.stopping.load()) break;
    v8::Unlocker unlocker(isolate);
    int timeout = uv_backend_timeout(loop);
    // With no active handle libuv says "don't wait"; there is nothing to wait for but our own wake-up then.
    if (timeout == 0 && !uv_loop_alive(loop)) timeout = -1;
    struct pollfd fds[] = {{uv_backend_fd(loop), POLLIN, 0}, {kernel.wake_fd, POLLIN, 0}};
    poll(fds, 2, timeout);
    uint64_t count;
    ssize_t ignored = read(kernel.wake_fd, &count, sizeof(count));
    (void)ignored;
  }
}

}  // namespace se
