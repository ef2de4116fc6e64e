#include "app/named.h"
#include "app/show.h"
#include "who/crowd.h"
#include "who/names.h"
#include "who/tag.h"

#define SHOWN 3

struct search {
    const struct op_call *c;
    struct ledger *ledger;
    struct who_names names; /* of the brand, any tag and crowd going */
    enum question_form form;
    int64_t id;
    bool found;
    struct buf text; /* crowd "a", tag "b" */
    uint32_t count;
};

static bool is_it(void *ctx, enum question_form form, struct str name)
{
    struct search *s = ctx;
    struct tag t = {0};
    struct crowd k = {0};
    if (form != s->form) {
        return true;
    }
    if (form == Q_TAG) {
        s->found = !tag_find(s->ledger, name, s->c->arena, &t, NULL) && t.id == s->id;
    } else {
        s->found = !crowd_find(s->ledger, name, s->c->arena, &k, NULL) && k.id == s->id;
    }
    return !s->found;
}

/* A question that cannot be read any more (the stage model changed) names nobody for sure. */
static void look(struct search *s, const char *what, struct str name, struct str question)
{
    struct question *q = NULL;
    s->found = false;
    if (question.len && !question_parse(question, &s->names, s->c->arena, &q, NULL, NULL)) {
        question_each_name(q, is_it, s);
    }
    if (s->found && s->count++ < SHOWN) {
        buf_addf(&s->text, "%s%s \"%.*s\"", s->count > 1 ? ", " : "", what, STR_FMT(name));
    }
}

static enum rc look_all(struct search *s, struct err *e)
{
    struct crowd *crowds = NULL;
    struct tag *tags = NULL;
    uint32_t n = 0, m = 0;
    enum rc rc = crowd_list(s->ledger, s->c->arena, &crowds, &n, e);
    rc = rc ? rc : tag_list(s->ledger, s->c->arena, &tags, &m, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (s->form != Q_CROWD || crowds[i].id != s->id) {
            look(s, op_say(s->c, "crowd", "人群"), crowds[i].name,
                 crowds[i].set ? STR("") : crowds[i].question);
        }
    }
    for (uint32_t i = 0; !rc && i < m; i++) {
        if (tags[i].source == TAG_RULE) {
            look(s, op_say(s->c, "tag", "标签"), tag_full_name(&tags[i], s->c->arena),
                 tags[i].rule);
        }
    }
    return rc;
}

enum rc named_refuse(const struct op_call *c, const struct pond *p, const struct ask *ask,
                     enum question_form form, int64_t id, struct str name)
{
    struct search s = {
        .c = c, .ledger = p->brand->ledger, .names = *ask_names(ask), .form = form, .id = id};
    s.names.knows = NULL;
    s.names.words = NULL;
    enum rc rc = look_all(&s, c->err);
    if (!rc && s.count) {
        struct str more =
            s.count > SHOWN ? arena_strf(c->arena, " (+%u)", s.count - SHOWN) : STR("");
        rc = show_fail(c, RC_CONFLICT, "\"%.*s\" is named by %.*s%.*s",
                       "“%.*s” 正被 %.*s%.*s 使用", STR_FMT(name), STR_FMT(buf_str(&s.text)),
                       STR_FMT(more));
        show_hint(c, "delete those first", "请先删除它们");
    }
    buf_release(&s.text);
    return rc;
}
