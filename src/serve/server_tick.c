/* What happens by itself, in three threads: each second keys and settings are read again and arrivals are summed up; each
 * 20 ms parked batches are tried again; rule tags and crowds follow what arrived. */
#include <errno.h>
#include <time.h>
#include "serve/api.h"
#include "app/refresh.h"

#define TICK_MS 1000
#define PARK_TURN_MS 20
#define BEAT_S 15
#define SAVE_S 60
#define REFRESH_S 10u
#define REFRESH_SHARE 5 /* a refresh takes a fifth of the time at most */

static void pause_ms(const struct server *s, int64_t ms)
{
    int64_t until = clock_steady_ms() + ms;
    int64_t left;
    while (!atomic_load(&s->stopping) && (left = until - clock_steady_ms()) > 0) {
        left = left < 50 ? left : 50; /* so that a stop does not wait */
        const struct timespec t = {0, (long)left * 1000000};
        (void)nanosleep(&t, NULL);
    }
}

/* ---- Each second ----------------------------------------------------------------------------- */

struct ledger_tick {
    struct served *brand;
    bool save, last;
};

static enum rc look_at_ledger(void *ctx, struct ledger *l, struct err *e)
{
    const struct ledger_tick *t = ctx;
    struct access_table *table = live_access(t->brand->live);
    enum rc rc = access_table_refresh(table, l, e);
    rc = rc ? rc : settings_refresh(t->brand->settings, l, e);
    rc = rc ? rc : refusals_write(t->brand->refusals, l, t->brand->server->clock, t->last, e);
    return rc || !t->save ? rc : access_table_save_used(table, l, e);
}

/* {"type":"arrivals","at":..,"accepted":..,"duplicates":..,"rejected":..,"rate":..} of the last second. */
static void tell_arrivals(struct served *b)
{
    struct live_figures now, *was = &b->told;
    char at[32];
    struct buf out = {0};
    struct json j;
    struct hub *hub = b->server->hub;
    if (!hub_heard(hub, b->name)) {
        return;
    }
    live_figures(b->live, &now);
    bool any = now.accepted != was->accepted || now.duplicates != was->duplicates ||
               now.rejected != was->rejected;
    if (any && b->heard) {
        json_init(&j, &out);
        json_begin_object(&j);
        json_put_cstr(&j, "type", "arrivals");
        json_put_cstr(&j, "at", time_format(clock_now(b->server->clock), b->zone, at));
        json_put_i64(&j, "accepted", (int64_t)(now.accepted - was->accepted));
        json_put_i64(&j, "duplicates", (int64_t)(now.duplicates - was->duplicates));
        json_put_i64(&j, "rejected", (int64_t)(now.rejected - was->rejected));
        json_put_f64(&j, "rate", now.rate);
        json_put_i64(&j, "queue", (int64_t)now.queued_rows);
        json_put_i64(&j, "lag_ms", now.lag_ms);
        json_end_object(&j);
        hub_publish(hub, b->name, "arrivals", buf_str(&out));
        buf_release(&out);
    }
    b->told = now;
    b->heard = true;
}

static void tick_ledger(struct served *b, bool save, bool last)
{
    struct ledger_tick t = {b, save, last};
    struct err e = {0};
    enum rc rc = live_ledger(b->live, look_at_ledger, &t, &e);
    if (rc && rc != RC_BUSY) {
        logger_event(b->server->logger, LOG_ERROR, "server.tick.failed", "brand=%.*s rc=%s %s",
                     STR_FMT(b->name), rc_name(rc), e.msg);
    }
}

void tick_last(struct served *b)
{
    if (b->refusals) { /* else it did not come up */
        tick_ledger(b, false, true);
    }
}

static void *tick_main(void *ctx)
{
    struct server *s = ctx;
    for (int64_t n = 0; !atomic_load(&s->stopping); n++) {
        for (uint32_t i = 0; i < s->brands; i++) {
            tell_arrivals(&s->brand[i]);
        }
        if (n % BEAT_S == 0) {
            hub_beat(s->hub);
        }
        for (uint32_t i = 0; i < s->brands; i++) {
            tick_ledger(&s->brand[i], n % SAVE_S == SAVE_S - 1, false);
        }
        pause_ms(s, TICK_MS);
    }
    return NULL;
}

static void *park_main(void *ctx)
{
    struct server *s = ctx;
    while (!atomic_load(&s->stopping)) {
        parking_turn(s->parking);
        pause_ms(s, PARK_TURN_MS);
    }
    return NULL;
}

/* ---- Rule tags and crowds -------------------------------------------------------------------- */

struct wants {
    struct arena *a;
    struct refresh_wants any;
    int32_t day;
};

static enum rc look_for_day(void *ctx, struct ledger *l, struct err *e)
{
    struct wants *w = ctx;
    return refresh_last_day(l, &w->day, e);
}

static enum rc look_for_rules(void *ctx, struct ledger *l, struct err *e)
{
    struct wants *w = ctx;
    return refresh_any(l, w->a, &w->any, e);
}

static bool stopping(void *ctx)
{
    const struct server *s = ctx;
    return atomic_load(&s->stopping);
}

static void call_refresh(struct served *b, const char *name)
{
    struct arena *a = arena_new();
    struct server *s = b->server;
    const struct op *op = op_find(s->book, str_of(name));
    const struct live_call c = {.op = op, .args = op_args_new(a, op), .by = principal_local()};
    struct live_reply r = {0};
    live_call(b->live, &c, a, NULL, stopping, s, &r);
    if (r.rc && r.rc != RC_STOPPED && r.rc != RC_BUSY) {
        logger_event(s->logger, LOG_ERROR, "refresh.failed", "op=%s rc=%s %s", name,
                     rc_name(r.rc), r.err.msg);
    }
    arena_free(a);
}

/* At once when the day has changed; else when something arrived and the last one is long enough ago. */
static bool is_due(struct served *b, uint64_t seq, int64_t now)
{
    uint32_t every_s = b->server->o.refresh_s ? b->server->o.refresh_s : REFRESH_S;
    int64_t pause = every_s * (int64_t)1000;
    pause =
        pause > b->refresh_took_ms * REFRESH_SHARE ? pause : b->refresh_took_ms * REFRESH_SHARE;
    return b->refreshed_day != live_today(b->live) ||
           (seq != b->refreshed_seq && now - b->refreshed_ms >= pause);
}

static void refresh_brand(struct served *b)
{
    struct wants w = {.a = arena_new()};
    struct live_figures f;
    struct err e = {0};
    int64_t now = clock_steady_ms();
    live_figures(b->live, &f);
    if (is_due(b, f.seq, now)) {
        b->refreshed_day = live_today(b->live);
        b->refreshed_seq = f.seq;
        if (!live_ledger(b->live, look_for_rules, &w, &e)) {
            if (w.any.tags) {
                call_refresh(b, "tag refresh");
            }
            if (w.any.crowds) {
                call_refresh(b, "crowd refresh");
            }
        }
        b->refreshed_ms = clock_steady_ms();
        b->refresh_took_ms = b->refreshed_ms - now;
    }
    arena_free(w.a);
}

/* A day that ended while no server ran is made up for. */
static int32_t last_day(struct served *b)
{
    struct wants w = {.day = live_today(b->live)};
    struct err e = {0};
    (void)live_ledger(b->live, look_for_day, &w, &e);
    return w.day;
}

static void *refresh_main(void *ctx)
{
    struct server *s = ctx;
    for (uint32_t i = 0; i < s->brands;
         i++) { /* what follows from history was worked out when it was written */
        struct live_figures f;
        live_figures(s->brand[i].live, &f);
        s->brand[i].refreshed_seq = f.seq;
        s->brand[i].refreshed_day = last_day(&s->brand[i]);
    }
    while (!atomic_load(&s->stopping)) {
        for (uint32_t i = 0; i < s->brands && !atomic_load(&s->stopping); i++) {
            refresh_brand(&s->brand[i]);
        }
        pause_ms(s, TICK_MS);
    }
    return NULL;
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum rc tick_start(struct server *s, struct err *e)
{
    static void *(*const mains[])(void *) = {tick_main, park_main, refresh_main};
    for (uint32_t i = 0; i < SERVER_THREADS; i++) {
        int failed = pthread_create(&s->thread[i], NULL, mains[i], s);
        if (failed) {
            return rc_errno(e, failed, "cannot start a thread");
        }
        s->threads++;
    }
    return RC_OK;
}

void tick_stop(struct server *s)
{
    while (s->threads) {
        (void)pthread_join(s->thread[--s->threads], NULL);
    }
}
