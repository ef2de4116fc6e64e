/* tag sizes: how many consumers carried a tag, over time. What a tag was on any day is known (who/roster_set.h), so nothing is
 * counted ahead: the days on which its size could change are read. */
#include "app/show.h"
#include "app/tag.h"
#include "base/vec.h"
#include <stdlib.h>

typedef VEC(int32_t) day_vec;
struct size_range {
    int32_t from, to;
};

static int by_day(const void *x, const void *y)
{
    const int32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static void add_day(day_vec *days, const struct size_range *r, int32_t day)
{
    if (day >= r->from && day <= r->to) {
        vec_push(days, day);
    }
}

/* The days on which something came, went or ran out; r->from is brought to the first of all when it is DAY_NONE. */
static enum rc read_days(struct op_call *c, struct ledger *l, const struct tag *t,
                         struct size_range *r, day_vec *days)
{
    struct tag_value *values = NULL;
    uint32_t n = 0;
    int32_t first = r->to;
    enum rc rc = tag_values(l, t->id, c->arena, &values, &n, c->err);
    for (uint32_t i = 0; !rc && i < n; i++) {
        struct roster_change *list = NULL;
        uint32_t len = 0;
        rc = roster_set_history(l, values[i].set, NULL, 0, c->arena, &list, &len, c->err);
        for (uint32_t k = 0; !rc && k < len; k++) {
            const struct roster_stamp *s = &list[k].stamp;
            first = s->day < first ? s->day : first;
            add_day(days, r, s->day);
            add_day(days, r, s->until);
        }
    }
    r->from = r->from == DAY_NONE ? first : r->from;
    vec_push(days, r->from);
    vec_push(days, r->to);
    return rc;
}

/* In order, each once, `most` of them at the most: evenly, with the first and the last. Says how many were left out. */
static uint32_t choose_days(day_vec *days, uint32_t most)
{
    uint32_t n = 0, kept = 0;
    qsort(days->ptr, days->len, sizeof(*days->ptr), by_day);
    for (size_t i = 0; i < days->len; i++) {
        if (!n || days->ptr[n - 1] != days->ptr[i]) {
            days->ptr[n++] = days->ptr[i];
        }
    }
    kept = n > most ? most : n;
    for (uint32_t i = 0; i < kept && kept > 1; i++) {
        days->ptr[i] = days->ptr[(uint64_t)i * (n - 1) / (kept - 1)];
    }
    days->len = kept;
    return n - kept;
}

static void size_row(struct op_call *c, struct plot *plot, int32_t day, int64_t consumers,
                     const int64_t *before)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    json_begin_object(j);
    show_json_day(j, "as_of", day);
    json_put_i64(j, "consumers", consumers);
    json_end_object(j);
    table_row(t);
    table_str(t, show_day(c, day));
    table_i64(t, consumers);
    if (before) {
        table_i64(t, consumers - *before);
    } else {
        table_empty(t);
    }
    plot_label(plot, show_day(c, day));
    plot_value(plot, (double)consumers);
}

static enum rc put_sizes(struct op_call *c, struct pond *p, const struct tag *t,
                         const day_vec *days)
{
    struct table *table = op_table(c);
    struct plot *plot = op_plot(c, PLOT_LINE);
    int64_t before = 0;
    enum rc rc = RC_OK;
    plot_title(plot, tag_full_name(t, c->arena),
               str_of(op_say(c, "consumers that carry it", "带有它的消费者")));
    plot_axes(plot, "", op_say(c, "consumers", "消费者"));
    show_column(table, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    show_column(table, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(table, "change", op_say(c, "change", "变化"), TABLE_DELTA);
    json_key(op_json(c), "sizes");
    json_begin_array(op_json(c));
    for (size_t i = 0; !rc && i < days->len; i++) {
        uint64_t consumers = 0;
        rc = tag_consumers(p, t, days->ptr[i], &consumers, c->err);
        if (!rc) {
            size_row(c, plot, days->ptr[i], (int64_t)consumers, i ? &before : NULL);
            before = (int64_t)consumers;
        }
    }
    json_end_array(op_json(c));
    return rc;
}

static enum rc sizes_reply(struct op_call *c, struct pond *p)
{
    struct tag t = {0};
    day_vec days = {0};
    struct size_range r = {op_arg_day(c, "from", DAY_NONE), op_arg_day(c, "to", pond_today(p))};
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &t, c->err);
    if (!rc && r.from != DAY_NONE && r.from > r.to) {
        rc = rc_fail(c->err, RC_INVALID, "%s",
                     op_say(c, "--from lies behind --to", "--from 晚于 --to"));
    }
    rc = rc ? rc : read_days(c, p->brand->ledger, &t, &r, &days);
    if (!rc) {
        struct json *j = op_json(c);
        uint32_t left = choose_days(&days, (uint32_t)op_arg_int(c, "points", 60));
        json_begin_object(j);
        json_put_str(j, "tag", tag_full_name(&t, c->arena));
        rc = put_sizes(c, p, &t, &days);
        json_put_i64(j, "left_out", left);
        json_end_object(j);
        if (left) {
            show_text(c, "%u days between these are left out: --points",
                      "其间另有 %u 天未列出：--points", left);
        }
    }
    vec_release(&days);
    return rc;
}

enum rc tag_sizes_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, sizes_reply(c, p), c->err);
}

/* clang-format off */
const struct op_in tag_sizes_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "TAG",
     .help = "name, or category/name", .help_zh = "名称，或 分类/名称"},
    {.name = "from", .type = OP_DAY, .help = "first day; when it was first given, when left away", .help_zh = "起始日；不写则为首次打标之日"},
    {.name = "to", .type = OP_DAY, .help = "last day; today when left away", .help_zh = "截止日；不写则为今天"},
    {.name = "points", .type = OP_INT, .unit = "days", .min = 2, .max = 1000, .fallback = "60",
     .help = "so many days at the most, evenly chosen", .help_zh = "最多列出多少天，均匀选取"},
    {0}};
const struct op_out tag_sizes_out[] = {
    {"tag", OP_STR, "category/name", "分类/名称", false},
    {"sizes[].as_of", OP_DAY, "at the end of this day", "截至该日日终", false},
    {"sizes[].consumers", OP_INT, "consumers that carried it", "带有它的消费者", false},
    {"left_out", OP_INT, "days between these on which it changed too", "其间未列出的变化日数", false},
    {0}};
/* clang-format on */
