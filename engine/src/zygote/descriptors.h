#ifndef SE_ZYGOTE_DESCRIPTORS_H_
#define SE_ZYGOTE_DESCRIPTORS_H_

#include <sys/types.h>

#include <initializer_list>
#include <vector>

namespace se {

// The descriptors that are open in the zygote. A child must not keep any: they are shared with all other VMs.
class InheritedDescriptors {
 public:
  // Lists what is open now. False if the system doesn't tell.
  bool List();
  // In the child: makes all of them but `kept` descriptors of /dev/null. The numbers stay taken, for libuv closes the ones it
  // had when it is told of the fork; what was opened in place of one meanwhile (libuv renews a pipe during the fork) stays.
  // False if /dev/null can't be opened.
  bool Neutralize(std::initializer_list<int> kept) const;

 private:
  struct Descriptor {
    int fd;
    dev_t device;
    ino_t inode;
  };
  std::vector<Descriptor> open_;
};

}  // namespace se

#endif  // SE_ZYGOTE_DESCRIPTORS_H_
