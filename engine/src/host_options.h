#ifndef SE_HOST_OPTIONS_H_
#define SE_HOST_OPTIONS_H_

#include <v8.h>

namespace se {

// The host-defined options of every script, function and module that guest code compiles: one symbol, by which Node's
// lib finds who handles its import(). Scripts without it fall back to the symbol of their context's global object.
inline v8::Local<v8::PrimitiveArray> MakeHostOptions(v8::Isolate* isolate, v8::Local<v8::Symbol> id) {
  v8::Local<v8::PrimitiveArray> options = v8::PrimitiveArray::New(isolate, 1);
  options->Set(isolate, 0, id);
  return options;
}

}  // namespace se

#endif  // SE_HOST_OPTIONS_H_
