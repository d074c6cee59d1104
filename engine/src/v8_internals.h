#ifndef SE_V8_INTERNALS_H_
#define SE_V8_INTERNALS_H_

#include <v8.h>

#include <cstdint>

// What we need of V8 that its headers do not offer and Node's binary exports. A binary without one of these symbols fails
// to load the engine rather than to misbehave.

extern "C" {
// v8::base::RandomNumberGenerator* v8::internal::Isolate::random_number_generator()
void* _ZN2v88internal7Isolate23random_number_generatorEv(void* isolate);
// void v8::base::RandomNumberGenerator::SetSeed(int64_t)
void _ZN2v84base21RandomNumberGenerator7SetSeedEl(void* generator, int64_t seed);
// static void v8::internal::MathRandom::ResetContext(Tagged<Context>)
void _ZN2v88internal10MathRandom12ResetContextENS0_6TaggedINS0_7ContextEEE(uintptr_t context);
}

namespace se {

// What Math.random() gives in this isolate starts from `seed`; numbers that `context` has drawn in advance are dropped.
inline void SeedRandom(v8::Isolate* isolate, v8::Local<v8::Context> context, int64_t seed) {
  _ZN2v84base21RandomNumberGenerator7SetSeedEl(_ZN2v88internal7Isolate23random_number_generatorEv(isolate), seed);
  _ZN2v88internal10MathRandom12ResetContextENS0_6TaggedINS0_7ContextEEE(
      v8::internal::ValueHelper::ValueAsAddress(*context));
}

// Collects all garbage and gives what it held back to the free lists at once. V8 would do that page by page when memory is
// needed, in every fork anew. It is done for whoever goes through the heap, as V8 does to throw away optimised code.
inline void CollectAndSweep(v8::Isolate* isolate) {
  isolate->LowMemoryNotification();
  isolate->LocaleConfigurationChangeNotification();
}

}  // namespace se

#endif  // SE_V8_INTERNALS_H_
