/* Rows to columns at least cost: against trying everything, and by what the prices promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/allocator/repair_match.h"
#include "tests/oracle/instance.h"

enum { ROWS = 6, COLUMNS = 5, INSTANCES = 3000 };

struct table {
    repair_cost cost[ROWS * COLUMNS];
    int32_t capacity[COLUMNS], used[COLUMNS];
    int32_t rows, columns;
};

/* Many equal costs, some arcs missing; column 0 takes everybody and is dear. */
static void fill(struct table *t, uint64_t *r)
{
    *t = (struct table){ .rows = 1 + pick(r, ROWS), .columns = 1 + pick(r, COLUMNS) };
    for (int32_t k = 0; k < t->columns; k++)
        t->capacity[k] = k == 0 ? t->rows : pick(r, 3);
    for (int32_t i = 0; i < t->rows; i++)
        for (int32_t k = 0; k < t->columns; k++)
            t->cost[i * t->columns + k] = k == 0 ? near_changes(4)
                : pick(r, 4) == 0 ? REPAIR_MATCH_NEVER : near_changes(-pick(r, 2)) + pick(r, 5);
}

static repair_cost least(struct table *t, int32_t row)
{
    repair_cost best = REPAIR_MATCH_NEVER;

    if (row == t->rows)
        return 0;
    for (int32_t k = 0; k < t->columns; k++) {
        if (t->used[k] == t->capacity[k] || t->cost[row * t->columns + k] == REPAIR_MATCH_NEVER)
            continue;
        t->used[k]++;
        repair_cost sum = t->cost[row * t->columns + k] + least(t, row + 1);

        t->used[k]--;
        best = sum < best ? sum : best;
    }
    return best;
}

static void check_prices(const struct table *t, const struct repair_match *m)
{
    int32_t used[COLUMNS] = { 0 };

    for (int32_t i = 0; i < t->rows; i++) {
        used[m->column[i]]++;
        for (int32_t k = 0; k < t->columns; k++) {
            repair_cost cost = t->cost[i * t->columns + k], paid = m->row_price[i] + m->column_price[k];

            assert_true(cost == REPAIR_MATCH_NEVER ? m->column[i] != k : paid <= cost);
            assert_true(m->column[i] != k || paid == cost);
        }
    }
    for (int32_t k = 0; k < t->columns; k++) {
        assert_true(used[k] <= t->capacity[k] && m->column_price[k] <= 0);
        assert_true(used[k] == t->capacity[k] || m->column_price[k] == 0);
    }
}

static void as_cheap_as_can_be_and_proved_by_prices(void **state)
{
    struct arena a = { 0 };

    (void)state;
    for (uint64_t number = 1; number <= INSTANCES; number++) {
        uint64_t seed = number, *r = &seed;
        struct table t;
        repair_cost sum = 0;

        fill(&t, r);
        struct repair_match m = { .n_rows = t.rows, .n_columns = t.columns, .cost = t.cost, .capacity = t.capacity };

        arena_reset(&a);
        assert_int_equal(repair_match(&m, &a), 0);
        for (int32_t i = 0; i < t.rows; i++)
            sum += t.cost[i * t.columns + m.column[i]];
        assert_true(sum == least(&t, 0));
        check_prices(&t, &m);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_cheap_as_can_be_and_proved_by_prices) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
