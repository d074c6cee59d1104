#include "guest_locale.h"

#include <stdlib.h>

#include <mutex>

#include "icu_api.h"

namespace se {

namespace {
// ICU protects the default locale and zone itself; this is for the pair of ICU's and V8's.
std::mutex& Mutex() {
  static std::mutex* mutex = new std::mutex();
  return *mutex;
}

bool IsZone(const std::u16string& id) {
  char16_t canonical[128];
  int8_t is_system = 0;
  icu::ErrorCode status = icu::kOk;
  icu::SE_ICU_NAME(ucal_getCanonicalTimeZoneID)(id.c_str(), static_cast<int32_t>(id.size()), canonical, 128, &is_system,
                                                &status);
  return !icu::Failed(status) && is_system != 0;
}
}  // namespace

void SetTimeZone(v8::Isolate* isolate, const std::u16string& id) {
  std::lock_guard<std::mutex> lock(Mutex());
  auto detection = v8::Isolate::TimeZoneDetection::kSkip;
  if (IsZone(id)) {
    icu::ErrorCode status = icu::kOk;
    icu::SE_ICU_NAME(ucal_setDefaultTimeZone)(id.c_str(), &status);
  } else {
    setenv("TZ", std::string(id.begin(), id.end()).c_str(), 1);
    detection = v8::Isolate::TimeZoneDetection::kRedetect;
  }
  isolate->DateTimeConfigurationChangeNotification(detection);
}

void SetLocale(v8::Isolate* isolate, const std::string& id) {
  std::lock_guard<std::mutex> lock(Mutex());
  icu::ErrorCode status = icu::kOk;
  icu::SE_ICU_NAME(uloc_setDefault)(id.c_str(), &status);
  isolate->LocaleConfigurationChangeNotification();
}

}  // namespace se
