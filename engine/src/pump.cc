#include "pump.h"

#include <optional>
#include <vector>

#include "binding.h"
#include "callbacks.h"

namespace se {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::Isolate;
using v8::Local;
using v8::Number;
using v8::Object;
using v8::Value;

namespace {

// A native function that makes callbacks of its own: what it throws is uncaught.
void CallFromLoop(Env* env, Local<Object> receiver, Local<Function> function, int argc, Local<Value> argv[]) {
  v8::TryCatch try_catch(env->isolate());
  if (!function->Call(env->context(), receiver, argc, argv).IsEmpty() || try_catch.HasTerminated()) return;
  if (try_catch.HasCaught()) TriggerUncaughtException(env, try_catch.Exception(), try_catch.Message());
}

}  // namespace

void Pump(Env* env, Local<Function> next) {
  Isolate* isolate = env->isolate();
  Local<Context> context = env->context();
  std::optional<double> last;
  for (;;) {
    v8::HandleScope scope(isolate);
    Local<Value> argument = v8::Undefined(isolate);
    if (last) argument = Number::New(isolate, *last);
    Local<Value> asked;
    if (!next->Call(context, v8::Undefined(isolate), 1, &argument).ToLocal(&asked) || !asked->IsArray()) return;
    std::vector<Local<Value>> call;
    for (uint32_t i = 0, length = asked.As<Array>()->Length(); i < length; i++) {
      Local<Value> value;
      if (!asked.As<Array>()->Get(context, i).ToLocal(&value)) return;
      call.push_back(value);
    }
    if (call.size() < 4 || !call[0]->IsObject() || !call[1]->IsFunction() || !call[2]->IsNumber() ||
        !call[3]->IsNumber())
      return ThrowBadArgument(isolate, "pump");
    Local<Value> result;
    last.reset();
    if (call[2].As<Number>()->Value() < 0) {
      CallFromLoop(env, call[0].As<Object>(), call[1].As<Function>(), static_cast<int>(call.size()) - 4, call.data() + 4);
      continue;
    }
    if (MakeCallback(env, call[0].As<Object>(), call[1].As<Function>(), static_cast<int>(call.size()) - 4,
                     call.data() + 4, call[2].As<Number>()->Value(), call[3].As<Number>()->Value())
            .ToLocal(&result) &&
        result->IsNumber())
      last = result.As<Number>()->Value();
  }
}

}  // namespace se
