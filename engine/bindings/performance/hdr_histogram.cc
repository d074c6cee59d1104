#include "hdr_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace se {

namespace {

// Sub-buckets that a bucket needs so that neighbours differ by less than one in 10^figures.
int SubBucketMagnitude(int figures) {
  auto smallest = static_cast<int64_t>(2 * std::pow(10, figures));
  return std::bit_width(static_cast<uint64_t>(smallest - 1));
}

// Counts stop at the largest: a histogram added to itself doubles each time.
int64_t Sum(int64_t a, int64_t b) { return a > INT64_MAX - b ? INT64_MAX : a + b; }

}  // namespace

size_t HdrHistogram::CounterCount(int64_t lowest, int64_t highest, int figures) {
  int unit_magnitude = std::bit_width(static_cast<uint64_t>(lowest)) - 1;
  int64_t sub_buckets = int64_t{1} << SubBucketMagnitude(figures);
  size_t buckets = 1;
  // Each further bucket doubles the range.
  if (unit_magnitude + SubBucketMagnitude(figures) < 63) {
    for (int64_t untrackable = sub_buckets << unit_magnitude; untrackable <= highest; untrackable <<= 1) {
      buckets++;
      if (untrackable > INT64_MAX / 2) break;
    }
  }
  return (buckets + 1) * static_cast<size_t>(sub_buckets / 2);
}

std::shared_ptr<HdrHistogram> HdrHistogram::New(CountingAllocator* allocator, int64_t lowest, int64_t highest,
                                                int figures) {
  int unit_magnitude = std::bit_width(static_cast<uint64_t>(lowest)) - 1;
  if (unit_magnitude + SubBucketMagnitude(figures) - 1 > 61) return nullptr;
  if (!allocator->Charge(CounterCount(lowest, highest, figures) * sizeof(int64_t))) return nullptr;
  return std::shared_ptr<HdrHistogram>(new HdrHistogram(allocator, lowest, highest, figures));
}

HdrHistogram::HdrHistogram(CountingAllocator* allocator, int64_t lowest, int64_t highest, int figures)
    : allocator_(allocator),
      highest_(highest),
      unit_magnitude_(std::bit_width(static_cast<uint64_t>(lowest)) - 1),
      sub_bucket_half_magnitude_(SubBucketMagnitude(figures) - 1),
      sub_bucket_count_(int64_t{1} << SubBucketMagnitude(figures)),
      sub_bucket_mask_((sub_bucket_count_ - 1) << unit_magnitude_),
      counts_(CounterCount(lowest, highest, figures)) {}

HdrHistogram::~HdrHistogram() { allocator_->Uncharge(counts_.size() * sizeof(int64_t)); }

int HdrHistogram::BucketOf(int64_t value) const {
  int power = std::bit_width(static_cast<uint64_t>(value | sub_bucket_mask_));
  return power - unit_magnitude_ - (sub_bucket_half_magnitude_ + 1);
}

size_t HdrHistogram::IndexOf(int64_t value) const {
  int bucket = BucketOf(value);
  int64_t sub_bucket = value >> (bucket + unit_magnitude_);
  // The lower half of every bucket but the first is covered by the bucket before it.
  int64_t base = static_cast<int64_t>(bucket + 1) << sub_bucket_half_magnitude_;
  return static_cast<size_t>(base + sub_bucket - (sub_bucket_count_ / 2));
}

int64_t HdrHistogram::ValueAt(size_t index) const {
  int64_t half = sub_bucket_count_ / 2;
  int64_t bucket = (static_cast<int64_t>(index) >> sub_bucket_half_magnitude_) - 1;
  int64_t sub_bucket = (static_cast<int64_t>(index) & (half - 1)) + half;
  if (bucket < 0) {
    sub_bucket -= half;
    bucket = 0;
  }
  return sub_bucket << (bucket + unit_magnitude_);
}

bool HdrHistogram::CountLocked(int64_t value, int64_t times) {
  if (value < 0 || value > highest_) return false;
  size_t index = IndexOf(value);
  if (index >= counts_.size()) return false;
  counts_[index] = Sum(counts_[index], times);
  total_ = Sum(total_, times);
  if (value != 0) min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  return true;
}

void HdrHistogram::Record(int64_t value) {
  std::lock_guard<std::mutex> lock(mutex_);
  RecordLocked(value);
}

void HdrHistogram::RecordLocked(int64_t value) {
  int64_t& tally = CountLocked(value, 1) ? count_ : exceeds_;
  tally = Sum(tally, 1);
}

void HdrHistogram::RecordDelta(uint64_t now_ns) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (previous_ns_ > 0) RecordLocked(static_cast<int64_t>(now_ns - previous_ns_));
  previous_ns_ = now_ns;
}

int64_t HdrHistogram::Add(HdrHistogram& other) {
  if (&other == this) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (int64_t& count : counts_) count = Sum(count, count);
    total_ = Sum(total_, total_);
    count_ = Sum(count_, count_);
    exceeds_ = Sum(exceeds_, exceeds_);
    return 0;
  }
  std::scoped_lock lock(mutex_, other.mutex_);
  count_ = Sum(count_, other.count_);
  exceeds_ = Sum(exceeds_, other.exceeds_);
  previous_ns_ = std::max(previous_ns_, other.previous_ns_);
  int64_t dropped = 0;
  for (size_t i = 0; i < other.counts_.size(); i++)
    if (other.counts_[i] != 0 && !CountLocked(other.ValueAt(i), other.counts_[i])) dropped = Sum(dropped, other.counts_[i]);
  return dropped;
}

void HdrHistogram::Reset() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::fill(counts_.begin(), counts_.end(), 0);
  total_ = 0;
  min_ = INT64_MAX;
  max_ = 0;
  count_ = exceeds_ = previous_ns_ = 0;
}

int64_t HdrHistogram::count() {
  std::lock_guard<std::mutex> lock(mutex_);
  return count_;
}

int64_t HdrHistogram::exceeds() {
  std::lock_guard<std::mutex> lock(mutex_);
  return exceeds_;
}

int64_t HdrHistogram::MinLocked() const {
  if (counts_[0] > 0) return 0;
  return min_ == INT64_MAX ? INT64_MAX : Lowest(min_);
}

int64_t HdrHistogram::MaxLocked() const { return Highest(max_); }

int64_t HdrHistogram::min() {
  std::lock_guard<std::mutex> lock(mutex_);
  return MinLocked();
}

int64_t HdrHistogram::max() {
  std::lock_guard<std::mutex> lock(mutex_);
  return MaxLocked();
}

double HdrHistogram::MeanLocked() const {
  double sum = 0;
  for (size_t i = 0; i < counts_.size(); i++)
    if (counts_[i] != 0) sum += static_cast<double>(counts_[i]) * static_cast<double>(Median(ValueAt(i)));
  return sum / static_cast<double>(total_);
}

double HdrHistogram::mean() {
  std::lock_guard<std::mutex> lock(mutex_);
  return MeanLocked();
}

double HdrHistogram::stddev() {
  std::lock_guard<std::mutex> lock(mutex_);
  double mean = MeanLocked();
  double sum = 0;
  for (size_t i = 0; i < counts_.size(); i++) {
    if (counts_[i] == 0) continue;
    double deviation = static_cast<double>(Median(ValueAt(i))) - mean;
    sum += deviation * deviation * static_cast<double>(counts_[i]);
  }
  return std::sqrt(sum / static_cast<double>(total_));
}

int64_t HdrHistogram::Percentile(double percentile) {
  std::lock_guard<std::mutex> lock(mutex_);
  double wanted = std::min(percentile, 100.0) / 100 * static_cast<double>(total_) + 0.5;
  // As a double, the largest total is one more than an integer holds.
  int64_t target = wanted < 0x1p63 ? std::max<int64_t>(static_cast<int64_t>(wanted), 1) : INT64_MAX;
  int64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); i++) {
    seen = Sum(seen, counts_[i]);
    if (seen >= target) return Highest(ValueAt(i));
  }
  return 0;
}

std::vector<std::pair<double, int64_t>> HdrHistogram::Percentiles() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::pair<double, int64_t>> result;
  double next = 0;
  int64_t seen = 0;
  int64_t last = 0;
  for (size_t i = 0; i < counts_.size() && seen < total_; i++) {
    if (counts_[i] == 0) continue;
    seen = Sum(seen, counts_[i]);
    last = ValueAt(i);
    double reached = 100.0 * static_cast<double>(seen) / static_cast<double>(total_);
    // Of very many values, all but a few are rounded to 100 as well, where no step leads on.
    while (next <= reached && next < 100) {
      result.emplace_back(next, last);
      // The last value stands once more, at 100.
      if (seen >= total_) break;
      // One step for each halving of what is left up to 100.
      next += 100 / std::exp2(std::floor(std::log2(100 / (100 - next))) + 1);
    }
  }
  result.emplace_back(100, last);
  return result;
}

}  // namespace se
