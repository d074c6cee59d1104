/** Limits that no host changes: Linux's defaults for one user, here for a VM. Guests see them under /proc/sys. */

/** /proc/sys/kernel/pid_max: pids are below. */
export const MAX_PID = 32_768;
/** /proc/sys/fs/epoll/max_user_watches: interests of all epoll instances together. */
export const MAX_USER_WATCHES = 32_768;
/** /proc/sys/fs/inotify: instances, and watches of all of them together. */
export const MAX_INOTIFY_INSTANCES = 128;
export const MAX_INOTIFY_WATCHES = 16_384;
/** Queued events of one inotify instance; four times as many of all of them. */
export const MAX_QUEUED_EVENTS = 16_384;
/** The most a pipe holds in bytes, pipe(7). */
export const PIPE_CAPACITY = 65_536;
