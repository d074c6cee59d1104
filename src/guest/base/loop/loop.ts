/**
 * The event loop: libuv's phases (uv_run) over one blocking syscall, epoll_wait(2). What libuv's thread pool does for
 * files happens at once in the syscall; its completion is delivered one poll phase later, as if a pool had done it.
 */
import { ERRNO } from "../../../abi/errno.ts";
import { O_CLOEXEC } from "../../../abi/fcntl.ts";
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } from "../../../abi/poll.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { type Callback, engine, syscall } from "../native.ts";
import { nextNativeTimer, runNativeTimers, setNativeTimerClock } from "./native_timer.ts";
import { takePosted } from "./posted.ts";

/** Called with the ready events (EPOLL* bits) of a watched descriptor. */
export type Watcher = (events: number) => void;

const MAX_EVENTS = 256;
const EINTR = -ERRNO.EINTR;

/**
 * What the loop does, one after the other: callbacks to make, and functions that may give one. A callback's result is
 * handed back if it is a number. All that reaches user-visible code is such a step, so that the generators which make
 * them up are on nobody's stack.
 */
export type Steps = Generator<Callback | (() => Callback | undefined), void, number | undefined>;

/** An operation that has ended. */
export interface Completion {
  /** Notes the end; gives the callback that hears of it, if any. */
  deliver(): Callback | undefined;
  /** Called when that callback has returned. */
  done?(): void;
}

export interface TimerSource {
  /** When the next timer is due, in loop time; Infinity: none. */
  due: number;
  refed: boolean;
  /** Timers that keep the loop alive. */
  activeCount(): number;
  run(): Steps;
}

export interface CheckSource {
  /** Whether an immediate waits; `refed`: one that keeps the loop alive. */
  readonly pending: boolean;
  readonly refed: boolean;
  /** Immediates that keep the loop alive. */
  activeCount(): number;
  run(): Steps;
}

let now = 0;
let epfd = -1;
let activeHandles = 0;
let activeRequests = 0;
const watchers = new Map<number, { events: number; watcher: Watcher }>();
const events = new Int32Array(2 * MAX_EVENTS);
let submitted: Completion[] = [];
let completed: Completion[] = [];
let closing: Completion[] = [];
let timers: TimerSource | undefined;
let check: CheckSource | undefined;
let idleTime = 0;
let iterations = 0;
let eventCount = 0;
let eventsFoundWaiting = 0;
let stopped = false;

setNativeTimerClock(() => now);

export function setTimerSource(source: TimerSource): void {
  timers = source;
}
export function setCheckSource(source: CheckSource): void {
  check = source;
}

/** Milliseconds since the process started, as of the start of this phase (uv_now). */
export function loopNow(): number {
  return now;
}
export function updateTime(): void {
  now = Math.floor(engine.now());
}
/** Milliseconds that the loop has slept. */
export function loopIdleTime(): number {
  return idleTime;
}
/** uv_metrics_info: the loop's iterations, events that it handled, and those of them that it did not have to wait for. */
export function loopMetrics(): [number, number, number] {
  return [iterations, eventCount, eventsFoundWaiting];
}
/** Makes run() return after the current phase (process.exit within a callback never returns at all). */
export function stopLoop(): void {
  stopped = true;
}

export function refHandle(): void {
  activeHandles++;
}
export function unrefHandle(): void {
  activeHandles--;
}

/** Delivers a finished operation in the poll phase after the coming one; keeps the loop alive until then. */
export function complete(completion: Completion): void {
  submitted.push(completion);
}
/** Runs in the closing phase of this iteration. */
export function atClosing(completion: Completion): void {
  closing.push(completion);
}
/** A request under way elsewhere keeps the loop alive. */
export function beginRequest(): void {
  activeRequests++;
}
export function endRequest(): void {
  activeRequests--;
}

/** Watches a descriptor (level-triggered). Returns 0 or -errno. */
export function watch(fd: number, mask: number, watcher: Watcher): number {
  if (epfd < 0) {
    epfd = syscall(SYS.epoll_create1, O_CLOEXEC);
    if (epfd < 0) return epfd;
  }
  const known = watchers.get(fd);
  const result = syscall(SYS.epoll_ctl, epfd, known === undefined ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, mask);
  if (result < 0) return result;
  watchers.set(fd, { events: mask, watcher });
  return 0;
}
/** Whether a watcher has the descriptor: another one would take it away. */
export function isWatched(fd: number): boolean {
  return watchers.has(fd);
}
export function unwatch(fd: number): void {
  if (watchers.delete(fd)) syscall(SYS.epoll_ctl, epfd, EPOLL_CTL_DEL, fd, 0);
}

/** Bits of engine.pendingTasks(). */
const READY = 1;
const ALIVE = 2;
const V8_TASKS = 4;

/** uv_loop_alive: tasks of V8 are no handles. */
export function isAlive(): boolean {
  return (
    activeHandles > 0 ||
    activeRequests > 0 ||
    submitted.length > 0 ||
    completed.length > 0 ||
    closing.length > 0 ||
    (timers?.refed && timers.due !== Infinity) ||
    (check?.refed ?? false) ||
    (engine.pendingTasks() & ALIVE) !== 0
  );
}

/**
 * How long the poll phase may sleep, in milliseconds; -1: until something happens (uv_backend_timeout). Delayed tasks of
 * V8 are timers that keep no loop alive.
 */
function pollTimeout(): number {
  if (stopped || submitted.length > 0 || completed.length > 0 || closing.length > 0 || check?.refed) return 0;
  const pending = engine.pendingTasks();
  if (pending & READY) return 0;
  if (activeHandles === 0 && activeRequests === 0 && pending === 0 && !(timers?.refed && timers.due !== Infinity))
    return 0;
  const due = Math.min(timers?.due ?? Number.POSITIVE_INFINITY, nextNativeTimer(), now + engine.nextTaskDelay());
  return due === Number.POSITIVE_INFINITY ? -1 : Math.max(0, due - now);
}

function* runTimers(): Steps {
  if (timers !== undefined && timers.due <= now) yield* timers.run();
  yield () => void runNativeTimers(now);
}

function* runQueue(queue: readonly Completion[]): Steps {
  for (let i = 0; i < queue.length && !engine.isTerminating(); i++) {
    const completion = queue[i]!;
    yield () => completion.deliver();
    completion.done?.();
  }
}

function* poll(): Steps {
  const ready = completed;
  completed = submitted;
  submitted = [];
  let count = 0;
  const timeout = ready.length > 0 ? 0 : pollTimeout();
  if (timeout !== 0 || watchers.size > 0) {
    if (epfd < 0) epfd = syscall(SYS.epoll_create1, O_CLOEXEC);
    const before = engine.now();
    count = engine.syscallInterruptible(SYS.epoll_wait, epfd, events, timeout);
    if (timeout !== 0) idleTime += engine.now() - before;
    if (count < 0 && count !== EINTR) throw new Error(`epoll_wait failed: ${count}`);
  }
  if (count > 0) {
    eventCount += count;
    if (timeout === 0) eventsFoundWaiting += count;
  }
  updateTime();
  yield* runQueue(ready);
  // Steps of one event may close the descriptor of another: look each up when its turn comes.
  for (let i = 0; i < count; i++) yield () => void watchers.get(events[2 * i]!)?.watcher(events[2 * i + 1]!);
  yield () => void engine.runTasks();
}

/** A callback for what follows each of them: ticks and microtasks. */
export const EMPTY: Callback = [{}, () => {}, 0, 0];

let checkCallback: Callback = EMPTY;

/** `run` is called at the start of each check phase, and once more when the loop has come to its end. */
export function setCheckCallback(run: () => void): void {
  checkCallback = [{}, run, 0, 0];
}

/** Node's native immediates, in a callback of their own: what is left of ticks that threw runs behind them. */
export function* nativeImmediates(): Steps {
  yield checkCallback;
}

function* runCheck(): Steps {
  yield* nativeImmediates();
  if (check?.pending) yield* check.run();
}

function* runClosing(): Steps {
  const queue = closing;
  closing = [];
  yield* runQueue(queue);
  yield () => void engine.runClosing();
}

function* turns(): Steps {
  updateTime();
  if (isAlive()) yield* runTimers();
  while (isAlive() && !stopped && !engine.isTerminating()) {
    iterations++;
    yield* poll();
    yield* runCheck();
    yield* runClosing();
    updateTime();
    yield* runTimers();
  }
}

const NOTHING = new Int32Array(0);

/** Node's DrainTasks, for a loop at its end: what V8 still has to do is done without another turn of the loop. */
function* drainV8Tasks(): Steps {
  for (;;) {
    const pending = engine.pendingTasks();
    if ((pending & V8_TASKS) === 0 || engine.isTerminating()) return;
    // Until background work posts its task.
    if ((pending & READY) === 0) engine.syscallInterruptible(SYS.poll, NOTHING, NOTHING, -1);
    yield () => (engine.runTasks() ? EMPTY : undefined);
  }
}

/** uv_run(UV_RUN_DEFAULT) and what Node lets V8 do after it: until nothing keeps the loop alive. */
export function* loopSteps(): Steps {
  stopped = false;
  yield* turns();
  yield* drainV8Tasks();
}

/** What the engine calls for the next callback to make, until there is none. */
export function drive(steps: Steps): (result: number | undefined) => Callback | undefined {
  // Whether a step waits for the result of the callback that was made last, and that result.
  let awaited = false;
  let last: number | undefined;
  return (result) => {
    if (awaited) last = result;
    awaited = false;
    const posted = takePosted();
    if (posted !== undefined) return posted;
    for (;;) {
      const { value: step } = steps.next(last);
      last = undefined;
      if (typeof step !== "function") {
        awaited = true;
        return step ?? undefined;
      }
      const callback = step() ?? takePosted();
      if (callback !== undefined) return callback;
    }
  };
}

/** "Timeout" and "Immediate" for each that keeps the loop alive, as process.getActiveResourcesInfo lists them. */
export function activeTimerCounts(): string[] {
  return [
    ...Array<string>(timers?.activeCount() ?? 0).fill("Timeout"),
    ...Array<string>(check?.activeCount() ?? 0).fill("Immediate"),
  ];
}
