#include <algorithm>

#include "brotli_api.h"
#include "charged_memory.h"
#include "codec.h"

namespace se::compression {

namespace {

constexpr int kBufferError = -5;  // Z_BUF_ERROR

Error NotInitialized() { return {"Could not initialize Brotli instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1}; }
Error BadParameter() { return {"Setting parameter failed", "ERR_BROTLI_PARAM_SET_FAILED", -1}; }

class Encoder : public Codec {
 public:
  Encoder(ChargedMemory* memory, Parameters parameters) : memory_(memory), parameters_(std::move(parameters)) {}

  Error Reset() override {
    // The encoder ends the process when it gets no memory.
    state_.reset(BrotliEncoderCreateInstance(ChargedMemory::AllocateAlways, ChargedMemory::Free, memory_));
    if (!state_) return NotInitialized();
    for (auto [parameter, value] : parameters_)
      if (!BrotliEncoderSetParameter(state_.get(), parameter, value)) return BadParameter();
    return {};
  }

  void Process(Chunk* chunk) override {
    succeeded_ = BrotliEncoderCompressStream(state_.get(), chunk->flush, &chunk->in_size, &chunk->in, &chunk->out_size,
                                             &chunk->out, nullptr);
  }

  Error Status(const Chunk& chunk) const override {
    if (succeeded_) return {};
    return {"Compression failed", "ERR_BROTLI_COMPRESSION_FAILED", -1};
  }

  int LastFlush() const override { return BROTLI_OPERATION_EMIT_METADATA; }

  // About what the encoder will hold at most.
  static size_t MemoryNeeded(const Parameters& parameters) {
    constexpr uint32_t kLargestWindow = 24;
    constexpr uint32_t kLargestLargeWindow = 30;
    constexpr uint32_t kFirstSearchTreeQuality = 10;
    constexpr size_t kBase = size_t{16} << 20;
    uint32_t quality = 11;
    uint32_t window = 22;
    bool is_large = false;
    for (auto [parameter, value] : parameters) {
      if (parameter == BROTLI_PARAM_QUALITY) quality = value;
      else if (parameter == BROTLI_PARAM_LGWIN) window = value;
      else if (parameter == BROTLI_PARAM_LARGE_WINDOW) is_large = value != 0;
    }
    size_t size = size_t{1} << std::min(window, is_large ? kLargestLargeWindow : kLargestWindow);
    // A ring buffer of two windows, and for the best qualities a binary tree with two links a byte.
    return kBase + 2 * size + (quality >= kFirstSearchTreeQuality ? 8 * size : 0);
  }

 private:
  struct Destroy {
    void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  };
  ChargedMemory* memory_;
  Parameters parameters_;
  std::unique_ptr<BrotliEncoderState, Destroy> state_;
  bool succeeded_ = true;
};

class Decoder : public Codec {
 public:
  Decoder(ChargedMemory* memory, Parameters parameters) : memory_(memory), parameters_(std::move(parameters)) {}

  Error Reset() override {
    state_.reset(BrotliDecoderCreateInstance(ChargedMemory::Allocate, ChargedMemory::Free, memory_));
    if (!state_) return NotInitialized();
    for (auto [parameter, value] : parameters_)
      if (!BrotliDecoderSetParameter(state_.get(), parameter, value)) return BadParameter();
    result_ = BROTLI_DECODER_RESULT_SUCCESS;
    return {};
  }

  void Process(Chunk* chunk) override {
    result_ = BrotliDecoderDecompressStream(state_.get(), &chunk->in_size, &chunk->in, &chunk->out_size, &chunk->out,
                                            nullptr);
  }

  Error Status(const Chunk& chunk) const override {
    if (result_ == BROTLI_DECODER_RESULT_ERROR) {
      int code = BrotliDecoderGetErrorCode(state_.get());
      return {"Decompression failed", std::string("ERR_") + BrotliDecoderErrorString(code), code};
    }
    if (chunk.flush == BROTLI_OPERATION_FINISH && result_ == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
      return {"unexpected end of file", "Z_BUF_ERROR", kBufferError};
    return {};
  }

  int LastFlush() const override { return BROTLI_OPERATION_EMIT_METADATA; }

 private:
  struct Destroy {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  ChargedMemory* memory_;
  Parameters parameters_;
  std::unique_ptr<BrotliDecoderState, Destroy> state_;
  int result_ = BROTLI_DECODER_RESULT_SUCCESS;
};

template <typename T>
std::unique_ptr<Codec> Start(std::unique_ptr<T> codec, Error* error) {
  *error = codec->Reset();
  if (*error) return nullptr;
  return codec;
}

}  // namespace

std::unique_ptr<Codec> MakeBrotliEncoder(ChargedMemory* memory, size_t memory_limit, Parameters parameters,
                                         Error* error) {
  if (Encoder::MemoryNeeded(parameters) > memory_limit) {
    *error = NotInitialized();
    return nullptr;
  }
  return Start(std::make_unique<Encoder>(memory, std::move(parameters)), error);
}

std::unique_ptr<Codec> MakeBrotliDecoder(ChargedMemory* memory, Parameters parameters, Error* error) {
  return Start(std::make_unique<Decoder>(memory, std::move(parameters)), error);
}

}  // namespace se::compression
