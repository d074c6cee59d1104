#ifndef SE_BROTLI_API_H_
#define SE_BROTLI_API_H_

#include <cstddef>
#include <cstdint>

// The functions of brotli 1.1 that we use. Node's binary has the library linked in and exports it, but ships no header.
extern "C" {

struct BrotliEncoderState;
struct BrotliDecoderState;
using brotli_alloc_func = void* (*)(void* opaque, size_t size);
using brotli_free_func = void (*)(void* opaque, void* address);

enum { BROTLI_PARAM_QUALITY = 1, BROTLI_PARAM_LGWIN = 2, BROTLI_PARAM_LARGE_WINDOW = 6 };
enum { BROTLI_OPERATION_FINISH = 2, BROTLI_OPERATION_EMIT_METADATA = 3 };
enum { BROTLI_DECODER_RESULT_ERROR = 0, BROTLI_DECODER_RESULT_SUCCESS = 1, BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT = 2 };

BrotliEncoderState* BrotliEncoderCreateInstance(brotli_alloc_func allocate, brotli_free_func release, void* opaque);
void BrotliEncoderDestroyInstance(BrotliEncoderState* state);
int BrotliEncoderSetParameter(BrotliEncoderState* state, int parameter, uint32_t value);
int BrotliEncoderCompressStream(BrotliEncoderState* state, int operation, size_t* available_in, const uint8_t** next_in,
                                size_t* available_out, uint8_t** next_out, size_t* total_out);
BrotliDecoderState* BrotliDecoderCreateInstance(brotli_alloc_func allocate, brotli_free_func release, void* opaque);
void BrotliDecoderDestroyInstance(BrotliDecoderState* state);
int BrotliDecoderSetParameter(BrotliDecoderState* state, int parameter, uint32_t value);
int BrotliDecoderDecompressStream(BrotliDecoderState* state, size_t* available_in, const uint8_t** next_in,
                                  size_t* available_out, uint8_t** next_out, size_t* total_out);
int BrotliDecoderGetErrorCode(const BrotliDecoderState* state);
const char* BrotliDecoderErrorString(int code);

}  // extern "C"

#endif  // SE_BROTLI_API_H_
