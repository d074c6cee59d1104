// internalBinding('blob'): immutable byte sequences, made of parts of shared memory.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "binding.h"
#include "message.h"
#include "unavailable.h"

namespace se {

using v8::Array;
using v8::ArrayBuffer;
using v8::ArrayBufferView;
using v8::BackingStore;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

namespace {

constexpr char kBlobState[] = "blob.constructor";
constexpr char kReaderState[] = "blob.reader";

// A piece of memory that no guest object reaches any more.
struct Part {
  std::shared_ptr<BackingStore> store;
  size_t offset;
  size_t size;
};

// The content of a blob; shared by its handles, its readers and those of its clones.
class BlobData {
 public:
  // Null when the list of parts does not fit into the guest's memory.
  static std::shared_ptr<const BlobData> New(CountingAllocator* allocator, std::vector<Part> parts) {
    if (!allocator->Charge(Cost(parts))) return nullptr;
    return std::shared_ptr<const BlobData>(new BlobData(allocator, std::move(parts)));
  }
  ~BlobData() { allocator_->Uncharge(Cost(parts_)); }
  BlobData(const BlobData&) = delete;
  BlobData& operator=(const BlobData&) = delete;

  const std::vector<Part>& parts() const { return parts_; }

  // The parts of the bytes from `begin` up to `end`, as far as they exist.
  std::vector<Part> Slice(uint64_t begin, uint64_t end) const {
    std::vector<Part> slice;
    uint64_t position = 0;
    for (const Part& part : parts_) {
      uint64_t from = std::max(begin, position), to = std::min(end, position + part.size);
      if (from < to) slice.push_back({part.store, part.offset + (from - position), to - from});
      position += part.size;
      if (position >= end) break;
    }
    return slice;
  }

 private:
  // With what a blob and its handle take besides, by estimate.
  static size_t Cost(const std::vector<Part>& parts) { return kOverhead + parts.size() * sizeof(Part); }
  static constexpr size_t kOverhead = 512;

  BlobData(CountingAllocator* allocator, std::vector<Part> parts) : allocator_(allocator), parts_(std::move(parts)) {}

  CountingAllocator* allocator_;
  const std::vector<Part> parts_;
};

// What the next construction adopts: guests cannot construct handles themselves.
struct Adoption {
  explicit Adoption(Env*) {}
  std::shared_ptr<const BlobData> data;
};

// Blob URLs (URL.createObjectURL) of the process.
struct ObjectUrls {
  explicit ObjectUrls(Env*) {}
  struct Entry {
    std::shared_ptr<const BlobData> data;
    double length;
    std::string type;
    size_t charged;
  };
  std::map<std::string, Entry> entries;
};

void ForgetObjectUrl(Env* env, const std::string& id) {
  auto& entries = env->State<ObjectUrls>()->entries;
  auto found = entries.find(id);
  if (found == entries.end()) return;
  env->allocator()->Uncharge(found->second.charged);
  entries.erase(found);
}

// A handle of class `state` over `data`; empty with an exception pending.
MaybeLocal<Object> MakeHandle(Env* env, const char* state, std::shared_ptr<const BlobData> data) {
  if (!data) {
    ThrowRangeError(env->isolate(), "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
    return {};
  }
  Local<Value> constructor = env->GetState(state);
  if (!constructor->IsFunction()) return {};
  env->State<Adoption>()->data = std::move(data);
  MaybeLocal<Object> handle = constructor.As<Function>()->NewInstance(env->context());
  env->State<Adoption>()->data.reset();
  return handle;
}

class BlobTransferData : public TransferData {
 public:
  explicit BlobTransferData(std::shared_ptr<const BlobData> data) : data_(std::move(data)) {}
  MaybeLocal<Object> Create(Env* env, Local<Context> context, std::unique_ptr<TransferData>* self) override {
    return MakeHandle(env, kBlobState, data_);
  }

 private:
  std::shared_ptr<const BlobData> data_;
};

// The handle behind a Blob.
class BlobHandle : public TransferableObject {
 public:
  alignas(8) static const char kTag[];
  BlobHandle(Env* env, Local<Object> wrapper, std::shared_ptr<const BlobData> data)
      : TransferableObject(env, wrapper, kTag), data_(std::move(data)) {
    MakeWeak();
  }
  const std::shared_ptr<const BlobData>& data() const { return data_; }
  uint32_t transfer_mode() const override { return kCloneable; }
  std::unique_ptr<TransferData> Clone() override { return std::make_unique<BlobTransferData>(data_); }

 private:
  const std::shared_ptr<const BlobData> data_;
};

// Reads a blob part by part.
class BlobReader : public NativeObject {
 public:
  alignas(8) static const char kTag[];
  BlobReader(Env* env, Local<Object> wrapper, std::shared_ptr<const BlobData> data)
      : NativeObject(env, wrapper, kTag), data_(std::move(data)) {
    MakeWeak();
  }
  // The next part, or null after the last.
  const Part* Next() { return next_ < data_->parts().size() ? &data_->parts()[next_++] : nullptr; }

 private:
  const std::shared_ptr<const BlobData> data_;
  size_t next_ = 0;
};

const char BlobHandle::kTag[] = "Blob";
const char BlobReader::kTag[] = "BlobReader";
TransferableClass<BlobHandle> transferable_class;

template <typename T>
void Construct(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  std::shared_ptr<const BlobData> data = std::exchange(env->State<Adoption>()->data, nullptr);
  if (!data || !info.IsConstructCall())
    return ThrowTypeError(env->isolate(), "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
  new T(env, info.This(), std::move(data));
}

// createBlob(sources: (ArrayBufferView | Blob handle)[], length): the buffers of the views become the blob's own.
void CreateBlob(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  Local<Context> context = env->context();
  if (!info[0]->IsArray()) return ThrowBadArgument(isolate, "createBlob");
  Local<Array> sources = info[0].As<Array>();
  std::vector<Part> parts;
  for (uint32_t i = 0; i < sources->Length(); i++) {
    v8::HandleScope scope(isolate);
    Local<Value> source;
    if (!sources->Get(context, i).ToLocal(&source)) return;
    if (BlobHandle* blob = NativeObject::Unwrap<BlobHandle>(source)) {
      const std::vector<Part>& nested = blob->data()->parts();
      // Blobs of blobs double with each turn: what is too much must not be gathered first.
      if (!env->allocator()->Charge((parts.size() + nested.size()) * sizeof(Part)))
        return ThrowRangeError(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
      parts.insert(parts.end(), nested.begin(), nested.end());
      env->allocator()->Uncharge(parts.size() * sizeof(Part));
      continue;
    }
    if (!source->IsArrayBufferView()) return ThrowBadArgument(isolate, "createBlob");
    Local<ArrayBufferView> view = source.As<ArrayBufferView>();
    Local<ArrayBuffer> buffer = view->Buffer();
    if (buffer.As<Value>()->IsSharedArrayBuffer() || !buffer->IsDetachable() || buffer->IsResizableByUserJavaScript())
      return ThrowBadArgument(isolate, "createBlob");
    Part part{buffer->GetBackingStore(), view->ByteOffset(), view->ByteLength()};
    if (buffer->Detach(Local<Value>()).IsNothing()) return;
    if (part.size > 0) parts.push_back(std::move(part));
  }
  Local<Object> handle;
  if (MakeHandle(env, kBlobState, BlobData::New(env->allocator(), std::move(parts))).ToLocal(&handle))
    info.GetReturnValue().Set(handle);
}

// createBlobFromFilePath(path)
void CreateBlobFromFilePath(const FunctionCallbackInfo<Value>& info) {
  ThrowUnavailable(info.GetIsolate(), "fs.openAsBlob");
}

// A number as an offset into a blob.
uint64_t Offset(Local<Value> value) {
  if (!value->IsNumber()) return 0;
  double number = value.As<v8::Number>()->Value();
  return number > 0 ? static_cast<uint64_t>(std::min(number, 9007199254740991.0)) : 0;
}

// blob.slice(start, end)
void Slice(const FunctionCallbackInfo<Value>& info) {
  auto* self = NativeObject::UnwrapThis<BlobHandle>(info);
  if (self == nullptr) return;
  Env* env = self->env();
  Local<Object> handle;
  std::vector<Part> parts = self->data()->Slice(Offset(info[0]), Offset(info[1]));
  if (MakeHandle(env, kBlobState, BlobData::New(env->allocator(), std::move(parts))).ToLocal(&handle))
    info.GetReturnValue().Set(handle);
}

void GetReader(const FunctionCallbackInfo<Value>& info) {
  auto* self = NativeObject::UnwrapThis<BlobHandle>(info);
  Local<Object> reader;
  if (self != nullptr && MakeHandle(self->env(), kReaderState, self->data()).ToLocal(&reader))
    info.GetReturnValue().Set(reader);
}

// reader.pull(callback): calls it with (1, ArrayBuffer) for the next part, (0, undefined) at the end.
void Pull(const FunctionCallbackInfo<Value>& info) {
  auto* self = NativeObject::UnwrapThis<BlobReader>(info);
  if (self == nullptr) return;
  Env* env = self->env();
  Isolate* isolate = env->isolate();
  if (!info[0]->IsFunction()) return ThrowBadArgument(isolate, "pull");
  Local<Value> argv[] = {v8::Integer::New(isolate, 0), v8::Undefined(isolate)};
  if (const Part* part = self->Next()) {
    Local<v8::Uint8Array> copy;
    if (!NewUint8Array(env, static_cast<char*>(part->store->Data()) + part->offset, part->size).ToLocal(&copy)) return;
    argv[0] = v8::Integer::New(isolate, 1);
    argv[1] = copy->Buffer();
  }
  Local<Value> result;
  if (info[0].As<Function>()->Call(env->context(), v8::Undefined(isolate), 2, argv).ToLocal(&result))
    info.GetReturnValue().Set(result);
}

// concat(list: (ArrayBuffer | ArrayBufferView)[]): ArrayBuffer
void Concat(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info[0]->IsArray()) return ThrowBadArgument(isolate, "concat");
  Local<Array> list = info[0].As<Array>();
  // First all that can run guest code, then the sizes, then the copies.
  std::vector<Local<Value>> sources;
  for (uint32_t i = 0; i < list->Length(); i++) {
    Local<Value> source;
    if (!list->Get(env->context(), i).ToLocal(&source)) return;
    if (!source->IsArrayBuffer() && !source->IsArrayBufferView()) return ThrowBadArgument(isolate, "concat");
    sources.push_back(source);
  }
  size_t size = 0;
  for (Local<Value> source : sources) size += Bytes(source).size;
  Local<v8::Uint8Array> result;
  if (!NewUint8Array(env, nullptr, size).ToLocal(&result)) return;
  Bytes out(result);
  size_t position = 0;
  for (Local<Value> source : sources) {
    Bytes bytes(source);
    // Another thread may have grown a shared buffer since.
    size_t length = std::min(bytes.size, out.size - position);
    memcpy(out.data + position, bytes.data, length);
    position += length;
  }
  info.GetReturnValue().Set(result->Buffer());
}

// storeDataObject(id, handle, length, type): makes a blob known by its URL's id.
void StoreDataObject(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  BlobHandle* blob = NativeObject::Unwrap<BlobHandle>(info[1]);
  if (!info[0]->IsString() || blob == nullptr || !info[2]->IsNumber() || !info[3]->IsString())
    return ThrowBadArgument(env->isolate(), "storeDataObject");
  std::string id = ToStdString(env->isolate(), info[0]);
  std::string type = ToStdString(env->isolate(), info[3]);
  size_t cost = sizeof(ObjectUrls::Entry) + id.size() + type.size();
  if (!env->allocator()->Charge(cost))
    return ThrowRangeError(env->isolate(), "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
  ForgetObjectUrl(env, id);
  double length = info[2].As<v8::Number>()->Value();
  env->State<ObjectUrls>()->entries[id] = {blob->data(), length, std::move(type), cost};
}

// getDataObject(id): [handle, length, type], or undefined.
void GetDataObject(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  Isolate* isolate = env->isolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "getDataObject");
  ObjectUrls* urls = env->State<ObjectUrls>();
  auto found = urls->entries.find(ToStdString(isolate, info[0]));
  if (found == urls->entries.end()) return;
  Local<Object> handle;
  Local<v8::String> type;
  if (!MakeHandle(env, kBlobState, found->second.data).ToLocal(&handle) ||
      !Utf8(isolate, found->second.type).ToLocal(&type))
    return;
  Local<Value> values[] = {handle, v8::Number::New(isolate, found->second.length), type};
  info.GetReturnValue().Set(Array::New(isolate, values, 3));
}

// revokeObjectURL(url): forgets "blob:nodedata:<id>"; other texts name nothing.
void RevokeObjectUrl(const FunctionCallbackInfo<Value>& info) {
  Env* env = Env::From(info);
  if (!info[0]->IsString()) return ThrowBadArgument(env->isolate(), "revokeObjectURL");
  constexpr std::string_view kPrefix = "blob:nodedata:";
  std::string url = ToStdString(env->isolate(), info[0]);
  if (url.starts_with(kPrefix)) ForgetObjectUrl(env, url.substr(kPrefix.size()));
}

constexpr Method kBlobMethods[] = {{"getReader", GetReader}, {"slice", Slice}};
constexpr Method kReaderMethods[] = {{"pull", Pull}};
constexpr Method kMethods[] = {
    {"createBlob", CreateBlob},
    {"storeDataObject", StoreDataObject},
    {"getDataObject", GetDataObject},
    {"revokeObjectURL", RevokeObjectUrl},
    {"concat", Concat},
    {"createBlobFromFilePath", CreateBlobFromFilePath},
};

void Initialize(Env* env, Local<Object> target) {
  SetMethods(env, target, kMethods);
  Local<Function> constructor;
  if (MakeClassTemplate(env, "Blob", Construct<BlobHandle>, kBlobMethods, std::size(kBlobMethods))
          ->GetFunction(env->context())
          .ToLocal(&constructor))
    env->SetState(kBlobState, constructor);
  if (MakeClassTemplate(env, "BlobReader", Construct<BlobReader>, kReaderMethods, std::size(kReaderMethods))
          ->GetFunction(env->context())
          .ToLocal(&constructor))
    env->SetState(kReaderState, constructor);
}

void RegisterReferences(References* references) {
  references->Add(Construct<BlobHandle>);
  references->Add(Construct<BlobReader>);
  AddReferences(references, kMethods);
  AddReferences(references, kBlobMethods);
  AddReferences(references, kReaderMethods);
}

BindingRegistration registration("blob", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
