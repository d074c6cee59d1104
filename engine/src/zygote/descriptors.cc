#include "descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace se {

bool InheritedDescriptors::List() {
  open_.clear();
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return false;
  while (dirent* entry = readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    int fd = atoi(entry->d_name);
    struct stat status;
    if (fd != dirfd(directory) && fstat(fd, &status) == 0) open_.push_back({fd, status.st_dev, status.st_ino});
  }
  closedir(directory);
  return true;
}

bool InheritedDescriptors::Neutralize(std::initializer_list<int> kept) const {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return false;
  for (const Descriptor& inherited : open_) {
    struct stat now;
    if (std::find(kept.begin(), kept.end(), inherited.fd) != kept.end() || fstat(inherited.fd, &now) != 0) continue;
    if (now.st_dev != inherited.device || now.st_ino != inherited.inode) continue;
    if (dup3(null, inherited.fd, O_CLOEXEC) < 0) return false;
  }
  return close(null) == 0;
}

}  // namespace se
