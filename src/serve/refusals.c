/* A short list under a lock. An entry stays for REST_MS behind its first line, counts what follows and says so in a second
 * one; when the list is full, further ones are counted together. */
#include "serve/refusals.h"
#include <pthread.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/mem.h"
#include "wire/json.h"

#define NOTED_MAX 64u
#define REST_MS 60000
#define TEXT_MAX 80u

struct noted {
    struct principal by; /* its texts are below */
    char name[TEXT_MAX], address[TEXT_MAX];
    const char *action, *lacks;
    uint64_t times;  /* since the last line */
    int64_t told_ms; /* of the first line; 0: not yet */
};
struct refusals {
    pthread_mutex_t lock;
    struct noted noted[NOTED_MAX];
    uint32_t len;
    struct noted others; /* of all that found no place */
};

struct refusals *refusals_new(void)
{
    struct refusals *r = mem_zalloc(sizeof(*r));
    (void)pthread_mutex_init(&r->lock, NULL);
    return r;
}

void refusals_free(struct refusals *r)
{
    if (r) {
        (void)pthread_mutex_destroy(&r->lock);
        mem_free(r);
    }
}

static bool is_same(const struct noted *n, const struct principal *by, const char *action,
                    const char *lacks)
{
    return n->by.kind == by->kind && n->by.id == by->id && strcmp(n->action, action) == 0 &&
           strcmp(n->lacks, lacks) == 0;
}

static struct noted *place(struct refusals *r, const struct principal *by, const char *action,
                           const char *lacks)
{
    for (uint32_t i = 0; i < r->len; i++) {
        if (is_same(&r->noted[i], by, action, lacks)) {
            return &r->noted[i];
        }
    }
    struct noted *n = r->len < NOTED_MAX ? &r->noted[r->len++] : &r->others;
    if (n != &r->others || !n->times) {
        *n = (struct noted){.by = *by, .action = action, .lacks = lacks};
        (void)snprintf(n->name, sizeof(n->name), "%.*s", STR_FMT(by->name));
        (void)snprintf(n->address, sizeof(n->address), "%.*s", STR_FMT(by->address));
    }
    return n;
}

void refusals_note(struct refusals *r, const struct principal *by, const char *action,
                   const char *lacks)
{
    (void)pthread_mutex_lock(&r->lock);
    place(r, by, action, lacks)->times++;
    (void)pthread_mutex_unlock(&r->lock);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static enum rc write_one(const struct noted *n, bool others, struct ledger *l,
                         const struct clock *clock, struct err *e)
{
    struct buf b = {0};
    struct json j;
    struct principal by = n->by;
    by.name = str_of(n->name);
    by.address = str_of(n->address);
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_cstr(&j, "lacks", n->lacks);
    json_put_i64(&j, "times", (int64_t)n->times);
    if (others) {
        json_put_bool(&j, "and_others", true);
    }
    json_end_object(&j);
    enum rc rc = audit_add(l, &by, by.address, n->action, buf_str(&b), RC_DENIED, clock, e);
    buf_release(&b);
    return rc;
}

/* The lock is held: moves what is due into `out`, forgets what has rested. */
static uint32_t take_due(struct refusals *r, bool all, int64_t now, struct noted *out)
{
    uint32_t due = 0, kept = 0;
    for (uint32_t i = 0; i < r->len; i++) {
        struct noted *n = &r->noted[i];
        bool rested = now - n->told_ms >= REST_MS || now < n->told_ms;
        if (n->times && (all || !n->told_ms || rested)) {
            out[due++] = *n;
            n->times = 0;
            n->told_ms = now;
        } else if (rested) {
            continue;
        }
        r->noted[kept++] = *n;
    }
    r->len = kept;
    if (r->others.times) {
        out[due++] = r->others;
        r->others.times = 0;
    }
    return due;
}

enum rc refusals_write(struct refusals *r, struct ledger *l, const struct clock *clock,
                       bool all, struct err *e)
{
    struct noted *due = mem_array(struct noted, NOTED_MAX + 1);
    enum rc rc = RC_OK;
    (void)pthread_mutex_lock(&r->lock);
    bool others = r->others.times > 0;
    uint32_t n = take_due(r, all, clock_now(clock), due);
    (void)pthread_mutex_unlock(&r->lock);
    for (uint32_t i = 0; i < n && !rc; i++) {
        rc = write_one(&due[i], others && i + 1 == n, l, clock, e);
    }
    mem_free(due);
    return rc;
}
