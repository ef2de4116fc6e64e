#include "who/field_value.h"
#include "people/brand.h"

#define NAME_MAX_BYTES 60

static uint32_t values_len(const struct who_field *f)
{
    uint32_t n = 0;
    while (f->values && f->values[n].key) {
        n++;
    }
    return n;
}

static const char *setting_key(const struct who_field *f, uint32_t value, struct arena *a)
{
    return arena_strf(a, "%s.%s", f->name, f->values[value].key).ptr;
}

enum rc field_words_read(struct ledger *l, const struct who_field *f, struct arena *a,
                         struct field_words *out, struct err *e)
{
    uint32_t len = values_len(f);
    struct str *own = arena_array(a, struct str, len + 1);
    enum rc rc = RC_OK;
    for (uint32_t i = 0; !rc && i < len; i++) {
        rc = brand_get_setting(l, setting_key(f, i, a), a, &own[i], e);
    }
    *out = (struct field_words){f, len, own};
    return rc;
}

void field_words_usual(const struct who_field *f, struct arena *a, struct field_words *out)
{
    uint32_t len = values_len(f);
    *out = (struct field_words){f, len, arena_array(a, struct str, len + 1)};
}

uint32_t field_value_find(const struct field_words *w, struct str key)
{
    uint32_t i = 0;
    while (i < w->len && !str_eq(key, str_of(w->field->values[i].key))) {
        i++;
    }
    return i;
}

/* Whether `asked` is the own name of any value. */
static bool is_own(const struct field_words *w, struct str asked)
{
    bool found = false;
    for (uint32_t i = 0; i < w->len && !found; i++) {
        found = w->own[i].len && str_eq(asked, w->own[i]);
    }
    return found;
}

bool field_value_is(const struct field_words *w, uint32_t value, struct str asked)
{
    const struct who_value *v = &w->field->values[value];
    uint32_t key = field_value_find(w, asked);
    if (key < w->len) {
        return key == value;
    }
    return is_own(w, asked) ? str_eq(asked, w->own[value])
                            : str_eq(asked, str_of(v->name)) || str_eq(asked, str_of(v->zh));
}

struct str field_value_name(const struct field_words *w, uint32_t value, bool zh)
{
    const struct who_value *v = &w->field->values[value];
    return w->own[value].len ? w->own[value] : str_of(zh ? v->zh : v->name);
}

struct str field_value_asked(const struct field_words *w, uint32_t value, bool zh)
{
    struct str name = field_value_name(w, value, zh);
    for (uint32_t i = 0; i < w->len; i++) {
        if (field_value_is(w, i, name) != (i == value)) {
            return str_of(w->field->values[value].key);
        }
    }
    return name;
}

struct str field_text_name(const struct field_words *w, struct str text, bool zh)
{
    uint32_t value = field_value_find(w, text);
    return value < w->len ? field_value_name(w, value, zh) : text;
}

enum rc field_keys(struct ledger *l, const struct who_field *f, const struct str *asked,
                   uint32_t asked_len, struct arena *a, struct str **out, uint32_t *len,
                   struct err *e)
{
    struct field_words w;
    enum rc rc = field_words_read(l, f, a, &w, e);
    struct str *keys = arena_array(a, struct str, asked_len + (size_t)w.len * asked_len + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; !rc && i < asked_len; i++) {
        uint32_t before = n;
        for (uint32_t v = 0; v < w.len; v++) {
            if (field_value_is(&w, v, asked[i])) {
                keys[n++] = str_of(f->values[v].key);
            }
        }
        if (n == before) {
            keys[n++] = asked[i];
        }
    }
    *out = keys;
    *len = n;
    return rc;
}

enum rc field_value_rename(struct ledger *l, const struct who_field *f, uint32_t value,
                           struct str name, struct err *e)
{
    bool bad = name.len > NAME_MAX_BYTES || !str_is_utf8(name);
    for (size_t i = 0; i < name.len && !bad; i++) {
        bad = (unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 127;
    }
    if (bad) {
        return rc_fail(e, RC_INVALID, "the name of a value has at most %d bytes, one line",
                       NAME_MAX_BYTES);
    }
    struct arena *a = arena_new();
    enum rc rc = brand_put_setting(l, setting_key(f, value, a), name, e);
    arena_free(a);
    return rc;
}
