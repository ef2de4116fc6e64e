#include "app/report_by.h"

#include "app/ask.h"
#include "app/show.h"
#include "base/mem.h"
#include "report/asset.h"

#define SHOWN 30
#define FRESH_DAYS 30

static enum rc find_group(struct op_call *c, struct pond *p, struct ask *k, struct str question,
                          uint8_t **group)
{
    struct question *q = NULL;
    struct bits yes = {0};
    (void)p;
    enum rc rc = ask_parse(k, question, c->arena, &q, NULL, c->err);
    if (!rc) {
        rc = who_find(ask_world(k), q, &yes, c->err);
    }
    if (!rc) {
        *group = mem_array(uint8_t, (size_t)yes.len + 1);
        for (uint32_t i = 0; i < yes.len; i++) {
            (*group)[i] = bits_has(&yes, i) ? 1 : 2;
        }
    }
    bits_release(&yes);
    return rc;
}

static enum rc by_question(struct op_call *c, struct pond *p, struct asset_by_spec *s,
                           struct str question, uint8_t **group)
{
    struct ask *k = NULL;
    enum rc rc = ask_open(p, s->day, &k, c->err);
    if (!rc) {
        rc = find_group(c, p, k, question, group);
    }
    ask_close(k);
    if (rc) {
        err_prefix(c->err, "--by");
    }
    if (rc == RC_INVALID && str_find_byte(question, ' ', 0) == SIZE_MAX) {
        show_hint(c, "channel, touchpoint, age, or a question as in pond who count",
                  "可用：channel、touchpoint、age，或 pond who count 的条件");
    }
    s->by = ASSET_BY_GROUP;
    s->group = *group;
    return rc;
}

enum rc report_by_make(struct op_call *c, struct pond *p, int32_t day, struct report_parts *out)
{
    struct str by = op_arg_str(c, "by");
    struct asset_by_spec s = {.by = ASSET_BY_CHANNEL, .day = day, .fresh = FRESH_DAYS};
    uint8_t *group = NULL;
    enum rc rc = RC_OK;
    *out = (struct report_parts){0};
    if (!op_has(c, "by")) {
        return RC_OK;
    }
    if (str_eq(by, STR("touchpoint"))) {
        s.by = ASSET_BY_TOUCHPOINT;
    } else if (str_eq(by, STR("age"))) {
        s.by = ASSET_BY_AGE;
    } else if (!str_eq(by, STR("channel"))) {
        rc = by_question(c, p, &s, by, &group);
    }
    if (!rc) {
        rc = asset_by_make(&s, pond_assets(p), p->brand, c->arena, &out->part, &out->len,
                           c->err);
    }
    mem_free(group);
    return rc;
}

static struct str value_text(const struct op_call *c, struct str value)
{
    static const struct {
        const char *value, *en, *zh;
    } word[] = {{"new", "new: known for 30 days or less", "新：30 天内出现"},
                {"old", "old: known for longer", "老：30 天以前出现"},
                {"yes", "yes", "是"},
                {"no", "no", "否"},
                {"", "(unknown)", "（未知）"}};
    if (c->format != OP_FORMAT_TEXT) {
        return value;
    }
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
        if (str_eq(value, str_of(word[i].value))) {
            return str_of(op_say(c, word[i].en, word[i].zh));
        }
    }
    return value;
}

void report_by_table(struct op_call *c, const struct pond *p, const struct report_parts *parts)
{
    const struct stage_model *m = pond_model(p);
    bool text = c->format == OP_FORMAT_TEXT;
    if (parts->len == 0) {
        return;
    }
    struct table *t = op_table(c);
    show_column(t, "value", arena_cstr(c->arena, op_arg_str(c, "by")), TABLE_TEXT);
    show_column(t, "known", op_say(c, "known", "合计"), TABLE_INT);
    for (uint32_t s = 0; s < m->stages_len; s++) {
        show_column(t, arena_cstr(c->arena, m->stages[s].name),
                    arena_cstr(c->arena, show_stage(c, &m->stages[s])), TABLE_INT);
    }
    char *top = arena_cstr(c->arena, show_stage(c, &m->stages[m->stages_len - 1]));
    struct str share = arena_strf(c->arena, "%s %%", top);
    show_column(t, "top_share", share.ptr, TABLE_SHARE);
    for (uint32_t i = 0; i < parts->len && !(text && i == SHOWN); i++) {
        const struct asset_part *part = &parts->part[i];
        table_row(t);
        table_str(t, value_text(c, part->value));
        table_i64(t, (int64_t)part->known);
        for (uint32_t s = 0; s < m->stages_len; s++) {
            table_i64(t, (int64_t)part->consumers[s]);
        }
        table_f64(t, asset_share(part->consumers[m->stages_len - 1], part->known));
    }
    if (text && parts->len > SHOWN) {
        show_text(c, "The largest %d of %u; --csv and --json have all.",
                  "显示最大的 %d 项，共 %u 项；--csv 与 --json 含全部。", SHOWN, parts->len);
    }
}

void report_by_json(struct json *j, const struct pond *p, const struct report_parts *parts)
{
    json_key(j, "parts");
    json_begin_array(j);
    for (uint32_t i = 0; i < parts->len; i++) {
        json_begin_object(j);
        json_put_str(j, "value", parts->part[i].value);
        json_put_i64(j, "known", (int64_t)parts->part[i].known);
        json_key(j, "consumers");
        json_begin_array(j);
        for (uint32_t s = 0; s < pond_model(p)->stages_len; s++) {
            json_i64(j, (int64_t)parts->part[i].consumers[s]);
        }
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}
