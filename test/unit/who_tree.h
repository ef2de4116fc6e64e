/* Names of a small brand to ask with, and whether two trees are the same. */
#ifndef POND_TEST_WHO_TREE_H
#define POND_TEST_WHO_TREE_H

#include "unit/tap.h"

#include "who/field.h"
#include "who/question.h"

struct fixture {
    struct catalogue *catalogue;
    struct kind_table *kinds;
    struct arena *arena;
    struct who_names names;
};

static const struct str fixture_stages[] = {
    {"none", 4},     {"awareness", 9}, {"interest", 8},
    {"purchase", 8}, {"loyalty", 7},   {"pre-sale", 8},
};

static inline struct fixture fixture_new(void)
{
    struct fixture f = {catalogue_new(), kind_table_new(), arena_new(), {0}};
    uint8_t kind = 0;
    CHECK_EQ_I64(kind_intern(f.kinds, STR("openid@wx12"), &kind, NULL), RC_OK);
    f.names = (struct who_names){
        .catalogue = f.catalogue, .kinds = f.kinds, .stages = fixture_stages, .stages_len = 6};
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    arena_free(f->arena);
    kind_table_free(f->kinds);
    catalogue_free(f->catalogue);
}

/* NULL after a failure, which is told. */
static inline struct question *fixture_parse(struct fixture *f, const char *text)
{
    struct question *q = NULL;
    struct err e = {0};
    if (!CHECK_EQ_I64(question_parse(str_of(text), &f->names, f->arena, &q, NULL, &e), RC_OK)) {
        printf("#   %s\n#   %s (%s)\n", text, e.msg, e.hint);
    }
    return q;
}

static inline bool same_number(double a, double b) { return !(a < b) && !(a > b); }

static inline bool filter_equal(const struct event_filter *a, const struct event_filter *b)
{
    bool same = a->names_len == b->names_len && a->tests_len == b->tests_len;
    for (uint32_t i = 0; same && i < a->names_len; i++) {
        same = a->names[i] == b->names[i];
    }
    for (uint32_t i = 0; same && i < a->tests_len; i++) {
        const struct evidence_test *x = &a->tests[i], *y = &b->tests[i];
        same = x->field == y->field && x->cmp == y->cmp && same_number(x->number, y->number) &&
               x->texts_len == y->texts_len && str_eq(x->key, y->key);
        for (uint32_t k = 0; same && k < x->texts_len; k++) {
            same = str_eq(x->texts[k], y->texts[k]) &&
                   (x->field != FIELD_CHANNEL || x->codes[k] == y->codes[k]);
        }
    }
    return same;
}

static inline bool when_equal(struct when a, struct when b)
{
    return a.form == b.form && a.days == b.days && a.ago == b.ago && a.from == b.from &&
           a.to == b.to;
}

static inline bool steps_equal(const struct question *a, const struct question *b)
{
    bool same = a->steps_len == b->steps_len && a->of_first == b->of_first;
    for (uint32_t i = 0; same && i < a->steps_len; i++) {
        const struct sequence_step *x = &a->steps[i], *y = &b->steps[i];
        same = filter_equal(&x->filter, &y->filter) && x->negated == y->negated &&
               x->within_ms == y->within_ms && str_eq(x->written, y->written);
    }
    return same;
}

static inline bool leaf_equal(const struct question *a, const struct question *b)
{
    bool same =
        a->form == b->form && filter_equal(&a->filter, &b->filter) &&
        when_equal(a->when, b->when) && a->cmp == b->cmp && same_number(a->number, b->number) &&
        a->count_of == b->count_of && a->measure == b->measure && a->of == b->of &&
        a->total == b->total && a->last_one == b->last_one && filter_equal(&a->was, &b->was) &&
        steps_equal(a, b) && a->stage_ask == b->stage_ask && a->stages == b->stages &&
        a->stages_written == b->stages_written && a->day == b->day &&
        a->days_ago == b->days_ago && a->field == b->field && a->texts_len == b->texts_len &&
        a->known == b->known && a->kind == b->kind && a->seed == b->seed;
    for (uint32_t i = 0; same && i < a->texts_len; i++) {
        same = str_eq(a->texts[i], b->texts[i]);
    }
    return same;
}

/* Everything but the places in the text. */
static inline bool tree_equal(const struct question *a, const struct question *b,
                              const struct who_names *n)
{
    if (!leaf_equal(a, b)) {
        return false;
    }
    const struct question *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next) {
        if (!tree_equal(x, y, n)) {
            return false;
        }
    }
    return !x && !y;
}

/* Where none of its own names is known yet, as in the next run, the JSON form is read as the text is. */
static inline bool json_reads_anew(const struct fixture *f, struct str json, struct str text)
{
    struct catalogue *fresh = catalogue_new();
    struct who_names names = f->names;
    struct question *again = NULL;
    struct err e = {0};
    names.catalogue = fresh;
    enum rc rc = question_from_json(json, &names, f->arena, &again, &e);
    bool same = rc == RC_OK && str_eq(question_print(again, &names, f->arena), text);
    if (!same) {
        printf("#   anew: %.*s\n#   %s (%s)\n", STR_FMT(json), e.msg, e.hint);
    }
    catalogue_free(fresh);
    return same;
}

/* The tree written as JSON and read back is the same. */
static inline bool json_round(struct fixture *f, const struct question *q)
{
    struct buf text = {0}, twice = {0};
    struct json j;
    struct err e = {0};
    struct question *again = NULL;
    json_init(&j, &text);
    question_json(q, &f->names, &j);
    enum rc rc = question_from_json(buf_str(&text), &f->names, f->arena, &again, &e);
    bool same = rc == RC_OK && tree_equal(q, again, &f->names);
    if (same) {
        json_init(&j, &twice);
        question_json(again, &f->names, &j);
        same = str_eq(buf_str(&text), buf_str(&twice)) &&
               json_reads_anew(f, buf_str(&text), question_print(q, &f->names, f->arena));
    }
    if (!same) {
        printf("#   %s\n#   %s (%s)\n", buf_cstr(&text), e.msg, e.hint);
    }
    buf_release(&text);
    buf_release(&twice);
    return same;
}

#endif
