#ifndef SE_EXECUTION_GUARD_H_
#define SE_EXECUTION_GUARD_H_

#include <v8.h>

#include <chrono>
#include <cstdint>

#include "env.h"

namespace se {

// Watches a stretch of guest code that must end in time (vm's `timeout`) or may be broken off by SIGINT (vm's
// `breakOnSigint`). Lives on the stack around the call into JavaScript; guards nest.
//
//   ExecutionGuard guard(env, timeout_ms, break_on_sigint);
//   if (!guard.Start()) return;              // an exception is pending
//   result = script->Run(context);
//   if (guard.Finish()) return;              // broken off; an exception is pending or the process is ending
class ExecutionGuard {
 public:
  // `timeout_ms` < 0 means no limit.
  ExecutionGuard(Env* env, int64_t timeout_ms, bool break_on_sigint);
  ~ExecutionGuard();
  ExecutionGuard(const ExecutionGuard&) = delete;
  ExecutionGuard& operator=(const ExecutionGuard&) = delete;

  // False, with an exception pending, when the system has no thread for the clock.
  bool Start();
  // Ends the watch. True when this guard broke the code off: its termination is then taken back and
  // ERR_SCRIPT_EXECUTION_TIMEOUT or ERR_SCRIPT_EXECUTION_INTERRUPTED thrown, unless an outer guard or the end of the
  // process wants the termination to go on.
  bool Finish();

 private:
  friend class GuardClock;

  Env* env_;
  v8::Isolate* isolate_;
  int64_t timeout_ms_;
  std::chrono::steady_clock::time_point deadline_;
  bool break_on_sigint_;
  bool running_ = false;
  // The rest is guarded by the clock's mutex.
  bool timed_out_ = false;
  bool interrupted_ = false;
  ExecutionGuard* outer_ = nullptr;  // the env's next guard outwards
};

// What the system calls the clock's thread.
constexpr char kGuardClockThreadName[] = "guard clock";
// Ends that thread, before a fork; the next guard with a time-out starts it anew.
void StopGuardClock();

// Keeps SIGINT from its default action while the guest waits for it without a handler (the REPL's reading of a line).
// Nests; Stop tells whether a SIGINT came that no Stop has told of yet.
void StartSigintWatch(Env* env);
bool StopSigintWatch(Env* env);
bool HasPendingSigint(Env* env);

// Called, from any thread, when SIGINT is about to end the guest of `isolate`: breaks off its innermost guard that asks
// for it. False when nothing watches, so that the signal takes its usual way. The isolate may be gone already.
bool InterruptBySigint(v8::Isolate* isolate);

}  // namespace se

#endif  // SE_EXECUTION_GUARD_H_
