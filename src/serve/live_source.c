/* What came from where: counts by collector and key, since the start. */
#include "serve/live_internal.h"

#include <stdio.h>

static struct source_count *find(struct live *l, const struct live_source *more)
{
    for (uint32_t i = 0; i < l->sources_len; i++) {
        struct source_count *s = &l->sources[i];
        if (s->key == more->key && strcmp(s->source, more->source) == 0) {
            return s;
        }
    }
    if (l->sources_len == LIVE_SOURCES) {
        return NULL;
    }
    struct source_count *s = &l->sources[l->sources_len++];
    *s = (struct source_count){.source = more->source, .key = more->key};
    struct str name = more->key_name;
    while (name.len >= sizeof(s->name) || (name.len && !str_is_utf8(name))) {
        name.len--;
    }
    (void)snprintf(s->name, sizeof(s->name), "%.*s", STR_FMT(name));
    return s;
}

void live_count_source(struct live *l, const struct live_source *more)
{
    (void)pthread_mutex_lock(&l->sources_lock);
    struct source_count *s = find(l, more);
    if (s) {
        s->accepted += more->accepted;
        s->duplicates += more->duplicates;
        s->rejected += more->rejected;
        s->last_ms = more->last_ms > s->last_ms ? more->last_ms : s->last_ms;
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
}

uint32_t live_sources(struct live *l, struct arena *a, struct live_source **list)
{
    (void)pthread_mutex_lock(&l->sources_lock);
    uint32_t n = l->sources_len;
    *list = arena_array(a, struct live_source, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        const struct source_count *s = &l->sources[i];
        uint32_t at = i;
        while (at && (*list)[at - 1].last_ms < s->last_ms) {
            (*list)[at] = (*list)[at - 1];
            at--;
        }
        (*list)[at] = (struct live_source){.source = s->source,
                                           .key = s->key,
                                           .key_name = arena_str(a, str_of(s->name)),
                                           .accepted = s->accepted,
                                           .duplicates = s->duplicates,
                                           .rejected = s->rejected,
                                           .last_ms = s->last_ms};
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
    return n;
}
