#include <array>

#include "charged_memory.h"
#include "codec.h"
#include "zstd_api.h"

namespace se::compression {

namespace {

struct ErrorName {
  int code;
  const char* name;
};

// ZSTD_ErrorCode.
constexpr ErrorName kErrorNames[] = {
    {1, "ZSTD_error_GENERIC"},
    {10, "ZSTD_error_prefix_unknown"},
    {12, "ZSTD_error_version_unsupported"},
    {14, "ZSTD_error_frameParameter_unsupported"},
    {16, "ZSTD_error_frameParameter_windowTooLarge"},
    {20, "ZSTD_error_corruption_detected"},
    {22, "ZSTD_error_checksum_wrong"},
    {24, "ZSTD_error_literals_headerWrong"},
    {30, "ZSTD_error_dictionary_corrupted"},
    {32, "ZSTD_error_dictionary_wrong"},
    {34, "ZSTD_error_dictionaryCreation_failed"},
    {40, "ZSTD_error_parameter_unsupported"},
    {41, "ZSTD_error_parameter_combination_unsupported"},
    {42, "ZSTD_error_parameter_outOfBound"},
    {44, "ZSTD_error_tableLog_tooLarge"},
    {46, "ZSTD_error_maxSymbolValue_tooLarge"},
    {48, "ZSTD_error_maxSymbolValue_tooSmall"},
    {50, "ZSTD_error_stabilityCondition_notRespected"},
    {60, "ZSTD_error_stage_wrong"},
    {62, "ZSTD_error_init_missing"},
    {64, "ZSTD_error_memory_allocation"},
    {66, "ZSTD_error_workSpace_tooSmall"},
    {70, "ZSTD_error_dstSize_tooSmall"},
    {72, "ZSTD_error_srcSize_wrong"},
    {74, "ZSTD_error_dstBuffer_null"},
    {80, "ZSTD_error_noForwardProgress_destFull"},
    {82, "ZSTD_error_noForwardProgress_inputEmpty"},
};

Error FromResult(size_t result) {
  if (!ZSTD_isError(result)) return {};
  int code = ZSTD_getErrorCode(result);
  const char* name = kErrorNames[0].name;
  for (const ErrorName& entry : kErrorNames)
    if (entry.code == code) name = entry.name;
  return {ZSTD_getErrorString(code), name, code};
}

Error NotInitialized() { return {"Could not initialize zstd instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1}; }
Error BadParameter() { return {"Setting parameter failed", "ERR_ZSTD_PARAM_SET_FAILED", -1}; }
Error BadDictionary() { return {"Failed to load zstd dictionary", "ERR_ZLIB_DICTIONARY_LOAD_FAILED", -1}; }

ZSTD_customMem Memory(ChargedMemory* memory) { return {ChargedMemory::Allocate, ChargedMemory::Free, memory}; }

class ZstdCodec : public Codec {
 public:
  void Process(Chunk* chunk) override {
    ZSTD_inBuffer in = {chunk->in, chunk->in_size, 0};
    ZSTD_outBuffer out = {chunk->out, chunk->out_size, 0};
    error_ = FromResult(Step(&out, &in, chunk->flush));
    chunk->in += in.pos;
    chunk->in_size -= in.pos;
    chunk->out += out.pos;
    chunk->out_size -= out.pos;
  }
  Error Status(const Chunk& chunk) const override { return error_; }
  int LastFlush() const override { return ZSTD_e_end; }

 private:
  virtual size_t Step(ZSTD_outBuffer* out, ZSTD_inBuffer* in, int flush) = 0;
  Error error_;
};

class Compressor : public ZstdCodec {
 public:
  explicit Compressor(ChargedMemory* memory, uint64_t input_size)
      : context_(ZSTD_createCCtx_advanced(Memory(memory))), input_size_(input_size) {}

  Error Start(const Parameters& parameters, const std::vector<uint8_t>& dictionary) {
    if (!context_) return NotInitialized();
    if (ZSTD_isError(ZSTD_CCtx_loadDictionary(context_.get(), dictionary.data(), dictionary.size())))
      return BadDictionary();
    if (ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context_.get(), input_size_)))
      return {"Could not set pledged src size", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
    for (auto [parameter, value] : parameters) {
      if (ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, static_cast<int>(value))))
        return BadParameter();
      // Workers would be threads of the host, beyond the guest's limits. Without them the output is a valid one too.
      if (parameter == ZSTD_c_nbWorkers) ZSTD_CCtx_setParameter(context_.get(), parameter, 0);
    }
    return {};
  }

  Error Reset() override {
    began_ = false;
    if (ZSTD_isError(ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only)) ||
        ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context_.get(), input_size_)))
      return NotInitialized();
    return {};
  }

  void AnnounceInputSize(size_t size) override {
    if (!began_) ZSTD_CCtx_setPledgedSrcSize(context_.get(), size);
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  size_t Step(ZSTD_outBuffer* out, ZSTD_inBuffer* in, int flush) override {
    began_ = true;
    return ZSTD_compressStream2(context_.get(), out, in, flush);
  }

  std::unique_ptr<ZSTD_CCtx, Free> context_;
  uint64_t input_size_;
  bool began_ = false;
};

class Decompressor : public ZstdCodec {
 public:
  explicit Decompressor(ChargedMemory* memory) : context_(ZSTD_createDCtx_advanced(Memory(memory))) {}

  Error Start(const Parameters& parameters, const std::vector<uint8_t>& dictionary) {
    if (!context_) return NotInitialized();
    if (ZSTD_isError(ZSTD_DCtx_loadDictionary(context_.get(), dictionary.data(), dictionary.size())))
      return BadDictionary();
    for (auto [parameter, value] : parameters)
      if (ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), parameter, static_cast<int>(value))))
        return BadParameter();
    return {};
  }

  Error Reset() override {
    if (ZSTD_isError(ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only))) return NotInitialized();
    return {};
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  size_t Step(ZSTD_outBuffer* out, ZSTD_inBuffer* in, int flush) override {
    return ZSTD_decompressStream(context_.get(), out, in);
  }

  std::unique_ptr<ZSTD_DCtx, Free> context_;
};

template <typename T>
std::unique_ptr<Codec> Start(std::unique_ptr<T> codec, const Parameters& parameters,
                             const std::vector<uint8_t>& dictionary, Error* error) {
  *error = codec->Start(parameters, dictionary);
  if (*error) return nullptr;
  return codec;
}

}  // namespace

std::unique_ptr<Codec> MakeZstdCompressor(ChargedMemory* memory, Parameters parameters, uint64_t input_size,
                                          const std::vector<uint8_t>& dictionary, Error* error) {
  return Start(std::make_unique<Compressor>(memory, input_size), parameters, dictionary, error);
}

std::unique_ptr<Codec> MakeZstdDecompressor(ChargedMemory* memory, Parameters parameters,
                                            const std::vector<uint8_t>& dictionary, Error* error) {
  return Start(std::make_unique<Decompressor>(memory), parameters, dictionary, error);
}

}  // namespace se::compression
