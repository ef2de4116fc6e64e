/* An open table by key id, doubled when half full: keys in force are 1,000 at most (access/access.h). */
#include "serve/throttle.h"
#include <math.h>
#include <pthread.h>
#include "base/mem.h"

struct bucket {
    int64_t key; /* 0: free */
    int64_t at_us;
    double tokens;
};
struct throttle {
    pthread_mutex_t lock;
    double rate, most;
    struct bucket *bucket;
    uint32_t mask, len;
};

struct throttle *throttle_new(double rate)
{
    struct throttle *t = mem_zalloc(sizeof(*t));
    (void)pthread_mutex_init(&t->lock, NULL);
    t->rate = rate;
    t->most = rate > 1 ? rate : 1;
    t->mask = 63;
    t->bucket = mem_array(struct bucket, t->mask + 1);
    return t;
}

void throttle_free(struct throttle *t)
{
    if (t) {
        (void)pthread_mutex_destroy(&t->lock);
        mem_free(t->bucket);
        mem_free(t);
    }
}

static struct bucket *place(struct bucket *b, uint32_t mask, int64_t key)
{
    uint32_t i = (uint32_t)((uint64_t)key * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (b[i].key && b[i].key != key) {
        i = (i + 1) & mask;
    }
    return &b[i];
}

static void grow(struct throttle *t)
{
    uint32_t mask = t->mask * 2 + 1;
    struct bucket *more = mem_array(struct bucket, mask + 1);
    for (uint32_t i = 0; i <= t->mask; i++) {
        if (t->bucket[i].key) {
            *place(more, mask, t->bucket[i].key) = t->bucket[i];
        }
    }
    mem_free(t->bucket);
    t->bucket = more;
    t->mask = mask;
}

bool throttle_may(struct throttle *t, int64_t key, int64_t now_us, int *wait_s)
{
    if (t->rate <= 0) {
        return true;
    }
    (void)pthread_mutex_lock(&t->lock);
    if (t->len * 2 > t->mask) {
        grow(t);
    }
    struct bucket *b = place(t->bucket, t->mask, key);
    if (!b->key) {
        *b = (struct bucket){.key = key, .at_us = now_us, .tokens = t->most};
        t->len++;
    }
    double more = (double)(now_us - b->at_us) * t->rate / 1e6;
    b->tokens = b->tokens + more > t->most ? t->most : b->tokens + more;
    b->at_us = now_us;
    bool may = b->tokens >= 1;
    b->tokens -= may;
    *wait_s = may ? 0 : (int)fmax(1, ceil((1 - b->tokens) / t->rate));
    (void)pthread_mutex_unlock(&t->lock);
    return may;
}
