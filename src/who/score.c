/* A set is a checkpoint file (store/checkpoint.h) with the sections
 *
 *   head           as_of, len, columns: 3 int32; made_ms: int64
 *   about          text
 *   no             uint32 a row
 *   NAME           double a row: numbers        NAME:code  uint8 a row, NAME:text  texts, a line each
 *   columns        names, a line each
 */
#include "who/score.h"
#include <math.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"

#define SCORE_VERSION 1u
#define CODE_NONE 255u

struct head {
    int64_t made_ms;
    int32_t as_of;
    uint32_t len, columns_len, spare;
};

static bool name_fits(struct str s)
{
    bool fits = s.len >= 1 && s.len <= 24;
    for (size_t i = 0; fits && i < s.len; i++) {
        fits = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || s.ptr[i] == '_';
    }
    return fits;
}

static char *set_path(const struct brand *b, struct arena *a, struct str name)
{
    return disk_path(a, disk_path(a, b->dir, "scores"), arena_cstr(a, name));
}

/* ---- writing ---- */

static enum rc add_lines(struct checkpoint_writer *w, const char *section,
                         const struct str *texts, uint32_t len, struct err *e)
{
    struct buf lines = {0};
    for (uint32_t i = 0; i < len; i++) {
        buf_add(&lines, texts[i]);
        buf_add_byte(&lines, '\n');
    }
    enum rc rc = checkpoint_add(w, section, lines.ptr, lines.len, e);
    buf_release(&lines);
    return rc;
}

static enum rc add_column(struct checkpoint_writer *w, const struct score_column *c,
                          uint32_t len, struct err *e)
{
    char section[CHECKPOINT_NAME_MAX + 1];
    if (c->numbers) {
        return checkpoint_add(w, c->name, c->numbers, len * sizeof(double), e);
    }
    (void)snprintf(section, sizeof(section), "%s:code", c->name);
    enum rc rc = checkpoint_add(w, section, c->codes, len, e);
    (void)snprintf(section, sizeof(section), "%s:text", c->name);
    return rc ? rc : add_lines(w, section, c->texts, c->texts_len, e);
}

static enum rc add_all(struct checkpoint_writer *w, const struct score_set *s, struct err *e)
{
    struct head h = {
        .made_ms = s->made_ms, .as_of = s->as_of, .len = s->len, .columns_len = s->columns_len};
    struct str names[SCORE_COLUMNS_MAX];
    enum rc rc = checkpoint_add(w, "head", &h, sizeof(h), e);
    rc = rc ? rc : checkpoint_add(w, "about", s->about.ptr, s->about.len, e);
    rc = rc ? rc : checkpoint_add(w, "no", s->no, s->len * sizeof(*s->no), e);
    for (uint32_t i = 0; !rc && i < s->columns_len; i++) {
        names[i] = str_of(s->columns[i].name);
        rc = add_column(w, &s->columns[i], s->len, e);
    }
    return rc ? rc : add_lines(w, "columns", names, s->columns_len, e);
}

enum rc score_save(struct brand *b, const struct score_set *s, struct err *e)
{
    if (!name_fits(str_of(s->name))) {
        return rc_fail(e, RC_INVALID, "a score set is named by 1 to 24 of a..z and _: %s",
                       s->name);
    }
    struct arena *a = arena_new();
    struct checkpoint_head head = {.version = SCORE_VERSION, .seq = b->seq};
    struct checkpoint_writer *w = NULL;
    enum rc rc = disk_mkdirs(b->disk, disk_path(a, b->dir, "scores"), 0700, e);
    rc = rc ? rc : checkpoint_create(b->disk, set_path(b, a, str_of(s->name)), &head, &w, e);
    if (!rc) {
        rc = add_all(w, s, e);
        if (rc) {
            checkpoint_drop(w);
        } else {
            rc = checkpoint_finish(w, e);
        }
    }
    arena_free(a);
    return rc;
}

/* ---- reading ---- */

/* One section into the arena. */
static enum rc take(struct checkpoint *c, const char *section, struct arena *a, struct str *out,
                    struct err *e)
{
    void *data = NULL;
    size_t len = 0;
    struct checkpoint_want want = {section, &data, &len};
    enum rc rc = checkpoint_load(c, &want, 1, e);
    if (!rc) {
        *out = arena_str(a, (struct str){data, len});
        mem_free(data);
    }
    return rc;
}

/* The same into memory aligned for numbers, of an exact length. */
static enum rc take_array(struct checkpoint *c, const char *section, size_t bytes,
                          struct arena *a, void **out, struct err *e)
{
    void *data = NULL;
    size_t len = 0;
    struct checkpoint_want want = {section, &data, &len};
    enum rc rc = checkpoint_load(c, &want, 1, e);
    if (!rc && len != bytes) {
        rc = rc_fail(e, RC_CORRUPT, "a score set's section %s has %zu bytes instead of %zu",
                     section, len, bytes);
    }
    if (!rc) {
        *out = arena_array(a, double, bytes / sizeof(double) + 1);
        memcpy(*out, data, bytes);
    }
    mem_free(data);
    return rc;
}

static uint32_t split_lines(struct str text, struct arena *a, struct str **out)
{
    uint32_t n = 0, at = 0;
    for (size_t i = 0; i < text.len; i++) {
        n += text.ptr[i] == '\n';
    }
    *out = arena_array(a, struct str, n + 1);
    for (size_t i = 0, from = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            (*out)[at++] = str_slice(text, from, i);
            from = i + 1;
        }
    }
    return n;
}

/* A field with a fixed list of values is kept by their keys. Sets of before have names instead, in the language of who kept
 * them, in the order of the list. */
static uint32_t text_list(const char *column, struct str lines, struct arena *a,
                          struct str **out)
{
    const struct who_field *f = who_field_find(str_of(column));
    uint32_t n = split_lines(lines, a, out), values = 0;
    while (f && f->values && f->values[values].key) {
        values++;
    }
    for (uint32_t i = 0; i < n && n == values; i++) {
        (*out)[i] = str_of(f->values[i].key);
    }
    return n;
}

static enum rc take_column(struct checkpoint *c, struct arena *a, uint32_t len,
                           struct score_column *out, struct err *e)
{
    char section[CHECKPOINT_NAME_MAX + 1];
    uint64_t bytes = 0;
    void *data = NULL;
    if (checkpoint_has(c, out->name, &bytes)) {
        enum rc rc = take_array(c, out->name, len * sizeof(double), a, &data, e);
        out->numbers = data;
        return rc;
    }
    struct str lines = {0};
    struct str *texts = NULL;
    (void)snprintf(section, sizeof(section), "%s:code", out->name);
    enum rc rc = take_array(c, section, len, a, &data, e);
    (void)snprintf(section, sizeof(section), "%s:text", out->name);
    rc = rc ? rc : take(c, section, a, &lines, e);
    if (!rc) {
        out->codes = data;
        out->texts_len = text_list(out->name, lines, a, &texts);
        out->texts = texts;
    }
    return rc;
}

static enum rc take_all(struct checkpoint *c, struct arena *a, struct score_set *s,
                        const char *only, struct err *e)
{
    void *head = NULL, *no = NULL;
    struct str lines = {0};
    struct str *names = NULL;
    enum rc rc = take_array(c, "head", sizeof(struct head), a, &head, e);
    if (rc) {
        return rc;
    }
    const struct head *h = head;
    s->as_of = h->as_of;
    s->made_ms = h->made_ms;
    s->len = h->len;
    rc = take(c, "about", a, &s->about, e);
    rc = rc ? rc : take_array(c, "no", s->len * sizeof(*s->no), a, &no, e);
    rc = rc ? rc : take(c, "columns", a, &lines, e);
    s->no = no;
    uint32_t n = rc ? 0 : split_lines(lines, a, &names);
    for (uint32_t i = 0; !rc && i < n && s->columns_len < SCORE_COLUMNS_MAX; i++) {
        if (!only || str_eq(names[i], str_of(only))) {
            struct score_column *column = &s->columns[s->columns_len++];
            column->name = arena_cstr(a, names[i]);
            rc = take_column(c, a, s->len, column, e);
        }
    }
    return rc;
}

/* only: the one column wanted; NULL: all. */
static enum rc load(struct brand *b, struct str name, const char *only, struct arena *a,
                    struct score_set *out, struct err *e)
{
    struct checkpoint *c = NULL;
    struct err why = {0};
    struct score_set s = {.name = arena_cstr(a, name)};
    if (!name_fits(name)) {
        return rc_fail(e, RC_MISSING, "there are no scores named %.*s", STR_FMT(name));
    }
    enum rc rc = checkpoint_open(b->disk, set_path(b, a, name), &c, &why);
    if (rc == RC_MISSING || rc == RC_CONFLICT) {
        return rc_fail(e, RC_MISSING, "there are no scores named %.*s", STR_FMT(name));
    }
    if (rc) {
        if (e) {
            *e = why;
        }
        return rc;
    }
    if (checkpoint_head(c).version != SCORE_VERSION) {
        rc = rc_fail(e, RC_MISSING, "the scores named %.*s are of another version",
                     STR_FMT(name));
    }
    rc = rc ? rc : take_all(c, a, &s, only, e);
    checkpoint_close(c);
    if (!rc) {
        *out = s;
    }
    return rc;
}

enum rc score_load(struct brand *b, struct str name, struct arena *a, struct score_set *out,
                   struct err *e)
{
    return load(b, name, NULL, a, out, e);
}

enum rc score_list(struct brand *b, struct arena *a, struct str **names, uint32_t *len,
                   struct err *e)
{
    struct str *all = NULL;
    size_t n = 0;
    const char *dir = disk_path(a, b->dir, "scores");
    *len = 0;
    *names = NULL;
    if (!disk_exists(dir)) {
        return RC_OK;
    }
    enum rc rc = disk_list(a, dir, &all, &n, e);
    if (rc) {
        return rc;
    }
    *names = all;
    for (size_t i = 0; i < n; i++) {
        if (name_fits(all[i])) {
            all[(*len)++] = all[i];
        }
    }
    return RC_OK;
}

enum rc score_drop(struct brand *b, struct str name, struct err *e)
{
    struct arena *a = arena_new();
    enum rc rc = RC_OK;
    if (!name_fits(name) || !disk_exists(set_path(b, a, name))) {
        rc = rc_fail(e, RC_MISSING, "there are no scores named %.*s", STR_FMT(name));
    }
    rc = rc ? rc : b->disk->ops->unlink(b->disk, set_path(b, a, name), e);
    rc = rc ? rc : b->disk->ops->sync_dir(b->disk, disk_path(a, b->dir, "scores"), e);
    arena_free(a);
    return rc;
}

/* ---- columns of fields ---- */

/* The set of the field with this one column, or an empty one. */
static enum rc field_set(struct brand *b, const struct who_field *f, int32_t day,
                         struct arena *a, struct score_set *out, struct err *e)
{
    struct err why = {0};
    *out = (struct score_set){0};
    if (!f->of) {
        return RC_OK;
    }
    enum rc rc = load(b, str_of(f->of), f->name, a, out, &why);
    if (rc && rc != RC_MISSING) {
        if (e) {
            *e = why;
        }
        return rc;
    }
    if (rc == RC_MISSING || out->as_of > day || !out->columns_len) {
        *out = (struct score_set){0};
    }
    return RC_OK;
}

enum rc score_numbers(struct brand *b, const struct who_field *f, int32_t day, double *out,
                      uint32_t len, struct err *e)
{
    struct arena *a = arena_new();
    struct score_set s;
    enum rc rc = field_set(b, f, day, a, &s, e);
    const double *numbers = s.columns[0].numbers;
    for (uint32_t i = 0; !rc && numbers && i < s.len; i++) {
        if (s.no[i] < len) {
            out[s.no[i]] = numbers[i];
        }
    }
    arena_free(a);
    return rc;
}

enum rc score_texts(struct brand *b, const struct who_field *f, int32_t day, struct str *out,
                    uint32_t len, struct arena *a, struct err *e)
{
    struct score_set s;
    enum rc rc = field_set(b, f, day, a, &s, e);
    const struct score_column *c = &s.columns[0];
    for (uint32_t i = 0; !rc && c->codes && i < s.len; i++) {
        if (s.no[i] < len && c->codes[i] < c->texts_len) {
            out[s.no[i]] = c->texts[c->codes[i]];
        }
    }
    return rc;
}
