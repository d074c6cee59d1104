#ifndef SE_TRANSFER_H_
#define SE_TRANSFER_H_

#include <v8.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace se {

// A value on its way from one isolate to another: belongs to neither. Numbers, bigints, booleans, strings, bytes, and
// small arrays and plain records of these. Everything is copied.
struct TransferValue {
  struct Undefined {};
  struct Null {};
  struct BigInt {
    bool negative = false;
    std::vector<uint64_t> words;
  };
  struct Bytes {
    std::string data;
  };
  using Array = std::vector<TransferValue>;
  using Record = std::vector<std::pair<std::string, TransferValue>>;
  // string: Latin-1 text; u16string: all other text.
  std::variant<Undefined, Null, bool, double, std::string, std::u16string, BigInt, Bytes, Array, Record> v;
};

// How large a value may be: numbers, strings and the like in it, and bytes of its texts and buffers.
struct TransferLimits {
  size_t nodes = 4'000'000;
  size_t bytes = 1u << 30;
};

// Reads a value out of the isolate that is entered. False if it holds something that can't be transferred (a function,
// a symbol, too deep, too large) or a getter threw; an exception may then be pending.
bool ReadTransfer(v8::Local<v8::Context> context, v8::Local<v8::Value> value, TransferValue* out,
                  const TransferLimits& limits = {});

// Makes the value anew in the isolate that is entered. Empty when memory is short.
v8::MaybeLocal<v8::Value> WriteTransfer(v8::Local<v8::Context> context, const TransferValue& value);

}  // namespace se

#endif  // SE_TRANSFER_H_
