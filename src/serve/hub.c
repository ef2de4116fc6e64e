/* Listeners in a list under one lock. A message is framed once and handed to each stream, which queues it
 * (wire/http.h); a stream with too much in its queue gets no more until it has caught up, and is then told how much
 * it missed. */
#include "serve/hub.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#define WAITING_MAX (256u << 10) /* bytes queued of one listener: behind it news are missed   */
#define WAITING_LOW                                                                            \
    (64u << 10)     /* and taken up again below                                    */
#define SAMPLED 32u /* brands whose arrivals are counted by themselves             */

struct listener {
    struct listener *next;
    struct hub_listener is;
    uint64_t missed; /* since it was last told */
    bool behind;
};

struct sampled {
    struct str brand;
    int64_t second;
    uint32_t told;
};

struct hub {
    pthread_mutex_t lock;
    struct listener *first;
    _Atomic uint32_t count;
    struct sampled sampled[SAMPLED];
    uint32_t sampled_len;
    bool closed;
};

struct hub *hub_new(void)
{
    struct hub *h = mem_zalloc(sizeof(*h));
    (void)pthread_mutex_init(&h->lock, NULL);
    return h;
}

static struct str copy(struct str s)
{
    char *to = mem_alloc(s.len + 1);
    if (s.len) {
        memcpy(to, s.ptr, s.len);
    }
    return str_make(to, s.len);
}

static void listener_free(struct listener *l)
{
    http_stream_close(l->is.stream);
    if (l->is.drop) {
        l->is.drop(l->is.ctx);
    }
    mem_free((void *)(uintptr_t)l->is.brand.ptr);
    mem_free((void *)(uintptr_t)l->is.types.ptr);
    mem_free(l);
}

/* Sends to every listener that `wants` is true for; those that are gone leave the list. */
struct sending {
    struct str brand, type; /* brand empty: to all */
    struct str frame;
    bool beat;
};

static bool has_type(struct str types, struct str type)
{
    while (types.len) {
        if (str_eq(str_trim(str_cut(&types, ',')), type)) {
            return true;
        }
    }
    return false;
}

static bool wants(const struct listener *l, const struct sending *m)
{
    return m->beat || (str_eq(l->is.brand, m->brand) &&
                       (!l->is.types.len || has_type(l->is.types, m->type)));
}

/* What it missed comes before what follows. */
static bool tell_missed(struct listener *l)
{
    struct buf b = {0};
    buf_addf(&b, "event: missed\ndata: {\"type\":\"missed\",\"count\":%" PRIu64 "}\n\n",
             l->missed);
    bool sent = http_stream_send(l->is.stream, buf_str(&b));
    buf_release(&b);
    l->missed = 0;
    return sent;
}

static bool send_to(struct listener *l, const struct sending *m)
{
    size_t waiting = http_stream_waiting(l->is.stream);
    l->behind = waiting > (l->behind ? WAITING_LOW : WAITING_MAX);
    if (l->behind) {
        l->missed += !m->beat;
        return true;
    }
    if (m->beat && l->is.may && !l->is.may(l->is.ctx)) {
        return false;
    }
    return (!l->missed || tell_missed(l)) && http_stream_send(l->is.stream, m->frame);
}

static void send_all(struct hub *h, const struct sending *m)
{
    struct listener *gone = NULL;
    (void)pthread_mutex_lock(&h->lock);
    for (struct listener **at = &h->first; *at;) {
        struct listener *l = *at;
        if (wants(l, m) && !send_to(l, m)) {
            *at = l->next;
            l->next = gone;
            gone = l;
            (void)atomic_fetch_sub(&h->count, 1);
            continue;
        }
        at = &l->next;
    }
    (void)pthread_mutex_unlock(&h->lock);
    while (gone) {
        struct listener *next = gone->next;
        listener_free(gone);
        gone = next;
    }
}

bool hub_heard(struct hub *h, struct str brand)
{
    bool heard = false;
    if (!h || !atomic_load_explicit(&h->count, memory_order_relaxed)) {
        return false;
    }
    (void)pthread_mutex_lock(&h->lock);
    for (const struct listener *l = h->first; l && !heard; l = l->next) {
        heard = str_eq(l->is.brand, brand);
    }
    (void)pthread_mutex_unlock(&h->lock);
    return heard;
}

static struct sampled *sampled_of(struct hub *h, struct str brand)
{
    for (uint32_t i = 0; i < h->sampled_len; i++) {
        if (str_eq(h->sampled[i].brand, brand)) {
            return &h->sampled[i];
        }
    }
    if (h->sampled_len == SAMPLED) {
        return &h->sampled[SAMPLED - 1]; /* they share what is left */
    }
    h->sampled[h->sampled_len] = (struct sampled){.brand = copy(brand)};
    return &h->sampled[h->sampled_len++];
}

bool hub_sample(struct hub *h, struct str brand)
{
    if (!hub_heard(h, brand)) {
        return false;
    }
    int64_t second = clock_steady_ms() / 1000;
    (void)pthread_mutex_lock(&h->lock);
    struct sampled *s = sampled_of(h, brand);
    s->told = s->second == second ? s->told + 1 : 1;
    s->second = second;
    bool yes = s->told <= HUB_ARRIVALS;
    (void)pthread_mutex_unlock(&h->lock);
    return yes;
}

void hub_publish(struct hub *h, struct str brand, const char *type, struct str json)
{
    if (!h || !atomic_load_explicit(&h->count, memory_order_relaxed)) {
        return;
    }
    struct buf b = {0};
    buf_addf(&b, "event: %s\ndata: ", type);
    buf_add(&b, json);
    buf_add(&b, STR("\n\n"));
    struct sending m = {.brand = brand, .type = str_of(type), .frame = buf_str(&b)};
    send_all(h, &m);
    buf_release(&b);
}

enum rc hub_listen(struct hub *h, const struct hub_listener *l, struct err *e)
{
    struct listener *n = mem_zalloc(sizeof(*n));
    n->is = *l;
    n->is.brand = copy(l->brand);
    n->is.types = copy(l->types);
    (void)http_stream_send(l->stream, STR("retry: 2000\n: pond\n\n"));
    (void)pthread_mutex_lock(&h->lock);
    bool full = h->closed || atomic_load(&h->count) >= HUB_LISTENERS;
    if (!full) {
        n->next = h->first;
        h->first = n;
        (void)atomic_fetch_add(&h->count, 1);
    }
    (void)pthread_mutex_unlock(&h->lock);
    if (full) {
        listener_free(n);
        rc_fail(e, RC_BUSY, "%u listen already", HUB_LISTENERS);
        err_hint(e, "close some; each open page of the console is one");
        return RC_BUSY;
    }
    return RC_OK;
}

uint32_t hub_listeners(struct hub *h) { return atomic_load(&h->count); }

void hub_beat(struct hub *h)
{
    const struct sending m = {.frame = STR(":\n\n"), .beat = true};
    send_all(h, &m);
}

void hub_close(struct hub *h)
{
    (void)pthread_mutex_lock(&h->lock);
    struct listener *all = h->first;
    h->first = NULL;
    h->closed = true;
    atomic_store(&h->count, 0);
    (void)pthread_mutex_unlock(&h->lock);
    while (all) {
        struct listener *next = all->next;
        listener_free(all);
        all = next;
    }
}

void hub_free(struct hub *h)
{
    if (!h) {
        return;
    }
    hub_close(h);
    for (uint32_t i = 0; i < h->sampled_len; i++) {
        mem_free((void *)(uintptr_t)h->sampled[i].brand.ptr);
    }
    (void)pthread_mutex_destroy(&h->lock);
    mem_free(h);
}
