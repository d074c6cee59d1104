#ifndef SE_IDENTITY_INDEX_H_
#define SE_IDENTITY_INDEX_H_

#include <v8.h>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace se {

// A list of objects that tells in constant time at which place one is. It keeps them alive.
class IdentityIndex {
 public:
  explicit IdentityIndex(v8::Isolate* isolate) : isolate_(isolate) {}

  uint32_t size() const { return static_cast<uint32_t>(objects_.size()); }
  v8::Local<v8::Object> at(uint32_t place) const { return objects_[place].Get(isolate_); }

  std::optional<uint32_t> Find(v8::Local<v8::Object> object) const {
    auto [begin, end] = places_.equal_range(object->GetIdentityHash());
    for (auto found = begin; found != end; ++found)
      if (objects_[found->second] == object) return found->second;
    return std::nullopt;
  }

  // Appends an object that is not there yet; returns its place.
  uint32_t Add(v8::Local<v8::Object> object) {
    uint32_t place = size();
    places_.emplace(object->GetIdentityHash(), place);
    objects_.emplace_back(isolate_, object);
    return place;
  }

 private:
  v8::Isolate* isolate_;
  std::vector<v8::Global<v8::Object>> objects_;
  std::unordered_multimap<int, uint32_t> places_;
};

}  // namespace se

#endif  // SE_IDENTITY_INDEX_H_
