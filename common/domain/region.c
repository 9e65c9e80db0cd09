#include "common/domain/region.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/parse.h"
#include "common/domain/digest.h"
#include "common/domain/ref.h"

enum { MAX_COLUMNS = 8, COORDINATE_MAX = 7000000, NAME_MAX_BYTES = 100 };

enum kind { KIND_VERSION, KIND_REGENCY, KIND_DISTRICT, KIND_VILLAGE, KIND_GONE, KINDS };

static const struct {
    const char *word;
    int columns;
} kinds[KINDS] = { { "version", 2 }, { "regency", 3 }, { "district", 3 }, { "village", 7 }, { "gone", 3 } };

struct named {
    int64_t code;
    const char *name;
};

struct gone {
    int64_t code, successor;
};

/* Each array begins with its code, and is sorted by it. */
struct region_table {
    char *text;                   /* the file's bytes; names point into it */
    char version[REGION_VERSION_SIZE], places[REGION_PLACES_SIZE];
    struct named *regencies, *districts;
    struct village *villages;
    const struct village **by_bps;
    struct gone *gone;
    size_t regency_count, district_count, village_count, bps_count, gone_count;
};

// ---- finding -------------------------------------------------------------------------------------------------------

static int by_code(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int by_bps_code(const void *a, const void *b)
{
    int64_t x = (*(const struct village *const *)a)->bps, y = (*(const struct village *const *)b)->bps;
    return (x > y) - (x < y);
}

static const void *find(const void *array, size_t count, size_t size, int64_t code)
{
    return count == 0 ? NULL : bsearch(&code, array, count, size, by_code);
}

const struct village *region_village(const struct region_table *t, int64_t code)
{
    return find(t->villages, t->village_count, sizeof(*t->villages), code);
}

const struct village *region_village_bps(const struct region_table *t, int64_t bps)
{
    size_t low = 0, high = t->bps_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->by_bps[middle]->bps < bps)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->bps_count && t->by_bps[low]->bps == bps ? t->by_bps[low] : NULL;
}

const struct village *region_villages(const struct region_table *t, size_t *count)
{
    *count = t->village_count;
    return t->villages;
}

bool region_has_regency(const struct region_table *t, int32_t regency)
{
    return find(t->regencies, t->regency_count, sizeof(*t->regencies), regency) != NULL;
}

const char *region_regency_name(const struct region_table *t, int32_t regency)
{
    const struct named *n = find(t->regencies, t->regency_count, sizeof(*n), regency);
    return n != NULL ? n->name : "";
}

const char *region_district_name(const struct region_table *t, int32_t district)
{
    const struct named *n = find(t->districts, t->district_count, sizeof(*n), district);
    return n != NULL ? n->name : "";
}

int32_t region_regency_at(const struct region_table *t, size_t n)
{
    return n < t->regency_count ? (int32_t)t->regencies[n].code : 0;
}

int64_t region_successor(const struct region_table *t, int64_t code)
{
    /* Ten digits are looked for as ten, six, four; six as six, four. */
    for (; code > 999; code /= code > 999999 ? 10000 : 100) {
        const struct gone *g = find(t->gone, t->gone_count, sizeof(*g), code);
        if (g != NULL)
            return g->successor;
    }
    return 0;
}

const char *region_version(const struct region_table *t)
{
    return t->version;
}

const char *region_places(const struct region_table *t)
{
    return t->places;
}

// ---- reading -------------------------------------------------------------------------------------------------------

/* Columns of a line as slices; how many, MAX_COLUMNS + 1 if there are more. */
static int split(struct str line, struct str columns[MAX_COLUMNS])
{
    int count = 0;
    for (;;) {
        const char *comma = line.n > 0 ? memchr(line.p, ',', line.n) : NULL;
        if (count == MAX_COLUMNS)
            return MAX_COLUMNS + 1;
        columns[count++] = (struct str){ line.p, comma != NULL ? (size_t)(comma - line.p) : line.n };
        if (comma == NULL)
            return count;
        line.n -= (size_t)(comma - line.p) + 1;
        line.p = comma + 1;
    }
}

static bool is_code(struct str s, size_t digits, int64_t *out)
{
    return s.n > 0 && s.p[0] != '0' && parse_digits(s, digits, out) == 0;
}

static bool is_coordinate(struct str s, int32_t *out)
{
    int64_t n;
    if (parse_int(s, -COORDINATE_MAX, COORDINATE_MAX, &n) != 0)
        return false;
    *out = (int32_t)n;
    return true;
}

/* Ends the name in place: what follows it in the text is a comma or the line's end, both read already. */
static bool take_name(struct str s, const char **out)
{
    if (s.n < 1 || s.n > NAME_MAX_BYTES || memchr(s.p, '"', s.n) != NULL || memchr(s.p, '\0', s.n) != NULL)
        return false;
    ((char *)(uintptr_t)s.p)[s.n] = '\0';
    *out = s.p;
    return true;
}

static const char *read_village(struct region_table *t, struct str *c)
{
    struct village v = { 0 };

    if (!is_code(c[1], 10, &v.code))
        return "a village needs a code of 10 digits";
    if (c[2].n > 0 && !is_code(c[2], 10, &v.bps))
        return "a BPS code has 10 digits";
    if (!is_coordinate(c[4], &v.at.x) || !is_coordinate(c[5], &v.at.y) || !is_coordinate(c[6], &v.at.z))
        return "x, y, z must be whole metres within 7,000,000";
    if (!take_name(c[3], &v.name))
        return "a name of 1 to 100 bytes without quotes is missing";
    t->villages[t->village_count++] = v;
    return NULL;
}

static const char *read_gone(struct region_table *t, struct str *c)
{
    struct gone g;

    if ((c[1].n != 4 && c[1].n != 6 && c[1].n != 10) || !is_code(c[1], c[1].n, &g.code) ||
        !is_code(c[2], c[1].n, &g.successor))
        return "a gone code and its successor have 4, 6 or 10 digits alike";
    t->gone[t->gone_count++] = g;
    return NULL;
}

static const char *read_named(struct named *array, size_t *count, size_t digits, struct str *c)
{
    struct named n;

    if (!is_code(c[1], digits, &n.code))
        return digits == 4 ? "a regency needs a code of 4 digits" : "a district needs a code of 6 digits";
    if (!take_name(c[2], &n.name))
        return "a name of 1 to 100 bytes without quotes is missing";
    array[(*count)++] = n;
    return NULL;
}

static enum kind kind_of(struct str line)
{
    struct str columns[MAX_COLUMNS];
    split(line, columns);
    int k = 0;
    while (k < KINDS && !str_is(columns[0], kinds[k].word))
        k++;
    return (enum kind)k;
}

/* What is wrong with a line, NULL = nothing. */
static const char *read_line(struct region_table *t, struct str line)
{
    struct str c[MAX_COLUMNS];
    enum kind kind = kind_of(line);

    if (kind == KINDS)
        return "begins with none of version, regency, district, village, gone";
    if (split(line, c) != kinds[kind].columns)
        return "has too many or too few columns";
    switch (kind) {
    case KIND_VERSION:
        if (t->version[0] != '\0')
            return "a second version";
        return ref_form(c[1]) && str_copy(t->version, sizeof(t->version), c[1]) ? NULL : "version is not of ref form";
    case KIND_REGENCY:
        return read_named(t->regencies, &t->regency_count, 4, c);
    case KIND_DISTRICT:
        return read_named(t->districts, &t->district_count, 6, c);
    case KIND_VILLAGE:
        return read_village(t, c);
    case KIND_GONE:
    case KINDS:
        break;
    }
    return read_gone(t, c);
}

/* The next line that holds something, without its end; false at the end of the file. */
static bool next_line(struct str file, size_t *at, int *number, struct str *line)
{
    while (*at < file.n) {
        const char *end = memchr(file.p + *at, '\n', file.n - *at);
        *line = (struct str){ file.p + *at, end != NULL ? (size_t)(end - file.p) - *at : file.n - *at };
        *at += line->n + 1;
        ++*number;
        if (line->n > 0 && line->p[line->n - 1] == '\r')
            line->n--;
        if (line->n > 0 && line->p[0] != '#')
            return true;
    }
    return false;
}

/* Room for each kind, as the file's lines have it. */
static int allocate(struct region_table *t, struct str file)
{
    size_t counts[KINDS + 1] = { 0 }, at = 0;
    struct str line;
    int number = 0;

    while (next_line(file, &at, &number, &line))
        counts[kind_of(line)]++;
    t->regencies = calloc(counts[KIND_REGENCY] + 1, sizeof(*t->regencies));
    t->districts = calloc(counts[KIND_DISTRICT] + 1, sizeof(*t->districts));
    t->villages = calloc(counts[KIND_VILLAGE] + 1, sizeof(*t->villages));
    t->by_bps = calloc(counts[KIND_VILLAGE] + 1, sizeof(*t->by_bps));
    t->gone = calloc(counts[KIND_GONE] + 1, sizeof(*t->gone));
    bool ok =
        t->regencies != NULL && t->districts != NULL && t->villages != NULL && t->by_bps != NULL && t->gone != NULL;
    return ok ? 0 : -ENOMEM;
}

/* Sorts, and returns a code that occurs twice; 0 = none does. */
static int64_t sort_codes(void *array, size_t count, size_t size)
{
    qsort(array, count, size, by_code);
    for (size_t i = 1; i < count; i++) {
        const int64_t *here = (const int64_t *)(const void *)((const char *)array + i * size);
        const int64_t *before = (const int64_t *)(const void *)((const char *)array + (i - 1) * size);
        if (*here == *before)
            return *here;
    }
    return 0;
}

static int64_t index_bps(struct region_table *t)
{
    for (size_t i = 0; i < t->village_count; i++)
        if (t->villages[i].bps != 0)
            t->by_bps[t->bps_count++] = &t->villages[i];
    qsort(t->by_bps, t->bps_count, sizeof(struct village *), by_bps_code);
    for (size_t i = 1; i < t->bps_count; i++)
        if (t->by_bps[i]->bps == t->by_bps[i - 1]->bps)
            return t->by_bps[i]->bps;
    return 0;
}

/* A district or village whose regency is not in the table; 0 = none. */
static int64_t find_orphan(const struct region_table *t)
{
    for (size_t i = 0; i < t->district_count; i++)
        if (!region_has_regency(t, (int32_t)(t->districts[i].code / 100)))
            return t->districts[i].code;
    for (size_t i = 0; i < t->village_count; i++)
        if (!region_has_regency(t, (int32_t)(t->villages[i].code / 1000000)))
            return t->villages[i].code;
    return 0;
}

static void hash_places(struct region_table *t)
{
    uint8_t hash[DIGEST_BYTES];
    struct digest d;
    struct buf line;

    buf_init(&line, 128);
    digest_start(&d);
    for (size_t i = 0; i < t->village_count; i++) {
        const struct village *v = &t->villages[i];
        buf_reset(&line);
        buf_printf(&line, "%lld %d %d %d\n", (long long)v->code, v->at.x, v->at.y, v->at.z);
        digest_add(&d, line.data, line.len);
    }
    digest_end(&d, hash);
    buf_done(&line);
    digest_hex(hash, (REGION_PLACES_SIZE - 1) / 2, t->places);
}

static int read_lines(struct region_table *t, struct str file, struct buf *why)
{
    struct str line;
    size_t at = 0;
    int number = 0;

    while (next_line(file, &at, &number, &line)) {
        const char *wrong = read_line(t, line);
        if (wrong != NULL) {
            buf_printf(why, "line %d: %s\n", number, wrong);
            return -EINVAL;
        }
    }
    return 0;
}

/* What no line shows by itself. */
static int check_whole(struct region_table *t, struct buf *why)
{
    int64_t twice = sort_codes(t->regencies, t->regency_count, sizeof(*t->regencies));
    twice = twice != 0 ? twice : sort_codes(t->districts, t->district_count, sizeof(*t->districts));
    twice = twice != 0 ? twice : sort_codes(t->villages, t->village_count, sizeof(*t->villages));
    twice = twice != 0 ? twice : sort_codes(t->gone, t->gone_count, sizeof(*t->gone));
    twice = twice != 0 ? twice : index_bps(t);
    int64_t orphan = twice == 0 ? find_orphan(t) : 0;

    if (twice != 0)
        buf_printf(why, "code %lld stands twice\n", (long long)twice);
    else if (orphan != 0)
        buf_printf(why, "code %lld lies in a regency that isn't in the table\n", (long long)orphan);
    else if (t->version[0] == '\0')
        buf_append_cstr(why, "no version line\n");
    else if (t->regency_count == 0)
        buf_append_cstr(why, "no regency\n");
    else
        return 0;
    return -EINVAL;
}

int region_load(struct str file, struct region_table **out, struct buf *why)
{
    if (file.n > REGION_MAX_BYTES) {
        buf_append_cstr(why, "larger than 32 MiB\n");
        return -EINVAL;
    }
    cleanup(region_done) struct region_table *t = calloc(1, sizeof(*t));
    if (t == NULL)
        return -ENOMEM;
    t->text = malloc(file.n + 1);
    if (t->text == NULL || allocate(t, file) != 0)
        return -ENOMEM;
    if (file.n > 0)
        memcpy(t->text, file.p, file.n);
    t->text[file.n] = '\0';
    int r = read_lines(t, (struct str){ t->text, file.n }, why);
    if (r == 0)
        r = check_whole(t, why);
    if (r < 0)
        return r;
    hash_places(t);
    *out = take_ptr(t);
    return 0;
}

void region_free(struct region_table *t)
{
    if (t == NULL)
        return;
    free(t->text);
    free(t->regencies);
    free(t->districts);
    free(t->villages);
    free(t->by_bps);
    free(t->gone);
    free(t);
}

void region_done(struct region_table **t)
{
    region_free(*t);
}
