#include "app/analyze.h"

#include <math.h>
#include "app/show.h"
#include "report/period.h"

static bool asks(const struct op_call *c, const char *name)
{
    for (const struct op_in *in = c->op->in; in && in->name; in++) {
        if (strcmp(in->name, name) == 0) {
            return op_has(c, name);
        }
    }
    return false;
}

static enum rc read_days(struct analysis *a)
{
    struct op_call *c = a->c;
    a->from = asks(c, "from") ? op_arg_day(c, "from", DAY_NONE) : DAY_NONE;
    a->to = asks(c, "to") ? op_arg_day(c, "to", INT32_MAX) : INT32_MAX;
    if (a->from <= a->to) {
        return RC_OK;
    }
    enum rc rc = show_fail(c, RC_INVALID, "--to is before --from%s", "--to 早于 --from%s", "");
    show_hint(c, "give the first day as --from, the last one as --to",
              "--from 为第一天，--to 为最后一天");
    return rc;
}

enum rc analysis_find(struct analysis *a, struct str question, const char *where,
                      struct bits *out)
{
    struct question *q = NULL;
    enum rc rc = ask_parse(a->ask, question, a->c->arena, &q, NULL, a->c->err);
    if (!rc) {
        rc = who_find(ask_world(a->ask), q, out, a->c->err);
    }
    if (rc) {
        err_prefix(a->c->err, "%s", where);
    }
    return rc;
}

static enum rc read_among(struct analysis *a)
{
    a->some = asks(a->c, "among");
    return a->some ? analysis_find(a, op_arg_str(a->c, "among"), "--among", &a->among) : RC_OK;
}

enum rc analysis_run(struct op_call *c, enum rc (*reply)(struct analysis *a))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    struct analysis a = {.c = c, .p = p};
    rc = read_days(&a);
    if (!rc) {
        rc = ask_open(p, analysis_last_day(&a), &a.ask, c->err);
    }
    if (!rc) {
        rc = read_among(&a);
    }
    if (!rc) {
        rc = reply(&a);
    }
    history_release(&a.h);
    bits_release(&a.among);
    ask_close(a.ask);
    return pond_close(p, rc, c->err);
}

enum rc analysis_step(struct analysis *a, struct str text, const char *where, struct step *out)
{
    enum rc rc = step_parse(text, ask_names(a->ask), a->c->arena, out, a->c->err);
    if (rc) {
        err_prefix(a->c->err, "%s", where);
    } else if (out->alias.len) {
        show_text(a->c, "%.*s is read as %.*s", "%.*s 按 %.*s 理解", STR_FMT(out->alias),
                  STR_FMT(out->meant));
    }
    return rc;
}

enum rc analysis_read(struct analysis *a)
{
    a->want.among = a->some ? &a->among : NULL;
    return history_read(a->p->brand, &a->want, a->p->threads, &a->h, a->c->err);
}

int32_t analysis_last_day(const struct analysis *a)
{
    struct period d = {0};
    struct period_question q = {.from = DAY_NONE,
                                .to = a->to == INT32_MAX ? DAY_NONE : a->to,
                                .today = pond_today(a->p),
                                .last_event = a->p->brand->last_day,
                                .days = 1};
    return period_choose(&q, &d, NULL) ? q.today : d.to;
}

struct str analysis_event_name(const struct analysis *a, uint16_t code)
{
    const struct catalogue *c = a->p->brand->catalogue;
    const struct event_def *def = catalogue_def(c, code);
    struct str name = catalogue_name(c, code);
    if (a->c->format != OP_FORMAT_TEXT || a->c->lang != LANG_ZH || !def) {
        return name;
    }
    return arena_strf(a->c->arena, "%s %.*s", def->zh, STR_FMT(name));
}

struct str analysis_step_name(const struct analysis *a, const struct step *s)
{
    if (s->filter.names_len == 1 && s->filter.tests_len == 0) {
        return analysis_event_name(a, s->filter.names[0]);
    }
    return s->text;
}

struct str analysis_span(const struct op_call *c, double ms)
{
    static const struct {
        double ms;
        const char *en, *zh;
    } unit[] = {
        {86400e3 * 2, "d", "天"}, {3600e3, "h", "小时"}, {60e3, "min", "分钟"}, {0, "s", "秒"}};
    if (isnan(ms)) {
        return STR("–");
    }
    uint32_t i = 0;
    while (ms < unit[i].ms) {
        i++;
    }
    double one = i == 0 ? 86400e3 : i == 3 ? 1e3 : unit[i].ms;
    return arena_strf(c->arena, "%.1f %s", ms / one,
                      c->lang == LANG_ZH ? unit[i].zh : unit[i].en);
}

enum rc analysis_span_parse(struct op_call *c, const char *arg, int64_t *ms)
{
    struct str s = op_arg_str(c, arg);
    int64_t n = 0;
    char unit = s.len ? s.ptr[s.len - 1] : '\0';
    int64_t one = unit == 'd' ? DAY_MS : unit == 'h' ? 3600000 : unit == 'm' ? 60000 : 0;
    if (one == 0 || !str_i64(str_slice(s, 0, s.len - 1), &n) || n < 1 || n > 36600) {
        enum rc rc = show_fail(c, RC_INVALID, "--%s %.*s is no span of time",
                               "--%s %.*s 不是时长", arg, STR_FMT(s));
        show_hint(c, "write 30m, 24h or 7d", "写作 30m（分钟）、24h（小时）或 7d（天）");
        return rc;
    }
    *ms = n * one;
    return RC_OK;
}

/* "2017-11-25 to 2017-12-03", with open ends as such. */
static struct str days_text(const struct analysis *a)
{
    struct op_call *c = a->c;
    bool zh = c->lang == LANG_ZH;
    struct str from = show_day(c, a->from), to = show_day(c, a->to);
    if (a->from == DAY_NONE && a->to == INT32_MAX) {
        return str_of(zh ? "全部日期" : "all days");
    }
    if (a->from == DAY_NONE) {
        return zh ? arena_strf(c->arena, "截至 %.*s", STR_FMT(to))
                  : arena_strf(c->arena, "up to %.*s", STR_FMT(to));
    }
    if (a->to == INT32_MAX) {
        return zh ? arena_strf(c->arena, "%.*s 起", STR_FMT(from))
                  : arena_strf(c->arena, "from %.*s on", STR_FMT(from));
    }
    return zh ? arena_strf(c->arena, "%.*s 至 %.*s", STR_FMT(from), STR_FMT(to))
              : arena_strf(c->arena, "%.*s to %.*s", STR_FMT(from), STR_FMT(to));
}

void analysis_headline(struct analysis *a, const char *en, const char *zh)
{
    struct op_call *c = a->c;
    struct str days = days_text(a);
    op_text(c, "%.*s · %s · %.*s", STR_FMT(a->p->brand->name), op_say(c, en, zh),
            STR_FMT(days));
    if (a->some) {
        struct str among = op_arg_str(c, "among"), n = show_count(c, bits_count(&a->among));
        show_text(c, "among %.*s: %.*s consumers", "人群 %.*s：%.*s 人", STR_FMT(among),
                  STR_FMT(n));
    }
}

void analysis_json_days(struct analysis *a, struct json *j)
{
    show_json_day(j, "from", a->from);
    show_json_day(j, "to", a->to);
}

void analysis_plot_title(struct analysis *a, struct plot *p, const char *en, const char *zh)
{
    struct str days = days_text(a);
    plot_title(
        p, str_of(op_say(a->c, en, zh)),
        arena_strf(a->c->arena, "%.*s · %.*s", STR_FMT(a->p->brand->name), STR_FMT(days)));
}

struct str analysis_plot_event(const struct analysis *a, uint16_t code)
{
    const struct event_def *def = catalogue_def(a->p->brand->catalogue, code);
    return a->c->lang == LANG_ZH && def ? str_of(def->zh)
                                        : catalogue_name(a->p->brand->catalogue, code);
}

struct str analysis_plot_step(const struct analysis *a, const struct step *s)
{
    bool one = s->filter.names_len == 1 && s->filter.tests_len == 0;
    return one ? analysis_plot_event(a, s->filter.names[0]) : s->text;
}
