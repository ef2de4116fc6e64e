/* A brand's history as the lake shows it: segments, the tail of batches that are only in the log, and the
 * view of wanted numbers. */
#include "people/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "gen/sql_people.h"

void brand_tail_add(struct brand *b, struct stored_batch *s, struct arena *a)
{
    struct brand_private *own = b->own;
    struct tail_batch t = {.stored = *s, .arena = a};
    t.events = stored_events(&t.stored, b->catalogue, true, a);
    t.identities = stored_identities(&t.stored, b->kinds, a);
    vec_push(&own->tail, t);
    own->tail_rows += s->batch->rows;
    own->attached = false;
}

static uint64_t last_seq(const struct tail_batch *t)
{
    return (uint64_t)t->stored.seq + t->stored.batch->rows - 1;
}

void brand_tail_drop(struct brand *b, uint64_t upto)
{
    struct brand_private *own = b->own;
    size_t n = 0;
    while (n < own->tail.len && last_seq(&own->tail.ptr[n]) <= upto) {
        own->tail_rows -= own->tail.ptr[n].stored.batch->rows;
        stored_release(&own->tail.ptr[n].stored);
        arena_free(own->tail.ptr[n].arena);
        n++;
    }
    if (n) {
        memmove(own->tail.ptr, own->tail.ptr + n, (own->tail.len - n) * sizeof(*own->tail.ptr));
        own->tail.len -= n;
    }
    own->attached = false;
}

void brand_tail_clear(struct brand *b) { brand_tail_drop(b, UINT64_MAX); }

/* The lake's code_event, code_channel and code_kind know the names of the moment. */
static enum rc set_names(struct brand *b, struct err *e)
{
    struct brand_private *own = b->own;
    enum rc rc = RC_OK;
    uint32_t events = catalogue_len(b->catalogue), channels = 0, kinds = kind_len(b->kinds);
    const struct str *channel = channel_names(b->catalogue, &channels);
    if (events != own->names_set) {
        rc = lake_set_names(b->lake, "event", catalogue_names(b->catalogue), events, e);
        own->names_set = rc ? 0 : events;
    }
    if (!rc && channels != own->channels_set) {
        rc = lake_set_names(b->lake, "channel", channel, channels, e);
        own->channels_set = rc ? 0 : channels;
    }
    if (!rc && kinds != own->kinds_set) {
        struct str *names = mem_array(struct str, kinds);
        for (uint32_t k = 0; k < kinds; k++) {
            names[k] = kind_name(b->kinds, (uint8_t)k);
        }
        rc = lake_set_names(b->lake, "kind", names, kinds, e);
        own->kinds_set = rc ? 0 : kinds;
        mem_free(names);
    }
    return rc;
}

static void set_wanted(struct brand *b, const uint32_t *nos, uint32_t n)
{
    struct brand_private *own = b->own;
    own->wanted = mem_resize(own->wanted, (n + 1) * sizeof(uint32_t));
    own->wanted_seq = mem_resize(own->wanted_seq, (n + 1) * sizeof(int64_t));
    if (n) {
        memcpy(own->wanted, nos, n * sizeof(uint32_t));
    }
    memset(own->wanted_seq, 0, (n + 1) * sizeof(int64_t));
    own->wanted_columns[0] =
        (struct lake_column){.name = "seq", .type = LAKE_I64, .data = own->wanted_seq};
    own->wanted_columns[1] =
        (struct lake_column){.name = "no", .type = LAKE_U32, .data = own->wanted};
    own->wanted_rows =
        (struct lake_rows){.rows = n, .columns = own->wanted_columns, .columns_len = 2};
}

struct attaching {
    bool history; /* the log's batches too */
    const uint32_t *nos;
    uint32_t n;
    const struct lake_tail *more;
    size_t more_len;
};

static enum rc attach(struct brand *b, struct attaching x, struct err *e)
{
    struct brand_private *own = b->own;
    own->tails_shown = 0;
    vec_clear(&own->event_pieces);
    vec_clear(&own->identity_pieces);
    for (size_t i = 0; x.history && i < own->tail.len; i++) {
        vec_push(&own->event_pieces, own->tail.ptr[i].events);
        if (own->tail.ptr[i].identities.rows) {
            vec_push(&own->identity_pieces, own->tail.ptr[i].identities);
        }
    }
    set_wanted(b, x.nos, x.n);
    struct lake_tail *tails = mem_array(struct lake_tail, x.more_len + 3);
    tails[0] = (struct lake_tail){"event", own->event_pieces.ptr, own->event_pieces.len};
    tails[1] =
        (struct lake_tail){"identity", own->identity_pieces.ptr, own->identity_pieces.len};
    tails[2] = (struct lake_tail){"wanted", &own->wanted_rows, x.n ? 1 : 0};
    if (x.more_len) {
        memcpy(tails + 3, x.more, x.more_len * sizeof(*tails));
    }
    enum rc rc = set_names(b, e);
    rc = rc ? rc : lake_attach(b->lake, own->history, tails, x.more_len + 3, e);
    mem_free(tails);
    return rc;
}

enum rc brand_attach_segments(struct brand *b, struct err *e)
{
    b->own->attached = false;
    return attach(b, (struct attaching){0}, e);
}

enum rc brand_attach_wanted(struct brand *b, const uint32_t *nos, uint32_t n, struct err *e)
{
    enum rc rc = attach(b, (struct attaching){.history = true, .nos = nos, .n = n}, e);
    b->own->attached = !rc && !n;
    return rc;
}

enum rc brand_attach(struct brand *b, struct err *e)
{
    if (b->own->attached && b->own->names_set == catalogue_len(b->catalogue)) {
        return RC_OK;
    }
    return brand_attach_wanted(b, NULL, 0, e);
}

uint64_t brand_tails_version(struct brand *b) { return ++b->own->tails_made; }

enum rc brand_attach_with(struct brand *b, const struct lake_tail *tails, size_t tails_len,
                          uint64_t version, struct err *e)
{
    struct brand_private *own = b->own;
    if (own->attached && own->tails_shown == version &&
        own->names_set == catalogue_len(b->catalogue)) {
        return RC_OK;
    }
    const struct attaching all = {.history = true, .more = tails, .more_len = tails_len};
    enum rc rc = attach(b, all, e);
    own->attached = !rc;
    own->tails_shown = rc ? 0 : version;
    return rc;
}

void brand_detach(struct brand *b, uint64_t version)
{
    if (version && b->own->tails_shown == version) {
        b->own->tails_shown = 0;
        b->own->attached = false;
    }
}

/* ---- values ---- */

struct number_at {
    uint32_t no, at;
};

static int number_cmp(const void *pa, const void *pb)
{
    const struct number_at *a = pa, *b = pb;
    return (a->no > b->no) - (a->no < b->no);
}

/* Puts the value of every asked-for position of this number. */
static enum rc put_value(struct brand *b, const struct number_at *sorted, uint32_t n,
                         uint32_t no, uint8_t kind, struct str stored, struct arena *a,
                         struct str *out, struct err *e)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (sorted[mid].no < no) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    struct str plain = STR_NULL;
    enum rc rc = stored_open_value(b->kinds, kind, stored, b->own->siv, a, &plain, e);
    for (; !rc && low < n && sorted[low].no == no; low++) {
        out[sorted[low].at] = plain;
    }
    return rc;
}

enum rc brand_values(struct brand *b, const uint32_t *nos, uint32_t n, struct arena *a,
                     struct str *out, struct err *e)
{
    struct number_at *sorted = mem_array(struct number_at, n + 1);
    uint32_t *wanted = mem_array(uint32_t, n + 1);
    uint32_t wanted_len = 0;
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = (struct number_at){nos[i], i};
        out[i] = STR_NULL;
    }
    qsort(sorted, n, sizeof(*sorted), number_cmp);
    for (uint32_t i = 0; i < n; i++) {
        if (!i || sorted[i].no != sorted[i - 1].no) {
            wanted[wanted_len++] = sorted[i].no;
        }
    }
    struct lake_result *result = NULL;
    enum rc rc = brand_attach_wanted(b, wanted, wanted_len, e);
    if (!rc) {
        rc = lake_query(b->lake, &sql_people_values_of_wanted, BINDS_NONE, &result, e);
    }
    struct lake_chunk chunk = {0};
    while (!rc && !(rc = lake_next(result, &chunk, e)) && chunk.rows) {
        const uint32_t *no = chunk.columns[0].data;
        const uint16_t *kind = chunk.columns[1].data;
        for (uint32_t r = 0; r < chunk.rows && !rc; r++) {
            rc = put_value(b, sorted, n, no[r], (uint8_t)kind[r],
                           lake_str(&chunk.columns[2], r), a, out, e);
        }
    }
    lake_done(result);
    mem_free(sorted);
    mem_free(wanted);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (!out[i].ptr) {
            rc = rc_fail(e, RC_CORRUPT, "history names identity %u but has no value for it",
                         nos[i]);
            err_hint(e, "pond verify tells more; restore the latest backup");
        }
    }
    return rc;
}

static enum rc source_values(void *ctx, const uint32_t *nos, uint32_t n, struct str *out,
                             struct err *e)
{
    struct brand *b = ctx;
    arena_reset(b->own->value_arena);
    return brand_values(b, nos, n, b->own->value_arena, out, e);
}

struct value_source brand_value_source(struct brand *b)
{
    return (struct value_source){source_values, b};
}

/* Kind and canonical value of a text; RC_INVALID when malformed. *kind 0: a kind that is not known. */
static enum rc read_identity(struct brand *b, struct str kind_value, struct arena *a,
                             uint8_t *kind, struct str *value, struct err *e)
{
    struct str rest = kind_value, kind_text = str_cut(&rest, ':');
    if (!rest.ptr || !kind_text.len) {
        enum rc rc = rc_fail(e, RC_INVALID, "\"%.*s\" is not an identity", STR_FMT(kind_value));
        err_hint(e, "write KIND:VALUE, for example phone:13800138000");
        return rc;
    }
    *kind = kind_find(b->kinds, kind_text);
    *value = rest;
    return *kind ? kind_canonical(*kind, rest, a, value, e) : RC_OK;
}

enum rc brand_stored_identity(struct brand *b, struct str kind_value, struct arena *a,
                              uint8_t *kind, struct str *value, struct err *e)
{
    struct str plain = STR_NULL;
    enum rc rc = read_identity(b, kind_value, a, kind, &plain, e);
    return rc || !*kind ? rc
                        : stored_seal_value(b->kinds, *kind, plain, b->own->siv, a, value, e);
}

enum rc brand_find_identity(struct brand *b, struct str kind_value, uint32_t *no, struct err *e)
{
    struct arena *a = arena_new();
    struct str value = STR_NULL, rest = kind_value, kind_text = str_cut(&rest, ':');
    uint8_t kind = 0;
    enum rc rc = read_identity(b, kind_value, a, &kind, &value, e);
    if (!rc && !kind) {
        rc =
            rc_fail(e, RC_MISSING, "no identity of kind \"%.*s\" is known", STR_FMT(kind_text));
        err_hint(e, "pond rules list shows the kinds");
    }
    if (!rc) {
        *no = dictionary_find(b->dictionary, kind,
                              identity_hash(b->hash_key, kind_name(b->kinds, kind), value));
        rc = *no ? RC_OK
                 : rc_fail(e, RC_MISSING, "no consumer has this %.*s", STR_FMT(kind_text));
    }
    arena_free(a);
    return rc;
}
