#ifndef SE_ZSTD_API_H_
#define SE_ZSTD_API_H_

#include <cstddef>

// The functions of zstd 1.5 that we use. Node's binary has the library linked in and exports it, but ships no header.
extern "C" {

struct ZSTD_CCtx;
struct ZSTD_DCtx;

struct ZSTD_customMem {
  void* (*customAlloc)(void* opaque, size_t size);
  void (*customFree)(void* opaque, void* address);
  void* opaque;
};

struct ZSTD_inBuffer {
  const void* src;
  size_t size;
  size_t pos;
};

struct ZSTD_outBuffer {
  void* dst;
  size_t size;
  size_t pos;
};

enum { ZSTD_e_end = 2 };
enum { ZSTD_c_nbWorkers = 400 };
enum { ZSTD_reset_session_only = 1 };

ZSTD_CCtx* ZSTD_createCCtx_advanced(ZSTD_customMem memory);
size_t ZSTD_freeCCtx(ZSTD_CCtx* context);
size_t ZSTD_CCtx_setParameter(ZSTD_CCtx* context, int parameter, int value);
size_t ZSTD_CCtx_setPledgedSrcSize(ZSTD_CCtx* context, unsigned long long size);
size_t ZSTD_CCtx_loadDictionary(ZSTD_CCtx* context, const void* data, size_t size);
size_t ZSTD_CCtx_reset(ZSTD_CCtx* context, int directive);
size_t ZSTD_compressStream2(ZSTD_CCtx* context, ZSTD_outBuffer* output, ZSTD_inBuffer* input, int operation);
ZSTD_DCtx* ZSTD_createDCtx_advanced(ZSTD_customMem memory);
size_t ZSTD_freeDCtx(ZSTD_DCtx* context);
size_t ZSTD_DCtx_setParameter(ZSTD_DCtx* context, int parameter, int value);
size_t ZSTD_DCtx_loadDictionary(ZSTD_DCtx* context, const void* data, size_t size);
size_t ZSTD_DCtx_reset(ZSTD_DCtx* context, int directive);
size_t ZSTD_decompressStream(ZSTD_DCtx* context, ZSTD_outBuffer* output, ZSTD_inBuffer* input);
unsigned ZSTD_isError(size_t result);
int ZSTD_getErrorCode(size_t result);
const char* ZSTD_getErrorString(int code);

}  // extern "C"

#endif  // SE_ZSTD_API_H_
