/*
 * Histories of a small regency from arbitrary bytes: after every event the live state equals the one restored from the
 * latest values, the checker is content, a repair has nothing left to do, the chains are whole.
 */
#include "services/allocator/allocator.h"
#include "tests/unit/allocator/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = { data, size < 1500 ? size : 1500 };
    struct world *w = malloc(sizeof(*w));
    assert(w != NULL);
    world_start(w);
    // what most histories need first: families and givers
    for (int i = 0; i < 6 && bytes.n > 0; i++) {
        step_household(w, &bytes);
        step_asn(w, &bytes);
    }
    while (step(w, &bytes))
        world_check(w);
    world_end(w);
    free(w);
    return 0;
}
