#include "app/show.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

struct str show_stage(const struct op_call *c, const struct stage *s)
{
    if (c->format != OP_FORMAT_TEXT) {
        return s->name;
    }
    struct str title = c->lang == LANG_ZH ? s->title_zh : s->title_en;
    return title.len ? title : s->name;
}

struct str show_day(const struct op_call *c, int32_t day)
{
    if (day == DAY_NONE) {
        return STR("–");
    }
    if (day == INT32_MAX) {
        return STR("…");
    }
    char text[16];
    return arena_str(c->arena, str_of(day_format(day, text)));
}

struct str show_instant(const struct op_call *c, const struct zone *z, int64_t ms)
{
    char text[32];
    return arena_str(c->arena, str_of(time_format(ms, z, text)));
}

struct str show_time(const struct op_call *c, const struct brand *b, int64_t ms)
{
    return show_instant(c, b->zone, ms);
}

struct str show_count(const struct op_call *c, uint64_t n)
{
    struct buf b = {0};
    table_grouped(&b, (int64_t)n);
    struct str text = arena_str(c->arena, buf_str(&b));
    buf_release(&b);
    return text;
}

struct str show_bytes(const struct op_call *c, uint64_t n)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    double v = (double)n;
    int u = 0;
    while (v >= 1000 && u < 4) {
        v /= 1000;
        u++;
    }
    return arena_strf(c->arena, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

struct str show_share(const struct op_call *c, double share)
{
    return isnan(share) ? STR("–") : arena_strf(c->arena, "%.1f %%", share * 100);
}

void show_headline(struct op_call *c, const struct pond *p, struct str what)
{
    const struct stage_model *m = pond_model(p);
    struct str title = c->lang == LANG_ZH ? m->title_zh : m->title_en;
    struct str model = m->name;
    if (title.len && !str_eq(title, m->name)) {
        model = arena_strf(c->arena, "%.*s (%.*s)", STR_FMT(m->name), STR_FMT(title));
    }
    op_text(c, "%.*s · %s %.*s · %.*s", STR_FMT(p->brand->name), op_say(c, "model", "模型"),
            STR_FMT(model), STR_FMT(what));
}

void show_hint(const struct op_call *c, const char *en, const char *zh)
{
    err_hint(c->err, "%s", op_say(c, en, zh));
}

uint32_t show_stage_find(const struct stage_model *m, struct str name)
{
    for (uint32_t s = 0; s < m->stages_len; s++) {
        if (str_eq(m->stages[s].name, name)) {
            return s;
        }
    }
    return UINT32_MAX;
}

void show_column(struct table *t, const char *name, const char *title, enum table_kind kind)
{
    bool number = strcmp(name, "consumer") == 0; /* one that names, not one that counts */
    table_column(
        t, &(struct table_column){.name = name, .title = title, .kind = kind, .plain = number});
}

void show_event_columns(const struct op_call *c, struct table *t)
{
    show_column(t, "time", op_say(c, "time", "时间"), TABLE_TEXT);
    show_column(t, "event", op_say(c, "event", "事件"), TABLE_TEXT);
    show_column(t, "channel", op_say(c, "channel", "渠道"), TABLE_TEXT);
    show_column(t, "item", op_say(c, "item", "商品"), TABLE_TEXT);
    show_column(t, "order", op_say(c, "order", "订单"), TABLE_TEXT);
    show_column(t, "amount", op_say(c, "amount", "金额"), TABLE_FEN);
}

void show_event_cells(const struct op_call *c, const struct brand *b, struct table *t,
                      const struct show_event *v)
{
    table_str(t, show_time(c, b, v->time_ms));
    table_str(t, v->name);
    table_str(t, v->channel);
    table_str(t, v->item);
    table_str(t, v->order_no);
    if (v->amount_fen == AMOUNT_UNKNOWN) {
        table_empty(t);
    } else {
        table_i64(t, v->amount_fen);
    }
}

void show_progress(struct op_call *c, double share, const char *what)
{
    const struct pond *p = c->app;
    op_progress(c, share, str_of(what));
    if (p->progress && share < 1) {
        (void)fprintf(stderr, "\r\033[K%s %3.0f %%", what, 100 * share);
        (void)fflush(stderr);
    } else if (p->progress) {
        (void)fputs("\r\033[K", stderr);
    }
}

void show_json_day(struct json *j, const char *key, int32_t day)
{
    char text[16];
    bool open = day == DAY_NONE || day == INT32_MAX;
    json_put_cstr(j, key, open ? NULL : day_format(day, text));
}

void show_json_time(struct json *j, const struct brand *b, const char *key, int64_t ms)
{
    show_json_instant(j, b->zone, key, ms);
}

void show_json_instant(struct json *j, const struct zone *z, const char *key, int64_t ms)
{
    char text[32], full[48];
    int32_t offset = zone_offset_s(z, ms);
    int minutes = (offset < 0 ? -offset : offset) / 60;
    (void)time_format(ms, z, text);
    text[10] = 'T';
    (void)snprintf(full, sizeof(full), "%s%c%02d:%02d", text, offset < 0 ? '-' : '+',
                   minutes / 60, minutes % 60);
    json_put_cstr(j, key, full);
}

const char *show_rc_zh(enum rc rc)
{
    static const char *const text[RC_COUNT] = {
        [RC_OK] = "完成",
        [RC_INVALID] = "输入有误",
        [RC_MISSING] = "不存在",
        [RC_CONFLICT] = "当前状态不允许",
        [RC_DENIED] = "没有权限",
        [RC_BUSY] = "正被其他进程占用",
        [RC_IO] = "读写失败",
        [RC_FULL] = "磁盘空间不足",
        [RC_CORRUPT] = "数据损坏",
        [RC_TOO_LARGE] = "超过上限",
        [RC_STOPPED] = "已中断",
        [RC_REJECTS] = "完成，部分行被搁置",
        [RC_BUG] = "程序错误，请报告",
    };
    return (unsigned)rc < RC_COUNT ? text[rc] : "";
}
