/* Tags: names and values here, who carries them in kept sets. */
#include "who/tag.h"
#include <inttypes.h>
#include <stdlib.h>
#include "base/day.h"
#include "gen/sql_who.h"
#include "wire/json.h"

static const char *const kind_names[] = {"flag", "text", "number"};
static const char *const source_names[] = {"manual", "rule", "event", "import", "score"};

const char *tag_kind_name(enum tag_kind k) { return kind_names[k]; }
const char *tag_source_name(enum tag_source s) { return source_names[s]; }

struct str tag_full_name(const struct tag *t, struct arena *a)
{
    if (!t->category.len) {
        return t->name;
    }
    return arena_strf(a, "%.*s/%.*s", STR_FMT(t->category), STR_FMT(t->name));
}

/* ---- names ----------------------------------------------------------------------------------- */

static uint32_t characters(struct str s)
{
    uint32_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        n += ((uint8_t)s.ptr[i] & 0xc0u) != 0x80u;
    }
    return n;
}

enum rc who_name_check(struct str name, const char *what, struct err *e)
{
    const char *wrong = NULL;
    if (!name.len) {
        wrong = "is empty";
    } else if (!str_is_utf8(name)) {
        wrong = "is not UTF-8";
    } else if (characters(name) > TAG_NAME_MAX) {
        wrong = "is longer than 64 characters";
    } else if (!str_eq(str_trim(name), name)) {
        wrong = "begins or ends with a space";
    }
    for (size_t i = 0; !wrong && i < name.len; i++) {
        uint8_t c = (uint8_t)name.ptr[i];
        if (c < 32 || c == 127 || c == '"' || c == '\\' || c == '/') {
            wrong = "has one of \" \\ / or a control character in it";
        }
    }
    if (!wrong) {
        return RC_OK;
    }
    return rc_fail(e, RC_INVALID, "the %s name %.*s %s", what, STR_FMT(str_slice(name, 0, 80)),
                   wrong);
}

/* "category/name" in two; the category's pointer is NULL when there is none. */
static void name_split(struct str full, struct str *category, struct str *name)
{
    size_t at = str_find_byte(full, '/', 0);
    *category = at == SIZE_MAX ? STR_NULL : str_slice(full, 0, at);
    *name = at == SIZE_MAX ? full : str_slice(full, at + 1, full.len);
}

static enum rc names_check(struct str category, struct str name, struct err *e)
{
    enum rc rc = category.len ? who_name_check(category, "category", e) : RC_OK;
    return rc ? rc : who_name_check(name, "tag", e);
}

/* ---- reading --------------------------------------------------------------------------------- */

static uint32_t word_of(const char *const *words, uint32_t n, struct str s)
{
    uint32_t i = 0;
    while (i + 1 < n && !str_eq(str_of(words[i]), s)) {
        i++;
    }
    return i;
}

static void read_tag(struct stmt *s, struct arena *a, void *into)
{
    *(struct tag *)into = (struct tag){
        .id = stmt_i64(s, 0),
        .category = arena_str(a, stmt_str(s, 1)),
        .name = arena_str(a, stmt_str(s, 2)),
        .kind = (enum tag_kind)word_of(kind_names, 3, stmt_str(s, 3)),
        .source = (enum tag_source)word_of(source_names, 5, stmt_str(s, 4)),
        .rule = arena_str(a, stmt_str(s, 5)),
        .expiry_days = (int32_t)stmt_i64(s, 6),
        .note = arena_str(a, stmt_str(s, 7)),
        .created_ms = stmt_i64(s, 8),
        .fresh_ms = stmt_i64(s, 9),
        .fresh_day = stmt_is_null(s, 10) ? DAY_NONE : (int32_t)stmt_i64(s, 10),
        .fresh_seq = stmt_i64(s, 11),
    };
}

static enum rc tag_rows(struct ledger *l, const struct sql *sql, struct binds binds,
                        struct arena *a, struct tag **out, uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, sql, binds, sizeof(**out), read_tag, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}

/* A tag of a category with the name, and one without a category, which comes first. */
static enum rc tag_named(struct ledger *l, struct str category, struct str name,
                         struct arena *a, struct tag **out, uint32_t *len, struct err *e)
{
    return tag_rows(
        l, &sql_who_tag_named,
        BINDS(bind_str("name", name.ptr ? name : STR("")), bind_str("category", category)), a,
        out, len, e);
}

enum rc tag_list(struct ledger *l, struct arena *a, struct tag **out, uint32_t *len,
                 struct err *e)
{
    return tag_rows(l, &sql_who_tag_list, BINDS_NONE, a, out, len, e);
}

/* The tag whose name is nearest, for a hint. */
static void hint_near(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct tag *all = NULL;
    uint32_t n = 0;
    if (tag_list(l, a, &all, &n, NULL)) {
        return;
    }
    struct str *names = arena_array(a, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = all[i].name;
    }
    uint32_t at = str_nearest(names, n, name);
    if (at < n) {
        struct str full = tag_full_name(&all[at], a);
        err_hint(e, "did you mean \"%.*s\"?", STR_FMT(full));
    } else {
        err_hint(e, n ? "pond tag list shows them" : "pond tag create makes one");
    }
}

enum rc tag_find(struct ledger *l, struct str name, struct arena *a, struct tag *out,
                 struct err *e)
{
    struct str category = STR_NULL, own = STR_NULL;
    struct tag *found = NULL;
    uint32_t n = 0;
    name_split(name, &category, &own);
    enum rc rc = tag_named(l, category, own, a, &found, &n, e);
    if (!rc && n == 0) {
        rc = rc_fail(e, RC_MISSING, "there is no tag \"%.*s\"", STR_FMT(name));
        hint_near(l, own, a, e);
    } else if (!rc && n > 1 && found[0].category.len) {
        rc = rc_fail(e, RC_INVALID, "several categories have a tag \"%.*s\"", STR_FMT(name));
        struct str first = tag_full_name(&found[0], a), second = tag_full_name(&found[1], a);
        err_hint(e, "say which: \"%.*s\" or \"%.*s\"", STR_FMT(first), STR_FMT(second));
    } else if (!rc) {
        *out = found[0];
    }
    return rc;
}

static void read_value(struct stmt *s, struct arena *a, void *into)
{
    *(struct tag_value *)into =
        (struct tag_value){stmt_i64(s, 0), arena_str(a, stmt_str(s, 1)), stmt_i64(s, 2)};
}

enum rc tag_values(struct ledger *l, int64_t id, struct arena *a, struct tag_value **out,
                   uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, &sql_who_tag_values, BINDS(bind_i64("id", id)), sizeof(**out),
                             read_value, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}

/* ---- making, renaming, deleting -------------------------------------------------------------- */

static enum rc taken(struct ledger *l, struct str category, struct str name, struct err *e)
{
    struct tag *same = NULL;
    uint32_t n = 0;
    struct arena *a = arena_new();
    enum rc rc = tag_named(l, category, name, a, &same, &n, e);
    if (!rc && n) {
        rc = rc_fail(e, RC_CONFLICT, "there is a tag \"%.*s\" already", STR_FMT(name));
    }
    arena_free(a);
    return rc;
}

enum rc tag_create(struct ledger *l, const struct tag *t, int64_t *id, struct err *e)
{
    struct str category = t->category.ptr ? t->category : STR("");
    int64_t have = 0;
    enum rc rc = names_check(category, t->name, e);
    rc = rc ? rc : taken(l, category, t->name, e);
    rc = rc ? rc : ledger_get_i64(l, &sql_who_tag_count, BINDS_NONE, &have, NULL, e);
    if (!rc && have >= TAG_MAX) {
        rc = rc_fail(e, RC_TOO_LARGE, "there are %d tags, the most there may be", TAG_MAX);
    }
    if (rc) {
        return rc;
    }
    rc = ledger_run(l, &sql_who_tag_add,
                    BINDS(bind_str("category", category), bind_str("name", t->name),
                          bind_str("value_kind", str_of(kind_names[t->kind])),
                          bind_str("source", str_of(source_names[t->source])),
                          bind_str("rule", t->rule.ptr ? t->rule : STR("")),
                          t->expiry_days ? bind_i64("expiry_days", t->expiry_days)
                                         : bind_null("expiry_days"),
                          bind_str("note", t->note.ptr ? t->note : STR("")),
                          bind_i64("created_ms", t->created_ms)),
                    e);
    *id = rc ? 0 : ledger_last_id(l);
    return rc;
}

enum rc tag_rename(struct ledger *l, int64_t id, struct str name, struct err *e)
{
    struct str category = STR_NULL, own = STR_NULL;
    name_split(name, &category, &own);
    category = category.ptr ? category : STR("");
    enum rc rc = names_check(category, own, e);
    rc = rc ? rc : taken(l, category, own, e);
    return rc ? rc
              : ledger_run(l, &sql_who_tag_rename,
                           BINDS(bind_i64("id", id), bind_str("category", category),
                                 bind_str("name", own)),
                           e);
}

enum rc tag_change(struct ledger *l, const struct tag *t, struct err *e)
{
    return ledger_run(l, &sql_who_tag_change,
                      BINDS(bind_i64("id", t->id),
                            bind_str("rule", t->rule.ptr ? t->rule : STR("")),
                            bind_str("note", t->note.ptr ? t->note : STR(""))),
                      e);
}

enum rc tag_delete(struct ledger *l, int64_t id, struct err *e)
{
    struct arena *a = arena_new();
    struct tag_value *values = NULL;
    uint32_t n = 0;
    enum rc rc = tag_values(l, id, a, &values, &n, e);
    rc = rc ? rc : ledger_run(l, &sql_who_tag_values_delete, BINDS(bind_i64("id", id)), e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        rc = roster_set_delete(l, values[i].set, e);
    }
    rc = rc ? rc : ledger_run(l, &sql_who_tag_delete, BINDS(bind_i64("id", id)), e);
    arena_free(a);
    return rc;
}

/* ---- giving and taking ----------------------------------------------------------------------- */

enum rc tag_value_check(const struct tag *t, struct str value, struct err *e)
{
    double number = 0;
    if (t->kind == TAG_FLAG && value.len) {
        rc_fail(e, RC_INVALID, "the tag \"%.*s\" has no values", STR_FMT(t->name));
        err_hint(e, "leave the value away");
        return RC_INVALID;
    }
    if (t->kind != TAG_FLAG && !value.len) {
        rc_fail(e, RC_INVALID, "the tag \"%.*s\" needs a value", STR_FMT(t->name));
        err_hint(e, "--value VALUE");
        return RC_INVALID;
    }
    if (t->kind == TAG_NUMBER && !str_f64(value, &number)) {
        return rc_fail(e, RC_INVALID,
                       "\"%.*s\" is no number; the tag \"%.*s\" is one of numbers",
                       STR_FMT(str_slice(value, 0, 60)), STR_FMT(t->name));
    }
    if (!str_is_utf8(value) || characters(value) > TAG_NAME_MAX * 2) {
        return rc_fail(e, RC_INVALID, "a value of a tag is UTF-8, at most %d characters",
                       TAG_NAME_MAX * 2);
    }
    return RC_OK;
}

/* The set of a value; *set 0 when the tag never had it and `make` is false. */
static enum rc value_set(struct ledger *l, const struct tag *t, struct str value, bool make,
                         int64_t *set, struct err *e)
{
    bool found = false;
    int64_t n = 0;
    struct str v = value.ptr ? value : STR("");
    *set = 0;
    enum rc rc =
        ledger_get_i64(l, &sql_who_tag_value_get,
                       BINDS(bind_i64("id", t->id), bind_str("value", v)), set, &found, e);
    if (rc || found || !make) {
        return rc;
    }
    rc = ledger_get_i64(l, &sql_who_tag_value_count, BINDS(bind_i64("id", t->id)), &n, NULL, e);
    if (!rc && n >= TAG_VALUES_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "the tag \"%.*s\" has %d values, the most there may be",
                       STR_FMT(t->name), TAG_VALUES_MAX);
    }
    rc = rc ? rc : roster_set_new(l, set, e);
    return rc ? rc
              : ledger_run(l, &sql_who_tag_value_add,
                           BINDS(bind_i64("id", t->id), bind_str("value", v),
                                 bind_i64("set_id", *set)),
                           e);
}

static struct roster_stamp dated(const struct tag *t, const struct roster_stamp *stamp)
{
    struct roster_stamp s = *stamp;
    if (s.until == UNTIL_NEVER && t->expiry_days) {
        s.until = s.day + t->expiry_days;
    }
    return s;
}

/* Takes all values but one set away from nos. */
static enum rc take_others(struct ledger *l, const struct tag *t, int64_t keep,
                           const struct roster *nos, const struct roster_stamp *stamp,
                           uint64_t *moved, struct err *e)
{
    struct arena *a = arena_new();
    struct tag_value *values = NULL;
    struct roster_stamp s = *stamp;
    uint32_t n = 0;
    s.until = UNTIL_NEVER;
    enum rc rc = tag_values(l, t->id, a, &values, &n, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        uint64_t m = 0;
        if (values[i].set != keep) {
            rc = roster_set_change(l, values[i].set, &s, NULL, nos, &m, e);
        }
        *moved += m;
    }
    arena_free(a);
    return rc;
}

enum rc tag_give(struct ledger *l, const struct tag *t, struct str value,
                 const struct roster *nos, const struct roster_stamp *stamp, uint64_t *moved,
                 struct err *e)
{
    struct roster_stamp s = dated(t, stamp);
    int64_t set = 0;
    uint64_t gone = 0;
    *moved = 0;
    enum rc rc = tag_value_check(t, value, e);
    rc = rc ? rc : value_set(l, t, value, true, &set, e);
    if (!rc && t->kind != TAG_FLAG) {
        rc = take_others(l, t, set, nos, stamp, &gone, e);
    }
    return rc ? rc : roster_set_change(l, set, &s, nos, NULL, moved, e);
}

enum rc tag_take(struct ledger *l, const struct tag *t, struct str value,
                 const struct roster *nos, const struct roster_stamp *stamp, uint64_t *moved,
                 struct err *e)
{
    int64_t set = 0;
    *moved = 0;
    if (!value.ptr) {
        return take_others(l, t, 0, nos, stamp, moved, e);
    }
    enum rc rc = value_set(l, t, value, false, &set, e);
    return rc || !set ? rc : roster_set_change(l, set, stamp, NULL, nos, moved, e);
}

enum rc tag_follow(struct ledger *l, const struct tag *t, struct str value,
                   const struct bits *want, const uint32_t *lift,
                   const struct roster_stamp *stamp, uint64_t *moved, struct err *e)
{
    struct roster *added = NULL, *removed = NULL;
    int64_t set = 0;
    uint64_t m = 0;
    enum rc rc = value_set(l, t, value, bits_next(want, 0) != UINT32_MAX, &set, e);
    if (rc || !set) {
        return rc;
    }
    rc = roster_set_compare(l, set, stamp->day, want, lift, &added, &removed, e);
    rc = rc ? rc : roster_set_change(l, set, stamp, added, removed, &m, e);
    *moved += m;
    roster_free(added);
    roster_free(removed);
    return rc;
}

enum rc tag_set_fresh(struct ledger *l, int64_t id, int64_t at_ms, int32_t day, int64_t seq,
                      struct err *e)
{
    return ledger_run(l, &sql_who_tag_fresh,
                      BINDS(bind_i64("id", id), bind_i64("at_ms", at_ms), bind_i64("day", day),
                            bind_i64("seq", seq)),
                      e);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static enum rc mark_set(struct ledger *l, int64_t set, int32_t day, struct bits *out,
                        struct err *e)
{
    struct roster *r = NULL;
    enum rc rc = roster_set_read(l, set, day, &r, e);
    if (!rc) {
        roster_set_bits(r, out);
    }
    roster_free(r);
    return rc;
}

enum rc tag_mark(struct ledger *l, struct str name, struct str value, int32_t day,
                 struct bits *out, struct err *e)
{
    struct arena *a = arena_new();
    struct tag t = {0};
    struct tag_value *values = NULL;
    uint32_t n = 0;
    enum rc rc = tag_find(l, name, a, &t, e);
    rc = rc ? rc : tag_values(l, t.id, a, &values, &n, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (!value.len || str_eq(values[i].value, value)) {
            rc = mark_set(l, values[i].set, day, out, e);
        }
    }
    arena_free(a);
    return rc;
}

static int by_name(const void *x, const void *y)
{
    const struct tag_held *a = x, *b = y;
    int c = str_cmp(a->category, b->category);
    c = c ? c : str_cmp(a->name, b->name);
    return c ? c : str_cmp(a->value, b->value);
}

enum rc tag_held_by(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                    struct arena *a, struct tag_held **out, uint32_t *len, struct err *e)
{
    int64_t *sets = NULL;
    uint32_t sets_len = 0;
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = roster_set_of(l, nos, n, day, a, &sets, &sets_len, e);
    rc = rc ? rc : ledger_prepare(l, &sql_who_tag_of_set, &s, e);
    *len = 0;
    *out = arena_array(a, struct tag_held, sets_len + 1);
    for (uint32_t i = 0; !rc && i < sets_len; i++) {
        stmt_bind_i64(s, "set_id", sets[i]);
        rc = stmt_step(s, &row, e);
        if (!rc && row) {
            (*out)[(*len)++] =
                (struct tag_held){.category = arena_str(a, stmt_str(s, 1)),
                                  .name = arena_str(a, stmt_str(s, 2)),
                                  .value = arena_str(a, stmt_str(s, 3)),
                                  .kind = (enum tag_kind)word_of(kind_names, 3, stmt_str(s, 4)),
                                  .tag = stmt_i64(s, 0),
                                  .set = sets[i]};
        }
        if (s) {
            stmt_reset(s);
        }
    }
    stmt_done(s);
    if (*len > 1) {
        qsort(*out, *len, sizeof(**out), by_name);
    }
    return rc;
}

/* ---- the rule of an event tag ---------------------------------------------------------------- */

struct str tag_event_json(const struct tag_event *v, struct arena *a)
{
    struct buf text = {0};
    struct json j;
    json_init(&j, &text);
    json_begin_object(&j);
    json_put_str(&j, "event", v->event);
    json_put_str(&j, "field", v->field);
    json_put_cstr(&j, "pick", v->most ? "most" : "last");
    if (v->days) {
        json_put_i64(&j, "days", v->days);
    }
    json_end_object(&j);
    struct str out = arena_str(a, buf_str(&text));
    buf_release(&text);
    return out;
}

static struct str text_at(const struct json_flat *f, struct arena *a, const char *path)
{
    const struct json_value *v = json_find(f, str_of(path));
    return v ? arena_str(a, v->value) : STR("");
}

enum rc tag_event_read(struct str json, struct arena *a, struct tag_event *out, struct err *e)
{
    struct json_reader *r = json_reader_new(NULL);
    struct json_flat f = {0};
    int64_t days = 0;
    enum rc rc = json_flat(r, json, &f, e);
    if (!rc) {
        *out = (struct tag_event){.event = text_at(&f, a, "event"),
                                  .field = text_at(&f, a, "field"),
                                  .most = str_eq(text_at(&f, a, "pick"), STR("most"))};
        if (str_i64(text_at(&f, a, "days"), &days) && days > 0 && days <= 36600) {
            out->days = (uint32_t)days;
        }
        if (!out->event.len || !out->field.len) {
            rc = rc_fail(e, RC_CORRUPT, "the rule of an event tag names no event or field");
        }
    }
    json_reader_free(r);
    return rc;
}
