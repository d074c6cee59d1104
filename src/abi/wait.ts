/** wait4(2) options. */
export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 8;

/** The status word of a child that was continued, and the low byte of one that was stopped. */
export const STATUS_CONTINUED = 0xffff;
export const STATUS_STOPPED = 0x7f;
/** The bit beside the number of a signal that killed: memory was dumped, or would be. */
export const STATUS_CORE = 0x80;
