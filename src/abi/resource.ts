/** Resources of getrlimit(2), x86-64 numbers. */
export const RLIMIT_CPU = 0;
export const RLIMIT_FSIZE = 1;
export const RLIMIT_DATA = 2;
export const RLIMIT_STACK = 3;
export const RLIMIT_CORE = 4;
export const RLIMIT_RSS = 5;
export const RLIMIT_NPROC = 6;
export const RLIMIT_NOFILE = 7;
export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_AS = 9;
export const RLIMIT_LOCKS = 10;
export const RLIMIT_SIGPENDING = 11;
export const RLIMIT_MSGQUEUE = 12;
export const RLIMIT_NICE = 13;
export const RLIMIT_RTPRIO = 14;
export const RLIMIT_RTTIME = 15;
/** How many resources there are. */
export const RLIM_NLIMITS = 16;

/** Whose usage getrusage(2) tells. */
export const RUSAGE_SELF = 0;
export const RUSAGE_CHILDREN = -1;
export const RUSAGE_THREAD = 1;
/** Elements that getrusage fills: user and system CPU time in µs, the largest resident set in KiB, thirteen counters. */
export const RUSAGE_FIELDS = 16;

/** Whose priority setpriority(2) means. */
export const PRIO_PROCESS = 0;
export const PRIO_PGRP = 1;
export const PRIO_USER = 2;

/** Elements that syscall `memory_usage` fills: rss, heapTotal, heapUsed, external, arrayBuffers, in bytes. */
export const MEMORY_FIELDS = 5;
