#ifndef SE_GUEST_LOCALE_H_
#define SE_GUEST_LOCALE_H_

#include <v8.h>

#include <string>

namespace se {

// ICU's defaults are the process's, that is, the VM's: of two guests that run at once, what the last one set holds for
// formats made from then on. V8 keeps, for each isolate, the zone in which it computes dates, and what it knows of the
// default language. To tell it of a change is expensive (it throws away all optimised code): who is told that nothing
// changed does nothing.
class GuestLocale {
 public:
  // What TZ says: an id of the IANA database. What is none ends as it does in Node, in a zone of that name without an offset.
  void SetTimeZone(v8::Isolate* isolate, const std::u16string& id);
  // An id as ICU has it, such as "de_DE".
  void SetLanguage(v8::Isolate* isolate, const std::string& id);

 private:
  // What this isolate was told last; at first, what a process has that is told nothing.
  std::u16string zone_ = u"UTC";
  std::string language_ = "en_US_POSIX";
};

}  // namespace se

#endif  // SE_GUEST_LOCALE_H_
