/* The networks of synthetic regencies and their solution, in terms that C++ reads too. */
#ifndef BERBAGI_TESTS_LEMON_NETWORKS_H
#define BERBAGI_TESTS_LEMON_NETWORKS_H

#include <stdint.h>

struct lemon_arc {
    int32_t source, target, cap, flow;
    int64_t hi, lo;
};

struct lemon_network {
    const char *name;
    int32_t nodes, arcs;            /* the last node is the root */
    const int32_t *supply;
    struct lemon_arc *arc;
    int64_t total_hi;
    __int128 total_lo;
    double ms;                      /* of the solution, processor time */
    void *own;
};

int lemon_networks(void);           /* how many there are */
int lemon_network_solve(int which, struct lemon_network *ret);
void lemon_network_free(struct lemon_network *n);

#endif
