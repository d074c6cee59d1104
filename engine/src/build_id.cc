#include "build_id.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace se {

namespace {

struct Search {
  char* out;
  size_t size;
};

bool Contains(const dl_phdr_info& object, uintptr_t address) {
  for (int i = 0; i < object.dlpi_phnum; i++) {
    const ElfW(Phdr)& part = object.dlpi_phdr[i];
    uintptr_t start = object.dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_LOAD && address >= start && address < start + part.p_memsz) return true;
  }
  return false;
}

size_t Align(size_t size) { return (size + 3) & ~size_t{3}; }

// Looks through the notes of the object that this function lies in.
int Visit(dl_phdr_info* object, size_t, void* data) {
  if (!Contains(*object, reinterpret_cast<uintptr_t>(&Visit))) return 0;
  auto* search = static_cast<Search*>(data);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr)& part = object->dlpi_phdr[i];
    if (part.p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr);
    for (const char* end = at + part.p_memsz; at + sizeof(ElfW(Nhdr)) <= end;) {
      auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
      const char* description = at + sizeof(*note) + Align(note->n_namesz);
      if (note->n_type == NT_GNU_BUILD_ID) memcpy(search->out, description, std::min<size_t>(note->n_descsz, search->size));
      at = description + Align(note->n_descsz);
    }
  }
  return 1;
}

}  // namespace

void ReadBuildId(char* out, size_t size) {
  memset(out, 0, size);
  Search search = {out, size};
  dl_iterate_phdr(Visit, &search);
}

}  // namespace se
