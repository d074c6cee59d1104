#include "syscall_gate.h"

#include <algorithm>
#include <cstring>

#include "binding.h"
#include "guest_thread.h"
#include "kernel_port.h"
#include "transfer.h"
#include "unwind.h"

namespace se {

using v8::ArrayBuffer;
using v8::BackingStore;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::NewStringType;
using v8::String;
using v8::TryCatch;
using v8::Uint8Array;
using v8::Value;

namespace {

constexpr int kEFAULT = -14;
constexpr int kENOSYS = -38;
constexpr int kRestart = -512;  // ERESTARTSYS: sleep, then dispatch again
// Up to this size a buffer goes through the scratch area; a larger one is lent to the kernel for the call.
constexpr size_t kScratchLimit = 8 * 1024;
constexpr size_t kInlineString = 256;
// No string that the kernel understands is as long: a longer one is cut here, for the kernel to find it too long.
constexpr int kMaxString = 16 * 1024;
constexpr size_t kKernelStackMargin = 128 * 1024;

// The kernel makes an argument anew while everybody waits for its lock.
constexpr TransferLimits kArgumentLimits = {/* nodes */ 66'000, /* bytes */ 256 * 1024};

// An argument, read out of the guest and not yet in the kernel.
struct Argument {
  enum Kind { kUndefined, kInt, kDouble, kOneByte, kBuffer, kOther };
  Kind kind = kUndefined;
  char direction = '-';
  int32_t integer = 0;
  double number = 0;
  uint32_t length = 0;
  uint8_t text[kInlineString];
  TransferValue other;
  // Buffers: the guest's memory, alive until the call returns.
  std::shared_ptr<BackingStore> store;
  uint8_t* data = nullptr;
  size_t size = 0;
  size_t scratch_offset = 0;
  bool lent = false;
};

struct Call {
  int argc = 0;
  Argument args[kMaxSyscallArgs];
  size_t scratch_used = 0;
};

bool ReadArgument(Isolate* isolate, Local<Context> context, Local<Value> value, char direction, Call* call,
                  Argument* out) {
  if (value->IsInt32()) {
    out->kind = Argument::kInt;
    out->integer = value.As<v8::Int32>()->Value();
    return true;
  }
  if (value->IsNumber()) {
    out->kind = Argument::kDouble;
    out->number = value.As<v8::Number>()->Value();
    return true;
  }
  if (value->IsString()) {
    Local<String> string = value.As<String>();
    int length = string->Length();
    if (static_cast<size_t>(length) <= kInlineString && string->IsOneByte()) {
      out->kind = Argument::kOneByte;
      out->length = static_cast<uint32_t>(length);
      string->WriteOneByte(isolate, out->text, 0, length, String::NO_NULL_TERMINATION);
      return true;
    }
    if (length > kMaxString) {
      out->kind = Argument::kOther;
      std::u16string start(kMaxString, u'\0');
      string->Write(isolate, reinterpret_cast<uint16_t*>(start.data()), 0, kMaxString, String::NO_NULL_TERMINATION);
      out->other.v = std::move(start);
      return true;
    }
  } else if (value->IsArrayBufferView() && direction != '-') {
    Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
    out->kind = Argument::kBuffer;
    out->direction = direction;
    out->size = view->ByteLength();
    out->store = view->Buffer()->GetBackingStore();
    out->data = static_cast<uint8_t*>(out->store->Data()) + view->ByteOffset();
    if (out->size <= kScratchLimit && call->scratch_used + out->size <= kScratchSize) {
      out->scratch_offset = call->scratch_used;
      call->scratch_used += (out->size + 7) & ~size_t{7};
    } else {
      out->lent = true;
    }
    return true;
  } else if (value->IsUndefined()) {
    return true;
  }
  out->kind = Argument::kOther;
  return ReadTransfer(context, value, &out->other, kArgumentLimits);
}

// The argument as the kernel sees it.
Local<Value> WriteArgument(Isolate* isolate, Local<Context> context, KernelPort& kernel, Argument& arg) {
  switch (arg.kind) {
    case Argument::kUndefined:
      return v8::Undefined(isolate);
    case Argument::kInt:
      return Integer::New(isolate, arg.integer);
    case Argument::kDouble:
      return v8::Number::New(isolate, arg.number);
    case Argument::kOneByte: {
      Local<String> text;
      if (String::NewFromOneByte(isolate, arg.text, NewStringType::kNormal, static_cast<int>(arg.length))
              .ToLocal(&text))
        return text;
      return v8::Undefined(isolate);
    }
    case Argument::kBuffer: {
      if (!arg.lent) {
        uint8_t* at = kernel.scratch_data + arg.scratch_offset;
        if (arg.direction == 'i') memcpy(at, arg.data, arg.size);
        else memset(at, 0, arg.size);
        return Uint8Array::New(kernel.scratch.Get(isolate), arg.scratch_offset, arg.size);
      }
      std::unique_ptr<BackingStore> store =
          ArrayBuffer::NewBackingStore(arg.data, arg.size, BackingStore::EmptyDeleter, nullptr);
      return Uint8Array::New(ArrayBuffer::New(isolate, std::move(store)), 0, arg.size);
    }
    case Argument::kOther: {
      Local<Value> value;
      if (WriteTransfer(context, arg.other).ToLocal(&value)) return value;
      return v8::Undefined(isolate);
    }
  }
  return v8::Undefined(isolate);
}

// After the call: gives results back to the guest's memory and takes lent memory away from the kernel.
void FinishBuffers(Call* call, Local<Value>* argv, KernelPort& kernel, double result) {
  for (int i = 0; i < call->argc; i++) {
    Argument& arg = call->args[i];
    if (arg.kind != Argument::kBuffer) continue;
    if (arg.lent) {
      Local<ArrayBuffer> buffer = argv[i].As<Uint8Array>()->Buffer();
      (void)buffer->Detach(Local<Value>());
      continue;
    }
    uint8_t* at = kernel.scratch_data + arg.scratch_offset;
    size_t count = 0;
    if (arg.direction == 'o' && result > 0) count = std::min(static_cast<size_t>(result), arg.size);
    if (arg.direction == 'f' && result >= 0) count = arg.size;
    memcpy(arg.data, at, count);
  }
}

struct Outcome {
  bool number = true;
  double value = 0;
  TransferValue other;
  double deadline = 0;
};

// One entry into the kernel. Holds the kernel's lock throughout.
void Enter(KernelPort& kernel, GuestThread* thread, int nr, Call* call, bool interrupted, Outcome* outcome) {
  Isolate* isolate = kernel.isolate;
  v8::Locker locker(isolate);
  Isolate::Scope isolate_scope(isolate);
  // The kernel may use the rest of this thread's stack, however deep the guest is.
  static thread_local bool stack_limit_set = false;
  if (!stack_limit_set) {
    pthread_attr_t attributes;
    void* low = nullptr;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      pthread_attr_getstack(&attributes, &low, &size);
      pthread_attr_destroy(&attributes);
      isolate->SetStackLimit(reinterpret_cast<uintptr_t>(low) + kKernelStackMargin);
    }
    stack_limit_set = true;
  }
  HandleScope scope(isolate);
  Local<Context> context = kernel.context.Get(isolate);
  Context::Scope context_scope(context);
  TryCatch try_catch(isolate);
  if (interrupted) {
    Local<Value> argv[] = {Integer::New(isolate, thread->tid())};
    (void)kernel.interrupt.Get(isolate)->Call(context, v8::Undefined(isolate), 1, argv);
  }
  Local<Value> argv[2 + kMaxSyscallArgs];
  argv[0] = Integer::New(isolate, thread->tid());
  argv[1] = Integer::New(isolate, nr);
  for (int i = 0; i < call->argc; i++) argv[2 + i] = WriteArgument(isolate, context, kernel, call->args[i]);
  Local<Value> result;
  outcome->number = true;
  outcome->value = kEFAULT;
  if (kernel.dispatch.Get(isolate)->Call(context, v8::Undefined(isolate), 2 + call->argc, argv).ToLocal(&result)) {
    if (result->IsNumber()) {
      outcome->value = result.As<v8::Number>()->Value();
    } else {
      outcome->number = false;
      if (!ReadTransfer(context, result, &outcome->other)) outcome->number = true;
    }
  }
  if (outcome->number && outcome->value == kRestart) {
    outcome->deadline = *kernel.block_deadline + kernel.time_origin_ms;
  }
  FinishBuffers(call, argv + 2, kernel, outcome->number ? outcome->value : 0);
}

void Perform(const FunctionCallbackInfo<Value>& info, bool interruptible) {
  Isolate* isolate = info.GetIsolate();
  Env* env = Env::From(isolate);
  GuestThread* thread = env != nullptr ? env->thread() : nullptr;
  KernelPort& kernel = Kernel();
  if (thread == nullptr || kernel.isolate == nullptr)
    return ThrowError(isolate, "ERR_NO_KERNEL", "No syscalls while the snapshot is built");
  if (!info[0]->IsInt32()) return info.GetReturnValue().Set(kENOSYS);
  int nr = info[0].As<v8::Int32>()->Value();
  if (nr < 0 || static_cast<size_t>(nr) >= kernel.signatures.size()) return info.GetReturnValue().Set(kENOSYS);
  const std::string& signature = kernel.signatures[nr];
  Local<Context> context = isolate->GetCurrentContext();
  Call call;
  call.argc = std::min(info.Length() - 1, kMaxSyscallArgs);
  // Buffers last: reading a record may run a guest's getter, which could detach or shrink a buffer read before it.
  for (bool buffers : {false, true}) {
    for (int i = 0; i < call.argc; i++) {
      char direction = static_cast<size_t>(i) < signature.size() ? signature[i] : '-';
      if ((direction != '-' && info[i + 1]->IsArrayBufferView()) != buffers) continue;
      if (ReadArgument(isolate, context, info[i + 1], direction, &call, &call.args[i])) continue;
      if (thread->terminating()) return UnwindNow(isolate);
      return info.GetReturnValue().Set(kEFAULT);
    }
  }
  if (thread->terminating()) return UnwindNow(isolate);
  Outcome outcome;
  bool interrupted = false;
  for (;;) {
    Enter(kernel, thread, nr, &call, interrupted, &outcome);
    if (thread->terminating()) return UnwindNow(isolate);
    if (!outcome.number || outcome.value != kRestart) break;
    interrupted = thread->Sleep(outcome.deadline, interruptible) == GuestThread::WakeReason::kNudged;
    if (thread->terminating()) return UnwindNow(isolate);
  }
  if (outcome.number) return info.GetReturnValue().Set(outcome.value);
  Local<Value> result;
  if (WriteTransfer(context, outcome.other).ToLocal(&result)) info.GetReturnValue().Set(result);
}

}  // namespace

void Syscall(const FunctionCallbackInfo<Value>& info) { Perform(info, false); }
void SyscallInterruptible(const FunctionCallbackInfo<Value>& info) { Perform(info, true); }

}  // namespace se
