// The functions that the addon exports to the JavaScript of the process.
#include <node.h>
#include <v8.h>

#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <climits>
#include <cstring>

#include <algorithm>
#include <limits>
#include <string>
#include <thread>

#include "bare_eval.h"
#include "binding.h"
#include "guest_thread.h"
#include "kernel_port.h"
#include "snapshot.h"
#include "v8_internals.h"
#include "vm_end.h"
#include "zygote/zygote.h"

namespace se {

using v8::Context;
using v8::Function;
using v8::FunctionCallback;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// bareEval(source: string): string. Throws an Error with the guest's stack as message.
void BareEvalCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  BareResult result = BareEval(ToStdString(isolate, info[0]));
  if (result.threw) return ThrowError(isolate, "ERR_GUEST", result.text);
  Local<v8::String> text;
  if (Utf8(isolate, result.text).ToLocal(&text)) info.GetReturnValue().Set(text);
}

bool GetFunctionOption(Local<Context> context, Local<Object> options, const char* name, v8::Global<Function>* out) {
  Isolate* isolate = context->GetIsolate();
  Local<Value> value;
  if (!options->Get(context, Name(isolate, name)).ToLocal(&value) || !value->IsFunction()) {
    ThrowTypeError(isolate, "ERR_INVALID_ARG_TYPE", std::string("init: ") + name + " must be a function");
    return false;
  }
  out->Reset(isolate, value.As<Function>());
  return true;
}

// loadImage(path): what isolates start from; before init().
void LoadImageCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return ThrowBadArgument(isolate, "loadImage");
  // glibc gives threads arenas of their own, which keep what short-lived guests leave behind.
  mallopt(M_ARENA_MAX, 4);
  std::string error;
  if (!LoadImage(ToStdString(isolate, info[0]), &error)) ThrowError(isolate, "ERR_ENGINE_IMAGE", error);
}

// verifyImage(): whether it is whole. Reads all of it.
void VerifyImageCall(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(VerifyImage()); }

// May be called again when no guest runs: another kernel takes over.
// init({dispatch, interrupt, onExit, signatures: [nr, letters][], blockDeadline: Float64Array, now: ms})
void Init(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  KernelPort& kernel = Kernel();
  if (!info[0]->IsObject()) return ThrowBadArgument(isolate, "init");
  Local<Object> options = info[0].As<Object>();
  Local<Value> signatures, deadline, now;
  if (!options->Get(context, Name(isolate, "signatures")).ToLocal(&signatures) ||
      !options->Get(context, Name(isolate, "blockDeadline")).ToLocal(&deadline) ||
      !options->Get(context, Name(isolate, "now")).ToLocal(&now))
    return;
  if (!signatures->IsArray() || !deadline->IsFloat64Array() || !now->IsNumber())
    return ThrowBadArgument(isolate, "init");
  if (!GetFunctionOption(context, options, "dispatch", &kernel.dispatch) ||
      !GetFunctionOption(context, options, "interrupt", &kernel.interrupt) ||
      !GetFunctionOption(context, options, "onExit", &kernel.on_exit))
    return;
  for (uint32_t i = 0; i < signatures.As<v8::Array>()->Length(); i++) {
    Local<Value> entry, nr, letters;
    if (!signatures.As<v8::Array>()->Get(context, i).ToLocal(&entry) || !entry->IsArray() ||
        !entry.As<v8::Array>()->Get(context, 0).ToLocal(&nr) || !nr->IsUint32() ||
        !entry.As<v8::Array>()->Get(context, 1).ToLocal(&letters) || !letters->IsString())
      return ThrowBadArgument(isolate, "init");
    uint32_t index = nr.As<v8::Uint32>()->Value();
    if (index >= 4096) return ThrowBadArgument(isolate, "init");
    if (kernel.signatures.size() <= index) kernel.signatures.resize(index + 1);
    kernel.signatures[index] = ToStdString(isolate, letters);
  }
  kernel.block_deadline_store = deadline.As<v8::Float64Array>()->Buffer()->GetBackingStore();
  kernel.block_deadline = reinterpret_cast<double*>(static_cast<char*>(kernel.block_deadline_store->Data()) +
                                                    deadline.As<v8::Float64Array>()->ByteOffset());
  kernel.time_origin_ms = SteadyMs() - now.As<v8::Number>()->Value();
  kernel.context.Reset(isolate, context);
  if (kernel.wake_fd < 0) {
    Local<v8::ArrayBuffer> scratch = v8::ArrayBuffer::New(isolate, kScratchSize);
    kernel.scratch_data = static_cast<uint8_t*>(scratch->Data());
    kernel.scratch.Reset(isolate, scratch);
    kernel.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  }
  if (kernel.wake_fd < 0) return ThrowError(isolate, "ERR_ENGINE", "eventfd failed");
  kernel.isolate = isolate;
}

// start(tid, {memoryBytes, cpuMs}, imagePath?): boolean. cpuMs Infinity or 0: no limit. With `imagePath`, the program is a
// rehearsal: when it has ended, an image that holds the code compiled for it is written there.
void Start(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsInt32() || !info[1]->IsObject()) return ThrowBadArgument(isolate, "start");
  int tid = info[0].As<v8::Int32>()->Value();
  Local<Value> memory, cpu;
  if (!info[1].As<Object>()->Get(context, Name(isolate, "memoryBytes")).ToLocal(&memory) ||
      !info[1].As<Object>()->Get(context, Name(isolate, "cpuMs")).ToLocal(&cpu))
    return;
  GuestLimits limits;
  if (memory->IsNumber()) {
    double bytes = memory.As<v8::Number>()->Value();
    limits.memory_bytes = static_cast<size_t>(std::clamp(bytes, 8.0 * 1024 * 1024, 64.0 * 1024 * 1024 * 1024));
  }
  if (cpu->IsNumber()) limits.cpu_ms = cpu.As<v8::Number>()->Value();
  if (!(limits.cpu_ms > 0 && limits.cpu_ms < 1e12)) limits.cpu_ms = 0;
  std::string image_path = info[2]->IsString() ? ToStdString(isolate, info[2]) : std::string();
  info.GetReturnValue().Set(GuestRegistry::Get().Start(tid, limits, image_path));
}

std::shared_ptr<GuestThread> GuestOf(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsInt32()) return nullptr;
  return GuestRegistry::Get().Find(info[0].As<v8::Int32>()->Value());
}

// wake(tid), terminate(tid): nothing happens when the task is gone.
void Wake(const FunctionCallbackInfo<Value>& info) {
  if (auto guest = GuestOf(info)) guest->Wake();
}
void Terminate(const FunctionCallbackInfo<Value>& info) {
  if (auto guest = GuestOf(info)) guest->Terminate("exit");
}

// interruptScript(tid): boolean
void InterruptScript(const FunctionCallbackInfo<Value>& info) {
  auto guest = GuestOf(info);
  info.GetReturnValue().Set(guest && guest->InterruptScript());
}

// cpuTimeNs(tid): number
void CpuTimeNs(const FunctionCallbackInfo<Value>& info) {
  auto guest = GuestOf(info);
  info.GetReturnValue().Set(guest ? static_cast<double>(guest->CpuTimeNs()) : 0.0);
}

// memoryUsage(tid): [heapTotal, heapUsed, external, arrayBuffers], in bytes
void MemoryUsageCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  MemoryUsage usage;
  if (auto guest = GuestOf(info)) usage = guest->Memory();
  Local<Value> values[4];
  size_t numbers[4] = {usage.heap_total, usage.heap_used, usage.external, usage.array_buffers};
  for (int i = 0; i < 4; i++) values[i] = v8::Number::New(isolate, static_cast<double>(numbers[i]));
  info.GetReturnValue().Set(v8::Array::New(isolate, values, 4));
}

// collectGarbage(): the kernel's heap, and what malloc holds free.
void CollectGarbage(const FunctionCallbackInfo<Value>& info) {
  CollectAndSweep(info.GetIsolate());
  malloc_trim(0);
}

// serve(tick): parks the main thread until stop(); tick() runs the kernel's deferred work.
void ServeCall(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsFunction() || Kernel().isolate == nullptr) return ThrowBadArgument(info.GetIsolate(), "serve");
  Serve(info.GetIsolate(), info[0].As<Function>());
}
void Notify(const FunctionCallbackInfo<Value>& info) { Kernel().Notify(); }
void Stop(const FunctionCallbackInfo<Value>& info) {
  Kernel().stopping = true;
  Kernel().Notify();
}

// prepareGuests(isolates, realms, collect): boots what processes start from, on a thread of its own; guestsPrepared() waits for it.
std::thread& g_preparation = *new std::thread();
void PrepareGuests(const FunctionCallbackInfo<Value>& info) {
  int64_t isolates, realms;
  if (!IntegerIn(info[0], 0, 64).To(&isolates) || !IntegerIn(info[1], 1, 256).To(&realms))
    return ThrowBadArgument(info.GetIsolate(), "prepareGuests");
  if (g_preparation.joinable()) g_preparation.join();
  bool collect = info[2]->IsTrue();
  g_preparation = std::thread([isolates, realms, collect] {
    GuestRegistry::Get().Prepare(static_cast<size_t>(isolates), static_cast<size_t>(realms), collect);
  });
}
void GuestsPrepared(const FunctionCallbackInfo<Value>& info) {
  if (g_preparation.joinable()) g_preparation.join();
}

Zygote* g_zygote = nullptr;

// socketPair(): [fd, fd]
void SocketPair(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return ThrowError(isolate, "ERR_ENGINE", std::string("no socket pair: ") + strerror(errno));
  Local<Value> fds[] = {v8::Integer::New(isolate, pair[0]), v8::Integer::New(isolate, pair[1])};
  info.GetReturnValue().Set(v8::Array::New(isolate, fds, 2));
}

// zygotePlaceholder(requestsFd, answersFd): a descriptor that will be the connection of the VM to come
void ZygotePlaceholder(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t requests, answers;
  if (!IntegerIn(info[0], 0, INT_MAX).To(&requests) || !IntegerIn(info[1], 0, INT_MAX).To(&answers))
    return ThrowBadArgument(isolate, "zygotePlaceholder");
  if (g_zygote == nullptr) g_zygote = new Zygote(isolate, static_cast<int>(requests), static_cast<int>(answers));
  int fd = g_zygote->MakePlaceholder();
  if (fd < 0) return ThrowError(isolate, "ERR_ENGINE", std::string("no socket pair: ") + strerror(errno));
  info.GetReturnValue().Set(fd);
}

// zygoteServe(idleMs): JSON of the walls in a child, undefined in the zygote when nothing was asked for `idleMs` (-1: never)
void ZygoteServe(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int64_t idle;
  if (g_zygote == nullptr || !IntegerIn(info[0], -1, INT_MAX).To(&idle))
    return ThrowBadArgument(isolate, "zygoteServe");
  std::string error;
  Zygote::Child child = g_zygote->Serve(static_cast<int>(idle), &error);
  if (!error.empty()) return ThrowError(isolate, "ERR_ENGINE", error);
  Local<v8::String> walls;
  if (child.id != 0 && Utf8(isolate, child.walls).ToLocal(&walls)) info.GetReturnValue().Set(walls);
}

// zygoteWarm(): tells the host that what made later VMs cheaper is done.
void ZygoteWarm(const FunctionCallbackInfo<Value>& info) {
  if (g_zygote != nullptr) g_zygote->TellWarm();
}

// endVm(): ends the process of a VM whose host has gone.
void EndVmCall(const FunctionCallbackInfo<Value>& info) { EndVm(VmEnd::kHostGone, nullptr); }

// buildImage({path, guestBundle: text, seed: json, modules: Record<id, text>})
void BuildImageCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsObject()) return ThrowBadArgument(isolate, "buildImage");
  auto option = [&](const char* name) {
    Local<Value> value;
    if (!info[0].As<Object>()->Get(context, Name(isolate, name)).ToLocal(&value)) value = v8::Undefined(isolate);
    return value;
  };
  Local<Value> path = option("path"), bundle = option("guestBundle"), seed = option("seed"), texts = option("modules");
  if (!path->IsString() || !bundle->IsString() || !seed->IsString() || !texts->IsObject())
    return ThrowBadArgument(isolate, "buildImage");
  auto characters = [&](Local<Value> text) {
    v8::String::Value units(isolate, text);
    return std::u16string(reinterpret_cast<char16_t*>(*units), units.length());
  };
  std::vector<std::pair<std::string, std::u16string>> modules;
  Local<v8::Array> ids;
  if (!texts.As<Object>()->GetOwnPropertyNames(context).ToLocal(&ids)) return;
  for (uint32_t i = 0; i < ids->Length(); i++) {
    Local<Value> id, text;
    if (!ids->Get(context, i).ToLocal(&id) || !texts.As<Object>()->Get(context, id).ToLocal(&text)) return;
    if (!text->IsString()) continue;
    modules.emplace_back(ToStdString(isolate, id), characters(text));
  }
  std::string error;
  if (!BuildImage(ToStdString(isolate, path), characters(bundle), ToStdString(isolate, seed), std::move(modules),
                  &error))
    ThrowError(isolate, "ERR_ENGINE_IMAGE", error);
}

}  // namespace

void RegisterEngineApi(Local<Object> exports, Local<Context> context) {
  Isolate* isolate = context->GetIsolate();
  auto set = [&](const char* name, FunctionCallback callback) {
    Local<Function> function;
    if (Function::New(context, callback).ToLocal(&function)) (void)exports->Set(context, Name(isolate, name), function);
  };
  set("loadImage", LoadImageCall);
  set("verifyImage", VerifyImageCall);
  set("init", Init);
  set("start", Start);
  set("wake", Wake);
  set("terminate", Terminate);
  set("interruptScript", InterruptScript);
  set("cpuTimeNs", CpuTimeNs);
  set("memoryUsage", MemoryUsageCall);
  set("collectGarbage", CollectGarbage);
  set("serve", ServeCall);
  set("prepareGuests", PrepareGuests);
  set("guestsPrepared", GuestsPrepared);
  set("socketPair", SocketPair);
  set("zygotePlaceholder", ZygotePlaceholder);
  set("zygoteServe", ZygoteServe);
  set("zygoteWarm", ZygoteWarm);
  set("endVm", EndVmCall);
  set("notify", Notify);
  set("stop", Stop);
  set("buildImage", BuildImageCall);
  set("bareEval", BareEvalCall);
}

}  // namespace se
