/* backup, restore, lake compact, lake list: keeping the data. */
#include "app/backups.h"
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/stop.h"
#include "app/verify.h"
#include "store/log.h"
#include "store/manifest.h"
#include <inttypes.h>
#include <stdlib.h>

/* ---- backup ---------------------------------------------------------------------------------- */

/* The brand that is meant, without opening it: a backup must work while another process writes. */
static enum rc the_brand(struct op_call *c, struct pond *p, char **out)
{
    struct str *names = NULL;
    uint32_t n = 0;
    enum rc rc = brand_list(p->data_dir, c->arena, &names, &n, c->err);
    if (rc) {
        return rc;
    }
    if (n == 0) {
        rc = show_fail(c, RC_MISSING, "there is no brand in %s", "%s 中没有品牌", p->data_dir);
        show_hint(c, "make one: pond init NAME", "建立一个：pond init 名称");
        return rc;
    }
    if (!p->brand_name.len && n > 1) {
        rc = show_fail(c, RC_INVALID, "there are several brands in %s", "%s 中有多个品牌",
                       p->data_dir);
        err_hint(c->err, "--brand %.*s", STR_FMT(names[0]));
        return rc;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!p->brand_name.len || str_eq(names[i], p->brand_name)) {
            *out = arena_cstr(c->arena, names[i]);
            return RC_OK;
        }
    }
    return show_fail(c, RC_MISSING, "there is no brand %.*s in %s", "没有品牌 %.*s（%s）",
                     STR_FMT(p->brand_name), p->data_dir);
}

static bool backup_progress(void *ctx, uint64_t done, uint64_t all)
{
    struct op_call *c = ctx;
    if (all) {
        show_progress(c, done < all ? (double)done / (double)all : 1,
                      op_say(c, "backup", "备份"));
    }
    return !stop_asked() && !pond_stop_asked(c->app);
}

static void sum_json(struct op_call *c, const struct backup_sum *s, struct str where)
{
    struct json *j = op_json(c);
    json_put_str(j, "backup", where);
    json_put_i64(j, "files", s->files);
    json_put_i64(j, "bytes", (int64_t)s->bytes);
    json_put_i64(j, "seq", (int64_t)s->seq);
}

/* DATA/backups/BRAND-20261122T104500Z */
static enum rc usual_place(struct op_call *c, const struct pond *p, const char *brand,
                           struct str *to)
{
    char *all = disk_path(c->arena, p->data_dir, "backups");
    char when[32];
    size_t n = 0;
    struct zone *utc = NULL;
    enum rc rc = zone_open(STR("UTC"), &utc, c->err);
    rc = rc ? rc : disk_mkdirs(p->disk, all, 0700, c->err);
    if (rc) {
        zone_free(utc);
        return rc;
    }
    (void)time_format(clock_now(&p->clock), utc, when);
    zone_free(utc);
    for (const char *s = when; *s && n < 15; s++) {
        if (*s == ' ' || *s == 'T') {
            when[n++] = 'T';
        } else if (*s >= '0' && *s <= '9') {
            when[n++] = *s;
        }
    }
    *to = arena_strf(c->arena, "%s/%s-%.*sZ", all, brand, (int)n, when);
    return RC_OK;
}

/* One at a place of its own is noted, so that status knows of it. The backup is good without. */
static void note_place(struct op_call *c, const struct pond *p, const char *brand,
                       int64_t made_ms)
{
    struct err e = {0};
    struct str to = op_arg_str(c, "to");
    char *place = to.len ? realpath(arena_cstr(c->arena, to), NULL) : NULL;
    if (place && backups_note(p, str_of(brand), made_ms, str_of(place), &e)) {
        show_text(c, "pond status will not know of it: %s", "pond status 将不知道这次备份：%s",
                  e.msg);
    }
    free(place);
}

static enum rc backup_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct backup_sum sum = {0};
    char *brand = NULL;
    struct str to = op_arg_str(c, "to");
    enum rc rc = the_brand(c, p, &brand);
    if (!rc && !to.len) {
        rc = usual_place(c, p, brand, &to);
    }
    if (rc) {
        return rc;
    }
    stop_arm();
    int64_t made_ms = clock_now(&p->clock);
    struct backup_job job = {
        .data_dir = p->data_dir,
        .brand = brand,
        .to = arena_cstr(c->arena, to),
        .disk = p->disk,
        .copy = op_arg_bool(c, "copy"),
        .progress = backup_progress,
        .ctx = c,
    };
    rc = backup_make(&job, &sum, c->err);
    if (rc) {
        return rc;
    }
    note_place(c, p, brand, made_ms);
    struct str size = show_bytes(c, sum.bytes);
    to = pond_path_shown(p, to);
    show_text(c, "Backup of %s in %.*s: %" PRIu32 " files, %.*s, up to batch row %" PRId64 ".",
              "%s 已备份到 %.*s：%" PRIu32 " 个文件，%.*s，截至第 %" PRId64 " 行。", brand,
              STR_FMT(to), sum.files, STR_FMT(size), sum.seq);
    op_text(c, "%s",
            op_say(c, "It holds pond.key: keep it as safe as the data.",
                   "备份内含密钥 pond.key，请与数据同等保管。"));
    json_begin_object(op_json(c));
    json_put_cstr(op_json(c), "brand", brand);
    sum_json(c, &sum, to);
    json_end_object(op_json(c));
    return RC_OK;
}

/* ---- backup list ----------------------------------------------------------------------------- */

static void list_backup(struct op_call *c, const struct brand *b, const struct backup_seen *v)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    struct str shown = pond_path_shown(c->app, v->path);
    json_begin_object(j);
    sum_json(c, &v->sum, shown);
    if (v->made_ms) {
        show_json_time(j, b, "made", v->made_ms);
    } else {
        json_put_cstr(j, "made", NULL);
    }
    json_end_object(j);
    table_row(t);
    table_str(t, shown);
    table_str(t, v->made_ms ? show_time(c, b, v->made_ms) : STR("–"));
    table_i64(t, v->sum.files);
    table_i64(t, (int64_t)v->sum.bytes);
}

static enum rc backup_list_body(struct op_call *c, struct pond *p)
{
    struct backup_seen *list = NULL;
    struct table *t = op_table(c);
    uint32_t n = 0;
    enum rc rc = backups_list(p, p->brand->name, 0, c->arena, &list, &n, c->err);
    show_column(t, "backup", op_say(c, "backup", "备份目录"), TABLE_TEXT);
    show_column(t, "made", op_say(c, "made", "时间"), TABLE_TEXT);
    show_column(t, "files", op_say(c, "files", "文件"), TABLE_INT);
    show_column(t, "bytes", op_say(c, "bytes", "字节"), TABLE_INT);
    json_begin_object(op_json(c));
    json_key(op_json(c), "backups");
    json_begin_array(op_json(c));
    for (uint32_t i = 0; !rc && i < n; i++) {
        list_backup(c, p->brand, &list[i]);
    }
    json_end_array(op_json(c));
    json_end_object(op_json(c));
    return rc;
}

static enum rc backup_list_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, backup_list_body(c, p), c->err);
}

/* ---- restore --------------------------------------------------------------------------------- */

/* Replays the restored brand and compares digests. */
static enum rc verify_restored(struct op_call *c, struct pond *p)
{
    struct verify_report v = {0};
    enum rc rc = verify_run(p, &v, c->err);
    if (rc) {
        return rc;
    }
    json_put_bool(op_json(c), "ok", v.ok);
    json_put_cstr(op_json(c), "digest", v.digest);
    show_text(c, "history replayed: %s, digest %s", "已重放历史：%s，摘要 %s",
              v.ok ? op_say(c, "good", "无误") : op_say(c, "NOT good", "有误"), v.digest);
    if (!v.ok) {
        rc = show_fail(c, RC_CORRUPT, "the restored brand does not verify%s",
                       "恢复的品牌未通过校验%s", "");
        show_hint(c, "pond verify says what is wrong", "pond verify 说明问题所在");
    }
    verify_release(&v);
    return rc;
}

static enum rc restore_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct backup_sum sum = {0};
    struct str from = op_arg_str(c, "from");
    const char *path = arena_cstr(c->arena, from);
    bool check = op_arg_bool(c, "check");
    const char *brand = p->brand_name.len ? arena_cstr(c->arena, p->brand_name) : NULL;
    enum rc rc = check ? backup_verify(path, p->disk, &sum, c->err)
                       : backup_restore(path, p->data_dir, brand, p->disk, &sum, c->err);
    if (rc) {
        return rc;
    }
    struct str size = show_bytes(c, sum.bytes);
    if (check) {
        show_text(c, "%.*s is whole: %" PRIu32 " files, %.*s. Nothing was restored.",
                  "%.*s 完好：%" PRIu32 " 个文件，%.*s。未做恢复。", STR_FMT(from), sum.files,
                  STR_FMT(size));
    } else {
        show_text(c, "Restored %.*s into %s: %" PRIu32 " files, %.*s.",
                  "已将 %.*s 恢复到 %s：%" PRIu32 " 个文件，%.*s。", STR_FMT(from), p->data_dir,
                  sum.files, STR_FMT(size));
    }
    json_begin_object(op_json(c));
    sum_json(c, &sum, from);
    json_put_bool(op_json(c), "restored", !check);
    if (!check && op_arg_bool(c, "verify")) {
        rc = verify_restored(c, p);
    }
    json_end_object(op_json(c));
    return rc;
}

/* ---- lake ------------------------------------------------------------------------------------ */

struct lake_sum {
    size_t segments;
    int64_t rows, bytes, log_rows;
};

static enum rc lake_sum_of(struct op_call *c, const struct brand *b, struct lake_sum *out)
{
    struct segment *list = NULL;
    struct lake_sum s = {0};
    enum rc rc = manifest_read(c->arena, b->ledger, NULL, &list, &s.segments, c->err);
    if (!rc) {
        rc = log_size(b->ledger, NULL, &s.log_rows, NULL, c->err);
    }
    for (size_t i = 0; !rc && i < s.segments; i++) {
        s.rows += list[i].rows;
        s.bytes += list[i].bytes;
    }
    *out = s;
    return rc;
}

static enum rc compact_body(struct op_call *c, struct pond *p)
{
    struct lake_sum before = {0}, after = {0};
    enum rc rc = lake_sum_of(c, p->brand, &before);
    if (!rc) {
        rc = brand_seal(p->brand, true, c->err);
    }
    if (!rc) {
        rc = brand_checkpoint(p->brand, c->err);
    }
    if (!rc) {
        rc = lake_sum_of(c, p->brand, &after);
    }
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct str size = show_bytes(c, (uint64_t)after.bytes);
    show_text(c,
              "segments: %zu before, %zu now, %.*s; rows in the log: %" PRId64
              " before, %" PRId64 " now",
              "段：之前 %zu，现在 %zu，%.*s；日志中的行：之前 %" PRId64 "，现在 %" PRId64,
              before.segments, after.segments, STR_FMT(size), before.log_rows, after.log_rows);
    json_begin_object(j);
    json_put_i64(j, "segments_before", (int64_t)before.segments);
    json_put_i64(j, "segments", (int64_t)after.segments);
    json_put_i64(j, "log_rows_before", before.log_rows);
    json_put_i64(j, "log_rows", after.log_rows);
    json_put_i64(j, "rows", after.rows);
    json_put_i64(j, "bytes", after.bytes);
    json_end_object(j);
    return RC_OK;
}

static enum rc compact_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_WRITE, c->err);
    return rc ? rc : pond_close(p, compact_body(c, p), c->err);
}

static void segment_row(struct op_call *c, const struct brand *b, struct table *t,
                        const struct segment *s)
{
    struct json *j = op_json(c);
    bool timed = s->min_ms || s->max_ms;
    table_row(t);
    table_str(t, str_of(s->dataset));
    table_str(t, str_of(s->file));
    table_i64(t, s->rows);
    table_i64(t, s->bytes);
    table_str(t, timed ? show_time(c, b, s->min_ms) : STR_NULL);
    table_str(t, timed ? show_time(c, b, s->max_ms) : STR_NULL);
    json_begin_object(j);
    json_put_cstr(j, "dataset", s->dataset);
    json_put_cstr(j, "file", s->file);
    json_put_i64(j, "rows", s->rows);
    json_put_i64(j, "bytes", s->bytes);
    json_put_i64(j, "seq_from", (int64_t)s->seq_from);
    json_put_i64(j, "seq_to", (int64_t)s->seq_to);
    json_put_cstr(j, "checksum", s->checksum);
    json_end_object(j);
}

static enum rc lake_list_body(struct op_call *c, struct pond *p)
{
    struct segment *list = NULL;
    size_t len = 0;
    int64_t batches = 0, rows = 0, bytes = 0;
    enum rc rc = manifest_read(c->arena, p->brand->ledger, NULL, &list, &len, c->err);
    if (!rc) {
        rc = log_size(p->brand->ledger, &batches, &rows, &bytes, c->err);
    }
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "dataset", op_say(c, "dataset", "数据集"), TABLE_TEXT);
    show_column(t, "file", op_say(c, "file", "文件"), TABLE_TEXT);
    show_column(t, "rows", op_say(c, "rows", "行数"), TABLE_INT);
    show_column(t, "bytes", op_say(c, "bytes", "字节"), TABLE_INT);
    show_column(t, "first", op_say(c, "first", "最早"), TABLE_TEXT);
    show_column(t, "last", op_say(c, "last", "最近"), TABLE_TEXT);
    json_begin_object(j);
    json_key(j, "segments");
    json_begin_array(j);
    for (size_t i = 0; i < len; i++) {
        segment_row(c, p->brand, t, &list[i]);
    }
    json_end_array(j);
    json_put_i64(j, "log_batches", batches);
    json_put_i64(j, "log_rows", rows);
    json_put_i64(j, "log_bytes", bytes);
    json_end_object(j);
    show_text(c, "in the log, not yet sealed: %" PRId64 " batches, %" PRId64 " rows",
              "日志中尚未封存：%" PRId64 " 批，%" PRId64 " 行", batches, rows);
    return RC_OK;
}

static enum rc lake_list_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, lake_list_body(c, p), c->err);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define SUM_OUT                                                                                  \
    {"backup", OP_PATH, "directory of the backup", "备份目录", false},                           \
    {"files", OP_INT, "files in it", "文件数", false},                                           \
    {"bytes", OP_INT, "bytes in them", "字节数", false},                                         \
    {"seq", OP_INT, "last row number in it", "最后一行的序号", false}

static const struct op_in backup_in[] = {
    {.name = "to", .type = OP_PATH, .positional = true, .metavar = "DIR",
     .help = "where to; must not exist or be empty; DATA/backups/BRAND-TIME when left away",
     .help_zh = "目标目录；须不存在或为空；默认为 数据目录/backups/品牌-时间"},
    {.name = "copy", .type = OP_BOOL, .help = "copy segments even where a hard link would do", .help_zh = "即使可用硬链接也复制段文件"},
    {0}};
static const struct op_out backup_out[] = {
    {"brand", OP_STR, "the brand", "品牌", false}, SUM_OUT, {0}};
static const struct op_out backup_list_out[] = {
    {"backups[].backup", OP_PATH, "directory of the backup", "备份目录", false},
    {"backups[].files", OP_INT, "files in it", "文件数", false},
    {"backups[].bytes", OP_INT, "bytes in them", "字节数", false},
    {"backups[].seq", OP_INT, "last row number in it", "最后一行的序号", false},
    {"backups[].made", OP_STR, "when it was made", "备份时间", true},
    {0}};
static const struct op_in restore_in[] = {
    {.name = "from", .type = OP_PATH, .required = true, .positional = true, .metavar = "BACKUP",
     .help = "directory that pond backup made", .help_zh = "pond backup 生成的目录"},
    {.name = "verify", .type = OP_BOOL, .help = "afterwards replay history and compare digests",
     .help_zh = "恢复后重放历史并比对摘要"},
    {.name = "check", .type = OP_BOOL, .help = "only check the backup's files; restore nothing",
     .help_zh = "仅检查备份文件，不恢复"},
    {0}};
static const struct op_out restore_out[] = {
    SUM_OUT,
    {"restored", OP_BOOL, "false with --check", "是否已恢复", false},
    {"ok", OP_BOOL, "with --verify: whether it verifies", "校验结果", true},
    {"digest", OP_STR, "with --verify: digest of its content", "内容摘要", true},
    {0}};
static const struct op_out compact_out[] = {
    {"segments_before", OP_INT, "segments before", "之前的段数", false},
    {"segments", OP_INT, "segments now", "现在的段数", false},
    {"log_rows_before", OP_INT, "rows in the log before", "之前日志中的行", false},
    {"log_rows", OP_INT, "rows in the log now", "现在日志中的行", false},
    {"rows", OP_INT, "rows in segments", "段中的行", false},
    {"bytes", OP_INT, "bytes of segments", "段的字节数", false},
    {0}};
static const struct op_out lake_list_out[] = {
    {"segments[].dataset", OP_STR, "event or identity", "数据集", false},
    {"segments[].file", OP_STR, "Parquet file in the lake directory", "文件", false},
    {"segments[].rows", OP_INT, "rows", "行数", false},
    {"segments[].bytes", OP_INT, "bytes", "字节", false},
    {"segments[].seq_from", OP_INT, "first row number", "起始序号", false},
    {"segments[].seq_to", OP_INT, "last row number", "结束序号", false},
    {"segments[].checksum", OP_STR, "XXH3-128 of the file", "校验和", false},
    {"log_batches", OP_INT, "batches not yet sealed", "未封存批数", false},
    {"log_rows", OP_INT, "rows not yet sealed", "未封存行数", false},
    {"log_bytes", OP_INT, "stored bytes not yet sealed", "未封存字节", false},
    {0}};

static const struct op keep_ops[] = {
    {.name = "backup", .route = "POST /api/v1/backup", .perm = "data.backup",
     .help = "Copies a brand while it is in use.",
     .help_zh = "在线备份一个品牌。",
     .more = "One consistent state: the ledger, the segments it lists, the key. The list of files with checksums is written last.",
     .more_zh = "一致的快照：账本、所列的段与密钥。带校验和的文件清单最后写入。",
     .example = "pond backup /mnt/backup/2026-11-22", .in = backup_in, .out = backup_out, .run = backup_run, .slow = true},
    {.name = "backup list", .route = "GET /api/v1/backups", .perm = "data.read",
     .help = "Finished backups of the brand in DATA/backups, newest first.",
     .help_zh = "数据目录/backups 中本品牌已完成的备份，最新的在前。",
     .more = "Their files are not looked at: pond restore --check does that.",
     .more_zh = "不检查文件内容；检查用 pond restore --check。",
     .example = "pond backup list", .out = backup_list_out, .run = backup_list_run},
    {.name = "restore", .perm = "data.restore",
     .help = "Checks a backup and brings it back.",
     .help_zh = "检查备份并恢复。",
     .example = "pond restore /mnt/backup/2026-11-22 --verify --data ./restored\npond restore /mnt/backup/2026-11-22 --check",
     .in = restore_in, .out = restore_out, .run = restore_run, .how = OP_ALONE},
    {.name = "lake list", .route = "GET /api/v1/lake", .perm = "data.read",
     .help = "The segments of history and what still waits in the log.",
     .help_zh = "历史的段文件与日志中尚未封存的部分。",
     .example = "pond lake list", .out = lake_list_out, .run = lake_list_run},
    {.name = "lake compact", .route = "POST /api/v1/lake/compact", .perm = "data.write",
     .help = "Seals the log into segments, merges small segments, writes a checkpoint.",
     .help_zh = "把日志封存为段，合并小段，写检查点。",
     .example = "pond lake compact", .out = compact_out, .run = compact_run, .how = OP_CHANGES},
    {0}};
/* clang-format on */

const struct op_module keep_module = {"keep", "Data", "数据", keep_ops};
