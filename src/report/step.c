#include "report/step.h"

#include "base/buf.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* The standard event that another system's word stands for; empty when it is an event's name already, or nothing, or
 * only near to one. */
static struct str alias_of(const struct catalogue *c, struct str word)
{
    if (str_eq(word, STR("any")) || str_eq(word, STR("or")) || catalogue_find(c, word)) {
        return STR_NULL;
    }
    struct str meant = catalogue_suggest(c, word);
    return meant.len && !str_near(word, meant) ? meant : STR_NULL;
}

/* Where the list of events ends: behind its parenthesis, or behind the one name. */
static size_t events_end(struct str text)
{
    if (text.len && text.ptr[0] == '(') {
        return str_find_byte(text, ')', 0);
    }
    size_t end = 0;
    while (end < text.len && is_word(text.ptr[end])) {
        end++;
    }
    return end;
}

/* "did " and the text, other systems' words for events replaced. */
static struct str as_question(struct str text, const struct catalogue *c, struct arena *a,
                              struct step *out)
{
    struct buf b = {0};
    size_t events = events_end(text), at = 0;
    events = events < text.len ? events : text.len;
    buf_add(&b, STR("did "));
    while (at < events) {
        size_t end = at;
        while (end < events && is_word(text.ptr[end])) {
            end++;
        }
        struct str word = str_slice(text, at, end);
        struct str meant = word.len ? alias_of(c, word) : STR_NULL;
        if (meant.len) {
            out->alias = arena_str(a, word);
            out->meant = meant;
        }
        buf_add(&b, meant.len ? meant : word);
        at = end;
        if (at < events) {
            buf_add_byte(&b, text.ptr[at++]);
        }
    }
    buf_add(&b, str_slice(text, at, text.len));
    struct str q = arena_str(a, buf_str(&b));
    buf_release(&b);
    return q;
}

/* `did` alone, as it is when nothing but events and tests was written. */
static bool is_plain(const struct question *q)
{
    return q->form == Q_DID && q->when.form == WHEN_EVER && q->cmp == CMP_GE &&
           q->number <= 1 && q->count_of == COUNT_OF_EVENTS;
}

/* The place in the message counts from the "did" that nobody wrote. */
static void drop_place(struct err *e)
{
    if (e) {
        struct str said = question_message(e);
        memmove(e->msg, said.ptr, said.len + 1);
    }
}

enum rc step_parse(struct str text, const struct who_names *n, struct arena *a,
                   struct step *out, struct err *e)
{
    struct question *q = NULL;
    *out = (struct step){0};
    text = str_trim(text);
    struct str written = as_question(text, n->catalogue, a, out);
    enum rc rc = question_parse(written, n, a, &q, NULL, e);
    if (rc) {
        drop_place(e);
    }
    if (!rc && !is_plain(q)) {
        rc = rc_fail(e, RC_INVALID, "\"%.*s\" is more than events and tests on them",
                     STR_FMT(text));
        err_hint(e,
                 "write a step as item_view, (item_view or favorite), purchase(amount >= 200)");
    }
    if (rc) {
        return rc;
    }
    out->filter = q->filter;
    struct str canonical = question_print(q, n, a);
    out->text = str_slice(canonical, STR("did ").len, canonical.len);
    return RC_OK;
}
