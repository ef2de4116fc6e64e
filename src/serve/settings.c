/* What a brand has set for its collectors: the secrets of webhooks and the saved mappings. A request must not wait for the
 * ledger, so they are kept in memory and read again now and then; a reading replaces the one before. */
#include "serve/serving.h"
#include "base/mem.h"
#include "collect/collect.h"
#include "app/hook_secret.h"
#include "app/import.h"
#include "wire/crypt.h"

struct pair {
    struct str name, value;
};
struct reading {
    struct arena *arena;
    struct pair *mapping, *secret;
    uint32_t mappings, secrets, cap;
};

struct settings {
    pthread_mutex_t lock;
    struct reading *now;
    struct siv *siv; /* opens the secrets */
    struct collect_settings collect;
};

static void reading_free(struct reading *r)
{
    if (r) {
        arena_free(r->arena);
    }
}

static struct reading *reading_new(void)
{
    struct arena *a = arena_new();
    struct reading *r = arena_new_of(a, struct reading);
    r->arena = a;
    return r;
}

static void put(struct reading *r, struct pair **list, uint32_t *n, struct str name,
                struct str value)
{
    struct pair *more = arena_array(r->arena, struct pair, *n + 1);
    if (*n) {
        memcpy(more, *list, *n * sizeof(*more));
    }
    more[*n] = (struct pair){arena_str(r->arena, name), arena_str(r->arena, value)};
    *list = more;
    (*n)++;
}

static void put_mapping(void *ctx, struct str name, struct str json)
{
    struct reading *r = ctx;
    put(r, &r->mapping, &r->mappings, name, json);
}

static enum rc read_secrets(struct reading *r, struct ledger *l, struct siv *siv, struct err *e)
{
    enum rc rc = RC_OK;
    for (uint32_t i = 0; !rc && i < collect_count(); i++) {
        struct str value = STR_NULL;
        struct str name = str_of(collector_name(collect_at(i)));
        rc = hook_secret_get(l, siv, name, r->arena, &value, e);
        if (!rc && value.len) {
            put(r, &r->secret, &r->secrets, name, value);
        }
    }
    return rc;
}

enum rc settings_refresh(struct settings *s, struct ledger *l, struct err *e)
{
    struct reading *r = reading_new(), *old = r;
    enum rc rc = import_mappings(l, put_mapping, r, e);
    rc = rc ? rc : read_secrets(r, l, s->siv, e);
    if (!rc) {
        (void)pthread_mutex_lock(&s->lock);
        old = s->now;
        s->now = r;
        (void)pthread_mutex_unlock(&s->lock);
    }
    reading_free(old);
    return rc;
}

static bool find(const struct pair *list, uint32_t n, struct str name, struct arena *a,
                 struct str *out)
{
    for (uint32_t i = 0; i < n; i++) {
        if (str_eq(list[i].name, name)) {
            *out = arena_str(a, list[i].value);
            return true;
        }
    }
    return false;
}

static struct str secret_of(void *ctx, const char *collector, struct arena *a)
{
    struct settings *s = ctx;
    struct str value = STR_NULL;
    (void)pthread_mutex_lock(&s->lock);
    if (s->now) {
        (void)find(s->now->secret, s->now->secrets, str_of(collector), a, &value);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return value;
}

static enum rc mapping_of(void *ctx, struct str name, struct arena *a, struct str *json,
                          struct err *e)
{
    struct settings *s = ctx;
    (void)pthread_mutex_lock(&s->lock);
    bool there = s->now && find(s->now->mapping, s->now->mappings, name, a, json);
    (void)pthread_mutex_unlock(&s->lock);
    if (!there) {
        rc_fail(e, RC_MISSING, "there is no mapping \"%.*s\"", STR_FMT(str_slice(name, 0, 60)));
        err_hint(e, "save a mapping under that name first: docs/import.md");
    }
    return there ? RC_OK : RC_MISSING;
}

struct settings *settings_new(struct siv *siv)
{
    struct settings *s = mem_zalloc(sizeof(*s));
    s->siv = siv;
    (void)pthread_mutex_init(&s->lock, NULL);
    s->collect = (struct collect_settings){s, secret_of, mapping_of};
    return s;
}

void settings_free(struct settings *s)
{
    if (s) {
        reading_free(s->now);
        siv_free(s->siv);
        (void)pthread_mutex_destroy(&s->lock);
        mem_free(s);
    }
}

const struct collect_settings *settings_collect(struct served *b)
{
    return &b->settings->collect;
}
