#include "people/stored.h"

#include <string.h>
#include "base/mem.h"
#include "base/vec.h"

/* ---- datasets ---- */

static const struct lake_field event_fields[] = {
    {"seq", LAKE_I64},           {"time_ms", LAKE_I64},    {"name", LAKE_CODE},
    {"identity", LAKE_U32},      {"also", LAKE_U32_LIST},  {"channel", LAKE_CODE},
    {"touchpoint", LAKE_STR},    {"campaign", LAKE_STR},   {"item", LAKE_STR},
    {"category", LAKE_STR},      {"order_no", LAKE_STR},   {"quantity", LAKE_F64},
    {"unit_price_e4", LAKE_I64}, {"amount_fen", LAKE_I64}, {"score", LAKE_F64},
    {"props", LAKE_STR},         {"event_id", LAKE_STR},
};
static const struct lake_field identity_fields[] = {
    {"seq", LAKE_I64},
    {"no", LAKE_U32},
    {"kind", LAKE_CODE},
    {"value", LAKE_STR},
};
static const struct lake_field wanted_fields[] = {
    {"seq", LAKE_I64},
    {"no", LAKE_U32},
};
static const struct lake_field person_fields[] = {
    {"identity", LAKE_U32},
    {"consumer", LAKE_U32},
};
static const struct lake_field span_fields[] = {
    {"consumer", LAKE_U32},
    {"stage", LAKE_U32},
    {"from_day", LAKE_I64},
    {"to_day", LAKE_I64},
};
static const struct lake_field refunded_fields[] = {
    {"identity", LAKE_U32},      {"name", LAKE_STR},     {"from_day", LAKE_I64},
    {"channel", LAKE_CODE},      {"order_no", LAKE_STR}, {"time_ms", LAKE_I64},
    {"unit_price_e4", LAKE_I64}, {"quantity", LAKE_F64}, {"amount_fen", LAKE_I64},
    {"score", LAKE_F64},         {"item", LAKE_STR},     {"category", LAKE_STR},
    {"touchpoint", LAKE_STR},    {"campaign", LAKE_STR}, {"props", LAKE_STR},
};
static const struct lake_field mark_fields[] = {
    {"slot", LAKE_U32},
    {"identity", LAKE_U32},
};
static const struct lake_field score_fields[] = {
    {"slot", LAKE_U32},
    {"identity", LAKE_U32},
    {"number", LAKE_F64},
    {"words", LAKE_STR},
};
#define LEN(a) (uint32_t)(sizeof(a) / sizeof((a)[0]))

const struct lake_dataset stored_datasets[] = {
    {"event", event_fields, LEN(event_fields), "seq", "time_ms", "name"},
    {"identity", identity_fields, LEN(identity_fields), "seq", NULL, NULL},
    {"wanted", wanted_fields, LEN(wanted_fields), "seq", NULL, NULL},
    {"person", person_fields, LEN(person_fields), NULL, NULL, NULL},
    {"span", span_fields, LEN(span_fields), NULL, NULL, NULL},
    {"refunded", refunded_fields, LEN(refunded_fields), NULL, NULL, NULL},
    {"mark", mark_fields, LEN(mark_fields), NULL, NULL, NULL},
    {"score", score_fields, LEN(score_fields), NULL, NULL, NULL},
};
const uint32_t stored_datasets_len = LEN(stored_datasets);

/* ---- values at rest ---- */

enum rc stored_seal_value(const struct kind_table *kinds, uint8_t kind, struct str plain,
                          struct siv *siv, struct arena *a, struct str *out, struct err *e)
{
    if (!kind_rules(kinds)[kind].personal) {
        *out = plain;
        return RC_OK;
    }
    struct buf sealed = {0}, text = {0};
    enum rc rc = siv_seal(siv, kind_name(kinds, kind), plain, &sealed, e);
    if (!rc) {
        base64url_encode(&text, buf_str(&sealed));
        *out = arena_str(a, buf_str(&text));
    }
    buf_release(&sealed);
    buf_release(&text);
    return rc;
}

enum rc stored_open_value(const struct kind_table *kinds, uint8_t kind, struct str stored,
                          struct siv *siv, struct arena *a, struct str *out, struct err *e)
{
    if (!kind_rules(kinds)[kind].personal) {
        *out = arena_str(a, stored);
        return RC_OK;
    }
    struct buf sealed = {0}, plain = {0};
    enum rc rc = RC_OK;
    if (!base64url_decode(&sealed, stored)) {
        rc = rc_fail(e, RC_CORRUPT, "a stored %s is not in its sealed form",
                     kind_name(kinds, kind).ptr);
    } else {
        rc = siv_open(siv, kind_name(kinds, kind), buf_str(&sealed), &plain, e);
    }
    if (!rc) {
        *out = arena_str(a, buf_str(&plain));
    }
    buf_release(&sealed);
    buf_release(&plain);
    return rc;
}

/* ---- making ---- */

/* The identities that this batch adds, in order of number: their stored form. */
static enum rc stored_fresh(struct stored_batch *s, const struct kind_table *kinds,
                            struct siv *siv, struct arena *a, struct err *e)
{
    const struct event_batch *b = s->batch;
    uint32_t next = s->fresh_from;
    s->fresh_kind = arena_alloc(a, s->fresh + 1);
    s->fresh_value = arena_alloc(a, (s->fresh + 1) * sizeof(struct str));
    for (uint32_t i = 0; i < b->idents && next < s->fresh_from + s->fresh; i++) {
        const struct ident *id = &b->ident[i];
        if (id->no != next) {
            continue;
        }
        uint32_t at = next++ - s->fresh_from;
        s->fresh_kind[at] = id->kind;
        enum rc rc =
            stored_seal_value(kinds, id->kind, id->value, siv, a, &s->fresh_value[at], e);
        if (rc) {
            return rc;
        }
    }
    return next == s->fresh_from + s->fresh
               ? RC_OK
               : rc_fail(e, RC_BUG,
                         "identity numbers of a batch are not in order of appearance");
}

enum rc stored_make(struct event_batch *b, struct dictionary *d, const struct kind_table *kinds,
                    struct siv *siv, struct arena *a, struct stored_batch *out, struct err *e)
{
    uint32_t before = dictionary_len(d);
    if (before > UINT32_MAX - 2 - b->idents) {
        return rc_fail(e, RC_TOO_LARGE, "a pond holds at most 4,294,967,293 identities");
    }
    dictionary_intern_all(d, b->ident, b->idents);
    *out = (struct stored_batch){
        .batch = b, .fresh_from = before + 1, .fresh = dictionary_len(d) - before};
    out->owner = arena_alloc(a, (b->rows + 1) * sizeof(uint32_t));
    out->also_at = arena_alloc(a, (b->rows + 1) * sizeof(uint32_t));
    out->also = arena_alloc(a, (b->idents + 1) * sizeof(uint32_t));
    const uint16_t *priority = kind_priorities(kinds);
    uint32_t n = 0;
    for (uint32_t r = 0; r < b->rows; r++) {
        int64_t owner = batch_owner(b, r, priority);
        out->owner[r] = owner < 0 ? 0 : b->ident[owner].no;
        out->also_at[r] = n;
        for (uint32_t i = b->ident_at[r]; i < b->ident_at[r + 1]; i++) {
            if (b->ident[i].no != out->owner[r]) {
                out->also[n++] = b->ident[i].no;
            }
        }
    }
    out->also_at[b->rows] = n;
    return stored_fresh(out, kinds, siv, a, e);
}

void stored_release(struct stored_batch *s)
{
    if (s->owned) {
        batch_free(s->batch);
    }
    *s = (struct stored_batch){0};
}

/* ---- columns ---- */

struct column_list {
    struct lake_column *list;
    uint32_t len;
    uint32_t rows;
    bool all;
    struct arena *arena;
};

static void column_add(struct column_list *l, struct lake_column c) { l->list[l->len++] = c; }

static void column_text(struct column_list *l, const char *name, const struct str *data)
{
    bool any = l->all;
    for (uint32_t r = 0; r < l->rows && !any; r++) {
        any = data[r].ptr != NULL;
    }
    if (any) {
        column_add(l, (struct lake_column){.name = name, .type = LAKE_STR, .data = data});
    }
}

/* valid bytes for a numeric column; NULL when every row has a value, and *any false when none has. */
static const uint8_t *column_valid(struct column_list *l, const void *data, enum lake_type type,
                                   bool *any)
{
    uint8_t *valid = arena_alloc(l->arena, l->rows + 1);
    uint32_t n = 0;
    for (uint32_t r = 0; r < l->rows; r++) {
        if (type == LAKE_F64) {
            double v = ((const double *)data)[r];
            valid[r] = v == v;
        } else {
            valid[r] = ((const int64_t *)data)[r] != INT64_MIN;
        }
        n += valid[r];
    }
    *any = n > 0;
    return n == l->rows ? NULL : valid;
}

static void column_number(struct column_list *l, const char *name, enum lake_type type,
                          const void *data)
{
    bool any = false;
    const uint8_t *valid = column_valid(l, data, type, &any);
    if (any || l->all) {
        column_add(
            l, (struct lake_column){.name = name, .type = type, .data = data, .valid = valid});
    }
}

static const int64_t *column_seq(struct arena *a, uint32_t rows, int64_t seq)
{
    int64_t *list = arena_alloc(a, (rows + 1) * sizeof(int64_t));
    for (uint32_t r = 0; r < rows; r++) {
        list[r] = seq;
    }
    return list;
}

static const uint16_t *column_channel(const struct event_batch *b, struct arena *a)
{
    uint16_t *list = arena_alloc(a, (b->rows + 1) * sizeof(uint16_t));
    for (uint32_t r = 0; r < b->rows; r++) {
        list[r] = b->channel[r] ? b->channel[r] : LAKE_CODE_NONE;
    }
    return list;
}

struct lake_rows stored_events(const struct stored_batch *s, const struct catalogue *c,
                               bool all, struct arena *a)
{
    const struct event_batch *b = s->batch;
    struct column_list l = {arena_array(a, struct lake_column, LEN(event_fields)), 0, b->rows,
                            all, a};
    uint32_t channels = 0;
    const struct str *channel = channel_names(c, &channels);
    column_add(&l, (struct lake_column){.name = "seq",
                                        .type = LAKE_I64,
                                        .data = column_seq(a, b->rows, s->seq)});
    column_add(&l,
               (struct lake_column){.name = "time_ms", .type = LAKE_I64, .data = b->time_ms});
    column_add(&l, (struct lake_column){.name = "name",
                                        .type = LAKE_CODE,
                                        .data = b->name,
                                        .names = catalogue_names(c),
                                        .names_len = catalogue_len(c)});
    column_add(&l,
               (struct lake_column){.name = "identity", .type = LAKE_U32, .data = s->owner});
    if (all || s->also_at[b->rows]) {
        column_add(&l, (struct lake_column){.name = "also",
                                            .type = LAKE_U32_LIST,
                                            .data = s->also,
                                            .offsets = s->also_at});
    }
    column_add(&l, (struct lake_column){.name = "channel",
                                        .type = LAKE_CODE,
                                        .data = column_channel(b, a),
                                        .names = channel,
                                        .names_len = channels});
    column_text(&l, "touchpoint", b->touchpoint);
    column_text(&l, "campaign", b->campaign);
    column_text(&l, "item", b->item);
    column_text(&l, "category", b->category);
    column_text(&l, "order_no", b->order_no);
    column_number(&l, "quantity", LAKE_F64, b->quantity);
    column_number(&l, "unit_price_e4", LAKE_I64, b->unit_price_e4);
    column_number(&l, "amount_fen", LAKE_I64, b->amount_fen);
    column_number(&l, "score", LAKE_F64, b->score);
    column_text(&l, "props", b->props);
    column_text(&l, "event_id", b->event_id);
    return (struct lake_rows){.rows = b->rows, .columns = l.list, .columns_len = l.len};
}

struct lake_rows stored_identities(const struct stored_batch *s, const struct kind_table *kinds,
                                   struct arena *a)
{
    struct lake_column *list = arena_array(a, struct lake_column, LEN(identity_fields));
    uint32_t *no = arena_alloc(a, (s->fresh + 1) * sizeof(uint32_t));
    uint16_t *kind = arena_alloc(a, (s->fresh + 1) * sizeof(uint16_t));
    for (uint32_t i = 0; i < s->fresh; i++) {
        no[i] = s->fresh_from + i;
        kind[i] = s->fresh_kind[i];
    }
    uint32_t names_len = kind_len(kinds);
    struct str *names = arena_array(a, struct str, names_len);
    for (uint32_t k = 0; k < names_len; k++) {
        names[k] = kind_name(kinds, (uint8_t)k);
    }
    list[0] = (struct lake_column){
        .name = "seq", .type = LAKE_I64, .data = column_seq(a, s->fresh, s->seq)};
    list[1] = (struct lake_column){.name = "no", .type = LAKE_U32, .data = no};
    list[2] = (struct lake_column){.name = "kind",
                                   .type = LAKE_CODE,
                                   .data = kind,
                                   .names = names,
                                   .names_len = names_len};
    list[3] = (struct lake_column){.name = "value", .type = LAKE_STR, .data = s->fresh_value};
    return (struct lake_rows){
        .rows = s->fresh, .columns = list, .columns_len = LEN(identity_fields)};
}

/* ---- the log's payload ---- */

#define PAYLOAD_FORMAT 1

static uint64_t zigzag(int64_t v) { return ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0); }
static int64_t unzigzag(uint64_t v) { return (int64_t)(v >> 1) ^ -(int64_t)(v & 1); }

/* Text column: a byte that says whether any row has text, then per row length + 1 (0 = none) and bytes. */
static void encode_text(struct buf *out, const struct str *data, uint32_t rows)
{
    bool any = false;
    for (uint32_t r = 0; r < rows && !any; r++) {
        any = data[r].ptr != NULL;
    }
    buf_put_u8(out, any);
    for (uint32_t r = 0; any && r < rows; r++) {
        buf_put_varint(out, data[r].ptr ? data[r].len + 1 : 0);
        buf_add(out, data[r]);
    }
}

static void decode_text(struct reader *in, struct str *data, uint32_t rows, struct arena *a)
{
    bool any = reader_u8(in);
    for (uint32_t r = 0; any && r < rows && !in->bad; r++) {
        uint64_t len = reader_varint(in);
        if (len) {
            data[r] = arena_str(a, reader_bytes(in, (size_t)(len - 1)));
        }
    }
}

/* Numeric column: any, then 8 raw bytes a row. */
static void encode_number(struct buf *out, const void *data, bool any, uint32_t rows)
{
    buf_put_u8(out, any);
    if (any) {
        buf_add(out, str_make(data, rows * 8ull));
    }
}

static void decode_number(struct reader *in, void *data, uint32_t rows)
{
    if (reader_u8(in)) {
        struct str bytes = reader_bytes(in, rows * 8ull);
        if (!in->bad) {
            memcpy(data, bytes.ptr, bytes.len);
        }
    }
}

static bool any_i64(const int64_t *v, uint32_t rows)
{
    for (uint32_t r = 0; r < rows; r++) {
        if (v[r] != INT64_MIN) {
            return true;
        }
    }
    return false;
}

static bool any_f64(const double *v, uint32_t rows)
{
    for (uint32_t r = 0; r < rows; r++) {
        if (v[r] == v[r]) {
            return true;
        }
    }
    return false;
}

void stored_encode(const struct stored_batch *s, struct buf *out)
{
    const struct event_batch *b = s->batch;
    buf_put_u8(out, PAYLOAD_FORMAT);
    buf_put_varint(out, b->rows);
    buf_put_varint(out, s->fresh);
    buf_put_varint(out, s->fresh_from);
    for (uint32_t i = 0; i < s->fresh; i++) {
        buf_put_u8(out, s->fresh_kind[i]);
        buf_put_str(out, s->fresh_value[i]);
    }
    int64_t last = 0;
    for (uint32_t r = 0; r < b->rows; r++) {
        buf_put_varint(out, zigzag(b->time_ms[r] - last));
        last = b->time_ms[r];
    }
    for (uint32_t r = 0; r < b->rows; r++) {
        buf_put_varint(out, b->name[r]);
        buf_put_u8(out, b->channel[r]);
        buf_put_varint(out, s->owner[r]);
        buf_put_varint(out, s->also_at[r + 1] - s->also_at[r]);
        for (uint32_t i = s->also_at[r]; i < s->also_at[r + 1]; i++) {
            buf_put_varint(out, s->also[i]);
        }
    }
    const struct str *texts[] = {b->touchpoint, b->campaign, b->item,    b->category,
                                 b->order_no,   b->props,    b->event_id};
    for (size_t i = 0; i < LEN(texts); i++) {
        encode_text(out, texts[i], b->rows);
    }
    encode_number(out, b->quantity, any_f64(b->quantity, b->rows), b->rows);
    encode_number(out, b->score, any_f64(b->score, b->rows), b->rows);
    encode_number(out, b->unit_price_e4, any_i64(b->unit_price_e4, b->rows), b->rows);
    encode_number(out, b->amount_fen, any_i64(b->amount_fen, b->rows), b->rows);
}

/* An identity by number only: a hash that tells numbers apart keeps batch_add_ident's check working. */
static enum rc add_number(struct event_batch *b, uint32_t no, struct err *e)
{
    enum rc rc = batch_add_ident(b, KIND_NONE, STR_NULL, (struct hash128){no, 0}, e);
    if (!rc) {
        b->ident[b->idents - 1].no = no;
    }
    return rc;
}

static enum rc decode_rows(struct reader *in, struct stored_batch *s, uint32_t rows,
                           struct arena *a, struct err *e)
{
    struct event_batch *b = s->batch;
    int64_t last = 0;
    int64_t *time = arena_alloc(a, (rows + 1) * sizeof(int64_t));
    for (uint32_t r = 0; r < rows; r++) {
        last += unzigzag(reader_varint(in));
        time[r] = last;
    }
    VEC(uint32_t) also = {0};
    enum rc rc = RC_OK;
    s->owner = arena_alloc(a, (rows + 1) * sizeof(uint32_t));
    s->also_at = arena_alloc(a, (rows + 1) * sizeof(uint32_t));
    for (uint32_t r = 0; r < rows && !in->bad && !rc; r++) {
        batch_add(b);
        b->time_ms[r] = time[r];
        b->name[r] = (uint16_t)reader_varint(in);
        b->channel[r] = reader_u8(in);
        s->owner[r] = (uint32_t)reader_varint(in);
        s->also_at[r] = (uint32_t)also.len;
        uint64_t n = reader_varint(in);
        if (n > BATCH_IDENT_MAX) {
            in->bad = true;
            break;
        }
        if (s->owner[r]) {
            rc = add_number(b, s->owner[r], e);
        }
        for (uint64_t i = 0; i < n && !rc; i++) {
            uint32_t no = (uint32_t)reader_varint(in);
            vec_push(&also, no);
            rc = add_number(b, no, e);
        }
    }
    if (!rc && !in->bad) {
        s->also_at[rows] = (uint32_t)also.len;
        s->also = arena_alloc(a, (also.len + 1) * sizeof(uint32_t));
        if (also.len) {
            memcpy(s->also, also.ptr, also.len * sizeof(uint32_t));
        }
    }
    vec_release(&also);
    return rc;
}

enum rc stored_decode(struct str payload, int64_t seq, struct arena *a,
                      struct stored_batch *out, struct err *e)
{
    struct reader in = reader_of(payload);
    uint8_t format = reader_u8(&in);
    uint64_t rows = reader_varint(&in), fresh = reader_varint(&in), from = reader_varint(&in);
    if (format != PAYLOAD_FORMAT || in.bad || rows > BATCH_ROWS_MAX || fresh > payload.len) {
        return rc_fail(e, RC_CORRUPT,
                       "the log's batch %lld is not in a form this program knows",
                       (long long)seq);
    }
    *out = (struct stored_batch){.batch = batch_new(rows ? (uint32_t)rows : 1),
                                 .owned = true,
                                 .seq = seq,
                                 .fresh = (uint32_t)fresh,
                                 .fresh_from = (uint32_t)from};
    struct event_batch *b = out->batch;
    out->fresh_kind = arena_alloc(a, fresh + 1);
    out->fresh_value = arena_alloc(a, (fresh + 1) * sizeof(struct str));
    for (uint64_t i = 0; i < fresh && !in.bad; i++) {
        out->fresh_kind[i] = reader_u8(&in);
        out->fresh_value[i] = arena_str(a, reader_str(&in));
    }
    enum rc rc = decode_rows(&in, out, (uint32_t)rows, a, e);
    if (!rc && !in.bad) {
        struct str *texts[] = {b->touchpoint, b->campaign, b->item,    b->category,
                               b->order_no,   b->props,    b->event_id};
        for (size_t i = 0; i < LEN(texts); i++) {
            decode_text(&in, texts[i], b->rows, b->arena);
        }
        decode_number(&in, b->quantity, b->rows);
        decode_number(&in, b->score, b->rows);
        decode_number(&in, b->unit_price_e4, b->rows);
        decode_number(&in, b->amount_fen, b->rows);
    }
    if (!rc && (in.bad || in.ptr != in.end)) {
        rc = rc_fail(e, RC_CORRUPT, "the log's batch %lld ends in the middle", (long long)seq);
    }
    if (rc) {
        stored_release(out);
    }
    return rc;
}
