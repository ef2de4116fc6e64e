/* Operations of a live brand: which snapshot answers, what is done in the writer's turn. */
#include "serve/live_internal.h"

#include "serve/api_args.h"
#include "serve/call.h"

/* A snapshot that is behind may still be asked while it is younger than four times what a new one costs, at most
 * this long: then forks take at most a fifth of the writer's time however often it is asked. Only the newest: nobody is
 * told less than before. */
#define STALE_MOST_MS 40
#define STALE_COSTS 4
/* A copy that is not asked ends; the last one, while nothing has changed, later: who reads a page asks again, and a new
 * copy opens the history anew. */
#define IDLE_MS 30000
#define IDLE_LAST_MS 600000

/* ---- snapshots that may be asked again ---- */

static bool fresh_enough(const struct live *l, const struct slot *s)
{
    if (s->version >= atomic_load(&l->version)) {
        return true;
    }
    int64_t allowed = (int64_t)(l->fork_s_last * 1000 * STALE_COSTS);
    allowed = allowed > STALE_MOST_MS ? STALE_MOST_MS : allowed;
    return s->version >= atomic_load(&l->must) && s->version >= l->newest &&
           clock_steady_ms() - s->made_ms <= allowed;
}

/* slots_lock is held. Takes the slot out of the list. */
static struct snapshot *remove_slot(struct live *l, size_t i)
{
    struct snapshot *s = l->slots.ptr[i].snapshot;
    l->slots.ptr[i] = l->slots.ptr[--l->slots.len];
    (void)pthread_cond_broadcast(&l->slots_moved);
    return s;
}

void live_drop_snapshots(struct live *l, bool all)
{
    int64_t now = clock_steady_ms();
    (void)pthread_mutex_lock(&l->slots_lock);
    for (size_t i = 0; i < l->slots.len;) {
        struct slot *s = &l->slots.ptr[i];
        int64_t idle = l->slots.len > 1 ? IDLE_MS : IDLE_LAST_MS;
        bool old = !fresh_enough(l, s) || now - s->idle_ms > idle;
        if (!s->busy && (all || old)) {
            struct snapshot *gone = remove_slot(l, i);
            (void)pthread_mutex_unlock(&l->slots_lock);
            snapshot_free(gone);
            (void)pthread_mutex_lock(&l->slots_lock);
            i = 0;
        } else {
            i++;
        }
    }
    (void)pthread_mutex_unlock(&l->slots_lock);
}

/* slots_lock is held: an idle one that is fresh enough, marked busy. */
static struct snapshot *find_idle(struct live *l)
{
    for (size_t i = 0; i < l->slots.len; i++) {
        struct slot *s = &l->slots.ptr[i];
        if (!s->busy && fresh_enough(l, s)) {
            s->busy = true;
            return s->snapshot;
        }
    }
    return NULL;
}

/* slots_lock is held: until something moves, for a while. False when the call was stopped. */
static bool wait_for_slots(struct live *l, bool (*stop)(void *ctx), void *ctx)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 100000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&l->slots_moved, &l->slots_lock, &until);
    return !stop || !stop(ctx);
}

/* slots_lock is held: waits until there is room for one more, ending idle ones that are behind. */
static bool make_room(struct live *l, bool (*stop)(void *ctx), void *ctx)
{
    while (l->slots.len + l->making >= l->slots_max) {
        size_t i = 0;
        while (i < l->slots.len && l->slots.ptr[i].busy) {
            i++;
        }
        if (i < l->slots.len) {
            struct snapshot *gone = remove_slot(l, i);
            (void)pthread_mutex_unlock(&l->slots_lock);
            snapshot_free(gone);
            (void)pthread_mutex_lock(&l->slots_lock);
            continue;
        }
        if (!wait_for_slots(l, stop, ctx)) {
            return false;
        }
    }
    return true;
}

static enum rc fork_in_turn(struct live *l, enum brand_mode mode, struct snapshot **out,
                            uint64_t *version, struct err *e)
{
    turn_take(&l->turn);
    *version = atomic_load(&l->version);
    enum rc rc = l->pond.brand && l->pond.brand->ledger
                     ? snapshot_new(&l->pond, mode, &l->names, out, e)
                     : rc_fail(e, RC_BUSY, "the brand is being opened again");
    turn_give(&l->turn);
    if (!rc) {
        atomic_fetch_add(&l->count.snapshots, 1);
        (void)pthread_mutex_lock(&l->slots_lock);
        l->fork_s_last = snapshot_cost_s(*out);
        (void)pthread_mutex_unlock(&l->slots_lock);
    }
    return rc;
}

/* A snapshot to read from, busy and in the list. */
static enum rc take_snapshot(struct live *l, bool (*stop)(void *ctx), void *ctx,
                             struct snapshot **out, struct err *e)
{
    (void)pthread_mutex_lock(&l->slots_lock);
    *out = find_idle(l);
    if (*out || !make_room(l, stop, ctx)) {
        (void)pthread_mutex_unlock(&l->slots_lock);
        return *out ? RC_OK : rc_fail(e, RC_STOPPED, "it was stopped");
    }
    l->making++;
    (void)pthread_mutex_unlock(&l->slots_lock);
    uint64_t version = 0;
    enum rc rc = fork_in_turn(l, BRAND_READ, out, &version, e);
    int64_t now = clock_steady_ms();
    (void)pthread_mutex_lock(&l->slots_lock);
    l->making--;
    if (!rc) {
        struct slot s = {*out, version, now, now, true};
        l->newest = version > l->newest ? version : l->newest;
        vec_push(&l->slots, s);
    }
    (void)pthread_cond_broadcast(&l->slots_moved);
    (void)pthread_mutex_unlock(&l->slots_lock);
    return rc;
}

static void give_snapshot(struct live *l, struct snapshot *s, bool alive)
{
    struct snapshot *gone = NULL;
    (void)pthread_mutex_lock(&l->slots_lock);
    for (size_t i = 0; i < l->slots.len; i++) {
        struct slot *slot = &l->slots.ptr[i];
        if (slot->snapshot == s) {
            slot->busy = false;
            slot->idle_ms = clock_steady_ms();
            gone = alive ? NULL : remove_slot(l, i);
            break;
        }
    }
    (void)pthread_cond_broadcast(&l->slots_moved);
    (void)pthread_mutex_unlock(&l->slots_lock);
    snapshot_free(gone);
}

/* ---- the ways ---- */

struct told {
    void (*progress)(void *ctx, double share, struct str text);
    bool (*stop)(void *ctx);
    void *ctx;
};

/* What takes minutes leaves one snapshot to what takes moments. False when it was stopped meanwhile. */
static bool slow_begin(struct live *l, const struct told *t)
{
    bool goes_on = true;
    (void)pthread_mutex_lock(&l->slots_lock);
    while (goes_on && l->slots_max > 1 && l->slow_reads + 1 >= l->slots_max) {
        goes_on = wait_for_slots(l, t->stop, t->ctx);
    }
    l->slow_reads += goes_on;
    (void)pthread_mutex_unlock(&l->slots_lock);
    return goes_on;
}

static void slow_end(struct live *l)
{
    (void)pthread_mutex_lock(&l->slots_lock);
    l->slow_reads--;
    (void)pthread_cond_broadcast(&l->slots_moved);
    (void)pthread_mutex_unlock(&l->slots_lock);
}

static void read_once(struct live *l, const struct live_call *c, struct arena *a,
                      const struct told *t, struct live_reply *out)
{
    struct snapshot *s = NULL;
    bool again = true; /* one that stood still is asked anew once: nothing was changed */
    for (int i = 0; i < 2 && again; i++) {
        out->rc = take_snapshot(l, t->stop, t->ctx, &s, &out->err);
        again = false;
        if (!out->rc) {
            bool alive = snapshot_call(s, c, a, t->progress, t->stop, t->ctx, out);
            again = !alive && out->rc == RC_BUSY;
            give_snapshot(l, s, alive);
        }
    }
}

static void call_reads(struct live *l, const struct live_call *c, struct arena *a,
                       const struct told *t, struct live_reply *out)
{
    if (!c->op->slow) {
        read_once(l, c, a, t, out);
    } else if (slow_begin(l, t)) {
        read_once(l, c, a, t, out);
        slow_end(l);
    } else {
        out->rc = rc_fail(&out->err, RC_STOPPED, "it was stopped");
    }
}

/* A snapshot of its own: what it writes into the ledger is seen by those made afterwards. */
static void call_edits(struct live *l, const struct live_call *c, struct arena *a,
                       const struct told *t, struct live_reply *out)
{
    struct snapshot *s = NULL;
    uint64_t version = 0;
    out->rc = fork_in_turn(l, BRAND_EDIT, &s, &version, &out->err);
    if (!out->rc) {
        (void)snapshot_call(s, c, a, t->progress, t->stop, t->ctx, out);
        snapshot_free(s);
        live_changed(l, true);
    }
}

/* A dry run works the change out in memory: in a snapshot of its own, which nobody reads again. */
static void call_dry(struct live *l, const struct live_call *c, struct arena *a,
                     const struct told *t, struct live_reply *out)
{
    struct snapshot *s = NULL;
    uint64_t version = 0;
    out->rc = fork_in_turn(l, BRAND_READ, &s, &version, &out->err);
    if (!out->rc) {
        (void)snapshot_call(s, c, a, t->progress, t->stop, t->ctx, out);
        snapshot_free(s);
    }
}

/* Input i, a flag, is there and says yes. */
static bool says_yes(const struct live_call *c, uint32_t i)
{
    if (!op_args_count(c->args, i)) {
        return false;
    }
    struct str v = op_args_at(c->args, i, 0);
    return !str_eq(v, STR("false")) && !str_eq(v, STR("no")) && !str_eq(v, STR("off")) &&
           !str_eq(v, STR("0"));
}

static bool is_dry(const struct live_call *c)
{
    uint32_t i = 0;
    for (const struct op_in *in = c->op->in; in && in->name; in++, i++) {
        if (strcmp(in->name, "dry-run") == 0 && says_yes(c, i)) {
            return true;
        }
    }
    return false;
}

/* An operation with a flag that wants a right to write (--save) only looks without it. */
static bool is_edit(const struct live_call *c)
{
    bool has_flag = false, given = false;
    uint32_t i = 0;
    for (const struct op_in *in = c->op->in; in && in->name; in++, i++) {
        bool flag =
            in->type == OP_BOOL && in->perm && str_ends(str_of(in->perm), STR(".write"));
        has_flag = has_flag || flag;
        given = given || (flag && says_yes(c, i));
    }
    return given || !has_flag;
}

struct changing {
    struct live *live;
    const struct told *told;
};

static void change_rest(void *ctx, bool begins)
{
    struct live *l = ((struct changing *)ctx)->live;
    if (begins) {
        live_see(l);
        turn_give(&l->turn);
    } else {
        turn_take(&l->turn);
    }
}

static bool change_stop(void *ctx)
{
    const struct changing *x = ctx;
    return x->told->stop && x->told->stop(x->told->ctx);
}

static void in_turn(struct live *l, const struct live_call *c, struct arena *a,
                    const struct told *t, struct live_reply *out)
{
    struct changing x = {l, t};
    struct pond p = l->pond;
    struct err after = {0};
    p.rest = change_rest;
    p.stop = change_stop;
    p.lent_ctx = &x;
    call_run(&p, c, a, t->progress, t->ctx, out);
    enum rc rc = brand_settle(l->pond.brand, &after);
    rc = rc ? rc : live_roll(l, &after);
    if (rc && !out->rc) {
        out->rc = rc;
        out->err = after;
    }
    live_see(l);
    out->seq = l->pond.brand->seq;
}

/* In the writer's turn; long ones rest between batches. One at a time, from its first turn to its last. A short one
 * never meets a seal, which spans two turns: both may rewrite the list of segments. */
static void call_changes(struct live *l, const struct live_call *c, struct arena *a,
                         const struct told *t, struct live_reply *out)
{
    bool short_one = !c->op->slow;
    (void)pthread_mutex_lock(&l->changing);
    if (short_one) {
        (void)pthread_mutex_lock(&l->sealing);
    }
    turn_take(&l->turn);
    if (l->pond.brand && l->pond.brand->ledger) {
        in_turn(l, c, a, t, out);
    } else {
        out->rc = rc_fail(&out->err, RC_BUSY, "the brand is being opened again");
    }
    live_changed(l, true);
    turn_give(&l->turn);
    if (short_one) {
        (void)pthread_mutex_unlock(&l->sealing);
    }
    (void)pthread_mutex_unlock(&l->changing);
}

/* The pond without its brand: what stays as it is while the brand is served, so that no turn is needed. */
static struct pond without_brand(const struct live *l)
{
    const struct pond *p = &l->pond;
    return (struct pond){.data_dir = p->data_dir,
                         .brand_name = l->name,
                         .env = p->env,
                         .clock = p->clock,
                         .logger = p->logger,
                         .disk = p->disk,
                         .threads = p->threads,
                         .served = p->served,
                         .served_ctx = p->served_ctx};
}

/* The ledger alone, at any time; what takes long and does not need it, before the turn. */
static void call_ledger(struct live *l, const struct live_call *c, struct arena *a,
                        const struct told *t, struct live_reply *out)
{
    struct live_call with = *c;
    if (c->op->ahead) {
        struct pond p = without_brand(l);
        out->rc = call_ahead(&p, c, a, &with.ahead, &out->err);
        if (out->rc) {
            return;
        }
    }
    turn_take(&l->turn);
    if (l->pond.brand && l->pond.brand->ledger) {
        struct pond p = l->pond;
        call_run(&p, &with, a, t->progress, t->ctx, out);
    } else {
        out->rc = rc_fail(&out->err, RC_BUSY, "the brand is being opened again");
    }
    turn_give(&l->turn);
}

/* By what the server knows of the brand: no turn, no snapshot. */
static void call_aside(struct live *l, const struct live_call *c, struct arena *a,
                       const struct told *t, struct live_reply *out)
{
    struct pond p = without_brand(l);
    call_run(&p, c, a, t->progress, t->ctx, out);
    out->seq = atomic_load(&l->seen_seq);
}

void live_call(struct live *l, const struct live_call *c, struct arena *a,
               void (*progress)(void *ctx, double share, struct str text),
               bool (*stop)(void *ctx), void *ctx, struct live_reply *out)
{
    const struct told t = {progress, stop, ctx};
    *out = (struct live_reply){.as_of_ms = clock_now(&l->pond.clock)};
    switch (c->op->how) {
    case OP_READS: call_reads(l, c, a, &t, out); break;
    case OP_EDITS:
        if (is_edit(c)) {
            call_edits(l, c, a, &t, out);
        } else {
            call_reads(l, c, a, &t, out);
        }
        break;
    case OP_LEDGER: call_ledger(l, c, a, &t, out); break;
    case OP_ASIDE:
        if (l->pond.served) {
            call_aside(l, c, a, &t, out);
        } else {
            call_reads(l, c, a, &t, out);
        }
        break;
    case OP_CHANGES:
        if (is_dry(c)) {
            call_dry(l, c, a, &t, out);
        } else {
            call_changes(l, c, a, &t, out);
        }
        break;
    case OP_ALONE:
        out->rc = rc_fail(&out->err, RC_INVALID, "\"%s\" is not for a server", c->op->name);
        break;
    }
    out->err.rc = out->rc;
    pond_hide_paths(l->pond.data_dir, &out->err);
    api_speak(&out->err); /* also of jobs, which keep it */
}
