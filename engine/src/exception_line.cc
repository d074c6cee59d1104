// The source line that Node prints above the stack of an uncaught error.
#include <string>

#include "binding.h"
#include "callbacks.h"

namespace se {

using v8::Context;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::Message;
using v8::Object;
using v8::Private;
using v8::ScriptOrigin;
using v8::String;
using v8::Value;

namespace {

// A line longer than this is underlined only so far.
constexpr int kUnderlineLimit = 1020;
// A line longer than this (generated code) is not shown at all: it would be copied several times over.
constexpr int kLineLimit = 1 << 20;

// Whether the script was generated from another, by a source map that the program wants to be looked at.
bool HasSourceMap(Env* env, const ScriptOrigin& origin) {
  Local<Value> url = origin.SourceMapUrl();
  return env != nullptr && !url.IsEmpty() && url->IsString() && env->Get(Slot::kSourceMapsEnabled)->IsTrue();
}

// The same text for the source that a script was generated from, which the library finds; nothing if it does not.
std::string DescribeMappedSource(Env* env, Local<Context> context, Local<Message> message) {
  Isolate* isolate = env->isolate();
  v8::TryCatch ignored(isolate);
  Local<Value> find = env->GetState("errors.get_source_map_error_source");
  if (!find->IsFunction()) return {};
  Local<Value> argv[] = {message->GetScriptResourceName(),
                         v8::Integer::New(isolate, message->GetLineNumber(context).FromMaybe(0)),
                         v8::Integer::New(isolate, message->GetStartColumn(context).FromMaybe(0))};
  Local<Value> text;
  if (!find.As<v8::Function>()->Call(context, v8::Undefined(isolate), 3, argv).ToLocal(&text) || !text->IsString())
    return {};
  return ToStdString(isolate, text);
}

}  // namespace

std::string DescribeSource(Isolate* isolate, Local<Context> context, Local<Message> message) {
  if (message.IsEmpty()) return {};
  Local<String> line;
  if (!message->GetSourceLine(context).ToLocal(&line) || line->Length() > kLineLimit) return {};
  std::string source = ToStdString(isolate, line);
  // Node's lib marks places where it rethrows with this.
  if (source.find("node-do-not-add-exception-line") != std::string::npos) return {};
  ScriptOrigin origin = message->GetScriptOrigin();
  // Our own bundle stands where Node has C++, of which there is no line to show.
  Local<Value> name = message->GetScriptResourceName();
  if (name->IsString() && name.As<String>()->StringEquals(Name(isolate, kGuestBundle))) return {};
  Env* env = Env::From(isolate);
  if (HasSourceMap(env, origin)) {
    std::string mapped = DescribeMappedSource(env, context, message);
    if (!mapped.empty()) return mapped;
  }

  int number = message->GetLineNumber(context).FromMaybe(0);
  int start = message->GetStartColumn(context).FromMaybe(0);
  int end = message->GetEndColumn(context).FromMaybe(0);
  // Columns of a script's first line count from where the script began in its file.
  int script_start = number - origin.LineOffset() == 1 ? origin.ColumnOffset() : 0;
  if (start >= script_start) {
    start -= script_start;
    end -= script_start;
  }

  std::string text = name->IsUndefined() ? "<anonymous_script>" : ToStdString(isolate, name);
  text += ':' + std::to_string(number) + '\n' + source + '\n';
  // Nothing to point at: WebAssembly has no lines.
  if (start < 0 || start > end || end > static_cast<int>(source.size())) return text;
  for (int i = 0; i < end && i < kUnderlineLimit && i < static_cast<int>(source.size()); i++)
    text += i >= start ? '^' : source[i] == '\t' ? '\t' : ' ';
  text += '\n';
  return text;
}

std::string DescribeStack(Isolate* isolate, Local<v8::StackTrace> stack) {
  if (stack.IsEmpty()) return {};
  std::string text;
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    Local<v8::StackFrame> frame = stack->GetFrame(isolate, i);
    if (ToStdString(isolate, frame->GetScriptName()) == kGuestBundle) continue;
    std::string at = ToStdString(isolate, frame->GetScriptName()) + ':' + std::to_string(frame->GetLineNumber()) + ':' +
                     std::to_string(frame->GetColumn());
    Local<String> function = frame->GetFunctionName();
    if (frame->IsEval()) return text + "    at [eval] (" + at + ")\n";
    if (function.IsEmpty() || function->Length() == 0) text += "    at " + at + "\n";
    else text += "    at " + ToStdString(isolate, function) + " (" + at + ")\n";
  }
  return text;
}

void AppendExceptionLine(Env* env, Local<Value> error, Local<Message> message) {
  if (message.IsEmpty() || error.IsEmpty() || !error->IsObject()) return;
  Isolate* isolate = env->isolate();
  HandleScope scope(isolate);
  Local<Context> context = env->context();
  Local<Object> object = error.As<Object>();
  Local<Private> key = env->PrivateSymbol("arrow_message_private_symbol");
  Local<Value> present, decorated;
  if (!object->GetPrivate(context, key).ToLocal(&present) || present->IsString() ||
      !object->GetPrivate(context, env->PrivateSymbol("decorated_private_symbol")).ToLocal(&decorated) ||
      decorated->IsTrue())
    return;
  std::string text = DescribeSource(isolate, context, message);
  Local<String> arrow;
  if (!text.empty() && Utf8(isolate, text).ToLocal(&arrow)) (void)object->SetPrivate(context, key, arrow);
}

void DecorateErrorStack(Env* env, Local<Value> error, Local<Message> message) {
  if (error.IsEmpty() || !error->IsObject()) return;
  Isolate* isolate = env->isolate();
  HandleScope scope(isolate);
  v8::TryCatch ignored(isolate);
  Local<Context> context = env->context();
  Local<Object> object = error.As<Object>();
  Local<Private> decorated = env->PrivateSymbol("decorated_private_symbol");
  Local<Value> value;
  if (!object->GetPrivate(context, decorated).ToLocal(&value) || value->IsTrue()) return;
  AppendExceptionLine(env, error, message);
  Local<Value> arrow, stack;
  Local<String> key = Name(isolate, "stack");
  if (!object->GetPrivate(context, env->PrivateSymbol("arrow_message_private_symbol")).ToLocal(&arrow) ||
      !arrow->IsString() || !object->Get(context, key).ToLocal(&stack) || !stack->IsString())
    return;
  // Concat gives nothing when the text would be too long.
  Local<String> text = String::Concat(isolate, arrow.As<String>(), Name(isolate, "\n"));
  if (!text.IsEmpty()) text = String::Concat(isolate, text, stack.As<String>());
  if (text.IsEmpty()) return;
  (void)object->Set(context, key, text);
  (void)object->SetPrivate(context, decorated, v8::True(isolate));
}

}  // namespace se
