/* consumer list: all consumers with their identities. The record is in ops_consumer.c. */
#include "app/ops_consumer.h"
#include "aipl/assets.h"
#include "app/pond.h"
#include "app/show.h"
#include "base/mem.h"
#include "people/consumer.h"
#include "wire/text.h"
#include <inttypes.h>
#include <stdio.h>

#define LIST_SCREEN 20 /* rows of consumer list on a terminal    */
#define LIST_PAGE 100  /* over HTTP */
#define LIST_PAGE_MOST 10000
#define LIST_BATCH 4096 /* identities whose values are read at once */

/* Consumers are listed in batches: the values of many identities are read at once, and what was
 * shown is dropped before the next. With --json each consumer is a line of its own, written as it
 * is made, so that any number of them needs little memory. */
struct listing {
    struct op_call *c;
    struct pond *p;
    struct arena *batch;
    u32_vec nos;     /* identities of the batch, a consumer's one after another */
    u32_vec sizes;   /* how many of them each consumer has */
    struct table *t; /* screen and CSV */
    uint32_t stage;  /* UINT32_MAX: all */
    uint64_t most, shown, matching;
    uint32_t after; /* consumers with greater numbers only */
    uint32_t last;  /* the last one shown                  */
    bool paged;     /* one object with a list, for HTTP: not a line each */
    bool more;      /* there are others behind the last    */
    bool ended;
};

static void list_members(struct listing *l, struct json *j, const struct consumer_identity *ids,
                         uint32_t n)
{
    json_put_i64(j, "consumer", graph_consumer(l->p->brand->graph, ids[0].no));
    json_key(j, "identities");
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i++) {
        json_str(j, consumer_identity_text(l->c, &ids[i]));
    }
    json_end_array(j);
}

static void list_json(struct listing *l, const struct consumer_identity *ids, uint32_t n,
                      struct buf *out)
{
    struct json line, *j = &line;
    if (l->paged) {
        const struct stage_model *m = pond_model(l->p);
        int stage = assets_stage(pond_assets(l->p), l->p->brand, ids[0].no, pond_today(l->p));
        j = op_json(l->c);
        json_begin_object(j);
        list_members(l, j, ids, n);
        json_put_text(j, "stage", stage < 0 ? STR_NULL : m->stages[stage].name);
        json_end_object(j);
        return;
    }
    json_init(j, out);
    json_begin_object(j);
    list_members(l, j, ids, n);
    json_end_object(j);
    buf_add_byte(out, '\n');
}

static void list_row(struct listing *l, const struct consumer_identity *ids, uint32_t n)
{
    struct buf text = {0};
    const struct stage_model *m = pond_model(l->p);
    int stage = assets_stage(pond_assets(l->p), l->p->brand, ids[0].no, pond_today(l->p));
    for (uint32_t i = 0; i < n; i++) {
        if (i) {
            buf_add_byte(&text, ' ');
        }
        buf_add(&text, consumer_identity_text(l->c, &ids[i]));
    }
    table_row(l->t);
    table_i64(l->t, graph_consumer(l->p->brand->graph, ids[0].no));
    table_str(l->t, stage < 0 ? STR_NULL : show_stage(l->c, &m->stages[stage]));
    table_str(l->t, buf_str(&text));
    buf_release(&text);
}

static enum rc list_flush(struct listing *l)
{
    struct brand *b = l->p->brand;
    struct consumer_identity *ids =
        arena_array(l->batch, struct consumer_identity, l->nos.len + 1);
    struct buf out = {0};
    enum rc rc =
        consumer_describe(b, l->batch, l->nos.ptr, (uint32_t)l->nos.len, ids, l->c->err);
    for (size_t i = 0, at = 0; !rc && i < l->sizes.len; at += l->sizes.ptr[i], i++) {
        if (l->c->format == OP_FORMAT_JSON) {
            list_json(l, ids + at, l->sizes.ptr[i], &out);
        } else {
            list_row(l, ids + at, l->sizes.ptr[i]);
        }
    }
    if (!rc && out.len && fwrite(out.ptr, 1, out.len, stdout) != out.len) {
        l->ended = true; /* the reader went away */
    }
    buf_release(&out);
    vec_clear(&l->nos);
    vec_clear(&l->sizes);
    arena_reset(l->batch);
    return rc;
}

static bool list_wants(const struct listing *l, uint32_t no)
{
    struct brand *b = l->p->brand;
    if (graph_consumer(b->graph, no) != no) {
        return false;
    }
    if (l->stage == UINT32_MAX) {
        return true;
    }
    return assets_stage(pond_assets(l->p), b, no, pond_today(l->p)) == (int)l->stage;
}

static void list_add(struct listing *l, uint32_t no)
{
    size_t before = l->nos.len;
    uint32_t at = no;
    do {
        vec_push(&l->nos, at);
        at = graph_next(l->p->brand->graph, at);
    } while (at != no);
    vec_push(&l->sizes, (uint32_t)(l->nos.len - before));
    l->last = no;
    l->shown++;
}

static enum rc list_walk(struct listing *l)
{
    uint32_t n = dictionary_len(l->p->brand->dictionary);
    enum rc rc = RC_OK;
    for (uint32_t no = l->after + 1; no && !rc && no <= n && !l->ended; no++) {
        if (!list_wants(l, no)) {
            continue;
        }
        l->matching++;
        if (!l->most || l->shown < l->most) {
            list_add(l, no);
        } else if (l->c->format == OP_FORMAT_JSON) {
            l->more = true;
            break;
        }
        if (l->nos.len >= LIST_BATCH) {
            rc = list_flush(l);
        }
    }
    return rc ? rc : list_flush(l);
}

static void list_end(struct listing *l)
{
    struct op_call *c = l->c;
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "consumers", (int64_t)l->matching);
    json_end_object(j);
    struct str shown = show_count(c, l->shown), all = show_count(c, l->matching);
    if (c->lang == LANG_ZH) {
        op_text(c, "显示 %.*s / 共 %.*s 个消费者%s", STR_FMT(shown), STR_FMT(all),
                l->shown < l->matching ? "；--limit 0 显示全部" : "");
    } else {
        op_text(c, "%.*s of %.*s consumers%s", STR_FMT(shown), STR_FMT(all),
                l->shown < l->matching ? "; --limit 0 lists all" : "");
    }
}

static enum rc list_stage(struct op_call *c, struct pond *p, uint32_t *stage)
{
    struct str name = op_arg_str(c, "stage");
    *stage = UINT32_MAX;
    if (!name.len) {
        return RC_OK;
    }
    *stage = show_stage_find(pond_model(p), name);
    if (*stage == UINT32_MAX) {
        enum rc rc = show_fail(c, RC_INVALID, "the model has no stage %.*s",
                               "模型没有阶段 %.*s", STR_FMT(name));
        show_hint(c, "pond model show lists the stages", "pond model show 列出各阶段");
        return rc;
    }
    return RC_OK;
}

/* Where it begins and how many it shows. Over HTTP it is a page, which has an end. */
static enum rc list_bounds(struct listing *l)
{
    struct op_call *c = l->c;
    bool text = c->format == OP_FORMAT_TEXT;
    bool remote = l->p->remote;
    int64_t most = op_arg_int(c, "limit", remote ? LIST_PAGE : text ? LIST_SCREEN : 0);
    l->most = (uint64_t)most;
    l->after = (uint32_t)op_arg_int(c, "after", 0);
    if (remote && (most < 1 || most > LIST_PAGE_MOST)) {
        return show_fail(c, RC_INVALID, "--limit is 1 to %d over HTTP",
                         "--limit 经 HTTP 须为 1 到 %d", LIST_PAGE_MOST);
    }
    return RC_OK;
}

static void list_page_end(struct listing *l)
{
    struct json *j = op_json(l->c);
    json_end_array(j);
    json_key(j, "next");
    if (l->more) {
        json_i64(j, l->last);
    } else {
        json_null(j);
    }
    json_end_object(j);
}

static enum rc list_reply(struct op_call *c, struct pond *p)
{
    struct listing l = {.c = c, .p = p, .paged = p->remote && c->format == OP_FORMAT_JSON};
    enum rc rc = list_stage(c, p, &l.stage);
    rc = rc ? rc : list_bounds(&l);
    if (rc) {
        return rc;
    }
    l.batch = arena_new();
    if (l.paged) {
        json_begin_object(op_json(c));
        json_key(op_json(c), "consumers");
        json_begin_array(op_json(c));
    }
    if (c->format != OP_FORMAT_JSON) {
        l.t = op_table(c);
        show_column(l.t, "consumer", op_say(c, "consumer", "消费者"), TABLE_INT);
        show_column(l.t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
        table_column(l.t, &(struct table_column){.name = "identities",
                                                 .title = op_say(c, "identities", "标识"),
                                                 .kind = TABLE_TEXT,
                                                 .width = 120});
    }
    rc = list_walk(&l);
    if (!rc && l.paged) {
        list_page_end(&l);
    } else if (!rc && c->format != OP_FORMAT_JSON) {
        list_end(&l);
    }
    (void)fflush(stdout);
    vec_release(&l.nos);
    vec_release(&l.sizes);
    arena_free(l.batch);
    return rc;
}

enum rc consumer_list_run(struct op_call *c) { return consumer_with_brand(c, list_reply); }
