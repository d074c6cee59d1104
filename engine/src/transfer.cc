#include "transfer.h"

#include <cstring>

#include "binding.h"

namespace se {

using v8::Array;
using v8::ArrayBufferView;
using v8::Context;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::NewStringType;
using v8::Object;
using v8::String;
using v8::Value;

namespace {

constexpr int kMaxDepth = 8;

class Reader {
 public:
  Reader(Local<Context> context, const TransferLimits& limits)
      : context_(context), isolate_(context->GetIsolate()), limits_(limits) {}

  bool Read(Local<Value> value, TransferValue* out, int depth) {
    if (++nodes_ > limits_.nodes || depth > kMaxDepth) return false;
    if (value->IsNumber()) {
      out->v = value.As<v8::Number>()->Value();
    } else if (value->IsString()) {
      return ReadString(value.As<String>(), out);
    } else if (value->IsUndefined()) {
      out->v = TransferValue::Undefined{};
    } else if (value->IsNull()) {
      out->v = TransferValue::Null{};
    } else if (value->IsBoolean()) {
      out->v = value->IsTrue();
    } else if (value->IsBigInt()) {
      TransferValue::BigInt big;
      int sign = 0;
      int count = value.As<v8::BigInt>()->WordCount();
      if (count > 64) return false;
      big.words.resize(count);
      value.As<v8::BigInt>()->ToWordsArray(&sign, &count, big.words.data());
      big.negative = sign != 0;
      out->v = std::move(big);
    } else if (value->IsArrayBufferView()) {
      Bytes bytes(value);
      if (!Charge(bytes.size)) return false;
      out->v = TransferValue::Bytes{std::string(reinterpret_cast<char*>(bytes.data), bytes.size)};
    } else if (value->IsArray()) {
      return ReadArray(value.As<Array>(), out, depth);
    } else if (value->IsObject() && !value->IsFunction() && !value->IsProxy()) {
      return ReadRecord(value.As<Object>(), out, depth);
    } else {
      return false;
    }
    return true;
  }

 private:
  bool Charge(size_t bytes) { return (bytes_ += bytes) <= limits_.bytes; }

  bool ReadString(Local<String> string, TransferValue* out) {
    int length = string->Length();
    if (!Charge(length * 2u)) return false;
    if (string->ContainsOnlyOneByte()) {
      std::string text(length, '\0');
      string->WriteOneByte(isolate_, reinterpret_cast<uint8_t*>(text.data()), 0, length,
                           String::NO_NULL_TERMINATION);
      out->v = std::move(text);
    } else {
      std::u16string text(length, u'\0');
      string->Write(isolate_, reinterpret_cast<uint16_t*>(text.data()), 0, length, String::NO_NULL_TERMINATION);
      out->v = std::move(text);
    }
    return true;
  }

  bool ReadArray(Local<Array> array, TransferValue* out, int depth) {
    uint32_t length = array->Length();
    if (length > limits_.nodes) return false;
    TransferValue::Array items;
    for (uint32_t i = 0; i < length; i++) {
      Local<Value> item;
      if (!array->Get(context_, i).ToLocal(&item)) return false;
      items.emplace_back();
      if (!Read(item, &items.back(), depth + 1)) return false;
    }
    out->v = std::move(items);
    return true;
  }

  bool ReadRecord(Local<Object> object, TransferValue* out, int depth) {
    Local<Array> keys;
    if (!object
             ->GetOwnPropertyNames(
                 context_, static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS),
                 v8::KeyConversionMode::kConvertToString)
             .ToLocal(&keys))
      return false;
    TransferValue::Record record;
    for (uint32_t i = 0; i < keys->Length(); i++) {
      Local<Value> key, item;
      if (!keys->Get(context_, i).ToLocal(&key) || !key->IsString()) return false;
      if (!object->Get(context_, key).ToLocal(&item)) return false;
      record.emplace_back(ToStdString(isolate_, key), TransferValue{});
      if (!Charge(record.back().first.size()) || !Read(item, &record.back().second, depth + 1)) return false;
    }
    out->v = std::move(record);
    return true;
  }

  Local<Context> context_;
  Isolate* isolate_;
  TransferLimits limits_;
  size_t nodes_ = 0;
  size_t bytes_ = 0;
};

struct Writer {
  Local<Context> context;
  Isolate* isolate;

  MaybeLocal<Value> operator()(TransferValue::Undefined) { return v8::Undefined(isolate).As<Value>(); }
  MaybeLocal<Value> operator()(TransferValue::Null) { return v8::Null(isolate).As<Value>(); }
  MaybeLocal<Value> operator()(bool value) { return v8::Boolean::New(isolate, value).As<Value>(); }
  MaybeLocal<Value> operator()(double value) { return v8::Number::New(isolate, value).As<Value>(); }
  MaybeLocal<Value> operator()(const std::string& text) {
    Local<String> string;
    if (!String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()), NewStringType::kNormal,
                                static_cast<int>(text.size()))
             .ToLocal(&string))
      return {};
    return string;
  }
  MaybeLocal<Value> operator()(const std::u16string& text) {
    Local<String> string;
    if (!String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(text.data()), NewStringType::kNormal,
                                static_cast<int>(text.size()))
             .ToLocal(&string))
      return {};
    return string;
  }
  MaybeLocal<Value> operator()(const TransferValue::BigInt& big) {
    Local<v8::BigInt> value;
    if (!v8::BigInt::NewFromWords(context, big.negative, static_cast<int>(big.words.size()), big.words.data())
             .ToLocal(&value))
      return {};
    return value;
  }
  MaybeLocal<Value> operator()(const TransferValue::Bytes& bytes) {
    std::unique_ptr<v8::BackingStore> store =
        v8::ArrayBuffer::NewBackingStoreForNodeLTS(isolate, bytes.data.size());
    if (!store) return {};
    if (!bytes.data.empty()) memcpy(store->Data(), bytes.data.data(), bytes.data.size());
    return v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, bytes.data.size()).As<Value>();
  }
  MaybeLocal<Value> operator()(const TransferValue::Array& items) {
    std::vector<Local<Value>> values;
    values.reserve(items.size());
    for (const TransferValue& item : items) {
      Local<Value> value;
      if (!std::visit(*this, item.v).ToLocal(&value)) return {};
      values.push_back(value);
    }
    return Array::New(isolate, values.data(), values.size()).As<Value>();
  }
  MaybeLocal<Value> operator()(const TransferValue::Record& record) {
    Local<Object> object = Object::New(isolate);
    for (const auto& [key, item] : record) {
      Local<Value> value;
      Local<String> name;
      if (!std::visit(*this, item.v).ToLocal(&value) || !Utf8(isolate, key).ToLocal(&name)) return {};
      if (object->CreateDataProperty(context, name, value).IsNothing()) return {};
    }
    return object.As<Value>();
  }
};

}  // namespace

bool ReadTransfer(Local<Context> context, Local<Value> value, TransferValue* out, const TransferLimits& limits) {
  return Reader(context, limits).Read(value, out, 0);
}

MaybeLocal<Value> WriteTransfer(Local<Context> context, const TransferValue& value) {
  return std::visit(Writer{context, context->GetIsolate()}, value.v);
}

}  // namespace se
