/* Two queues (what somebody waits for; listed work) before one set of threads, under one lock. A job that is over and
 * listed keeps a copy of its reply, not its arena; the oldest go after KEEP_MS or behind KEEP_BYTES. */
#include "serve/job.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include "serve/hub.h"
#include "base/mem.h"
#include "wire/json.h"

#define KEEP_MS (3600 * (int64_t)1000)
#define KEEP_JOBS 1000u
#define KEEP_BYTES ((size_t)256 << 20)
#define NEWS_MS 500 /* between two lines of progress of a job */

struct job {
    struct job *queue_next, *list_next;
    struct job_info info;
    struct job_work work;
    struct arena *keep; /* info's texts, the kept reply */
    struct live_reply reply;
    struct jobs *all;
    char text[200];
    size_t text_len;
    int64_t told_ms;
    _Atomic bool stop;
    bool in_list, in_work; /* in_work: in a queue or with a thread; freed when neither holds */
};

struct queue {
    struct job *first, **last;
    uint32_t len;
};

struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t *thread;
    uint32_t threads, begun, running, running_listed, running_aside;
    struct queue quick, slow, aside;
    struct job **with;  /* each thread's, for who stops them all */
    struct job *listed; /* newest first */
    int64_t last_id;
    bool closing;
    jobs_call *call;
    struct hub *hub;
    const struct clock *clock;
};

const char *job_state_name(enum job_state s)
{
    static const char *const names[] = {"waiting", "running", "done", "failed", "stopped"};
    return names[s];
}

/* ---- The record ------------------------------------------------------------------------------ */

static void put_ms(struct json *j, const char *key, int64_t ms)
{
    json_key(j, key);
    if (ms) {
        json_i64(j, ms);
    } else {
        json_null(j);
    }
}

void job_json(const struct job_info *i, struct json *j)
{
    json_begin_object(j);
    json_put_i64(j, "id", i->id);
    json_put_str(j, "op", i->op);
    json_put_cstr(j, "state", job_state_name(i->state));
    json_key(j, "share");
    if (i->share < 0) {
        json_null(j);
    } else {
        json_f64(j, i->share);
    }
    json_put_text(j, "text", i->text);
    put_ms(j, "made_ms", i->made_ms);
    put_ms(j, "started_ms", i->started_ms);
    put_ms(j, "ended_ms", i->ended_ms);
    json_put_str(j, "by", i->by.name);
    json_key(j, "error");
    if (i->err.rc) {
        json_begin_object(j);
        json_put_cstr(j, "code", rc_name(i->err.rc));
        json_put_cstr(j, "msg", *i->err.msg ? i->err.msg : rc_text(i->err.rc));
        json_put_cstr(j, "hint", *i->err.hint ? i->err.hint : NULL);
        json_put_cstr(j, "field", NULL);
        json_end_object(j);
    } else {
        json_null(j);
    }
    json_end_object(j);
}

/* A copy whose texts live in `a`. */
static struct job_info info_in(const struct job *k, struct arena *a)
{
    struct job_info i = k->info;
    i.brand = arena_str(a, i.brand);
    i.op = arena_str(a, i.op);
    i.by.name = arena_str(a, i.by.name);
    i.text = arena_str(a, str_make(k->text, k->text_len));
    return i;
}

static void publish(struct jobs *j, const struct job_info *i)
{
    struct buf b = {0};
    struct json w;
    json_init(&w, &b);
    json_begin_object(&w);
    json_put_cstr(&w, "type", "job");
    json_key(&w, "job");
    job_json(i, &w);
    json_end_object(&w);
    hub_publish(j->hub, i->brand, "job", buf_str(&b));
    buf_release(&b);
}

/* News of a listed job; the lock is not held. */
static void tell(struct jobs *j, struct job *k)
{
    if (!k->work.listed || !hub_heard(j->hub, k->info.brand)) {
        return;
    }
    struct arena *a = arena_new();
    (void)pthread_mutex_lock(&j->lock);
    struct job_info i = info_in(k, a);
    (void)pthread_mutex_unlock(&j->lock);
    publish(j, &i);
    arena_free(a);
}

/* ---- Queues and lists; the lock is held ------------------------------------------------------ */

static void queue_init(struct queue *q) { *q = (struct queue){.last = &q->first}; }

static void queue_put(struct queue *q, struct job *k)
{
    k->queue_next = NULL;
    *q->last = k;
    q->last = &k->queue_next;
    q->len++;
}

static struct job *queue_take(struct queue *q)
{
    struct job *k = q->first;
    if (k) {
        q->first = k->queue_next;
        q->last = q->first ? q->last : &q->first;
        q->len--;
    }
    return k;
}

static void job_free(struct job *k)
{
    if (k->in_list || k->in_work) {
        return;
    }
    arena_free(k->work.arena);
    arena_free(k->keep);
    mem_free(k);
}

static void unlist(struct jobs *j, struct job *k)
{
    for (struct job **at = &j->listed; *at; at = &(*at)->list_next) {
        if (*at == k) {
            *at = k->list_next;
            break;
        }
    }
    k->in_list = false;
    job_free(k);
}

static bool is_over(const struct job *k) { return k->info.state >= JOB_DONE; }

/* The oldest replies go: by age, by number, by bytes. */
static void sweep(struct jobs *j)
{
    int64_t old = clock_now(j->clock) - KEEP_MS;
    uint32_t n = 0;
    size_t bytes = 0;
    for (struct job *k = j->listed, *next; k; k = next) {
        next = k->list_next;
        n++;
        bytes += k->reply.body.len;
        if (is_over(k) && (k->info.ended_ms < old || n > KEEP_JOBS || bytes > KEEP_BYTES)) {
            bytes -= k->reply.body.len;
            unlist(j, k);
        }
    }
}

static struct job *find(struct jobs *j, struct str brand, int64_t id)
{
    for (struct job *k = j->listed; k; k = k->list_next) {
        if (k->info.id == id && str_eq(k->info.brand, brand)) {
            return k;
        }
    }
    return NULL;
}

/* ---- A job's thread -------------------------------------------------------------------------- */

static void progress(void *ctx, double share, struct str text)
{
    struct job *k = ctx;
    struct jobs *j = k->all;
    int64_t now = clock_steady_ms();
    (void)pthread_mutex_lock(&j->lock);
    k->info.share = share;
    k->text_len = text.len < sizeof(k->text) ? text.len : sizeof(k->text);
    while (k->text_len < text.len && k->text_len &&
           ((unsigned char)text.ptr[k->text_len] & 0xC0) == 0x80) {
        k->text_len--; /* no half character */
    }
    if (k->text_len) {
        memcpy(k->text, text.ptr, k->text_len);
    }
    bool due = now - k->told_ms >= NEWS_MS;
    k->told_ms = due ? now : k->told_ms;
    (void)pthread_mutex_unlock(&j->lock);
    if (due) {
        tell(j, k);
    }
}

static bool stop_wanted(void *ctx)
{
    struct job *k = ctx;
    return atomic_load_explicit(&k->stop, memory_order_relaxed);
}

static void reply_stopped(struct live_reply *r)
{
    *r = (struct live_reply){.rc = RC_STOPPED};
    rc_fail(&r->err, RC_STOPPED, "stopped before it began");
    r->err.rc = RC_STOPPED;
}

/* False when the call was left out: the job is then forgotten. */
static bool run(struct jobs *j, struct job *k, struct live_reply *r)
{
    const struct job_work *w = &k->work;
    *r = (struct live_reply){0};
    if (stop_wanted(k)) {
        reply_stopped(r);
        return true;
    }
    if (w->before && !w->before(w->ctx, k->info.id, r)) {
        return false;
    }
    tell(j, k);
    j->call(w->live, &w->call, w->arena, progress, stop_wanted, k, r);
    return true;
}

static void keep_reply(struct job *k, const struct live_reply *r)
{
    k->reply = *r;
    k->reply.body = arena_str(k->keep, r->body);
    k->reply.type = r->type ? arena_cstr(k->keep, str_of(r->type)) : NULL;
    k->info.err = r->err;
    k->info.err.rc = r->rc == RC_REJECTS ? RC_OK : r->rc;
}

static enum job_state outcome(enum rc rc)
{
    return rc == RC_OK || rc == RC_REJECTS ? JOB_DONE
           : rc == RC_STOPPED              ? JOB_STOPPED
                                           : JOB_FAILED;
}

static void work_on(struct jobs *j, struct job *k, uint32_t thread)
{
    struct live_reply r;
    bool ran = run(j, k, &r);
    if (k->work.done) {
        k->work.done(k->work.ctx, k->info.id, &r);
    }
    (void)pthread_mutex_lock(&j->lock);
    if (k->work.listed) {
        keep_reply(k, &r);
    }
    k->info.state = outcome(r.rc);
    k->info.share = r.rc ? k->info.share : 1;
    k->info.ended_ms = clock_now(j->clock);
    (void)pthread_mutex_unlock(&j->lock);
    if (ran) {
        tell(j, k);
    }
    arena_free(k->work.arena); /* what it took to find the reply */
    (void)pthread_mutex_lock(&j->lock);
    j->with[thread] = NULL;
    k->work.arena = NULL;
    k->in_work = false;
    if (k->in_list && !ran) {
        unlist(j, k);
    } else {
        job_free(k);
    }
    (void)pthread_mutex_unlock(&j->lock);
}

static bool is_aside(const struct job_work *w) { return w->call.op->how == OP_ASIDE; }

/* One thread is left to what waits for nothing, however many wait for the brand. */
static struct job *next_job(struct jobs *j)
{
    uint32_t most = j->threads > 1 ? j->threads / 2 : 1;
    bool room = j->running - j->running_aside + 1 < j->threads || j->threads == 1 || j->closing;
    struct job *k = queue_take(&j->aside);
    if (!k && room) {
        k = queue_take(&j->quick);
    }
    if (!k && room && (j->running_listed < most || j->closing)) {
        k = queue_take(&j->slow);
    }
    return k;
}

static void *thread_main(void *ctx)
{
    struct jobs *j = ctx;
    (void)pthread_mutex_lock(&j->lock);
    uint32_t me = j->begun++;
    for (;;) {
        struct job *k = next_job(j);
        if (!k && j->closing) {
            break;
        }
        if (!k) {
            (void)pthread_cond_wait(&j->more, &j->lock);
            continue;
        }
        bool listed = k->work.listed, aside = is_aside(&k->work);
        k->info.state = JOB_RUNNING;
        k->info.started_ms = clock_now(j->clock);
        j->with[me] = k;
        j->running++;
        j->running_listed += listed;
        j->running_aside += aside;
        (void)pthread_mutex_unlock(&j->lock);
        work_on(j, k, me);
        (void)pthread_mutex_lock(&j->lock);
        j->running--;
        j->running_listed -= listed;
        j->running_aside -= aside;
        if (listed) {
            (void)pthread_cond_signal(&j->more);
        }
    }
    (void)pthread_mutex_unlock(&j->lock);
    return NULL;
}

/* ---- From outside ---------------------------------------------------------------------------- */

struct jobs *jobs_new(uint32_t threads, jobs_call *call, struct hub *hub,
                      const struct clock *clock)
{
    struct jobs *j = mem_zalloc(sizeof(*j));
    uint32_t wanted = threads ? threads : 8;
    j->call = call;
    j->hub = hub;
    j->clock = clock;
    queue_init(&j->quick);
    queue_init(&j->slow);
    queue_init(&j->aside);
    (void)pthread_mutex_init(&j->lock, NULL);
    (void)pthread_cond_init(&j->more, NULL);
    j->thread = mem_array(pthread_t, wanted);
    j->with = mem_array(struct job *, wanted);
    while (j->threads < wanted &&
           pthread_create(&j->thread[j->threads], NULL, thread_main, j) == 0) {
        (void)pthread_mutex_lock(&j->lock);
        j->threads++;
        (void)pthread_mutex_unlock(&j->lock);
    }
    return j;
}

void jobs_close(struct jobs *j)
{
    (void)pthread_mutex_lock(&j->lock);
    j->closing = true;
    (void)pthread_cond_broadcast(&j->more);
    (void)pthread_mutex_unlock(&j->lock);
}

static void stop_all(struct jobs *j)
{
    (void)pthread_mutex_lock(&j->lock);
    for (struct job *k = j->listed; k; k = k->list_next) {
        atomic_store(&k->stop, true);
    }
    for (struct job *k = j->quick.first; k; k = k->queue_next) {
        atomic_store(&k->stop, true);
    }
    for (struct job *k = j->aside.first; k; k = k->queue_next) {
        atomic_store(&k->stop, true);
    }
    for (uint32_t i = 0; i < j->begun; i++) {
        if (j->with[i]) {
            atomic_store(&j->with[i]->stop, true);
        }
    }
    (void)pthread_mutex_unlock(&j->lock);
}

void jobs_free(struct jobs *j)
{
    if (!j) {
        return;
    }
    jobs_close(j);
    stop_all(j);
    for (uint32_t i = 0; i < j->threads; i++) {
        (void)pthread_join(j->thread[i], NULL);
    }
    while (j->listed) {
        unlist(j, j->listed);
    }
    mem_free(j->thread);
    mem_free(j->with);
    (void)pthread_cond_destroy(&j->more);
    (void)pthread_mutex_destroy(&j->lock);
    mem_free(j);
}

static struct job *job_new(struct jobs *j, const struct job_work *w)
{
    struct job *k = mem_zalloc(sizeof(*k));
    k->work = *w;
    k->all = j;
    k->keep = arena_new();
    k->in_work = true;
    k->in_list = w->listed;
    k->info = (struct job_info){.brand = arena_str(k->keep, w->brand),
                                .op = str_of(w->call.op->name),
                                .share = -1,
                                .listed = w->listed,
                                .made_ms = clock_now(j->clock),
                                .by = {.kind = w->call.by.kind,
                                       .role = w->call.by.role,
                                       .id = w->call.by.id,
                                       .name = arena_str(k->keep, w->call.by.name)}};
    return k;
}

enum rc jobs_start(struct jobs *j, const struct job_work *w, int64_t *id, struct err *e)
{
    struct job *k = job_new(j, w);
    struct queue *q = is_aside(w) ? &j->aside : w->listed ? &j->slow : &j->quick;
    struct queue *other = is_aside(w) ? NULL : w->listed ? &j->quick : &j->slow;
    (void)pthread_mutex_lock(&j->lock);
    uint32_t waiting = q->len + (other ? other->len : 0);
    bool refused = j->closing || !j->threads || waiting >= JOBS_WAITING;
    if (!refused) {
        k->info.id = ++j->last_id;
        *id = k->info.id;
        if (w->listed) {
            k->list_next = j->listed;
            j->listed = k;
            sweep(j);
        }
        queue_put(q, k);
        (void)pthread_cond_signal(&j->more);
    }
    (void)pthread_mutex_unlock(&j->lock);
    if (refused) {
        k->in_list = k->in_work = false;
        job_free(k);
        rc_fail(e, RC_BUSY, "too much is asked at once");
        err_hint(e, "try again in a few seconds");
        return RC_BUSY;
    }
    return RC_OK;
}

uint32_t jobs_list(struct jobs *j, struct str brand, struct arena *a, struct job_info **out)
{
    uint32_t n = 0;
    (void)pthread_mutex_lock(&j->lock);
    sweep(j);
    for (struct job *k = j->listed; k; k = k->list_next) {
        n += str_eq(k->info.brand, brand);
    }
    *out = arena_array(a, struct job_info, n + 1);
    n = 0;
    for (struct job *k = j->listed; k; k = k->list_next) {
        if (str_eq(k->info.brand, brand)) {
            (*out)[n++] = info_in(k, a);
        }
    }
    (void)pthread_mutex_unlock(&j->lock);
    return n;
}

static enum rc fail_missing(int64_t id, struct err *e)
{
    rc_fail(e, RC_MISSING, "there is no job %" PRId64, id);
    err_hint(e, "jobs are kept for an hour, until the server stops");
    return RC_MISSING;
}

enum rc jobs_get(struct jobs *j, struct str brand, int64_t id, struct arena *a,
                 struct job_info *out, struct live_reply *reply, struct err *e)
{
    enum rc rc = RC_OK;
    (void)pthread_mutex_lock(&j->lock);
    struct job *k = find(j, brand, id);
    if (k) {
        *out = info_in(k, a);
    }
    if (k && reply && is_over(k)) {
        *reply = k->reply;
        reply->body = arena_str(a, k->reply.body);
        reply->type = k->reply.type ? arena_cstr(a, str_of(k->reply.type)) : NULL;
    } else if (k && reply) {
        rc = rc_fail(e, RC_CONFLICT, "job %" PRId64 " is still %s", id,
                     job_state_name(k->info.state));
    }
    (void)pthread_mutex_unlock(&j->lock);
    return k ? rc : fail_missing(id, e);
}

enum rc jobs_stop(struct jobs *j, struct str brand, int64_t id, struct err *e)
{
    enum rc rc = RC_OK;
    (void)pthread_mutex_lock(&j->lock);
    struct job *k = find(j, brand, id);
    if (k && is_over(k)) {
        rc = rc_fail(e, RC_CONFLICT, "job %" PRId64 " is over", id);
    } else if (k) {
        atomic_store(&k->stop, true);
    }
    (void)pthread_mutex_unlock(&j->lock);
    return k ? rc : fail_missing(id, e);
}

uint32_t jobs_running(struct jobs *j)
{
    (void)pthread_mutex_lock(&j->lock);
    uint32_t n = j->running;
    (void)pthread_mutex_unlock(&j->lock);
    return n;
}

uint32_t jobs_waiting(struct jobs *j)
{
    (void)pthread_mutex_lock(&j->lock);
    uint32_t n = j->quick.len + j->slow.len + j->aside.len;
    (void)pthread_mutex_unlock(&j->lock);
    return n;
}
