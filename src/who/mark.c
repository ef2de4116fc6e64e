/* Tags and crowds for a world. */
#include "who/mark.h"
#include "who/crowd.h"
#include "who/tag.h"

/* The name in quotes of a hint "did you mean \"...\"?". */
static struct str quoted(const char *hint, struct arena *a)
{
    struct str h = str_of(hint), open = STR("did you mean \"");
    if (!str_starts(h, open)) {
        return STR_NULL;
    }
    size_t end = str_find_byte(h, '"', open.len);
    return end == SIZE_MAX ? STR_NULL : arena_str(a, str_slice(h, open.len, end));
}

bool who_marks_knows(void *ctx, enum question_form form, struct str name, struct str *near)
{
    struct who_marks *m = ctx;
    struct err e = {0};
    struct tag t = {0};
    struct crowd c = {0};
    enum rc rc = RC_OK;
    if (form == Q_TAG) {
        rc = tag_find(m->ledger, name, m->arena, &t, &e);
    } else if (form == Q_CROWD) {
        rc = crowd_find(m->ledger, name, m->arena, &c, &e);
    }
    if (rc == RC_MISSING && near) {
        *near = quoted(e.hint, m->arena);
    }
    return rc != RC_MISSING;
}

enum rc who_marks_mark(void *ctx, enum question_form form, struct str name, struct str value,
                       int32_t day, struct bits *out, struct str *rule, struct arena *a,
                       struct err *e)
{
    struct who_marks *m = ctx;
    *rule = STR_NULL;
    if (form == Q_TAG) {
        return tag_mark(m->ledger, name, value, day, out, e);
    }
    return form == Q_CROWD ? crowd_mark(m->ledger, name, out, rule, a, e) : RC_OK;
}
