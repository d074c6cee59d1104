#include "guest_locale.h"

#include <stdlib.h>

#include <mutex>

#include "icu_api.h"

namespace se {

namespace {
// ICU's defaults as they were set last, by whatever isolate.
struct Defaults {
  std::mutex mutex;
  std::u16string zone = u"UTC";
  std::string language = "en_US_POSIX";
};
Defaults& Process() {
  static auto* defaults = new Defaults();
  return *defaults;
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

void GuestLocale::SetTimeZone(v8::Isolate* isolate, const std::u16string& id) {
  Defaults& process = Process();
  std::lock_guard<std::mutex> lock(process.mutex);
  if (id == zone_ && id == process.zone) return;
  auto detection = v8::Isolate::TimeZoneDetection::kSkip;
  if (IsZone(id)) {
    icu::ErrorCode status = icu::kOk;
    icu::SE_ICU_NAME(ucal_setDefaultTimeZone)(id.c_str(), &status);
  } else {
    setenv("TZ", std::string(id.begin(), id.end()).c_str(), 1);
    detection = v8::Isolate::TimeZoneDetection::kRedetect;
  }
  isolate->DateTimeConfigurationChangeNotification(detection);
  zone_ = process.zone = id;
}

void GuestLocale::SetLanguage(v8::Isolate* isolate, const std::string& id) {
  Defaults& process = Process();
  std::lock_guard<std::mutex> lock(process.mutex);
  if (id == language_ && id == process.language) return;
  icu::ErrorCode status = icu::kOk;
  icu::SE_ICU_NAME(uloc_setDefault)(id.c_str(), &status);
  isolate->LocaleConfigurationChangeNotification();
  language_ = process.language = id;
}

}  // namespace se
