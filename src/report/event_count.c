#include "report/event_count.h"
#include <inttypes.h>
#include <stdlib.h>
#include "gen/sql_report.h"

const char *event_origin_name(enum event_origin o)
{
    static const char *const names[] = {"standard", "own", "unknown"};
    return names[o];
}

static struct event_count describe(const struct brand *b, uint16_t code)
{
    const struct event_def *def = catalogue_def(b->catalogue, code);
    const struct event_tally *t = &b->tallies[code];
    struct event_count c = {.name = catalogue_name(b->catalogue, code),
                            .def = def,
                            .events = t->events,
                            .anonymous = t->anonymous,
                            .first_ms = t->first_ms,
                            .last_ms = t->last_ms};
    c.evidence = b->plan && (b->plan->on[code] || b->plan->off[code]);
    c.origin = def ? EVENT_STANDARD : c.evidence ? EVENT_OWN : EVENT_STRANGE;
    return c;
}

/* Those that occur, most frequent first; the rest stays in its order. */
static int count_cmp(const void *pa, const void *pb)
{
    const struct event_count *a = pa, *b = pb;
    if (a->events != b->events) {
        return a->events < b->events ? 1 : -1;
    }
    return str_cmp(a->name, b->name);
}

uint32_t event_count_list(const struct brand *b, struct arena *a, struct event_count **list)
{
    uint32_t codes = catalogue_len(b->catalogue), n = 0;
    struct event_count *out = arena_array(a, struct event_count, codes + 1);
    for (uint32_t code = 1; code < codes; code++) {
        if (b->tallies[code].events) {
            out[n++] = describe(b, (uint16_t)code);
        }
    }
    qsort(out, n, sizeof(*out), count_cmp);
    for (uint32_t code = 1; code < codes; code++) {
        if (!b->tallies[code].events && catalogue_name(b->catalogue, (uint16_t)code).len) {
            out[n++] = describe(b, (uint16_t)code);
        }
    }
    *list = out;
    return n;
}

/* ---- against history ---- */

static int64_t i64_at(const struct lake_chunk *k, uint32_t column, uint32_t row)
{
    const struct lake_vector *v = &k->columns[column];
    return lake_is_null(v, row) ? 0 : ((const int64_t *)v->data)[row];
}

static enum rc check_row(const struct brand *b, const struct lake_chunk *k, uint32_t row,
                         uint64_t *events, struct err *e)
{
    struct str name = lake_str(&k->columns[0], row);
    const struct event_tally *t = &b->tallies[catalogue_find(b->catalogue, name)];
    uint64_t found = (uint64_t)i64_at(k, 1, row), nobodys = (uint64_t)i64_at(k, 2, row);
    *events += found;
    if (t->events != found || t->anonymous != nobodys) {
        return rc_fail(e, RC_CORRUPT,
                       "history has %" PRIu64 " events %.*s, %" PRIu64
                       " of them anonymous; the state counts %" PRIu64 " and %" PRIu64,
                       found, STR_FMT(name), nobodys, t->events, t->anonymous);
    }
    if (t->first_ms != i64_at(k, 3, row) || t->last_ms != i64_at(k, 4, row)) {
        return rc_fail(e, RC_CORRUPT, "the first or last %.*s is at another time than counted",
                       STR_FMT(name));
    }
    return RC_OK;
}

enum rc event_count_check(struct brand *b, struct err *e)
{
    struct lake_result *r = NULL;
    struct lake_chunk k = {0};
    uint64_t events = 0;
    enum rc rc = brand_attach(b, e);
    rc = rc ? rc : lake_query(b->lake, &sql_report_event_counts, BINDS_NONE, &r, e);
    while (!rc && !(rc = lake_next(r, &k, e)) && k.rows) {
        for (uint32_t row = 0; row < k.rows && !rc; row++) {
            rc = check_row(b, &k, row, &events, e);
        }
    }
    lake_done(r);
    uint64_t counted = 0;
    for (uint32_t code = 0; code < catalogue_len(b->catalogue); code++) {
        counted += b->tallies[code].events;
    }
    if (!rc && events != counted) {
        rc = rc_fail(e, RC_CORRUPT,
                     "%" PRIu64 " events are counted by name, history has %" PRIu64, counted,
                     events);
    }
    return rc;
}
