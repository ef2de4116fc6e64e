/* tag import: a CSV file of who gets which tag. Rows are gathered into one roster for each (tag, value, last day), so that
 * a file of any length is one change for each of them; of rows that speak of the same identity and tag the last counts. */
#include "app/show.h"
#include "app/tag.h"
#include "base/map.h"
#include "base/vec.h"
#include "people/consumer.h"
#include "people/decode.h"
#include "store/disk.h"
#include "wire/csv.h"
#include "wire/text.h"
#include <inttypes.h>

#define FILE_MAX ((uint64_t)1 << 30)

enum column { COLUMN_IDENTITY, COLUMN_TAG, COLUMN_VALUE, COLUMN_EXPIRES, COLUMNS };

#define RAW_MAX 400      /* bytes of a row that was set aside */
#define REJECTS_TOLD 100 /* rows of them in the reply         */

struct group {
    uint32_t tag;
    struct str value;
    int32_t until;
    struct roster *nos;
};
struct told { /* a row that was set aside */
    uint64_t line;
    struct str reason, raw;
};
struct tag_import {
    struct op_call *c;
    struct pond *p;
    struct arena *a;
    uint32_t at[COLUMNS]; /* column of each field; UINT32_MAX: none */
    VEC(struct tag) tags;
    VEC(struct group) groups;
    struct map *tag_by_name, *group_by_key, *group_by_identity;
    struct buf rejects;
    struct str first_reject;
    VEC(struct told) told;
    uint64_t rows, rejected, changed;
    uint32_t made;
};

/* A field as it may be kept: of "phone:138..." the value masked, elsewhere what looks like one. */
static void add_masked(const struct tag_import *m, struct buf *out, struct str text,
                       bool identity)
{
    struct kind_table *kinds = m->p->brand->kinds;
    size_t colon = str_find_byte(text, ':', 0);
    uint8_t kind =
        identity && colon != SIZE_MAX ? kind_find(kinds, str_slice(text, 0, colon)) : 0;
    if (kind && kind_rules(kinds)[kind].personal) {
        struct str value = str_slice(text, colon + 1, text.len);
        buf_add(out, str_slice(text, 0, colon + 1));
        buf_add(out, kind_mask(kinds, kind, value, m->c->arena));
    } else {
        decode_mask_text(out, text);
    }
}

static void row_masked(const struct tag_import *m, const struct csv_block *k, uint32_t row,
                       struct buf *out)
{
    if (k->status[row] != CSV_OK) {
        decode_mask_text(out, str_slice(csv_raw(k, row), 0, RAW_MAX));
        return;
    }
    for (uint32_t i = 0; i < csv_fields(k, row) && out->len < RAW_MAX; i++) {
        struct buf one = {0};
        add_masked(m, &one, str_slice(csv_field(k, row, i), 0, RAW_MAX),
                   i == m->at[COLUMN_IDENTITY]);
        if (i) {
            buf_add_byte(out, ',');
        }
        csv_put_field(out, buf_str(&one), ',');
        buf_release(&one);
    }
}

static void reject(struct tag_import *m, const struct csv_block *k, uint32_t row,
                   const char *why)
{
    struct buf raw = {0}, said = {0};
    decode_mask_text(&said, str_of(why)); /* it may quote what stood there */
    struct str reason = arena_str(m->c->arena, buf_str(&said));
    buf_release(&said);
    if (!m->rejects.len) {
        buf_add(&m->rejects, STR("line,column,field,reason,raw\n"));
        m->first_reject =
            arena_strf(m->c->arena, "line %" PRIu64 ": %.*s", k->line[row], STR_FMT(reason));
    }
    row_masked(m, k, row, &raw);
    buf_addf(&m->rejects, "%" PRIu64 ",,,", k->line[row]);
    csv_put_field(&m->rejects, reason, ',');
    buf_add_byte(&m->rejects, ',');
    csv_put_text(&m->rejects, buf_str(&raw), ',');
    buf_add_byte(&m->rejects, '\n');
    if (m->told.len < REJECTS_TOLD) {
        struct told t = {k->line[row], reason, arena_str(m->c->arena, buf_str(&raw))};
        vec_push(&m->told, t);
    }
    buf_release(&raw);
    m->rejected++;
}

/* ---- columns --------------------------------------------------------------------------------- */

static enum column column_of(struct str s)
{
    static const char *const words[COLUMNS][3] = {{"identity", "consumer", "标识"},
                                                  {"tag", "标签", "标签名"},
                                                  {"value", "取值", "标签值"},
                                                  {"expires", "有效至", "到期日"}};
    for (uint32_t f = 0; f < COLUMNS; f++) {
        for (uint32_t w = 0; w < 3; w++) {
            if (str_eq_nocase(str_trim(s), str_of(words[f][w]))) {
                return (enum column)f;
            }
        }
    }
    return COLUMNS;
}

/* True when the first row is a header: then it says where the fields are. */
static bool read_header(struct tag_import *m, const struct csv_block *k)
{
    uint32_t at[COLUMNS] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < csv_fields(k, 0); i++) {
        enum column f = column_of(csv_field(k, 0, i));
        if (f != COLUMNS) {
            at[f] = i;
        }
    }
    if (at[COLUMN_IDENTITY] == UINT32_MAX || at[COLUMN_TAG] == UINT32_MAX) {
        return false;
    }
    memcpy(m->at, at, sizeof(at));
    return true;
}

static struct str field(const struct tag_import *m, const struct csv_block *k, uint32_t row,
                        enum column f)
{
    return m->at[f] == UINT32_MAX ? STR("") : str_trim(csv_field(k, row, m->at[f]));
}

/* ---- tags ------------------------------------------------------------------------------------ */

static enum rc make_tag(struct tag_import *m, struct str full, bool valued, struct tag *t,
                        struct err *e)
{
    size_t slash = str_find_byte(full, '/', 0);
    struct tag fresh = {.name = full,
                        .kind = valued ? TAG_TEXT : TAG_FLAG,
                        .source = TAG_IMPORT,
                        .created_ms = clock_now(&m->p->clock)};
    if (slash != SIZE_MAX) {
        fresh.category = str_slice(full, 0, slash);
        fresh.name = str_slice(full, slash + 1, full.len);
    }
    enum rc rc = tag_create(m->p->brand->ledger, &fresh, &fresh.id, e);
    m->made += !rc;
    return rc ? rc : tag_find(m->p->brand->ledger, full, m->c->arena, t, e);
}

static enum rc the_tag(struct tag_import *m, struct str full, bool valued, uint32_t *out,
                       struct err *e)
{
    struct tag t = {0};
    if (map_get(m->tag_by_name, full, out)) {
        return RC_OK;
    }
    enum rc rc = tag_find(m->p->brand->ledger, full, m->c->arena, &t, e);
    if (rc == RC_MISSING && op_arg_bool(m->c, "create")) {
        rc = make_tag(m, full, valued, &t, e);
    }
    if (!rc && (t.source == TAG_RULE || t.source == TAG_EVENT)) {
        rc = rc_fail(e, RC_CONFLICT, "the tag \"%.*s\" follows its rule", STR_FMT(full));
    }
    if (!rc) {
        *out = (uint32_t)m->tags.len;
        vec_push(&m->tags, t);
        (void)map_put(m->tag_by_name, full, *out);
    }
    return rc;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static uint32_t the_group(struct tag_import *m, uint32_t tag, struct str value, int32_t until)
{
    struct buf key = {0};
    buf_put_u32(&key, tag);
    buf_put_u32(&key, (uint32_t)until);
    buf_add(&key, value);
    uint32_t fresh = (uint32_t)m->groups.len,
             at = map_intern(m->group_by_key, buf_str(&key), fresh);
    buf_release(&key);
    if (at == fresh) {
        struct group g = {tag, arena_str(m->c->arena, value), until, roster_new()};
        vec_push(&m->groups, g);
    }
    return at;
}

static void put_row(struct tag_import *m, uint32_t tag, uint32_t no, uint32_t group)
{
    struct buf key = {0};
    uint32_t before = 0;
    buf_put_u32(&key, tag);
    buf_put_u32(&key, no);
    if (map_get(m->group_by_identity, buf_str(&key), &before) && before != group) {
        roster_drop(m->groups.ptr[before].nos, no);
    }
    (void)map_put(m->group_by_identity, buf_str(&key), group);
    roster_add(m->groups.ptr[group].nos, no);
    buf_release(&key);
}

static enum rc take_row(struct tag_import *m, const struct csv_block *k, uint32_t row,
                        struct err *e)
{
    struct str full = field(m, k, row, COLUMN_TAG), value = field(m, k, row, COLUMN_VALUE),
               expires = field(m, k, row, COLUMN_EXPIRES);
    uint32_t no = 0, tag = 0;
    int32_t last = UNTIL_NEVER - 1;
    if (expires.len && !day_parse(expires, &last)) {
        return rc_fail(e, RC_INVALID, "\"%.*s\" is no day", STR_FMT(str_slice(expires, 0, 40)));
    }
    if (last < pond_today(m->p)) {
        return rc_fail(e, RC_INVALID, "it had expired before today");
    }
    enum rc rc = consumer_find(m->p->brand, field(m, k, row, COLUMN_IDENTITY), &no, e);
    rc = rc ? rc : the_tag(m, full, value.len > 0, &tag, e);
    rc = rc ? rc : tag_value_check(&m->tags.ptr[tag], value, e);
    if (!rc) {
        put_row(m, tag, no, the_group(m, tag, value, last + 1));
    }
    return rc;
}

static enum rc take_block(struct tag_import *m, const struct csv_block *k, uint32_t from,
                          struct err *e)
{
    for (uint32_t row = from; row < k->rows; row++) {
        struct err why = {0};
        m->rows++;
        if (k->status[row] != CSV_OK) {
            reject(m, k, row, csv_status_text((enum csv_status)k->status[row]));
            continue;
        }
        enum rc rc = take_row(m, k, row, &why);
        if (rc == RC_INVALID || rc == RC_MISSING || rc == RC_CONFLICT) {
            reject(m, k, row, why.msg);
        } else if (rc) {
            *e = why;
            return rc;
        }
    }
    return RC_OK;
}

static enum rc read_rows(struct tag_import *m, struct str text, struct err *e)
{
    struct csv_reader *r = NULL;
    struct csv_block k = {0};
    bool first = true;
    enum rc rc = csv_open(source_of_str(&text), &(struct csv_options){0}, &r, e);
    while (!rc && !(rc = csv_next(r, &k, e)) && k.rows) {
        rc = take_block(m, &k, first && k.status[0] == CSV_OK && read_header(m, &k), e);
        first = false;
    }
    csv_close(r);
    return rc;
}

/* The whole file as UTF-8. */
static enum rc read_text(struct tag_import *m, const char *path, struct buf *out, struct err *e)
{
    struct buf raw = {0};
    struct transcoder *t = NULL;
    enum rc rc = disk_get(m->p->disk, path, FILE_MAX, &raw, e);
    if (!rc) {
        rc = transcoder_new(text_detect(str_slice(buf_str(&raw), 0, 1 << 16)), &t, e);
    }
    if (!rc) {
        transcoder_add(t, buf_str(&raw), out);
        transcoder_end(t, out);
    } else {
        err_prefix(e, "%s", path);
    }
    transcoder_free(t);
    buf_release(&raw);
    return rc;
}

static enum rc give_groups(struct tag_import *m, struct str file, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; !rc && i < m->groups.len; i++) {
        struct group *g = &m->groups.ptr[i];
        uint64_t moved = 0;
        struct roster_stamp s = tag_stamp(m->p, "import", file);
        s.until = g->until;
        rc = tag_give(m->p->brand->ledger, &m->tags.ptr[g->tag], g->value, g->nos, &s, &moved,
                      e);
        m->changed += moved;
    }
    return rc;
}

/* ---- the operation --------------------------------------------------------------------------- */

/* DIR/BRAND/rejects/NAME-20261122T104500.csv */
static enum rc write_rejects(struct tag_import *m, struct str file, struct str *path,
                             struct err *e)
{
    char when[32], stamp[16];
    size_t n = 0;
    *path = STR_NULL;
    if (!m->rejects.len) {
        return RC_OK;
    }
    (void)time_format(clock_now(&m->p->clock), m->p->brand->zone, when);
    for (const char *p = when; *p && n < sizeof(stamp) - 1; p++) {
        if (*p == ' ') {
            stamp[n++] = 'T';
        } else if (*p >= '0' && *p <= '9') {
            stamp[n++] = *p;
        }
    }
    stamp[n] = '\0';
    char *dir = disk_path(m->c->arena, m->p->brand->dir, "rejects");
    struct str name = arena_strf(m->c->arena, "%.*s-%s.csv", STR_FMT(file), stamp);
    char *full = disk_path(m->c->arena, dir, name.ptr);
    enum rc rc = disk_mkdirs(m->p->disk, dir, 0700, e);
    rc = rc ? rc : disk_put(m->p->disk, full, buf_str(&m->rejects), 0600, e);
    *path = str_of(full);
    return rc;
}

static void import_reply(struct tag_import *m, struct str rejects)
{
    struct op_call *c = m->c;
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "rows", (int64_t)m->rows);
    json_put_i64(j, "accepted", (int64_t)(m->rows - m->rejected));
    json_put_i64(j, "rejected", (int64_t)m->rejected);
    json_put_i64(j, "changed", (int64_t)m->changed);
    json_put_i64(j, "tags", (int64_t)m->tags.len);
    json_put_i64(j, "created", m->made);
    json_put_text(j, "rejects", pond_path_shown(m->p, rejects));
    json_put_cstr(j, "first_reject", m->first_reject.len ? m->first_reject.ptr : NULL);
    json_put_bool(j, "dry_run", op_arg_bool(c, "dry-run"));
    json_key(j, "set_aside");
    json_begin_array(j);
    for (size_t i = 0; i < m->told.len; i++) {
        json_begin_object(j);
        json_put_i64(j, "line", (int64_t)m->told.ptr[i].line);
        json_put_str(j, "reason", m->told.ptr[i].reason);
        json_put_str(j, "raw", m->told.ptr[i].raw);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    show_text(c,
              "%" PRIu64 " rows: %" PRIu64 " taken, %" PRIu64
              " set aside; %zu tags, %u of them new.",
              "共 %" PRIu64 " 行：接受 %" PRIu64 "，搁置 %" PRIu64
              "；涉及标签 %zu 个，其中新建 %u 个。",
              m->rows, m->rows - m->rejected, m->rejected, m->tags.len, m->made);
    if (op_arg_bool(c, "dry-run")) {
        op_text(c, "%s", op_say(c, "A dry run: nothing was changed.", "试运行：没有改动。"));
    }
    if (rejects.len) {
        show_text(c, "Set aside: %s (%s)", "搁置行：%s（%s）", rejects.ptr,
                  m->first_reject.ptr);
    }
}

static void import_free(struct tag_import *m)
{
    for (size_t i = 0; i < m->groups.len; i++) {
        roster_free(m->groups.ptr[i].nos);
    }
    vec_release(&m->groups);
    vec_release(&m->tags);
    vec_release(&m->told);
    map_free(m->tag_by_name);
    map_free(m->group_by_key);
    map_free(m->group_by_identity);
    buf_release(&m->rejects);
}

static struct str base_name(struct str path)
{
    size_t at = path.len;
    while (at && path.ptr[at - 1] != '/') {
        at--;
    }
    return str_slice(path, at, at + 100);
}

static enum rc import_body(struct op_call *c, struct pond *p)
{
    struct tag_import m = {.c = c,
                           .p = p,
                           .at = {0, 1, 2, 3},
                           .tag_by_name = map_new(),
                           .group_by_key = map_new(),
                           .group_by_identity = map_new()};
    struct str path = op_arg_str(c, "file"), rejects = STR_NULL;
    struct buf text = {0};
    struct tx *tx = NULL;
    bool dry = op_arg_bool(c, "dry-run");
    enum rc rc = read_text(&m, arena_cstr(c->arena, path), &text, c->err);
    rc = rc ? rc : ledger_begin(p->brand->ledger, &tx, c->err);
    if (!rc) {
        rc = read_rows(&m, buf_str(&text), c->err);
        rc = rc ? rc : give_groups(&m, base_name(path), c->err);
        if (dry && !rc) { /* all of it was done, and none of it is kept */
            (void)ledger_end(tx, RC_CONFLICT, NULL);
        } else {
            rc = ledger_end(tx, rc, c->err);
        }
    }
    rc = rc || dry ? rc : write_rejects(&m, base_name(path), &rejects, c->err);
    if (!rc) {
        import_reply(&m, rejects);
        if (!dry && m.rejected && (op_arg_bool(c, "strict") || m.rejected == m.rows)) {
            rc = rc_fail(c->err, RC_REJECTS,
                         "%" PRIu64 " of %" PRIu64 " rows were set aside: %s", m.rejected,
                         m.rows, m.first_reject.ptr);
            err_hint(c->err, "see %s", rejects.ptr);
        }
    }
    buf_release(&text);
    import_free(&m);
    return rc;
}

enum rc tag_import_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_EDIT, c->err);
    rc = rc ? rc : brand_settle(p->brand, c->err);
    return rc ? (p->brand ? pond_close(p, rc, c->err) : rc)
              : pond_close(p, import_body(c, p), c->err);
}

/* clang-format off */
const struct op_out tag_import_out[] = {
    {"rows", OP_INT, "rows read: accepted + rejected", "读取的行数 = 接受 + 搁置", false},
    {"accepted", OP_INT, "rows taken", "接受的行", false},
    {"rejected", OP_INT, "rows set aside", "搁置的行", false},
    {"changed", OP_INT, "identities whose tags changed", "发生变化的标识数", false},
    {"tags", OP_INT, "tags named", "涉及的标签数", false},
    {"created", OP_INT, "tags made for it", "新建的标签数", false},
    {"rejects", OP_PATH, "the file of rows set aside", "搁置行文件", true},
    {"first_reject", OP_STR, "line and reason of the first one", "第一条搁置的行与原因", true},
    {"dry_run", OP_BOOL, "true when nothing was changed", "为 true 时没有改动", false},
    {"set_aside[].line", OP_INT, "line of a row that was set aside; the first 100", "被搁置的行号（前 100 条）", false},
    {"set_aside[].reason", OP_STR, "why", "原因", false},
    {"set_aside[].raw", OP_STR, "the row, personal values masked", "原文（个人信息打码）", false},
    {0}};
/* clang-format on */
