#ifndef SE_CODE_CACHE_H_
#define SE_CODE_CACHE_H_

#include <v8.h>

#include <memory>

#include "env.h"

namespace se {

// V8 runs the bytecode of a code cache as it finds it: a forged one is arbitrary access to the process's memory. So a
// cache that a guest hands in (vm's `cachedData`) is used only if this VM's process made it, for just this code. What
// guests get is V8's data followed by a MAC under a key that is drawn when the first of them is made; anything else
// counts as rejected, as a cache of another version of V8 does.
struct CodeIdentity {
  enum class Kind : uint8_t { kScript = 1, kModule, kFunction };
  Kind kind;
  v8::Local<v8::String> source;
  // kFunction: the parameters' names, and with how many objects its scope was extended.
  const v8::LocalVector<v8::String>* parameters = nullptr;
  size_t extensions = 0;
};

// The cache in `view` (an ArrayBufferView) for V8 to consume; null if it is not one of ours for this code.
std::unique_ptr<v8::ScriptCompiler::CachedData> OpenCodeCache(v8::Isolate* isolate, const CodeIdentity& code,
                                                              v8::Local<v8::Value> view);

// A Buffer with the sealed cache, empty when `data` is null (V8 could not serialize the code).
v8::MaybeLocal<v8::Uint8Array> SealCodeCache(Env* env, const CodeIdentity& code,
                                             const v8::ScriptCompiler::CachedData* data);

// What one compilation of node:vm exchanges with its program: the cache that was handed in (`cachedData`), what became
// of it, and a new one if that was asked for (`produceCachedData`).
class CodeCacheExchange {
 public:
  // `given`: an ArrayBufferView, or anything else for none.
  CodeCacheExchange(v8::Isolate* isolate, const CodeIdentity& code, v8::Local<v8::Value> given, bool produce);

  // For the ScriptCompiler::Source, which frees it. Once.
  v8::ScriptCompiler::CachedData* Take() { return cache_.release(); }
  v8::ScriptCompiler::CompileOptions options() const {
    return consume_ ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  }
  bool produce() const { return produce_; }
  // Tells on `target` what came of it; `made` counts if a cache was to be produced. False with an exception pending.
  bool Report(Env* env, v8::Local<v8::Context> context, v8::Local<v8::Object> target,
              const v8::ScriptCompiler::Source& source,
              std::unique_ptr<v8::ScriptCompiler::CachedData> made) const;

 private:
  const CodeIdentity& code_;
  const bool given_;
  const bool produce_;
  std::unique_ptr<v8::ScriptCompiler::CachedData> cache_;
  const bool consume_;
};

}  // namespace se

#endif  // SE_CODE_CACHE_H_
