#pragma once

#include <cstdint>

namespace headroom::recorder {

/// Which pages of the program's memory held something when its copy was made. A
/// page that did not is filled by the kernel when it is first touched, which brings
/// its lines into the caches: to a core it is something else than a page that was
/// last used long ago. From /proc/self/maps and /proc/self/pagemap, in the copy.
void note_present_pages();

/// Whether the kernel had still to fill the page of this address: memory without a
/// file that was never touched, or was mapped later. False where nothing is known.
bool was_absent(std::uint64_t address);

}  // namespace headroom::recorder
