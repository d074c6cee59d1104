/** Event bits of poll(2), which epoll(7) shares. */
export const POLLIN = 0x001;
export const POLLPRI = 0x002;
export const POLLOUT = 0x004;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;
export const POLLRDHUP = 0x2000;

/** Flags beside the POLL* bits of epoll_ctl(2)'s events. */
export const EPOLLET = 1 << 31;
export const EPOLLONESHOT = 1 << 30;

/** epoll_ctl(2) operations. */
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

/** eventfd2(2): a read takes 1 instead of all. */
export const EFD_SEMAPHORE = 1;
