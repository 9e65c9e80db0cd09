/* Is the flow dealt out to persons in the canonical way (docs/allocation.md, "From numbers to names")? */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_NAMES_H
#define BERBAGI_ALLOCATOR_CERTIFY_NAMES_H

#include "services/allocator/certify_labels.h"

bool certify_names(struct certify_view *v, const struct certify_labels *l, struct arena *a);

#endif
