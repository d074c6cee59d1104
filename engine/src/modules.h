#ifndef SE_MODULES_H_
#define SE_MODULES_H_

#include <v8.h>

#include <string>
#include <vector>

namespace se {

// Installs V8's callbacks for dynamic import, import.meta and code generation from strings on an isolate.
void InstallModuleCallbacks(v8::Isolate* isolate);
// The same for WebAssembly.compileStreaming; contexts get that function only if they are made afterwards.
void InstallWasmStreamingCallback(v8::Isolate* isolate);

// Where top-level awaits below a ModuleWrap object wait for what never came: each a place and its line of source. Empty
// for anything else.
std::vector<std::string> StalledTopLevelAwaits(v8::Isolate* isolate, v8::Local<v8::Value> module_wrap);

}  // namespace se

#endif  // SE_MODULES_H_
