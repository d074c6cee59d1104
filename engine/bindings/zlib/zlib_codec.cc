// Deflate, zlib and gzip.
#include <zlib.h>

#include <climits>

#include "charged_memory.h"
#include "codec.h"

namespace se::compression {

namespace {

constexpr uint8_t kGzipMagic[] = {0x1f, 0x8b};

const char* ErrorName(int code) {
  switch (code) {
    case Z_OK: return "Z_OK";
    case Z_STREAM_END: return "Z_STREAM_END";
    case Z_NEED_DICT: return "Z_NEED_DICT";
    case Z_ERRNO: return "Z_ERRNO";
    case Z_STREAM_ERROR: return "Z_STREAM_ERROR";
    case Z_DATA_ERROR: return "Z_DATA_ERROR";
    case Z_MEM_ERROR: return "Z_MEM_ERROR";
    case Z_BUF_ERROR: return "Z_BUF_ERROR";
    case Z_VERSION_ERROR: return "Z_VERSION_ERROR";
    default: return "Z_UNKNOWN_ERROR";
  }
}

class Zlib : public Codec {
 public:
  Zlib(ChargedMemory* memory, ZlibOptions options) : options_(std::move(options)), mode_(options_.mode) {
    stream_.zalloc = ChargedMemory::AllocateItems;
    stream_.zfree = ChargedMemory::Free;
    stream_.opaque = memory;
  }

  ~Zlib() override {
    if (!is_open_) return;
    if (IsDeflate()) deflateEnd(&stream_);
    else inflateEnd(&stream_);
  }

  void Process(Chunk* chunk) override {
    if (!Open()) return;
    Bytef nothing;
    stream_.next_in = chunk->in_size == 0 ? &nothing : const_cast<Bytef*>(chunk->in);
    stream_.avail_in = static_cast<uInt>(chunk->in_size);
    stream_.next_out = chunk->out_size == 0 ? &nothing : chunk->out;
    stream_.avail_out = static_cast<uInt>(chunk->out_size);
    if (IsDeflate()) {
      result_ = deflate(&stream_, chunk->flush);
    } else {
      if (mode_ == kUnzip) DetectFormat();
      Inflate(chunk->flush);
    }
    chunk->in += chunk->in_size - stream_.avail_in;
    chunk->in_size = stream_.avail_in;
    chunk->out += chunk->out_size - stream_.avail_out;
    chunk->out_size = stream_.avail_out;
  }

  Error Status(const Chunk& chunk) const override {
    switch (result_) {
      case Z_OK:
      case Z_BUF_ERROR:
        if (chunk.out_size != 0 && chunk.flush == Z_FINISH) return MakeError("unexpected end of file");
        return {};
      case Z_STREAM_END: return {};
      case Z_NEED_DICT: return MakeError(options_.dictionary.empty() ? "Missing dictionary" : "Bad dictionary");
      default: return MakeError("Zlib error");
    }
  }

  Error Reset() override {
    if (!Open()) return MakeError("Failed to init stream before reset");
    result_ = IsDeflate() ? deflateReset(&stream_) : inflateReset(&stream_);
    if (result_ != Z_OK) return MakeError("Failed to reset stream");
    return SetDictionary() ? Error() : MakeError("Failed to set dictionary");
  }

  Error SetParameters(int level, int strategy) override {
    if (!Open()) return MakeError("Failed to init stream before set parameters");
    if (mode_ != kDeflate && mode_ != kDeflateRaw) return {};
    // Changing the compression function flushes what came so far, which has no place to go here: Node's lib flushes
    // before, so that nothing is left.
    Bytef nothing;
    stream_.next_in = stream_.next_out = &nothing;
    stream_.avail_in = stream_.avail_out = 0;
    result_ = deflateParams(&stream_, level, strategy);
    if (result_ == Z_OK || result_ == Z_BUF_ERROR) return {};
    return MakeError("Failed to set parameters");
  }

  int LastFlush() const override { return Z_BLOCK; }

 private:
  bool IsDeflate() const { return mode_ == kDeflate || mode_ == kGzip || mode_ == kDeflateRaw; }

  // The library's state is made on first use, as in Node: a stream that is closed unused costs nothing.
  bool Open() {
    if (is_open_) return true;
    int bits = options_.window_bits;
    if (mode_ == kGzip || mode_ == kGunzip) bits += 16;
    if (mode_ == kUnzip) bits += 32;
    if (mode_ == kDeflateRaw || mode_ == kInflateRaw) bits = -bits;
    result_ = IsDeflate() ? deflateInit2(&stream_, options_.level, Z_DEFLATED, bits, options_.memory_level,
                                         options_.strategy)
                          : inflateInit2(&stream_, bits);
    is_open_ = result_ == Z_OK;
    if (is_open_) SetDictionary();
    return is_open_;
  }

  // Where the dictionary is needed before the first byte; the others ask for it with Z_NEED_DICT.
  bool SetDictionary() {
    if (options_.dictionary.empty()) return true;
    auto size = static_cast<uInt>(options_.dictionary.size());
    result_ = Z_OK;
    if (mode_ == kDeflate || mode_ == kDeflateRaw)
      result_ = deflateSetDictionary(&stream_, options_.dictionary.data(), size);
    else if (mode_ == kInflateRaw) result_ = inflateSetDictionary(&stream_, options_.dictionary.data(), size);
    return result_ == Z_OK;
  }

  // Looks for gzip's magic bytes, which may come in two writes.
  void DetectFormat() {
    for (uInt i = 0; i < stream_.avail_in && mode_ == kUnzip; i++) {
      if (stream_.next_in[i] != kGzipMagic[magic_seen_]) mode_ = kInflate;
      else if (++magic_seen_ == sizeof(kGzipMagic)) mode_ = kGunzip;
    }
  }

  void Inflate(int flush) {
    result_ = inflate(&stream_, flush);
    if (result_ == Z_NEED_DICT && mode_ != kInflateRaw && !options_.dictionary.empty()) {
      result_ = inflateSetDictionary(&stream_, options_.dictionary.data(), static_cast<uInt>(options_.dictionary.size()));
      if (result_ == Z_OK) result_ = inflate(&stream_, flush);
      // Bad input and a bad dictionary look alike; this makes Status tell the second.
      else if (result_ == Z_DATA_ERROR) result_ = Z_NEED_DICT;
    }
    // More members of the same archive may follow. Zeros after the end are padding.
    while (stream_.avail_in > 0 && mode_ == kGunzip && result_ == Z_STREAM_END && stream_.next_in[0] != 0) {
      if (Reset()) return;
      result_ = inflate(&stream_, flush);
    }
  }

  Error MakeError(const char* message) const {
    return {stream_.msg != nullptr ? stream_.msg : message, ErrorName(result_), result_};
  }

  ZlibOptions options_;
  Mode mode_;
  z_stream stream_{};
  int result_ = Z_OK;
  bool is_open_ = false;
  size_t magic_seen_ = 0;
};

}  // namespace

std::unique_ptr<Codec> MakeZlib(ChargedMemory* memory, ZlibOptions options) {
  return std::make_unique<Zlib>(memory, std::move(options));
}

}  // namespace se::compression
