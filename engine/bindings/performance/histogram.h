#ifndef SE_HISTOGRAM_H_
#define SE_HISTOGRAM_H_

#include <memory>

#include "binding.h"
#include "hdr_histogram.h"
#include "message.h"

namespace se {

// The guest's handle of a histogram; clones in messages share the counts.
class Histogram : public TransferableObject {
 public:
  alignas(8) static const char kTag[];

  Histogram(Env* env, v8::Local<v8::Object> wrapper, std::shared_ptr<HdrHistogram> data);
  static void Initialize(Env* env, v8::Local<v8::Object> target);
  static void RegisterReferences(References* references);

  uint32_t transfer_mode() const override { return kCloneable; }
  std::unique_ptr<TransferData> Clone() override;
  HdrHistogram& data() const { return *data_; }

 private:
  const std::shared_ptr<HdrHistogram> data_;
};

}  // namespace se

#endif  // SE_HISTOGRAM_H_
