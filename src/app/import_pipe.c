#include "app/import_pipe.h"

#include <errno.h>
#include <time.h>
#include "base/mem.h"
#include "people/seen.h"

#define REJECTS_CHUNK (8u << 20) /* a file of bad rows must not fill the memory */
#define CHUNKS 4                 /* one being decoded, one waiting, two being accepted */

struct import_pipe {
    struct import_pipe_setup in;
    struct decoder *decoder;
    struct import_chunk chunk[CHUNKS];
    struct import_chunk *filling;
    pthread_t thread;
    bool running;
    pthread_mutex_t own_names, *names; /* names: our own, or the caller's */
    /* Below: under `lock`. A ring: chunks made, taken and given back so far. */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t made, taken, given;
    bool cancel;
};

/* ---- The thread ---------------------------------------------------------------------------- */

static void on_reject(void *ctx, const struct reject *r)
{
    struct import_pipe *p = ctx;
    struct import_chunk *c = p->filling;

    buf_addf(&c->rejects, "%llu,", (unsigned long long)r->line);
    if (r->column) {
        buf_addf(&c->rejects, "%u", r->column);
    }
    buf_add_byte(&c->rejects, ',');
    csv_put_text(&c->rejects, r->field, ',');
    buf_add_byte(&c->rejects, ',');
    csv_put_field(&c->rejects, str_of(r->reason), ',');
    buf_add_byte(&c->rejects, ',');
    csv_put_text(&c->rejects, r->raw, ',');
    buf_add_byte(&c->rejects, '\n');
    if (!c->first_reject.len) {
        buf_addf(&c->first_reject, "line %llu", (unsigned long long)r->line);
        if (r->column) {
            buf_addf(&c->first_reject, ", column %u", r->column);
        }
        if (r->field.len) {
            buf_addf(&c->first_reject, " (%.*s)", STR_FMT(str_slice(r->field, 0, 60)));
        }
        buf_addf(&c->first_reject, ": %s", r->reason);
    }
}

static bool begin_chunk(struct import_pipe *p)
{
    (void)pthread_mutex_lock(&p->lock);
    while (!p->cancel && p->made - p->given >= CHUNKS) {
        (void)pthread_cond_wait(&p->moved, &p->lock);
    }
    const bool go = !p->cancel;
    (void)pthread_mutex_unlock(&p->lock);
    struct import_chunk *c = &p->chunk[p->made % CHUNKS];
    if (go) {
        batch_clear(c->batch);
        buf_clear(&c->rejects);
        buf_clear(&c->first_reject);
        c->last = false;
        c->rc = RC_OK;
        c->rows = decoder_row_count(p->decoder);
        c->rejected = decoder_reject_count(p->decoder);
        decoder_begin(p->decoder, c->batch);
    }
    p->filling = c;
    return go;
}

static void end_chunk(struct import_pipe *p, bool last, enum rc rc)
{
    struct import_chunk *c = p->filling;

    c->rows = decoder_row_count(p->decoder) - c->rows;
    c->rejected = decoder_reject_count(p->decoder) - c->rejected;
    c->bytes = p->in.source->read;
    c->last = last;
    c->rc = rc;
    seen_keys(p->in.event_key, p->in.decoder.catalogue, c->batch);
    (void)pthread_mutex_lock(&p->lock);
    p->made++;
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
}

static bool is_cancelled(struct import_pipe *p)
{
    (void)pthread_mutex_lock(&p->lock);
    const bool yes = p->cancel;
    (void)pthread_mutex_unlock(&p->lock);
    return yes;
}

/* Both forms of a block behind one call. */
struct block {
    struct csv_block rows;
    struct lines_block lines;
    uint32_t count;
};

static enum rc next_block(struct import_source *s, struct block *b, struct err *e)
{
    enum rc rc;
    if (s->kind == IMPORT_NDJSON) {
        rc = lines_next(s->lines, &b->lines, e);
        b->count = b->lines.rows;
    } else {
        rc = import_source_rows(s, &b->rows, e);
        b->count = b->rows.rows;
    }
    return rc;
}

static void *decode_all(void *arg)
{
    struct import_pipe *p = arg;
    struct import_source *s = p->in.source;
    struct block b = {0};
    enum rc rc = RC_OK;
    bool go = begin_chunk(p);

    while (go) {
        rc = next_block(s, &b, &p->filling->err);
        if (rc || !b.count) {
            break;
        }
        for (uint32_t at = 0; go && at < b.count;) {
            at = s->kind == IMPORT_NDJSON ? decoder_lines(p->decoder, &b.lines, at)
                                          : decoder_rows(p->decoder, &b.rows, at);
            if (at < b.count || p->filling->rejects.len > REJECTS_CHUNK) {
                end_chunk(p, false, RC_OK);
                go = begin_chunk(p);
            }
        }
        go = go && !is_cancelled(p);
    }
    if (go) {
        rc = rc ? rc : import_source_end(s, &p->filling->err);
        end_chunk(p, true, rc);
    }
    return NULL;
}

/* ---- The caller's side --------------------------------------------------------------------- */

enum rc import_pipe_start(const struct import_pipe_setup *s, struct import_pipe **out,
                          struct err *e)
{
    struct import_pipe *p = mem_zalloc(sizeof(*p));

    p->in = *s;
    (void)pthread_mutex_init(&p->own_names, NULL);
    p->names = s->names ? s->names : &p->own_names;
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->moved, NULL);
    p->in.decoder.reject = on_reject;
    p->in.decoder.ctx = p;
    p->in.decoder.lock = p->names;
    for (int i = 0; i < CHUNKS; i++) {
        p->chunk[i].batch = batch_new(s->batch_rows);
    }
    enum rc rc = decoder_new(&p->in.decoder, &p->decoder, e);
    if (!rc) {
        const int failed = pthread_create(&p->thread, NULL, decode_all, p);
        p->running = failed == 0;
        rc = failed ? rc_errno(e, failed, "a thread to decode with") : RC_OK;
    }
    if (rc) {
        import_pipe_stop(p);
        return rc;
    }
    *out = p;
    return RC_OK;
}

struct import_chunk *import_pipe_take(struct import_pipe *p, int wait_ms)
{
    struct import_chunk *c = NULL;
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    until.tv_sec += wait_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_mutex_lock(&p->lock);
    while (p->taken == p->made) {
        if (pthread_cond_timedwait(&p->moved, &p->lock, &until) == ETIMEDOUT) {
            break;
        }
    }
    if (p->taken < p->made) {
        c = &p->chunk[p->taken++ % CHUNKS];
    }
    (void)pthread_mutex_unlock(&p->lock);
    return c;
}

void import_pipe_give(struct import_pipe *p, struct import_chunk *c)
{
    (void)c;
    (void)pthread_mutex_lock(&p->lock);
    p->given++;
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
}

pthread_mutex_t *import_pipe_names(struct import_pipe *p) { return p->names; }

void import_pipe_stop(struct import_pipe *p)
{
    if (!p) {
        return;
    }
    if (p->running) {
        (void)pthread_mutex_lock(&p->lock);
        p->cancel = true;
        (void)pthread_cond_broadcast(&p->moved);
        (void)pthread_mutex_unlock(&p->lock);
        (void)pthread_join(p->thread, NULL);
    }
    decoder_free(p->decoder);
    for (int i = 0; i < CHUNKS; i++) {
        batch_free(p->chunk[i].batch);
        buf_release(&p->chunk[i].rejects);
        buf_release(&p->chunk[i].first_reject);
    }
    (void)pthread_cond_destroy(&p->moved);
    (void)pthread_mutex_destroy(&p->lock);
    (void)pthread_mutex_destroy(&p->own_names);
    mem_free(p);
}
