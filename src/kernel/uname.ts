/** What uname(2) and /proc/sys/kernel say of the system. */
export const SYSNAME = "Linux";
/** The Linux whose system calls are modelled. */
export const RELEASE = "6.8.0";
export const VERSION = "#1 SMP PREEMPT_DYNAMIC";
