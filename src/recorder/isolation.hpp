#pragma once

#include <cstdint>

namespace headroom::recorder {

/// Makes the copy of a program unable to change anything outside itself. Pipes,
/// sockets and terminals are closed, so that whoever waits for their end does
/// not wait for the copy; regular files and folders are opened anew, for
/// reading, with a position of their own; memory shared with others becomes
/// read-only, and a write to it makes a private page; all but the page at
/// `control`, which is the recorder's own. False: it could not be done, and the
/// copy must end at once.
bool isolate(const void* control);

/// After a write fault at `address`: true when it lay in shared memory and the
/// page is now the copy's own.
bool make_page_private(std::uint64_t address);
/// Whether any shared memory lies in this range.
bool overlaps_shared(std::uint64_t address, std::uint64_t bytes);
/// Whether a descriptor was closed by isolate(), so that writes to it are only
/// pretended, and anything else ends the snapshot.
bool was_closed(int descriptor);
/// The copy opened this number itself, or closed it.
void forget_closed(int descriptor);

}  // namespace headroom::recorder
