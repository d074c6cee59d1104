#include "allowed_calls.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace se {

namespace {

// Younger than the headers of some systems that this is built on.
constexpr uint32_t kPrSetVma = 0x53564d41;
constexpr uint32_t kPrSetVmaAnonName = 0;
constexpr uint32_t kMadvGuardInstall = 102;
constexpr uint32_t kMadvGuardRemove = 103;

// In the order of how often they are called: the program is read from its beginning. (Newer kernels remember which
// calls pass whatever their arguments are, and don't read it for those.)

// Locks and condition variables; what comes over the connection, and the loop that waits for it.
void AllowFrequent(SyscallFilter* filter) {
  filter->Allow({__NR_futex, __NR_read, __NR_write, __NR_epoll_pwait, __NR_epoll_ctl});
#ifdef __NR_epoll_wait
  filter->Allow({__NR_epoll_wait});
#endif
}

// Clocks. The vDSO answers most without a call; a thread's CPU time is one. Other processes have clocks, too, which
// would tell what they do: a negative number names one, unless its low bits say that it is a thread's. Of threads, the
// kernel answers for those of the own process alone.
void AllowClocks(SyscallFilter* filter) {
  constexpr uint32_t kNegative = 1u << 31;
  constexpr uint32_t kKind = 7;
  constexpr uint32_t kThreadCpu = 6;
  filter->AllowIf(__NR_clock_gettime, {
                                          {HasBits(0, kNegative, 0)},
                                          {HasBits(0, kNegative | kKind, kNegative | kThreadCpu)},
                                      });
  filter->AllowIf(__NR_clock_getres, {{HasBits(0, kNegative, 0)}});
  filter->AllowIf(__NR_clock_nanosleep, {{HasBits(0, kNegative, 0)}});
  filter->Allow({__NR_gettimeofday, __NR_nanosleep});
}

// Memory without a file: none is mapped any more, huge pages are a supply that all share, and locked memory is taken
// from others. Memory is made executable by V8's compilers; on processors with protection keys they use those.
void AllowMemory(SyscallFilter* filter) {
  filter->AllowIf(__NR_madvise, {
                                    {Is(2, MADV_DONTNEED)},
                                    {Is(2, MADV_FREE)},
                                    {Is(2, MADV_NOHUGEPAGE)},
                                    // V8 keeps its mappings out of forks, OpenSSL keys out of core dumps.
                                    {Is(2, MADV_DONTFORK)},
                                    {Is(2, MADV_DONTDUMP)},
                                    // How newer C libraries guard the stacks of threads.
                                    {Is(2, kMadvGuardInstall)},
                                    {Is(2, kMadvGuardRemove)},
                                });
  filter->Allow({__NR_mprotect, __NR_pkey_mprotect, __NR_munmap});
  filter->AllowIf(__NR_mmap, {{HasBits(3, MAP_ANONYMOUS | MAP_HUGETLB | MAP_LOCKED | MAP_GROWSDOWN, MAP_ANONYMOUS)}});
  filter->Allow({__NR_mremap, __NR_brk});
}

// What is open already; only pipes, event and epoll descriptors are made anew, for libuv's loop. Nothing that names a
// file passes, and nothing that sends or receives descriptors: libuv reads and writes its streams plainly.
void AllowDescriptors(SyscallFilter* filter) {
  filter->Allow({__NR_writev, __NR_readv, __NR_close, __NR_shutdown, __NR_fstat});
  // How the process looks at its own memory, again and again.
  filter->Allow({__NR_pread64});
  filter->Allow({__NR_eventfd2, __NR_epoll_create1, __NR_pipe2, __NR_ppoll});
#ifdef __NR_poll
  filter->Allow({__NR_poll});
#endif
  filter->AllowIf(__NR_ioctl, {{Is(1, FIONBIO)}, {Is(1, FIOCLEX)}});
  filter->AllowIf(__NR_fcntl, {{Is(1, F_GETFL)}, {Is(1, F_GETFD)}, {Is(1, F_SETFD)}});
}

// Threads, never processes. clone3 keeps its flags in memory, where a program can't look: without it the C library uses
// clone. The flags are those of pthread_create.
void AllowThreads(SyscallFilter* filter) {
  constexpr uint32_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                               CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  filter->AllowIf(__NR_clone, {{IsExactly(0, kThread)}});
  filter->Refuse(__NR_clone3, ENOSYS);
  filter->Allow({__NR_set_robust_list, __NR_rseq, __NR_sched_yield, __NR_membarrier});
  // pthread_getattr_np, which tells a thread where its stack is, asks for the mask by the thread's number, and takes
  // ENOSYS for an answer.
  filter->AllowIf(__NR_sched_getaffinity, {{Is(0, 0)}}, ENOSYS);
  // Names of threads and, from V8 and newer C libraries, of mappings.
  filter->AllowIf(__NR_prctl, {
                                  {Is(0, PR_SET_NAME)},
                                  {Is(0, PR_GET_NAME)},
                                  {Is(0, kPrSetVma), IsExactly(1, kPrSetVmaAnonName)},
                              });
}

// Signals that the process gives itself: abort() and the profiler's tick. It can end itself by them, too, and so need
// not have kill().
void AllowSignals(SyscallFilter* filter, pid_t pid) {
  filter->Allow({__NR_rt_sigprocmask, __NR_rt_sigaction, __NR_rt_sigreturn, __NR_sigaltstack, __NR_restart_syscall});
  filter->AllowIf(__NR_tgkill, {{Is(0, static_cast<uint32_t>(pid))}});
#ifdef __NR_pause
  filter->Allow({__NR_pause});
#endif
}

// Questions about the process itself. Node ends itself when it can't have uname.
void AllowQuestions(SyscallFilter* filter) {
  filter->Allow({__NR_getpid, __NR_gettid, __NR_getrandom, __NR_getrusage, __NR_uname});
  // Limits may be read, not set: the fourth argument takes the old ones.
  filter->AllowIf(__NR_prlimit64, {{Is(0, 0), IsExactly(2, 0)}});
}

// A client of TCP over the internet protocols, as libuv is one. It neither listens nor chooses its own port.
void AllowNetwork(SyscallFilter* filter) {
  constexpr uint32_t kType = ~static_cast<uint32_t>(SOCK_NONBLOCK | SOCK_CLOEXEC);
  filter->AllowIf(__NR_socket, {
                                   {Is(0, AF_INET), HasBits(1, kType, SOCK_STREAM), Is(2, 0)},
                                   {Is(0, AF_INET6), HasBits(1, kType, SOCK_STREAM), Is(2, 0)},
                               });
  filter->Allow({__NR_connect, __NR_getsockopt, __NR_getsockname, __NR_getpeername});
  filter->AllowIf(__NR_setsockopt, {
                                       {Is(1, SOL_SOCKET), Is(2, SO_KEEPALIVE)},
                                       {Is(1, IPPROTO_TCP), Is(2, TCP_NODELAY)},
                                       {Is(1, IPPROTO_TCP), Is(2, TCP_KEEPIDLE)},
                                       {Is(1, IPPROTO_TCP), Is(2, TCP_KEEPINTVL)},
                                       {Is(1, IPPROTO_TCP), Is(2, TCP_KEEPCNT)},
                                   });
}

}  // namespace

std::vector<sock_filter> FilterCalls(const AllowedCalls& allowed) {
  SyscallFilter filter(allowed.refusal);
  AllowFrequent(&filter);
  AllowClocks(&filter);
  AllowMemory(&filter);
  AllowDescriptors(&filter);
  AllowThreads(&filter);
  AllowSignals(&filter, allowed.pid);
  AllowQuestions(&filter);
  filter.Allow({__NR_exit, __NR_exit_group});
  if (allowed.network) AllowNetwork(&filter);
  return filter.Finish();
}

}  // namespace se
