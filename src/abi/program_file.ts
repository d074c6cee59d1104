/**
 * The start of a file that stands for a program which is not in the file: "\x7fSE <kind> <name>\n". `kind` is "node" (the
 * kernel runs it itself) or "tool" (the host does, under that name).
 */
export const PROGRAM_FILE_MAGIC = "\x7fSE ";
