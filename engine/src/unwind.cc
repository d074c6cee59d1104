#include "unwind.h"

namespace se {

void UnwindNow(v8::Isolate* isolate) {
  if (!isolate->IsExecutionTerminating()) isolate->TerminateExecution();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  // It does nothing but to be entered.
  v8::Local<v8::Script> script;
  if (v8::Script::Compile(context, v8::String::NewFromUtf8Literal(isolate, "0")).ToLocal(&script))
    (void)script->Run(context);
}

}  // namespace se
