#include "services/allocator/certify_proof.h"

static int32_t find(int32_t *leader, int32_t x)
{
    while (leader[x] != x) {
        leader[x] = leader[leader[x]];
        x = leader[x];
    }
    return x;
}

bool certify_join(struct certify_proof *c, int32_t x, int32_t y, int32_t household, int32_t giver)
{
    x = find(c->leader, x);
    y = find(c->leader, y);
    if (x == y)
        return certify_broken(c->v->verdict, CERTIFY_TIE, household, giver);
    c->leader[x] = y;
    return true;
}
