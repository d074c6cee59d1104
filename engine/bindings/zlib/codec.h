#ifndef SE_BINDINGS_ZLIB_CODEC_H_
#define SE_BINDINGS_ZLIB_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace se {

class ChargedMemory;

namespace compression {

// Input that a codec reads and room that it writes; it moves both forward.
struct Chunk {
  int flush;  // the library's own constant for "go on", "flush", "finish"
  const uint8_t* in;
  size_t in_size;
  uint8_t* out;
  size_t out_size;
};

// What went wrong, as Node's lib hands it to the stream's error event. No message: nothing went wrong.
struct Error {
  std::string message;
  std::string code;
  int number = 0;
  explicit operator bool() const { return !message.empty(); }
};

// The numbers of `zlib.constants`.
enum Mode : int {
  kDeflate = 1,
  kInflate,
  kGzip,
  kGunzip,
  kDeflateRaw,
  kInflateRaw,
  kUnzip,
  kBrotliDecode,
  kBrotliEncode,
  kZstdCompress,
  kZstdDecompress,
};

// One compressor or decompressor. Runs no JavaScript.
class Codec {
 public:
  virtual ~Codec() = default;
  // Takes what it can of the input and fills what it can of the room.
  virtual void Process(Chunk* chunk) = 0;
  // How the last Process went, for the flush that the writer asked for.
  virtual Error Status(const Chunk& chunk) const = 0;
  virtual Error Reset() = 0;
  // Of a stream that already runs: level and strategy.
  virtual Error SetParameters(int level, int strategy) { return {}; }
  // Given at the beginning of a write that holds all the rest of the input.
  virtual void AnnounceInputSize(size_t size) {}
  // The largest value of Chunk::flush.
  virtual int LastFlush() const = 0;
};

struct ZlibOptions {
  Mode mode;
  int window_bits;
  int level;
  int memory_level;
  int strategy;
  std::vector<uint8_t> dictionary;
};

// Pairs of a library's parameter and its value.
using Parameters = std::vector<std::pair<int, uint32_t>>;

constexpr uint64_t kUnknownSize = UINT64_MAX;

// Each returns null and sets `error` if the library refuses the options. `memory` outlives the codec.
std::unique_ptr<Codec> MakeZlib(ChargedMemory* memory, ZlibOptions options);
std::unique_ptr<Codec> MakeBrotliEncoder(ChargedMemory* memory, size_t memory_limit, Parameters parameters,
                                         Error* error);
std::unique_ptr<Codec> MakeBrotliDecoder(ChargedMemory* memory, Parameters parameters, Error* error);
std::unique_ptr<Codec> MakeZstdCompressor(ChargedMemory* memory, Parameters parameters, uint64_t input_size,
                                          const std::vector<uint8_t>& dictionary, Error* error);
std::unique_ptr<Codec> MakeZstdDecompressor(ChargedMemory* memory, Parameters parameters,
                                            const std::vector<uint8_t>& dictionary, Error* error);

}  // namespace compression
}  // namespace se

#endif  // SE_BINDINGS_ZLIB_CODEC_H_
