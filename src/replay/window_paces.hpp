#pragma once

#include "catalog/library.hpp"
#include "profile/thin.hpp"

namespace headroom {

/// What the recording machine makes of each window of a profile, for thin_profile(). Empty where
/// that is not known: of an emulator's profile, or a machine that the catalogue has no
/// pipeline of.
WindowPaces window_paces(const Library& library, const Profile& profile);

}  // namespace headroom
