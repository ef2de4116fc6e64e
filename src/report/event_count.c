#include "report/event_count.h"
#include "base/vec.h"
#include "gen/sql_report.h"

typedef VEC(struct event_count) count_vec;

const char *event_origin_name(enum event_origin o)
{
    static const char *const names[] = {"standard", "own", "unknown"};
    return names[o];
}

static struct event_count describe(const struct brand *b, struct str name)
{
    uint16_t code = catalogue_find(b->catalogue, name);
    const struct event_def *def = code ? catalogue_def(b->catalogue, code) : NULL;
    struct event_count c = {.name = name, .def = def};
    c.evidence = b->plan && code && (b->plan->on[code] || b->plan->off[code]);
    c.origin = def ? EVENT_STANDARD : c.evidence ? EVENT_OWN : EVENT_STRANGE;
    return c;
}

static int64_t i64_at(const struct lake_chunk *k, uint32_t column, uint32_t row)
{
    const struct lake_vector *v = &k->columns[column];
    return lake_is_null(v, row) ? 0 : ((const int64_t *)v->data)[row];
}

static void add_chunk(struct brand *b, struct arena *a, const struct lake_chunk *k,
                      count_vec *out)
{
    for (uint32_t row = 0; row < k->rows; row++) {
        struct event_count c = describe(b, arena_str(a, lake_str(&k->columns[0], row)));
        c.events = (uint64_t)i64_at(k, 1, row);
        c.anonymous = (uint64_t)i64_at(k, 2, row);
        c.first_ms = i64_at(k, 3, row);
        c.last_ms = i64_at(k, 4, row);
        vec_push(out, c);
    }
}

/* The names that the catalogue knows and no event bears. */
static void add_rest(const struct brand *b, size_t found, count_vec *out)
{
    for (uint32_t code = 1; code < catalogue_len(b->catalogue); code++) {
        struct str name = catalogue_name(b->catalogue, (uint16_t)code);
        bool known = name.len == 0;
        for (size_t i = 0; !known && i < found; i++) {
            known = str_eq(out->ptr[i].name, name);
        }
        if (!known) {
            vec_push(out, describe(b, name));
        }
    }
}

enum rc event_count_list(struct brand *b, struct arena *a, struct event_count **list,
                         uint32_t *len, struct err *e)
{
    count_vec all = {0};
    struct lake_result *r = NULL;
    enum rc rc = brand_attach(b, e);
    if (!rc) {
        rc = lake_query(b->lake, &sql_report_event_counts, BINDS_NONE, &r, e);
    }
    while (!rc) {
        struct lake_chunk k = {0};
        rc = lake_next(r, &k, e);
        if (rc || k.rows == 0) {
            break;
        }
        add_chunk(b, a, &k, &all);
    }
    lake_done(r);
    if (!rc) {
        add_rest(b, all.len, &all);
        *len = (uint32_t)all.len;
        *list = arena_array(a, struct event_count, all.len + 1);
        memcpy(*list, all.ptr, all.len * sizeof(*all.ptr));
    }
    vec_release(&all);
    return rc;
}
