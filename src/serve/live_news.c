/* What a live brand tells its listeners: arrivals, each with what became of it, and stage changes. */
#include "serve/live_internal.h"

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

static void put_arrival(struct json *j, struct live *l, const struct submission *s,
                        uint32_t row, bool fresh, struct arena *a)
{
    const struct event_batch *b = s->intake->batch;
    const struct catalogue *c = l->pond.brand->catalogue;
    json_begin_object(j);
    json_put_cstr(j, "type", "arrival");
    put_time(j, l, "at", clock_now(&l->pond.clock));
    json_put_cstr(j, "source", s->source);
    json_put_cstr(j, "outcome", fresh ? "accepted" : "duplicate");
    json_put_str(j, "event", catalogue_name(c, b->name[row]));
    put_time(j, l, "time", b->time_ms[row]);
    put_identities(j, l, b, row, a);
    json_put_text(j, "channel", channel_name(c, b->channel[row]));
    json_put_text(j, "item", b->item[row]);
    json_put_text(j, "order", b->order_no[row]);
    if (b->amount_fen[row] != AMOUNT_UNKNOWN) {
        json_put_fen(j, "amount", b->amount_fen[row]);
    }
    json_end_object(j);
}

void live_tell_arrivals(struct live *l, const struct submission *s, const uint8_t *keep)
{
    struct arena *a = arena_new();
    struct buf text = {0};
    (void)pthread_mutex_lock(&l->names);
    for (uint32_t r = 0; r < s->intake->batch->rows && r < TOLD_PER_REQUEST; r++) {
        struct json j;
        if (!hub_sample(l->hub, l->name)) {
            break;
        }
        buf_clear(&text);
        json_init(&j, &text);
        put_arrival(&j, l, s, r, keep[r], a);
        hub_publish(l->hub, l->name, "arrival", buf_str(&text));
    }
    (void)pthread_mutex_unlock(&l->names);
    buf_release(&text);
    arena_free(a);
}

static const char *stage_name(const struct stage_model *m, int stage, struct arena *a)
{
    return stage < 0 ? "none" : arena_cstr(a, m->stages[stage].name);
}

void live_tell_stage(void *ctx, uint32_t consumer, int from, int to)
{
    struct live *l = ctx;
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
