/* What a live brand tells its listeners: arrivals, each with what became of it, and stage changes. */
#include "serve/live_internal.h"

#include <math.h>
#include "aipl/assets.h"
#include "people/decode.h"
#include "wire/json.h"

#define TOLD_PER_REQUEST 10u

static void put_time(struct json *j, struct live *l, const char *key, int64_t ms)
{
    char text[32];
    json_put_cstr(j, key, time_format(ms, l->pond.brand->zone, text));
}

/* Masked: who watches arrivals need not have the right to see who it was. */
static void put_identities(struct json *j, struct live *l, const struct event_batch *b,
                           uint32_t row, struct arena *a)
{
    struct brand *brand = l->pond.brand;
    json_key(j, "identities");
    json_begin_object(j);
    for (uint32_t i = b->ident_at[row]; i < b->ident_at[row + 1]; i++) {
        const struct ident *d = &b->ident[i];
        json_key_str(j, kind_name(brand->kinds, d->kind));
        json_str(j, kind_mask(brand->kinds, d->kind, d->value, a));
    }
    json_end_object(j);
}

/* ---- Properties ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_local(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '+';
}

static size_t digits_at(struct str s, size_t i)
{
    size_t end = i;
    while (end < s.len && is_digit(s.ptr[end])) {
        end++;
    }
    return end - i;
}

/* 11 digits from 1 on are a phone number: 138****8000. Outside of a string the number becomes one. */
static void mask_phone(struct buf *out, struct str digits, bool quoted)
{
    buf_addf(out, "%s%.3s****%.4s%s", quoted ? "" : "\"", digits.ptr, digits.ptr + 7,
             quoted ? "" : "\"");
}

/* A JSON object of properties with what looks like a phone number or an e-mail address masked, and what is sealed told
 * as such: who watches need not have the right to see more. Stays JSON. */
static void mask_properties(struct buf *out, struct str json)
{
    bool in = false;
    size_t plain = 0; /* of out: where plain text of the string at hand begins */
    for (size_t i = 0; i < json.len;) {
        char c = json.ptr[i];
        size_t n = digits_at(json, i);
        if (in && c == '\\' && i + 1 < json.len) {
            buf_add(out, str_slice(json, i, i + 2));
            i += 2;
            plain = out->len;
        } else if (c == '"') {
            in = !in;
            buf_add_byte(out, c);
            i++;
            plain = out->len;
            if (in && str_starts(str_slice(json, i, json.len), STR(DECODE_SEALED))) {
                size_t end = str_find_byte(json, '"', i);
                buf_add(out, STR(DECODE_SEALED));
                i = end == SIZE_MAX ? json.len : end;
            }
        } else if (n == 11 && c == '1' && !(i && json.ptr[i - 1] == '.')) {
            mask_phone(out, str_slice(json, i, i + n), in);
            i += n;
        } else if (n) {
            buf_add(out, str_slice(json, i, i + n));
            i += n;
        } else {
            if (in && c == '@') {
                while (out->len > plain && is_local(out->ptr[out->len - 1])) {
                    out->len--;
                }
                buf_add(out, STR("***"));
            }
            buf_add_byte(out, c);
            i++;
        }
    }
}

#define PROPS_TOLD 4096u /* bytes; of an event with more they are left out */

static void put_properties(struct json *j, struct str props)
{
    struct buf b = {0};
    json_key(j, "properties");
    if (props.len > PROPS_TOLD) {
        json_null(j);
        json_put_i64(j, "properties_bytes", (int64_t)props.len);
        return;
    }
    mask_properties(&b, props.len ? props : STR("{}"));
    json_raw(j, buf_str(&b));
    buf_release(&b);
}

/* ---- An arrival ---- */

static void put_columns(struct json *j, const struct catalogue *c, const struct event_batch *b,
                        uint32_t row)
{
    json_put_text(j, "channel", channel_name(c, b->channel[row]));
    json_put_text(j, "touchpoint", b->touchpoint[row]);
    json_put_text(j, "campaign", b->campaign[row]);
    json_put_text(j, "item", b->item[row]);
    json_put_text(j, "category", b->category[row]);
    json_put_text(j, "order", b->order_no[row]);
    if (b->amount_fen[row] != AMOUNT_UNKNOWN) {
        json_put_fen(j, "amount", b->amount_fen[row]);
    }
    if (!isnan(b->quantity[row])) {
        json_put_f64(j, "quantity", b->quantity[row]);
    }
    if (!isnan(b->score[row])) {
        json_put_f64(j, "score", b->score[row]);
    }
    put_properties(j, b->props[row]);
}

static void put_arrival(struct json *j, struct live *l, const struct submission *s,
                        uint32_t row, bool fresh, struct arena *a)
{
    const struct event_batch *b = s->intake->batch;
    const struct catalogue *c = l->pond.brand->catalogue;
    json_begin_object(j);
    json_put_cstr(j, "type", "arrival");
    put_time(j, l, "at", clock_now(&l->pond.clock));
    json_put_cstr(j, "source", s->source);
    json_put_i64(j, "key", s->intake->key);
    json_put_cstr(j, "outcome", fresh ? "accepted" : "duplicate");
    json_put_str(j, "event", catalogue_name(c, b->name[row]));
    put_time(j, l, "time", b->time_ms[row]);
    put_identities(j, l, b, row, a);
    put_columns(j, c, b, row);
}

/* Who it is about: the consumers that its identities were of before this group joined any. */
static void note_consumers(struct told_arrival *t, const struct live *l,
                           const struct event_batch *b, uint32_t row)
{
    const struct brand *brand = l->pond.brand;
    int64_t owner = batch_owner(b, row, kind_priorities(brand->kinds));
    for (uint32_t i = b->ident_at[row]; i < b->ident_at[row + 1]; i++) {
        uint32_t no = dictionary_find(brand->dictionary, b->ident[i].kind, b->ident[i].hash);
        uint32_t consumer = no && no <= l->known ? graph_consumer(brand->graph, no) : 0;
        bool again = false;
        for (uint32_t k = 0; k < t->befores; k++) {
            again = again || t->before[k] == consumer;
        }
        if (consumer && !again) {
            t->before[t->befores++] = consumer;
        }
        t->learned += no > l->known;
        t->owner = (int64_t)i == owner ? no : t->owner;
    }
}

void live_tell_arrivals(struct live *l, const struct submission *s, const uint8_t *keep)
{
    struct arena *a = arena_new();
    (void)pthread_mutex_lock(&l->names);
    for (uint32_t r = 0; r < s->intake->batch->rows && r < TOLD_PER_REQUEST; r++) {
        struct told_arrival t = {.accepted = keep[r]};
        struct json j;
        if (!hub_sample(l->hub, l->name)) {
            break;
        }
        json_init(&j, &t.text);
        put_arrival(&j, l, s, r, keep[r], a);
        note_consumers(&t, l, s->intake->batch, r);
        vec_push(&l->told, t);
    }
    (void)pthread_mutex_unlock(&l->names);
    arena_free(a);
}

static const char *stage_name(const struct stage_model *m, int stage, struct arena *a)
{
    return stage < 0 ? "none" : arena_cstr(a, m->stages[stage].name);
}

/* What became of it. "new": nobody had these identities; "joined": several consumers are one now, `joined` are those that
 * went into it; "known": it is one more event of somebody; "nobody": it names none. */
static void put_became(struct json *j, struct live *l, const struct told_arrival *t,
                       struct arena *a)
{
    struct brand *b = l->pond.brand;
    if (!t->owner) {
        json_put_cstr(j, "became", "nobody");
        return;
    }
    uint32_t consumer = graph_consumer(b->graph, t->owner), same = 0;
    int stage = assets_stage(pond_assets(&l->pond), b, t->owner, pond_today(&l->pond));
    for (uint32_t i = 0; i < t->befores; i++) {
        same += graph_consumer(b->graph, t->before[i]) == consumer;
    }
    json_put_cstr(j, "became", !t->befores ? "new" : same > 1 ? "joined" : "known");
    json_put_i64(j, "consumer", consumer);
    json_put_i64(j, "learned", t->learned);
    json_key(j, "joined");
    json_begin_array(j);
    for (uint32_t i = 0; same > 1 && i < t->befores; i++) {
        if (t->before[i] != consumer && graph_consumer(b->graph, t->before[i]) == consumer) {
            json_i64(j, t->before[i]);
        }
    }
    json_end_array(j);
    json_put_cstr(j, "stage", stage_name(pond_model(&l->pond), stage, a));
    if (t->moved) {
        json_put_cstr(j, "stage_from", stage_name(pond_model(&l->pond), t->from, a));
    }
}

void live_tell_outcomes(struct live *l, bool settled)
{
    struct arena *a = l->told.len ? arena_new() : NULL;
    for (size_t i = 0; i < l->told.len; i++) {
        struct told_arrival *t = &l->told.ptr[i];
        struct buf rest = {0};
        struct json j;
        json_init(&j, &rest);
        json_begin_object(&j);
        if (settled) {
            put_became(&j, l, t, a);
        }
        json_end_object(&j);
        if (rest.len > 2) { /* two objects become one */
            buf_add_byte(&t->text, ',');
        }
        buf_add(&t->text, str_slice(buf_str(&rest), 1, rest.len));
        hub_publish(l->hub, l->name, "arrival", buf_str(&t->text));
        buf_release(&rest);
        buf_release(&t->text);
    }
    vec_clear(&l->told);
    arena_free(a);
}

/* A stage that moved while the group settles belongs to the arrivals of that consumer. */
static void note_move(struct live *l, uint32_t consumer, int from, int to)
{
    for (size_t i = 0; i < l->told.len; i++) {
        struct told_arrival *t = &l->told.ptr[i];
        if (t->accepted && t->owner &&
            graph_consumer(l->pond.brand->graph, t->owner) == consumer) {
            t->moved = true;
            t->from = from;
            t->to = to;
        }
    }
}

void live_tell_stage(void *ctx, uint32_t consumer, int from, int to)
{
    struct live *l = ctx;
    note_move(l, consumer, from, to);
    if (!l->hub || l->moves++ >= LIVE_MOVES_MAX || !hub_heard(l->hub, l->name)) {
        return;
    }
    const struct stage_model *m = pond_model(&l->pond);
    struct arena *a = arena_new();
    struct buf text = {0};
    struct json j;
    json_init(&j, &text);
    json_begin_object(&j);
    json_put_cstr(&j, "type", "stage");
    put_time(&j, l, "at", clock_now(&l->pond.clock));
    json_put_i64(&j, "consumer", consumer);
    json_put_cstr(&j, "from", stage_name(m, from, a));
    json_put_cstr(&j, "to", stage_name(m, to, a));
    json_end_object(&j);
    hub_publish(l->hub, l->name, "stage", buf_str(&text));
    buf_release(&text);
    arena_free(a);
}
