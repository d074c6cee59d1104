#ifndef SE_CONTEXTIFY_SCRIPT_H_
#define SE_CONTEXTIFY_SCRIPT_H_

#include "binding.h"

namespace se {

// class ContextifyScript: code compiled once, to be run in any context.
void InitializeScript(Env* env, v8::Local<v8::Object> target);
void RegisterScriptReferences(References* references);

// compileFunction, compileFunctionForCJSLoader, containsModuleSyntax.
void InitializeCompileFunction(Env* env, v8::Local<v8::Object> target);
void RegisterCompileFunctionReferences(References* references);

}  // namespace se

#endif  // SE_CONTEXTIFY_SCRIPT_H_
