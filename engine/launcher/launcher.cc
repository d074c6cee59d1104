// Starts the engine: launcher <host's pid> <engine> <script>. What has to be settled before the engine's own boot, which may
// hang where a system is short of threads: then the host's end must end it, too.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

// Node starts seven threads of its own, the engine some more.
constexpr int kThreads = 12;
constexpr int kFailed = 75;  // EX_TEMPFAIL

void* Wait(void* barrier) {
  pthread_barrier_wait(static_cast<pthread_barrier_t*>(barrier));
  return nullptr;
}

// Node's boot hangs when it gets no thread: whether there are enough is tried before.
int TryThreads() {
  pthread_barrier_t barrier;
  pthread_t threads[kThreads];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 * 1024);
  pthread_barrier_init(&barrier, nullptr, kThreads + 1);
  for (pthread_t& thread : threads) {
    // Those that were made end with the process.
    if (int error = pthread_create(&thread, &attributes, Wait, &barrier)) return error;
  }
  pthread_barrier_wait(&barrier);
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  return 0;
}

int Fail(const char* what, int error) {
  fprintf(stderr, "%s: %s\n", what, strerror(error));
  return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return Fail("launcher", EINVAL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != atoi(argv[1])) return kFailed;
  // Huge pages would be copied whole at the first write of a forked process.
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  if (int error = TryThreads()) return Fail("the system gives no more threads", error);
  // The engine answers on that descriptor itself.
  unsetenv("NODE_CHANNEL_FD");
  unsetenv("NODE_CHANNEL_SERIALIZATION_MODE");
  char workers[] = "--v8-pool-size=1";  // V8 has the engine's
  // It collects garbage in idle heaps: of a forked process, each collection would make most pages its own.
  char reducer[] = "--no-memory-reducer";
  char* arguments[] = {argv[2], workers, reducer, argv[3], nullptr};
  execv(argv[2], arguments);
  int error = errno;
  // The kernel says so of a program whose loader is missing, too.
  if (error == ENOENT && access(argv[2], F_OK) == 0)
    fprintf(stderr, "its loader is missing: it needs the GNU C library (glibc)\n");
  return Fail(argv[2], error);
}
