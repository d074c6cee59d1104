#include "snapshot.h"

#include <fcntl.h>
#include <node_version.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>

#include "allocator.h"
#include "binding.h"
#include "build_id.h"
#include "builtins.h"
#include "callbacks.h"
#include "node_context.h"
#include "platform.h"
#include "resizable_memory.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::ScriptCompiler;
using v8::ScriptOrigin;
using v8::SnapshotCreator;
using v8::StartupData;
using v8::String;
using v8::TryCatch;
using v8::Value;

namespace {

// File layout: a Header; an Entry and its id for each module of the library and, last, for the guest's bundle; then,
// 8-aligned, the texts, the code caches, the snapshot.
constexpr char kMagic[8] = {'S', 'E', 'I', 'M', 'A', 'G', 'E', '4'};
#if defined(__aarch64__)
constexpr char kArchitecture[16] = "arm64";
#else
constexpr char kArchitecture[16] = "x64";
#endif
struct Header {
  char magic[8];
  char architecture[16];
  char node[16];       // the version of Node whose library and V8 these are
  char build_id[24];   // of the addon that wrote it: the image holds addresses by their place in its tables
  uint64_t length;     // of the file
  uint64_t checksum;   // of all behind the header
  uint64_t module_count;
  uint64_t snapshot_offset, snapshot_size;
};
struct Entry {
  uint64_t id_size;
  uint64_t one_byte;
  uint64_t offset;
  uint64_t length;
  uint64_t cache_offset;
  uint64_t cache_size;
};

// The text outlives every isolate, so nothing is freed when one lets go of it.
class OneByteText : public String::ExternalOneByteStringResource {
 public:
  OneByteText(const char* data, size_t length) : data_(data), length_(length) {}
  const char* data() const override { return data_; }
  size_t length() const override { return length_; }
  void Dispose() override {}

 private:
  const char* data_;
  size_t length_;
};

class TwoByteText : public String::ExternalStringResource {
 public:
  TwoByteText(const uint16_t* data, size_t length) : data_(data), length_(length) {}
  const uint16_t* data() const override { return data_; }
  size_t length() const override { return length_; }
  void Dispose() override {}

 private:
  const uint16_t* data_;
  size_t length_;
};

std::vector<BuiltinSource>& MutableSources() {
  static auto* sources = new std::vector<BuiltinSource>();
  return *sources;
}

// The guest's bundle runs only while the image is built, but V8 keeps the text of what it compiled: here, once for all
// isolates.
BuiltinSource& GuestBundle() {
  static auto* bundle = new BuiltinSource();
  return *bundle;
}

StartupData g_snapshot{nullptr, 0};
std::string_view g_image;

void AttachResource(BuiltinSource& source) {
  if (source.one_byte) {
    source.one_byte_resource = new OneByteText(static_cast<const char*>(source.data), source.length);
  } else {
    source.two_byte_resource = new TwoByteText(static_cast<const uint16_t*>(source.data), source.length);
  }
}

void AttachResources() {
  for (BuiltinSource& source : MutableSources()) AttachResource(source);
  AttachResource(GuestBundle());
}

void AddResource(References* references, const BuiltinSource& source) {
  if (source.one_byte_resource != nullptr) references->AddPointer(source.one_byte_resource);
  if (source.two_byte_resource != nullptr) references->AddPointer(source.two_byte_resource);
}

// The table must be the same when the snapshot is written and when it is read: registration order is that of the
// binary, sources are sorted.
const intptr_t* ExternalReferences() {
  static const intptr_t* table = [] {
    auto* references = new References();
    BindingRegistration::AddAllReferences(references);
    ReferenceResizableMemory(references);
    for (const BuiltinSource& source : BuiltinSources()) AddResource(references, source);
    AddResource(references, GuestBundle());
    return references->Finish();
  }();
  return table;
}

StartupData SerializeInternalField(Local<Object> holder, int index, void* data) { return {nullptr, 0}; }

// Runs the guest's boot script in `context`, up to the point where a process would start.
bool Boot(Isolate* isolate, Local<Context> context, const std::string& seed, std::string* error) {
  TryCatch try_catch(isolate);
  auto fail = [&] {
    *error = "the guest's boot script did not run";
    if (!try_catch.HasCaught()) return false;
    *error = ToStdString(isolate, try_catch.Exception()) + "\n" +
             DescribeSource(isolate, context, try_catch.Message());
    Local<Value> stack;
    if (try_catch.StackTrace(context).ToLocal(&stack) && stack->IsString()) *error += ToStdString(isolate, stack);
    return false;
  };
  Env* env = Env::From(isolate);
  Local<Object> native = Object::New(isolate);
  const BindingRegistration* binding = BindingRegistration::Find("secure_exec");
  if (binding == nullptr) return fail();
  binding->init()(env, native);
  Local<String> text, constants;
  if (!BuiltinText(isolate, GuestBundle()).ToLocal(&text) || !Utf8(isolate, seed).ToLocal(&constants)) return fail();
  SetValue(env, native, "seed", constants);
  ScriptOrigin origin(isolate, Name(isolate, kGuestBundleName));
  ScriptCompiler::Source source(text, origin);
  Local<String> parameters[] = {Name(isolate, "native")};
  Local<Function> function;
  if (!ScriptCompiler::CompileFunction(context, &source, 1, parameters).ToLocal(&function)) return fail();
  Local<Value> argv[] = {native};
  if (function->Call(context, v8::Undefined(isolate), 1, argv).IsEmpty()) return fail();
  isolate->PerformMicrotaskCheckpoint();
  // The bundle has read it; every process would carry the text.
  return native->Delete(context, Name(isolate, "seed")).FromMaybe(false) || fail();
}

bool CreateBlob(SnapshotCreator* creator, StartupData* blob, std::string* error) {
  // Bytecode stays. To drop it here would take that of class fields' initializers too, which V8 can't compile anew.
  *blob = creator->CreateBlob(SnapshotCreator::FunctionCodeHandling::kKeep);
  if (blob->data == nullptr) *error = "V8 could not serialize the guest";
  return blob->data != nullptr;
}

// A code cache names the snapshot that its isolate's read-only heap came from, and V8 takes it in no other. But all
// isolates of a process share one read-only heap, that of Node's own snapshot, whatever snapshot they start from; so the
// caches made while the image is built are good in the isolates that start from it, and get the name that these expect.
// Should V8 change its headers, it rejects the caches, and a test that loads a module fails.
constexpr size_t kReadOnlyChecksumInCache = 16;
constexpr size_t kReadOnlyChecksumInSnapshot = 12;

void NameSnapshot(char* cache, const StartupData& blob) {
  memcpy(cache + kReadOnlyChecksumInCache, blob.data + kReadOnlyChecksumInSnapshot, sizeof(uint32_t));
}

// `caches` gets V8's code caches of the modules that are not in the snapshot, by their place in BuiltinSources().
bool CreateSnapshot(const std::string& seed, std::vector<std::string>* caches, StartupData* blob, std::string* error) {
  CountingAllocator allocator;
  auto tasks = std::make_shared<ForegroundTasks>();
  IsolateDelegate delegate(tasks);
  Isolate* isolate = Isolate::Allocate();
  Platform()->RegisterIsolate(isolate, &delegate);
  bool ok;
  {
    Isolate::CreateParams params;
    params.array_buffer_allocator = &allocator;
    params.external_references = ExternalReferences();
    SnapshotCreator creator(isolate, params);
    isolate->SetCaptureStackTraceForUncaughtExceptions(false);
    {
      HandleScope scope(isolate);
      // What Context::New starts from: the contexts of node:vm must know nothing of Node.
      Local<Context> vm_context = Context::New(isolate);
      CountResizableMemory(isolate, vm_context);
      creator.SetDefaultContext(vm_context);
      Local<Context> context = Context::New(isolate);
      CountResizableMemory(isolate, context);
      ok = TrimContext(isolate, context);
      {
        Context::Scope context_scope(context);
        Env env(isolate, nullptr, &allocator);
        env.SetPrincipalContext(context);
        InstallIsolateCallbacks(isolate);
        ok = ok && Boot(isolate, context, seed, error);
        // In a context of their own: nothing of this work belongs into the snapshot.
        std::vector<bool> booted;
        for (const BuiltinSource& source : BuiltinSources()) booted.push_back(IsCompiled(&env, source));
        Local<Context> scrap = Context::New(isolate);
        Context::Scope scrap_scope(scrap);
        for (size_t i = 0; i < booted.size() && ok; i++)
          caches->push_back(booted[i] ? std::string() : MakeCodeCache(scrap, BuiltinSources()[i]));
        RemoveIsolateCallbacks(isolate);
      }
      creator.AddContext(context, v8::SerializeInternalFieldsCallback(SerializeInternalField, nullptr));
    }
    ok = ok && CreateBlob(&creator, blob, error);
    tasks->Close();
  }
  isolate->Dispose();
  Platform()->UnregisterIsolate(isolate);
  return ok;
}

size_t Align(size_t offset) { return (offset + 7) & ~size_t{7}; }

// Every bit counts, at the speed at which memory is read.
uint64_t Checksum(const char* data, size_t size) {
  uint64_t sum = size;
  for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    memcpy(&word, data + at, std::min(sizeof(word), size - at));
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    sum ^= sum >> 29;
  }
  return sum;
}

void Identify(Header* header) {
  memcpy(header->magic, kMagic, sizeof(kMagic));
  memcpy(header->architecture, kArchitecture, sizeof(kArchitecture));
  snprintf(header->node, sizeof(header->node), "%s", NODE_VERSION);
  ReadBuildId(header->build_id, sizeof(header->build_id));
}

// What keeps the image from being used by this engine; empty if nothing does.
std::string Mismatch(const Header& header, size_t size) {
  if (size < sizeof(Header) || memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) return "is no image of this engine";
  Header own{};
  Identify(&own);
  if (memcmp(header.architecture, own.architecture, sizeof(own.architecture)) != 0)
    return "is for another processor: " + std::string(header.architecture, strnlen(header.architecture, 16));
  if (memcmp(header.node, own.node, sizeof(own.node)) != 0)
    return "is for another Node: " + std::string(header.node, strnlen(header.node, 16));
  if (memcmp(header.build_id, own.build_id, sizeof(own.build_id)) != 0) return "was made by another build of the engine";
  if (header.length != size)
    return "has " + std::to_string(size) + " bytes instead of " + std::to_string(header.length);
  return "";
}

// The last part of the file.
void AppendSnapshot(std::string* out, Header header, const StartupData& blob) {
  header.snapshot_offset = out->size();
  header.snapshot_size = static_cast<uint64_t>(blob.raw_size);
  out->append(blob.data, blob.raw_size);
  header.length = out->size();
  header.checksum = Checksum(out->data() + sizeof(header), out->size() - sizeof(header));
  memcpy(out->data(), &header, sizeof(header));
}

bool WriteFile(const std::string& path, const std::string& bytes, std::string* error) {
  std::string temporary = path + ".tmp";
  FILE* file = fopen(temporary.c_str(), "wb");
  bool ok = file != nullptr && fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file != nullptr) ok = fclose(file) == 0 && ok;
  ok = ok && rename(temporary.c_str(), path.c_str()) == 0;
  if (!ok) *error = "cannot write " + path + ": " + strerror(errno);
  return ok;
}

}  // namespace

const std::vector<BuiltinSource>& BuiltinSources() { return MutableSources(); }

const BuiltinSource* FindBuiltinSource(std::string_view id) {
  const auto& sources = BuiltinSources();
  auto found = std::lower_bound(sources.begin(), sources.end(), id,
                                [](const BuiltinSource& source, std::string_view key) { return source.id < key; });
  return found != sources.end() && found->id == id ? &*found : nullptr;
}

MaybeLocal<String> BuiltinText(Isolate* isolate, const BuiltinSource& source) {
  if (source.one_byte) return String::NewExternalOneByte(isolate, source.one_byte_resource);
  return String::NewExternalTwoByte(isolate, source.two_byte_resource);
}

bool LoadImage(const std::string& path, std::string* error) {
  if (g_snapshot.data != nullptr) return true;
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) {
    *error = "cannot open " + path + ": " + strerror(errno);
    if (fd >= 0) close(fd);
    return false;
  }
  size_t size = static_cast<size_t>(status.st_size);
  void* map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  const char* base = static_cast<const char*>(map);
  const Header* header = static_cast<const Header*>(map);
  std::string mismatch = map == MAP_FAILED ? "can't be mapped" : Mismatch(*header, size);
  if (!mismatch.empty()) {
    *error = path + " " + mismatch + "; build the package again";
    return false;
  }
  size_t at = sizeof(Header);
  for (uint64_t i = 0; i <= header->module_count; i++) {
    const Entry* entry = reinterpret_cast<const Entry*>(base + at);
    BuiltinSource& source = i < header->module_count ? MutableSources().emplace_back() : GuestBundle();
    source.id.assign(base + at + sizeof(Entry), entry->id_size);
    source.one_byte = entry->one_byte != 0;
    source.data = base + entry->offset;
    source.length = entry->length;
    source.code_cache = reinterpret_cast<const uint8_t*>(base) + entry->cache_offset;
    source.code_cache_size = entry->cache_size;
    at = Align(at + sizeof(Entry) + entry->id_size);
  }
  AttachResources();
  g_snapshot = {base + header->snapshot_offset, static_cast<int>(header->snapshot_size)};
  g_image = {base, size};
  if (!g_snapshot.IsValid()) {
    *error = path + " was made by another V8; build the package again";
    g_snapshot = {nullptr, 0};
    return false;
  }
  return true;
}

bool VerifyImage() {
  const Header* header = reinterpret_cast<const Header*>(g_image.data());
  return Checksum(g_image.data() + sizeof(Header), g_image.size() - sizeof(Header)) == header->checksum;
}

bool BuildImage(const std::string& path, const std::u16string& guest_bundle, const std::string& seed,
                std::vector<std::pair<std::string, std::u16string>> modules, std::string* error) {
  std::sort(modules.begin(), modules.end());
  std::vector<std::pair<std::string, std::u16string>> sources = std::move(modules);
  sources.emplace_back(kGuestBundleName, guest_bundle);
  std::string out(sizeof(Header), '\0');
  std::vector<size_t> entries;
  for (const auto& [id, text] : sources) {
    entries.push_back(out.size());
    out.append(sizeof(Entry), '\0').append(id);
    out.resize(Align(out.size()));
  }
  std::vector<Entry> table;
  for (const auto& [id, text] : sources) {
    bool one_byte = std::all_of(text.begin(), text.end(), [](char16_t c) { return c <= 0xff; });
    table.push_back({id.size(), one_byte, out.size(), text.size(), 0, 0});
    if (one_byte) out.append(text.begin(), text.end());
    else out.append(reinterpret_cast<const char*>(text.data()), text.size() * 2);
    out.resize(Align(out.size()));
  }
  // The boot below reads the sources from this buffer, which therefore stays for the life of the process.
  auto* texts = new std::string(out);
  for (size_t i = 0; i < sources.size(); i++) {
    BuiltinSource& source = i + 1 < sources.size() ? MutableSources().emplace_back() : GuestBundle();
    source.id = sources[i].first;
    source.one_byte = table[i].one_byte != 0;
    source.data = texts->data() + table[i].offset;
    source.length = table[i].length;
  }
  AttachResources();

  StartupData blob{nullptr, 0};
  std::vector<std::string> caches;
  bool ok = true;
  std::thread([&] { ok = CreateSnapshot(seed, &caches, &blob, error); }).join();
  if (!ok) return false;

  for (size_t i = 0; i < caches.size(); i++) {
    std::string& cache = caches[i];
    if (cache.size() < kReadOnlyChecksumInCache + sizeof(uint32_t)) continue;
    NameSnapshot(cache.data(), blob);
    table[i].cache_offset = out.size();
    table[i].cache_size = cache.size();
    out.append(cache);
    out.resize(Align(out.size()));
  }
  for (size_t i = 0; i < table.size(); i++) memcpy(out.data() + entries[i], &table[i], sizeof(Entry));

  Header header{};
  Identify(&header);
  header.module_count = sources.size() - 1;
  AppendSnapshot(&out, header, blob);
  delete[] blob.data;
  return WriteFile(path, out, error);
}

void DropBytecode(Isolate* isolate) {
  v8::V8::SetFlagsFromString("--stress-flush-code");
  isolate->LowMemoryNotification();
  v8::V8::SetFlagsFromString("--no-stress-flush-code --no-flush-bytecode");
}

bool RewriteImage(Isolate* isolate, SnapshotCreator* creator, const std::string& path, std::string* error) {
  RemoveIsolateCallbacks(isolate);
  {
    HandleScope scope(isolate);
    Local<Context> guest;
    if (!Context::FromSnapshot(isolate, kPrincipalContextIndex).ToLocal(&guest)) {
      *error = "the image has no guest";
      return false;
    }
    creator->SetDefaultContext(Context::New(isolate));
    creator->AddContext(guest, v8::SerializeInternalFieldsCallback(SerializeInternalField, nullptr));
  }
  StartupData blob{nullptr, 0};
  if (!CreateBlob(creator, &blob, error)) return false;
  Header header = *reinterpret_cast<const Header*>(g_image.data());
  std::string out(g_image.substr(0, header.snapshot_offset));
  for (const BuiltinSource& source : BuiltinSources())
    if (source.code_cache_size != 0)
      NameSnapshot(out.data() + (reinterpret_cast<const char*>(source.code_cache) - g_image.data()), blob);
  AppendSnapshot(&out, header, blob);
  delete[] blob.data;
  return WriteFile(path, out, error);
}

void UseSnapshot(Isolate::CreateParams* params) {
  if (g_snapshot.data == nullptr) return;
  params->snapshot_blob = &g_snapshot;
  params->external_references = ExternalReferences();
}

}  // namespace se
