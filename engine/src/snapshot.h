#ifndef SE_SNAPSHOT_H_
#define SE_SNAPSHOT_H_

#include <v8.h>

#include <string>
#include <vector>

namespace se {

// One module of Node's library. Its text is shared by all isolates as an external string.
struct BuiltinSource {
  std::string id;
  bool one_byte = true;
  const void* data = nullptr;  // Latin-1 bytes or UTF-16 code units
  size_t length = 0;           // in characters
  // V8's code cache of a module that is not in the snapshot.
  const uint8_t* code_cache = nullptr;
  size_t code_cache_size = 0;
  v8::String::ExternalOneByteStringResource* one_byte_resource = nullptr;
  v8::String::ExternalStringResource* two_byte_resource = nullptr;
};

// The sources, sorted by id. Filled once, before the first isolate.
const std::vector<BuiltinSource>& BuiltinSources();
const BuiltinSource* FindBuiltinSource(std::string_view id);
v8::MaybeLocal<v8::String> BuiltinText(v8::Isolate* isolate, const BuiltinSource& source);

// The file name of the guest's bundle in V8.
constexpr char kGuestBundleName[] = "node:internal/secure_exec";

// The image that guests start from: a file with the sources of Node's library and the V8 startup snapshot. Written when
// the package is built.
//
// LoadImage maps the file into memory for the life of the process. False with a reason when it is missing or does not
// fit this engine.
bool LoadImage(const std::string& path, std::string* error);
// Whether the loaded image is whole, by its checksum. Reads all of it.
bool VerifyImage();
// Writes an image: boots a guest from `guest_bundle` over Node's library, (id, text) pairs, and takes a snapshot of it.
// `seed` is JSON, for the bundle to read.
bool BuildImage(const std::string& path, const std::u16string& guest_bundle, const std::string& seed,
                std::vector<std::pair<std::string, std::u16string>> modules, std::string* error);

// Before a rehearsal: drops all bytecode of the isolate that V8 can compile anew, and keeps from here on what it does.
void DropBytecode(v8::Isolate* isolate);
// After a rehearsal, in an isolate that started from the loaded image and ran a guest to its end: takes the snapshot anew,
// from contexts as they were before, with the code that the guest's program had compiled. Writes the image to `path`.
bool RewriteImage(v8::Isolate* isolate, v8::SnapshotCreator* creator, const std::string& path, std::string* error);

// Where the guest's context lies in the snapshot (Context::FromSnapshot). Context::New makes contexts without Node.
constexpr size_t kPrincipalContextIndex = 0;

// Makes an isolate start from the loaded image, with the engine's external references.
void UseSnapshot(v8::Isolate::CreateParams* params);

}  // namespace se

#endif  // SE_SNAPSHOT_H_
