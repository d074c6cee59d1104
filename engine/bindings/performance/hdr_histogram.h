#ifndef SE_HDR_HISTOGRAM_H_
#define SE_HDR_HISTOGRAM_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "allocator.h"

namespace se {

// Counts of values in buckets of a constant relative width (HdrHistogram: http://hdrhistogram.org), so that quantiles are
// exact to `figures` decimal digits. Shared by the handles of one histogram, which may be on several threads.
class HdrHistogram {
 public:
  // 1 <= lowest, 2 * lowest <= highest, 1 <= figures <= 5. Null when the counters do not fit into memory.
  static std::shared_ptr<HdrHistogram> New(CountingAllocator* allocator, int64_t lowest, int64_t highest, int figures);
  ~HdrHistogram();
  HdrHistogram(const HdrHistogram&) = delete;
  HdrHistogram& operator=(const HdrHistogram&) = delete;

  // Counts `value`, or, when it is out of range, that it exceeds it.
  void Record(int64_t value);
  // Records the nanoseconds since the last call; the first call only starts the clock.
  void RecordDelta(uint64_t now_ns);
  // Adds the other's counts. Returns how many of its values are out of this one's range.
  int64_t Add(HdrHistogram& other);
  void Reset();

  // These and the counters behind them stop at INT64_MAX.
  int64_t count();
  int64_t exceeds();
  int64_t min();  // INT64_MAX when empty
  int64_t max();
  double mean();    // NaN when empty
  double stddev();  // NaN when empty
  int64_t Percentile(double percentile);
  // The recorded distribution: percentiles at ever smaller steps towards 100, with their values.
  std::vector<std::pair<double, int64_t>> Percentiles();

 private:
  HdrHistogram(CountingAllocator* allocator, int64_t lowest, int64_t highest, int figures);
  static size_t CounterCount(int64_t lowest, int64_t highest, int figures);

  int BucketOf(int64_t value) const;
  // Where a value is counted, and the least value counted there.
  size_t IndexOf(int64_t value) const;
  int64_t ValueAt(size_t index) const;
  // How many values share the counter of `value`.
  int64_t RangeOf(int64_t value) const { return int64_t{1} << (unit_magnitude_ + BucketOf(value)); }
  int64_t Lowest(int64_t value) const { return ValueAt(IndexOf(value)); }
  int64_t Highest(int64_t value) const { return Lowest(value) + (RangeOf(value) - 1); }
  int64_t Median(int64_t value) const { return Lowest(value) + (RangeOf(value) >> 1); }

  bool CountLocked(int64_t value, int64_t times);
  void RecordLocked(int64_t value);
  double MeanLocked() const;
  int64_t MinLocked() const;
  int64_t MaxLocked() const;

  CountingAllocator* allocator_;
  int64_t highest_;
  int unit_magnitude_;
  int sub_bucket_half_magnitude_;
  int64_t sub_bucket_count_;
  int64_t sub_bucket_mask_;

  std::mutex mutex_;
  std::vector<int64_t> counts_;
  int64_t total_ = 0;
  int64_t min_ = INT64_MAX;  // of the values above zero
  int64_t max_ = 0;
  int64_t count_ = 0;
  int64_t exceeds_ = 0;
  uint64_t previous_ns_ = 0;
};

}  // namespace se

#endif  // SE_HDR_HISTOGRAM_H_
