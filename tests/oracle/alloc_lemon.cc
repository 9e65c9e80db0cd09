/*
 * The network simplex against LEMON's network simplex and cost scaling, on the networks of synthetic regencies: equal
 * cost level by level, equal flows (the optimum is unique), and the time of each.
 *
 *     alloc_lemon [rounds]
 *
 * LEMON has scalar costs, so the levels are solved one after the other: hi first; then, with the arcs that cost something
 * at the first level's optimum fixed (by complementary slackness no optimal flow uses them otherwise), lo.
 */
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>


extern "C" {
#include "tests/oracle/lemon/networks.h"
}

using namespace lemon;
typedef SmartDigraph Graph;

static double now_ms()
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct Copy {
    Graph graph;
    std::vector<Graph::Arc> arcs;
    Graph::ArcMap<int64_t> cap, hi, lo;
    Graph::NodeMap<int64_t> supply;

    explicit Copy(const struct lemon_network &n) : cap(graph), hi(graph), lo(graph), supply(graph, 0)
    {
        std::vector<Graph::Node> nodes;
        int64_t total = 0;

        for (int i = 0; i < n.nodes; i++)
            nodes.push_back(graph.addNode());
        for (int i = 0; i < n.nodes - 1; i++) {
            supply[nodes[(size_t)i]] = n.supply[i];
            total += n.supply[i];
        }
        supply[nodes[(size_t)n.nodes - 1]] = -total;
        for (int e = 0; e < n.arcs; e++) {
            arcs.push_back(graph.addArc(nodes[(size_t)n.arc[e].source], nodes[(size_t)n.arc[e].target]));
            cap[arcs.back()] = n.arc[e].cap == INT32_MAX ? total : n.arc[e].cap;
            hi[arcs.back()] = n.arc[e].hi;
            lo[arcs.back()] = n.arc[e].lo;
        }
    }
};

static bool must(bool ok, const char *what)
{
    if (!ok)
        std::fprintf(stderr, "alloc_lemon: %s differs\n", what);
    return ok;
}

template <typename Solver> static bool same_hi(Copy &c, const struct lemon_network &n, const char *name, double *ms)
{
    Solver solver(c.graph);

    solver.upperMap(c.cap).costMap(c.hi).supplyMap(c.supply);
    double start = now_ms();
    bool ok = solver.run() == Solver::OPTIMAL;

    *ms = now_ms() - start;
    return must(ok && solver.template totalCost<int64_t>() == n.total_hi, name);
}

/* The second level by LEMON: among the optimal flows of the first, the least lo; the flow must be ours, arc by arc. */
static bool same_flow(Copy &c, const struct lemon_network &n)
{
    NetworkSimplex<Graph, int64_t, int64_t> first(c.graph), second(c.graph);
    Graph::ArcMap<int64_t> lower(c.graph, 0), upper(c.graph);
    Graph::NodeMap<int64_t> price(c.graph);
    __int128 total = 0;

    first.upperMap(c.cap).costMap(c.hi).supplyMap(c.supply);
    if (!must(first.run() == first.OPTIMAL, "feasibility"))
        return false;
    first.potentialMap(price);
    for (int e = 0; e < n.arcs; e++) {
        Graph::Arc a = c.arcs[(size_t)e];
        int64_t reduced = c.hi[a] + price[c.graph.source(a)] - price[c.graph.target(a)];

        lower[a] = reduced < 0 ? c.cap[a] : 0;
        upper[a] = reduced > 0 ? 0 : c.cap[a];
    }
    second.lowerMap(lower).upperMap(upper).costMap(c.lo).supplyMap(c.supply);
    if (!must(second.run() == second.OPTIMAL, "feasibility of the second level"))
        return false;
    for (int e = 0; e < n.arcs; e++) {
        total += (__int128)second.flow(c.arcs[(size_t)e]) * n.arc[e].lo;
        if (!must(second.flow(c.arcs[(size_t)e]) == n.arc[e].flow, "a flow"))
            return false;
    }
    return must(total == n.total_lo, "the tie-break's cost");
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? std::atoi(argv[1]) : 1;
    bool ok = true;

    for (int which = 0; which < lemon_networks() && ok; which++) {
        struct lemon_network n;
        double own = 1e9, simplex = 1e9, scaling = 1e9, ms;

        for (int i = 0; i < rounds && ok; i++) {
            if (lemon_network_solve(which, &n) < 0)
                return 1;
            Copy c(n);

            own = n.ms < own ? n.ms : own;
            ok = same_hi<NetworkSimplex<Graph, int64_t, int64_t>>(c, n, "network simplex", &ms);
            simplex = ms < simplex ? ms : simplex;
            ok = ok && same_hi<CostScaling<Graph, int64_t, int64_t>>(c, n, "cost scaling", &ms);
            scaling = ms < scaling ? ms : scaling;
            ok = ok && (i > 0 || same_flow(c, n));
            if (i + 1 < rounds)
                lemon_network_free(&n);
        }
        std::printf("%-36s %6d nodes %7d arcs: own %6.1f ms, LEMON network simplex %6.1f ms (%.2fx), cost scaling %6.1f ms\n",
                    n.name, n.nodes, n.arcs, own, simplex, own / simplex, scaling);
        lemon_network_free(&n);
    }
    return ok ? 0 : 1;
}
