#include "who/names.h"

typedef bool each_name(void *ctx, enum question_form form, struct str name);

/* Depth is at most 64: the parser's limit. */
static bool walk(const struct question *q, each_name *each, void *ctx)
{
    if ((q->form == Q_TAG || q->form == Q_CROWD) && !each(ctx, q->form, q->texts[0])) {
        return false;
    }
    for (const struct question *k = q->first; k; k = k->next) {
        if (!walk(k, each, ctx)) {
            return false;
        }
    }
    return true;
}

void question_each_name(const struct question *q, each_name *each, void *ctx)
{
    (void)walk(q, each, ctx);
}

static bool found(void *ctx, enum question_form form, struct str name)
{
    (void)form;
    (void)name;
    *(bool *)ctx = true;
    return false;
}

bool question_has_names(const struct question *q)
{
    bool has = false;
    question_each_name(q, found, &has);
    return has;
}
