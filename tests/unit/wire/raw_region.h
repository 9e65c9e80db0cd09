/*
 * The invented regions of the raw decoders' tests, and a clock: 1198 and 1199 in the west (+07), 7199 in the middle
 * (+08), 1197 gone into 1198. BPS codes cross on purpose: the digits of one village are those of another.
 */
#ifndef BERBAGI_TESTS_RAW_REGION_H
#define BERBAGI_TESTS_RAW_REGION_H

#include <stdlib.h>

#include "common/wire/raw.h"

#define TEST_TIME INT64_C(1769655600000) /* 2026-01-29T03:00:00Z */

static const char test_region_file[] =
    "version,uji-1\n"
    "regency,1198,Uji Barat\n"
    "regency,1199,Uji Timur\n"
    "regency,7199,Uji Tengah\n"
    "district,119801,Satu\n"
    "district,119901,Dua\n"
    "district,119902,Tiga\n"
    "district,719901,Empat\n"
    "village,1198012001,1198010001,Satu,-1000000,6000000,-900000\n"
    "village,1199012001,1199012002,Dua,-1000100,6000000,-900000\n"
    "village,1199012002,1199012001,Tiga,-1000200,6000000,-900000\n"
    "village,7199012001,,Empat,-1000300,6000000,-900000\n"
    "gone,1197,1198\n"
    "gone,119903,119902\n";

/* The context of every case; the table is loaded once and lives as long as the program. */
static inline const struct raw_context *test_context(void)
{
    static struct raw_context context;
    static struct region_table *table;
    struct buf why cleanup(buf_done) = { 0 };

    if (table != NULL)
        return &context;
    buf_init(&why, 4096);
    if (region_load(STR_LIT(test_region_file), &table, &why) != 0)
        abort();
    context = (struct raw_context){ .regions = table, .ce_time = TEST_TIME, .append_time = TEST_TIME };
    return &context;
}

#endif
