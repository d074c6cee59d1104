/** ioctl(2) requests: the attributes of a terminal, and how many bytes there are to read. */
export const TCGETS = 0x5401;
export const FIONREAD = 0x541b;
