/* Jobs: order, progress, cancel, kept replies. The calls are made by this test. */
#include "serve/job.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include "tap.h"
#include "wire/http.h"
#include "wire/json.h"

bool http_stream_send(struct http_stream *s, struct str b) { return s != NULL && b.len; }
void http_stream_close(struct http_stream *s) { (void)s; }
size_t http_stream_waiting(struct http_stream *s) { return s != NULL; }

/* What a call does: its picture's name says it ("quick", "wait": until the gate opens, "stop": until it is stopped). */
static _Atomic bool gate;
static _Atomic int order, at_once, most_at_once;

static void pause_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

static void fake_call(struct live *l, const struct live_call *c, struct arena *a,
                      void (*progress)(void *ctx, double share, struct str text),
                      bool (*stop)(void *ctx), void *ctx, struct live_reply *out)
{
    (void)l;
    int now = atomic_fetch_add(&at_once, 1) + 1;
    if (now > atomic_load(&most_at_once)) {
        atomic_store(&most_at_once, now);
    }
    progress(ctx, 0.5, STR("half"));
    if (strcmp(c->plot, "wait") == 0) {
        while (!atomic_load(&gate)) {
            pause_ms(1);
        }
    }
    if (strcmp(c->plot, "stop") == 0) {
        while (!stop(ctx)) {
            pause_ms(1);
        }
        out->rc = rc_fail(&out->err, RC_STOPPED, "stopped");
    }
    out->body = arena_strf(a, "{\"order\":%d}", atomic_fetch_add(&order, 1));
    out->type = arena_cstr(a, STR("application/json"));
    atomic_fetch_sub(&at_once, 1);
}

struct seen {
    _Atomic int before, done;
    bool leave_out;
    enum rc rc;
    char body[40];
};
static bool seen_before(void *ctx, int64_t id, struct live_reply *out)
{
    struct seen *s = ctx;
    (void)id;
    atomic_fetch_add(&s->before, 1);
    out->rc = s->leave_out ? RC_CONFLICT : RC_OK;
    return !s->leave_out;
}
static void seen_done(void *ctx, int64_t id, struct live_reply *r)
{
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER; /* several jobs may share *s */
    struct seen *s = ctx;
    (void)id;
    (void)pthread_mutex_lock(&one);
    s->rc = r->rc;
    (void)snprintf(s->body, sizeof(s->body), "%.*s", STR_FMT(r->body));
    (void)pthread_mutex_unlock(&one);
    atomic_fetch_add(&s->done, 1);
}
static void wait_for(const _Atomic int *n, int want)
{
    for (int i = 0; i < 5000 && atomic_load(n) < want; i++) {
        pause_ms(1);
    }
}

static const struct op some_op = {.name = "report assets"};
static const struct op aside_op = {.name = "status", .how = OP_ASIDE};

static enum rc start_of(const struct op *op, struct jobs *j, const char *what, bool listed,
                        struct seen *s, int64_t *id, struct err *e)
{
    const struct job_work w = {
        .brand = STR("demo"),
        .arena = arena_new(),
        .call = {.op = op, .plot = what, .by = {.kind = PRINCIPAL_USER, .name = STR("lin")}},
        .listed = listed,
        .before = seen_before,
        .done = seen_done,
        .ctx = s};
    return jobs_start(j, &w, id, e);
}

static enum rc start(struct jobs *j, const char *what, bool listed, struct seen *s, int64_t *id,
                     struct err *e)
{
    return start_of(&some_op, j, what, listed, s, id, e);
}

static enum job_state state_of(struct jobs *j, int64_t id)
{
    struct arena *a = arena_new();
    struct job_info i = {0};
    struct err e = {0};
    bool there = jobs_get(j, STR("demo"), id, a, &i, NULL, &e) == RC_OK;
    arena_free(a);
    return there ? i.state : JOB_WAITING;
}
static void wait_state(struct jobs *j, int64_t id, enum job_state want)
{
    for (int i = 0; i < 5000 && state_of(j, id) != want; i++) {
        pause_ms(1);
    }
}

int main(void)
{
    struct clock clock = clock_real();
    struct jobs *j = jobs_new(4, fake_call, NULL, &clock);
    struct arena *a = arena_new();
    struct err e = {0};
    int64_t id = 0;

    TEST("a request that waits for its answer gets it from the job's thread, and is not "
         "listed") {
        struct seen s = {0};
        struct job_info *list = NULL;
        CHECK(start(j, "quick", false, &s, &id, &e) == RC_OK);
        wait_for(&s.done, 1);
        CHECK_EQ_I64(s.before, 1);
        CHECK_EQ_I64(s.rc, RC_OK);
        CHECK(strncmp(s.body, "{\"order\":", 9) == 0);
        CHECK_EQ_I64(jobs_list(j, STR("demo"), a, &list), 0);
    }
    TEST("a listed job says how far it is and keeps its reply, for its own brand") {
        struct seen s = {0};
        struct job_info i = {0}, *list = NULL;
        struct live_reply r = {0};
        CHECK(start(j, "wait", true, &s, &id, &e) == RC_OK);
        wait_state(j, id, JOB_RUNNING);
        for (int n = 0; n < 5000 && i.share < 0.4; n++) {
            CHECK(jobs_get(j, STR("demo"), id, a, &i, NULL, &e) == RC_OK);
            pause_ms(1);
        }
        CHECK(i.share > 0.4 && i.share < 0.6);
        CHECK_STR(i.text, STR("half"));
        CHECK_STR(i.by.name, STR("lin"));
        CHECK(jobs_get(j, STR("demo"), id, a, &i, &r, &e) == RC_CONFLICT);
        CHECK(jobs_get(j, STR("other"), id, a, &i, &r, &e) == RC_MISSING);
        CHECK_EQ_I64(jobs_list(j, STR("other"), a, &list), 0);
        atomic_store(&gate, true);
        wait_state(j, id, JOB_DONE);
        CHECK(jobs_get(j, STR("demo"), id, a, &i, &r, &e) == RC_OK);
        CHECK(str_starts(r.body, STR("{\"order\":")));
        CHECK_STR(str_of(r.type), STR("application/json"));
        CHECK(i.share == 1 && i.ended_ms >= i.started_ms && i.started_ms >= i.made_ms);
        CHECK_EQ_I64(jobs_list(j, STR("demo"), a, &list), 1);
        CHECK_EQ_I64(s.done, 1);
    }
    TEST("what is stopped ends as stopped, what waited for a thread never runs") {
        struct seen s = {0}, late = {0};
        int64_t first = 0, second = 0, third = 0;
        CHECK(start(j, "stop", true, &s, &first, &e) == RC_OK);
        CHECK(start(j, "stop", true, &s, &second, &e) == RC_OK);
        CHECK(start(j, "quick", true, &late, &third, &e) == RC_OK);
        wait_state(j, second, JOB_RUNNING);
        pause_ms(20);
        CHECK_EQ_I64(state_of(j, third),
                     JOB_WAITING); /* half of four threads for listed work */
        CHECK(start(j, "quick", false, &s, &id, &e) == RC_OK);
        wait_for(&s.done, 1); /* and the others for who waits */
        CHECK(jobs_stop(j, STR("demo"), third, &e) == RC_OK);
        CHECK(jobs_stop(j, STR("other"), first, &e) == RC_MISSING);
        CHECK(jobs_stop(j, STR("demo"), first, &e) == RC_OK);
        CHECK(jobs_stop(j, STR("demo"), second, &e) == RC_OK);
        wait_state(j, third, JOB_STOPPED);
        wait_state(j, first, JOB_STOPPED); /* each ends when its own thread sees it */
        wait_state(j, second, JOB_STOPPED);
        CHECK_EQ_I64(state_of(j, first), JOB_STOPPED);
        CHECK_EQ_I64(state_of(j, second), JOB_STOPPED);
        wait_for(&s.done, 3);
        CHECK_EQ_I64(late.before, 0);
        CHECK_EQ_I64(late.rc, RC_STOPPED);
        CHECK(jobs_stop(j, STR("demo"), first, &e) == RC_CONFLICT);
    }
    TEST("a call that is left out answers with what was found, and is forgotten") {
        struct seen s = {.leave_out = true};
        struct job_info i = {0};
        CHECK(start(j, "quick", true, &s, &id, &e) == RC_OK);
        wait_for(&s.done, 1);
        CHECK_EQ_I64(s.rc, RC_CONFLICT);
        for (int n = 0; n < 5000 && jobs_get(j, STR("demo"), id, a, &i, NULL, &e) == RC_OK;
             n++) {
            pause_ms(1);
        }
        CHECK(jobs_get(j, STR("demo"), id, a, &i, NULL, &e) == RC_MISSING);
    }
    TEST("however many wait for the brand, what waits for nothing is answered") {
        struct seen s = {0}, aside = {0};
        atomic_store(&gate, false);
        for (int i = 0; i < 6; i++) {
            CHECK(start(j, "wait", i % 2, &s, &id, &e) == RC_OK);
        }
        for (int i = 0; i < 3; i++) {
            CHECK(start_of(&aside_op, j, "quick", i == 2, &aside, &id, &e) == RC_OK);
            wait_for(&aside.done, i + 1);
            CHECK_EQ_I64(aside.done, i + 1);
        }
        CHECK_EQ_I64(s.done, 0);
        CHECK_EQ_I64(jobs_running(j), 3);
        atomic_store(&gate, true);
        wait_for(&s.done, 6);
        CHECK_EQ_I64(s.done, 6);
        atomic_store(&gate, false);
    }
    TEST("behind the most that may wait the next is refused; the end answers everybody") {
        static struct seen s;
        uint32_t n = 0;
        atomic_store(&gate, false);
        enum rc rc = RC_OK;
        while (!rc && n < 2000) {
            rc = start(j, "wait", false, &s, &id, &e);
            n += !rc;
        }
        CHECK_EQ_I64(rc, RC_BUSY);
        CHECK(*e.hint && n >= JOBS_WAITING);
        CHECK(start_of(&aside_op, j, "quick", false, &s, &id, &e) == RC_OK);
        n++;
        atomic_store(&gate, true);
        jobs_close(j);
        CHECK(start(j, "quick", false, &s, &id, &e) == RC_BUSY);
        jobs_free(j);
        CHECK_EQ_I64(s.done, n);
        CHECK(atomic_load(&most_at_once) <= 4);
    }
    TEST("the record of a job is JSON") {
        struct buf b = {0};
        struct json w;
        struct json_flat f;
        struct json_reader *r = json_reader_new(NULL);
        const struct job_info i = {.id = 7,
                                   .op = STR("verify"),
                                   .state = JOB_FAILED,
                                   .share = 0.25,
                                   .made_ms = 5,
                                   .err = {.rc = RC_IO, .msg = "disk"}};
        json_init(&w, &b);
        job_json(&i, &w);
        CHECK(json_flat(r, buf_str(&b), &f, &e) == RC_OK);
        CHECK_STR(json_find(&f, STR("state"))->value, STR("failed"));
        CHECK_STR(json_find(&f, STR("error.code"))->value, STR("io"));
        CHECK_STR(json_find(&f, STR("share"))->value, STR("0.25"));
        json_reader_free(r);
        buf_release(&b);
    }
    arena_free(a);
    return tap_end();
}
