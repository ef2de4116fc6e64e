/* A live brand under many who send and many who ask: nothing is lost or doubled, readers see whole moments, and what
 * is durable when it is closed folds to the same state as what was in memory. */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "app/digest.h"
#include "serve/live.h"
#include "app/ops.h"
#include "app/status.h"
#include "aipl/presets.h"
#include "base/mem.h"
#include "tap.h"
#include "wire/json.h"

#define SENDERS 4
#define REQUESTS 120
#define EVENTS 40

struct world {
    char dir[32];
    struct pond base;
    struct live *live;
    struct zone *zone;
};

static bool world_make(struct world *w)
{
    struct err e = {0};
    const char *text = "";
    for (int i = 0; i < model_preset_count; i++) {
        text = strcmp(model_presets[i].name, "aipl") == 0 ? model_presets[i].text : text;
    }
    memset(w, 0, sizeof(*w));
    strcpy(w->dir, "/tmp/pond-live-XXXXXX");
    const struct brand_setup setup = {.data_dir = mkdtemp(w->dir),
                                      .name = STR("demo"),
                                      .zone = STR("Asia/Shanghai"),
                                      .model_name = STR("aipl"),
                                      .model_text = str_of(text)};
    enum rc rc = brand_create(&setup, NULL, &e);
    rc = rc ? rc : pond_init(&w->base, NULL, &e);
    rc = rc ? rc : zone_open(STR("Asia/Shanghai"), &w->zone, &e);
    w->base.data_dir = w->dir;
    if (rc) {
        printf("# %s\n", e.msg);
    }
    return !rc;
}

static void served(void *ctx, struct status_served *out)
{
    const struct world *w = ctx;
    *out = (struct status_served){.zone = w->zone, .size = {.events = 77}};
}

static bool world_open(struct world *w)
{
    struct err e = {0};
    const struct live_options o = {.base = &w->base,
                                   .brand = STR("demo"),
                                   .snapshots = 2,
                                   .served = served,
                                   .served_ctx = w};
    enum rc rc = live_open(&o, &w->live, &e);
    if (rc) {
        printf("# live_open: %s (%s)\n", e.msg, e.detail);
    }
    return !rc;
}

static void world_drop(struct world *w)
{
    char command[64];
    zone_free(w->zone);
    (void)snprintf(command, sizeof(command), "rm -rf %s", w->dir);
    if (system(command)) {
        printf("# could not remove %s\n", w->dir);
    }
}

/* ---- sending ---- */

struct wait {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool done;
    struct live_outcome o;
};

static void on_done(void *ctx, struct intake *i, const struct live_outcome *o)
{
    struct wait *w = ctx;
    (void)i;
    (void)pthread_mutex_lock(&w->lock);
    w->o = *o;
    w->done = true;
    (void)pthread_cond_signal(&w->moved);
    (void)pthread_mutex_unlock(&w->lock);
}

static enum rc submit_and_wait(struct live *l, struct intake *i, struct live_outcome *o)
{
    struct err e = {0};
    struct wait w = {.done = false};
    (void)pthread_mutex_init(&w.lock, NULL);
    (void)pthread_cond_init(&w.moved, NULL);
    enum rc rc = live_submit(l, i, "test", on_done, &w, &e);
    (void)pthread_mutex_lock(&w.lock);
    while (!rc && !w.done) {
        (void)pthread_cond_wait(&w.moved, &w.lock);
    }
    (void)pthread_mutex_unlock(&w.lock);
    *o = w.o;
    return rc ? rc : w.o.rc;
}

/* One request of EVENTS events with ids of their own, of ten consumers a request. */
static enum rc send(struct live *l, int sender, int request, const char *event,
                    struct live_outcome *o)
{
    char text[320];
    struct intake *i = intake_take(l);
    if (!i) {
        return RC_BUSY;
    }
    for (int k = 0; k < EVENTS; k++) {
        int n =
            snprintf(text, sizeof(text),
                     "{\"time\":\"2026-01-%02d 10:00:00\",\"event\":\"%s\",\"id\":\"%d-%d-%d\","
                     "\"identities\":{\"user_id\":\"u%d-%d\",\"phone\":\"138%08d\"},"
                     "\"order\":\"o%d-%d-%d\",\"amount\":12.5,\"own_%d\":\"x\"}",
                     1 + request % 28, event, sender, request, k, sender, request * 10 + k % 10,
                     sender * 1000000 + request * 10 + k % 10, sender, request, k, request % 7);
        if (!decoder_json(i->decoder, str_make(text, (size_t)n), (uint64_t)k + 1)) {
            printf("# rejected: %.*s\n", STR_FMT(i->first_reject));
        }
    }
    enum rc rc = submit_and_wait(l, i, o);
    intake_give(i);
    return rc;
}

struct sender {
    struct world *w;
    int no;
    uint64_t accepted, duplicates;
    bool failed;
};

static void *send_all(void *arg)
{
    struct sender *s = arg;
    char own[32];
    for (int r = 0; r < REQUESTS; r++) {
        struct live_outcome o = {0};
        (void)snprintf(own, sizeof(own), r % 3 ? "purchase" : "own_event_%d",
                       s->no * 40 + r % 40);
        s->failed = s->failed || send(s->w->live, s->no, r, own, &o) != RC_OK;
        s->accepted += o.accepted;
        s->duplicates += o.duplicates;
        if (r % 10 == 9) { /* the same again, as after an answer that was lost */
            s->failed = s->failed || send(s->w->live, s->no, r, own, &o) != RC_OK;
            s->accepted += o.accepted;
            s->duplicates += o.duplicates;
        }
    }
    return NULL;
}

/* ---- asking ---- */

static bool call(struct live *l, const char *name, const char *field, const char *value,
                 struct arena *a, struct live_reply *out)
{
    struct live_call c = {.op = op_find(ops_book(), str_of(name)), .format = OP_FORMAT_JSON};
    struct err e = {0};
    c.args = op_args_new(a, c.op);
    if (field && op_args_set(c.args, str_of(field), str_of(value), &e)) {
        printf("# %s\n", e.msg);
        return false;
    }
    live_call(l, &c, a, NULL, NULL, NULL, out);
    if (out->rc) {
        printf("# %s: %s (%s)\n", name, out->err.msg, out->err.detail);
    }
    return out->rc == RC_OK;
}

static int64_t number(struct str json, const char *path)
{
    struct json_reader *r = json_reader_new(NULL);
    struct json_flat f;
    int64_t n = -1;
    if (!json_flat(r, json, &f, NULL)) {
        const struct json_value *v = json_find(&f, str_of(path));
        if (!v || !str_i64(v->value, &n)) {
            n = -1;
        }
    }
    json_reader_free(r);
    return n;
}

struct asker {
    struct world *w;
    _Atomic bool stop;
    int64_t last;
    uint32_t asked, went_back, failed;
};

static void *ask_all(void *arg)
{
    struct asker *k = arg;
    while (!atomic_load(&k->stop)) {
        struct arena *a = arena_new();
        struct live_reply r;
        if (!call(k->w->live, "who count", "question", "did purchase", a, &r)) {
            k->failed++;
        } else {
            int64_t n = number(r.body, "count");
            k->went_back += n < k->last;
            k->last = n;
            k->asked++;
        }
        arena_free(a);
    }
    return NULL;
}

static void digest_of(struct world *w, char out[33])
{
    struct err e = {0};
    struct hash128 d;
    struct pond p = w->base;
    out[0] = '\0';
    enum rc rc = pond_open_afresh(&p, BRAND_READ, &e);
    rc = rc ? rc : digest_run(p.brand, pond_assets(&p), &d, &e);
    if (!rc) {
        digest_hex(d, out);
    } else {
        printf("# %s\n", e.msg);
    }
    (void)pond_close(&p, rc, NULL);
}

/* Figures of a state in which all that was acknowledged is visible. */
static void settled_figures(struct world *w, struct live_figures *f)
{
    do {
        (void)usleep(1000);
        live_figures(w->live, f);
    } while (f->lag_ms > 0 || f->queued_rows > 0);
}

static void test_many(struct world *w)
{
    struct sender s[SENDERS];
    struct asker k[2] = {{.w = w}, {.w = w}};
    pthread_t sending[SENDERS], asking[2];
    uint64_t accepted = 0, duplicates = 0;
    bool failed = false;
    for (int i = 0; i < 2; i++) {
        (void)pthread_create(&asking[i], NULL, ask_all, &k[i]);
    }
    for (int i = 0; i < SENDERS; i++) {
        s[i] = (struct sender){.w = w, .no = i};
        (void)pthread_create(&sending[i], NULL, send_all, &s[i]);
    }
    for (int i = 0; i < SENDERS; i++) {
        (void)pthread_join(sending[i], NULL);
        accepted += s[i].accepted;
        duplicates += s[i].duplicates;
        failed = failed || s[i].failed;
    }
    TEST("every request is answered, each event counts once, a repeated request adds nothing") {
        CHECK(!failed);
        CHECK_EQ_I64(accepted, SENDERS * REQUESTS * EVENTS);
        CHECK_EQ_I64(duplicates, SENDERS * (REQUESTS / 10) * EVENTS);
    }
    for (int i = 0; i < 2; i++) {
        atomic_store(&k[i].stop, true);
        (void)pthread_join(asking[i], NULL);
        printf("# asked %u times meanwhile\n", k[i].asked);
    }
    TEST("who asks meanwhile is answered, and never sees less than before") {
        CHECK_EQ_I64(k[0].failed + k[1].failed, 0);
        CHECK_EQ_I64(k[0].went_back + k[1].went_back, 0);
        CHECK(k[0].asked > 0 && k[1].asked > 0);
    }
    struct live_figures f;
    settled_figures(w, &f);
    TEST("the figures are those of who sent") {
        CHECK_EQ_I64(f.accepted, accepted);
        CHECK_EQ_I64(f.duplicates, duplicates);
        CHECK_EQ_I64(f.total_events, accepted);
        CHECK_EQ_I64(f.queued_rows, 0);
        CHECK_EQ_I64(f.lag_ms, 0);
        CHECK_EQ_I64(f.consumers, SENDERS * REQUESTS * 10);
    }
}

static void test_operations(struct world *w)
{
    struct arena *a = arena_new();
    struct live_reply r;
    TEST("what was accepted is seen by who asks next") {
        struct live_outcome o = {0};
        CHECK(send(w->live, 99, 1, "purchase", &o) == RC_OK);
        (void)usleep(60000);
        CHECK(call(w->live, "consumer show", "identity", "user_id:u99-13", a, &r));
        CHECK(r.seq >= o.seq);
    }
    TEST("an edit is seen at once: a crowd made is listed") {
        struct live_call c = {.op = op_find(ops_book(), STR("crowd create")),
                              .format = OP_FORMAT_JSON};
        struct err e = {0};
        c.args = op_args_new(a, c.op);
        CHECK(!op_args_set(c.args, STR("name"), STR("buyers"), &e));
        CHECK(!op_args_set(c.args, STR("question"), STR("did purchase"), &e));
        live_call(w->live, &c, a, NULL, NULL, NULL, &r);
        CHECK_EQ_I64(r.rc, RC_OK);
        CHECK(call(w->live, "crowd list", NULL, NULL, a, &r));
        CHECK(str_find(r.body, STR("\"buyers\""), 0) != SIZE_MAX);
    }
    TEST("an analysis edits when it keeps its scores, else it needs no copy of its own") {
        struct live_figures before, after;
        CHECK(call(w->live, "score list", NULL, NULL, a, &r));
        live_figures(w->live, &before);
        CHECK(call(w->live, "analyze rfm", NULL, NULL, a, &r));
        CHECK(call(w->live, "analyze rfm", "save", "false", a, &r));
        live_figures(w->live, &after);
        CHECK_EQ_I64(after.snapshots_made, before.snapshots_made);
        CHECK(call(w->live, "analyze rfm", "save", "true", a, &r));
        CHECK(call(w->live, "score list", NULL, NULL, a, &r));
        CHECK(str_find(r.body, STR("\"rfm\""), 0) != SIZE_MAX);
    }
    TEST("a change is made in the turn and seen at once") {
        CHECK(call(w->live, "consumer split", "identity", "phone:13899000013", a, &r));
        CHECK(call(w->live, "consumer show", "identity", "user_id:u99-13", a, &r));
        CHECK(str_find(r.body, STR("\"phone\""), 0) == SIZE_MAX);
    }
    TEST("a mistake is an answer, not an end") {
        CHECK(!call(w->live, "who count", "question", "did nothing_known(", a, &r));
        CHECK_EQ_I64(r.rc, RC_INVALID);
        CHECK(call(w->live, "report assets", NULL, NULL, a, &r));
    }
    arena_free(a);
}

/* ---- beside the turn ---- */

static struct world *aside; /* of the operations below */

static enum rc sends_ahead(struct op_call *c)
{
    struct live_outcome o = {0};
    c->ahead = arena_new_of(c->arena, struct live_outcome);
    return send(aside->live, 98, 1, "purchase", &o);
}

static enum rc answers_ahead(struct op_call *c)
{
    json_begin_object(op_json(c));
    json_put_bool(op_json(c), "ahead", c->ahead != NULL);
    json_end_object(op_json(c));
    return RC_OK;
}

/* Were it in the turn, the events it waits for would never be durable. */
static void test_ahead(struct world *w)
{
    static const struct op op = {
        .name = "test ahead", .how = OP_LEDGER, .ahead = sends_ahead, .run = answers_ahead};
    struct arena *a = arena_new();
    struct live_reply r;
    struct live_call c = {.op = &op, .args = op_args_new(a, &op), .format = OP_FORMAT_JSON};
    aside = w;
    TEST("what an operation does ahead of its turn keeps nobody from sending") {
        live_call(w->live, &c, a, NULL, NULL, NULL, &r);
        CHECK_EQ_I64(r.rc, RC_OK);
        CHECK(str_find(r.body, STR("\"ahead\":true"), 0) != SIZE_MAX);
    }
    arena_free(a);
}

static enum rc asks_status(struct op_call *c)
{
    struct live_reply r;
    bool told = call(aside->live, "status", NULL, NULL, c->arena, &r);
    json_begin_object(op_json(c));
    json_put_bool(op_json(c), "told", told && number(r.body, "events") == 77);
    json_put_bool(op_json(c), "seq", r.seq > 0);
    json_end_object(op_json(c));
    return RC_OK;
}

/* Were it to wait for the turn, it would wait for itself. */
static void test_status(struct world *w)
{
    static const struct op op = {.name = "test change", .how = OP_CHANGES, .run = asks_status};
    struct arena *a = arena_new();
    struct live_reply r;
    struct live_call c = {.op = &op, .args = op_args_new(a, &op), .format = OP_FORMAT_JSON};
    aside = w;
    TEST("the status is told while a change has the turn") {
        live_call(w->live, &c, a, NULL, NULL, NULL, &r);
        CHECK_EQ_I64(r.rc, RC_OK);
        CHECK(str_find(r.body, STR("\"told\":true,\"seq\":true"), 0) != SIZE_MAX);
    }
    TEST("also as a workbook") {
        c = (struct live_call){.op = op_find(ops_book(), STR("status")), .xlsx = true};
        c.args = op_args_new(a, c.op);
        live_call(w->live, &c, a, NULL, NULL, NULL, &r);
        CHECK_EQ_I64(r.rc, RC_OK);
        CHECK(str_starts(r.body, STR("PK")));
    }
    arena_free(a);
}

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

static void test_stop(struct world *w)
{
    struct arena *a = arena_new();
    struct live_reply r;
    struct live_call c = {.op = op_find(ops_book(), STR("analyze retention")),
                          .format = OP_FORMAT_JSON};
    c.args = op_args_new(a, c.op);
    (void)usleep(200000); /* no snapshot is fresh any more than needed */
    TEST("a call that is stopped either was done or says so, and the brand goes on") {
        live_call(w->live, &c, a, NULL, always, NULL, &r);
        CHECK(r.rc == RC_STOPPED || r.rc == RC_OK);
        CHECK(call(w->live, "report assets", NULL, NULL, a, &r));
    }
    arena_free(a);
}

/* Sends a signal to every process that this thread has forked and not seen end. */
static int signal_children(int number)
{
    char path[64];
    int pid = 0, n = 0;
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "r");
    while (f && fscanf(f, "%d", &pid) == 1) {
        n += kill(pid, number) == 0;
    }
    if (f) {
        (void)fclose(f);
    }
    return n;
}

static void test_stuck(struct world *w)
{
    struct arena *a = arena_new();
    struct live_reply r;
    TEST("a snapshot that stands still is given up, another one answers") {
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
        CHECK(signal_children(SIGSTOP) > 0);
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
        CHECK_EQ_I64(signal_children(SIGCONT) > 0, 1);
    }
    TEST("a snapshot that dies is told of, the next call is answered") {
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
        CHECK(signal_children(SIGSEGV) > 0);
        (void)call(w->live, "who count", "question", "did purchase", a, &r);
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
    }
    arena_free(a);
}

/* Sends a signal to every process that this one has forked, in whatever thread, and not seen end. */
static int signal_all(int number)
{
    char path[64];
    int pid = 0, n = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *d; tasks && (d = readdir(tasks)) != NULL;) {
        (void)snprintf(path, sizeof(path), "/proc/self/task/%.20s/children", d->d_name);
        FILE *f = fopen(path, "r");
        while (f && fscanf(f, "%d", &pid) == 1) {
            n += kill(pid, number) == 0;
        }
        if (f) {
            (void)fclose(f);
        }
    }
    if (tasks) {
        (void)closedir(tasks);
    }
    return n;
}

struct slow {
    struct world *w;
    bool ok;
};

static void *verify_main(void *arg)
{
    struct slow *s = arg;
    struct arena *a = arena_new();
    struct live_reply r;
    s->ok = call(s->w->live, "verify", NULL, NULL, a, &r);
    arena_free(a);
    return NULL;
}

/* There are two snapshots; the one that the first holds stands still until the question is answered. */
static void test_slow(struct world *w)
{
    struct arena *a = arena_new();
    struct live_reply r;
    pthread_t thread[2];
    struct slow slow[2] = {{w, false}, {w, false}};
    TEST("slow work leaves a snapshot to who only asks") {
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
        CHECK(signal_all(SIGSTOP) > 0);
        for (int i = 0; i < 2; i++) {
            CHECK(!pthread_create(&thread[i], NULL, verify_main, &slow[i]));
            (void)usleep(300000);
            CHECK(signal_all(SIGSTOP) > 0);
        }
        int64_t from = clock_steady_ms();
        CHECK(call(w->live, "who count", "question", "did purchase", a, &r));
        CHECK(clock_steady_ms() - from < 6000);
        CHECK(signal_all(SIGCONT) > 0);
        for (int i = 0; i < 2; i++) {
            (void)pthread_join(thread[i], NULL);
            CHECK(slow[i].ok);
        }
    }
    arena_free(a);
}

/* The log may not grow any more: what is not durable is not acknowledged, and all goes on when there is room again. */
static void test_full(struct world *w)
{
    struct rlimit was, small;
    struct live_outcome o = {0};
    uint64_t accepted = 0, refused = 0, before;
    struct live_figures f;
    (void)signal(SIGXFSZ, SIG_IGN);
    live_figures(w->live, &f);
    before = f.accepted;
    (void)getrlimit(RLIMIT_FSIZE, &was);
    small = (struct rlimit){.rlim_cur = 64 << 10, .rlim_max = was.rlim_max};
    (void)setrlimit(RLIMIT_FSIZE, &small);
    for (int r = 0; r < 5; r++) {
        o = (struct live_outcome){0};
        refused += send(w->live, 200, r, "purchase", &o) != RC_OK;
        accepted += o.accepted;
    }
    (void)setrlimit(RLIMIT_FSIZE, &was);
    TEST("what a full disk does not take is refused, and said to be so") {
        CHECK(refused > 0);
        live_figures(w->live, &f);
        CHECK(f.failing || f.accepted > before);
    }
    enum rc rc = RC_BUSY;
    for (int i = 0; i < 100 && rc; i++) {
        rc = send(w->live, 201, 1, "purchase", &o);
        (void)usleep(rc ? 100000 : 0);
    }
    TEST("with room again the brand is opened anew by itself and goes on") {
        CHECK_EQ_I64(rc, RC_OK);
        settled_figures(w, &f);
        CHECK(!f.failing);
        CHECK_EQ_I64(f.total_events,
                     SENDERS * REQUESTS * EVENTS + 2 * EVENTS + accepted + EVENTS);
    }
    for (int r = 0; r < 5; r++) { /* as a client does that was refused */
        rc = rc ? rc : send(w->live, 200, r, "purchase", &o);
    }
    TEST("sent again, each counts once") {
        CHECK_EQ_I64(rc, RC_OK);
        settled_figures(w, &f);
        CHECK_EQ_I64(f.total_events, SENDERS * REQUESTS * EVENTS + 8 * EVENTS);
    }
}

/* ---- counts by source ---- */

static void count_one(struct world *w, int64_t key, int64_t at_ms)
{
    const struct live_source one = {.source = "segment",
                                    .key = key,
                                    .key_name = STR("shop"),
                                    .accepted = 2,
                                    .rejected = 1,
                                    .last_ms = at_ms};
    live_count_source(w->live, &one);
}

/* Of a key; all zero: it is not there. */
static struct live_source counted(struct world *w, int64_t key, uint32_t *all)
{
    struct arena *a = arena_new();
    struct live_source *list = NULL, found = {0};
    *all = live_sources(w->live, a, &list);
    for (uint32_t i = 0; i < *all; i++) {
        found = list[i].key == key ? list[i] : found;
    }
    arena_free(a);
    return found;
}

static void again(struct world *w)
{
    struct err e = {0};
    CHECK_EQ_I64(live_close(w->live, &e), RC_OK);
    CHECK(world_open(w));
}

static void test_sources(struct world *w)
{
    struct live_source s;
    uint32_t n = 0;
    CHECK(world_open(w));
    for (int64_t key = 1; key <= 256; key++) {
        count_one(w, key, key * 1000);
    }
    count_one(w, 1, 500000); /* and again, the last that is heard */
    TEST("what came from where is told, and still there when the brand is opened again") {
        for (int i = 0; i < 2; i++) {
            s = counted(w, 1, &n);
            CHECK(n == 256 && s.accepted == 4 && s.rejected == 2 && s.duplicates == 0);
            CHECK(s.since_ms == 1000 && s.last_ms == 500000 &&
                  strcmp(s.source, "segment") == 0);
            again(w);
        }
    }
    TEST("one more takes the place of the one heard longest ago, whose count is not lost") {
        count_one(w, 300, 600000);
        s = counted(w, 2, &n);
        CHECK(n == 256 && s.accepted == 0);
        CHECK_EQ_I64(counted(w, 300, &n).accepted, 2);
        count_one(w, 2, 700000);
        again(w);
        s = counted(w, 2, &n);
        CHECK(s.accepted == 4 && s.since_ms == 2000 && s.last_ms == 700000);
        CHECK_EQ_I64(counted(w, 300, &n).accepted, 2);
    }
    TEST("more than fit within one saving are left out, none is taken for another") {
        for (int64_t key = 1001; key <= 1300; key++) {
            count_one(w, key, 800000);
        }
        CHECK_EQ_I64(counted(w, 1001, &n).accepted, 2);
        CHECK_EQ_I64(counted(w, 1300, &n).accepted, 0);
        CHECK_EQ_I64(n, 256);
    }
    struct err e = {0};
    CHECK_EQ_I64(live_close(w->live, &e), RC_OK);
}

int main(void)
{
    struct world w;
    char before[33], after[33];
    if (!world_make(&w) || !world_open(&w)) {
        TEST("a brand is served") {
            CHECK(false);
        }
        return tap_end();
    }
    test_many(&w);
    test_operations(&w);
    test_ahead(&w);
    test_status(&w);
    test_stop(&w);
    test_stuck(&w);
    test_slow(&w);
    test_full(&w);
    struct err e = {0};
    TEST("closing writes all down") {
        CHECK_EQ_I64(live_close(w.live, &e), RC_OK);
    }
    digest_of(&w, before);
    TEST("opened again it serves the same, and history from nothing has one digest") {
        CHECK(world_open(&w));
        struct live_figures f;
        live_figures(w.live, &f);
        CHECK_EQ_I64(f.total_events, SENDERS * REQUESTS * EVENTS + 8 * EVENTS);
        CHECK_EQ_I64(live_close(w.live, &e), RC_OK);
        digest_of(&w, after);
        CHECK(before[0] && strcmp(before, after) == 0);
    }
    test_sources(&w);
    world_drop(&w);
    return tap_end();
}
