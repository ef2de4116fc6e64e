#include "app/sample_fill.h"
#include "app/import.h"
#include "app/refresh.h"
#include "app/sample.h"
#include "app/show.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST_CONSUMERS 1000000 /* some 20 million events, a file of 5 GB */
#define MAKING_SHARE 0.15      /* of the whole time, measured: the rest is importing */

struct fill {
    struct op_call *c;
    struct pond *p;
    struct sample_request q;
    struct sample_summary made;
    struct import_summary in;
    char *dir, *path; /* of the file between the two */
};

int32_t sample_last_day(const struct pond *p)
{
    struct zone *z = NULL;
    struct zone_cache cache = {0};
    int32_t day = 0;
    if (!zone_open(STR("Asia/Shanghai"), &z, NULL)) {
        day = zone_day(z, &cache, clock_now(&p->clock)) - 1;
        zone_free(z);
    }
    return day;
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool fill_stop(void *ctx) { return pond_stop_asked(((struct fill *)ctx)->p); }

static void told(struct fill *f, double share, const char *en, const char *zh, uint64_t n)
{
    struct str count = show_count(f->c, n);
    struct str text = arena_strf(f->c->arena, "%.*s %s", STR_FMT(count), op_say(f->c, en, zh));
    op_progress(f->c, share, text);
    if (!f->c->progress && f->p->progress) {
        (void)fprintf(stderr, "\r\033[K%.*s  %.0f %%", STR_FMT(text), 100 * fmax(share, 0));
        (void)fflush(stderr);
    }
}

static void made_so_far(void *ctx, uint64_t done, uint64_t events)
{
    struct fill *f = ctx;
    double share = (double)done / (double)f->q.consumers;
    told(f, MAKING_SHARE * share, "events made up", "个事件已生成", events);
}

/* BRAND/spool/up-XXXXXX/sample.ndjson: what a crash leaves there is swept like an upload. */
static enum rc make_place(struct fill *f)
{
    struct arena *a = f->c->arena;
    char *spool = disk_path(a, f->p->brand->dir, "spool");
    f->dir = disk_path(a, spool, "up-XXXXXX");
    enum rc rc = disk_mkdirs(f->p->disk, spool, 0700, f->c->err);
    if (!rc && !mkdtemp(f->dir)) {
        f->dir = NULL;
        rc = rc_errno(f->c->err, errno, "%s", spool);
    }
    if (!rc) {
        f->path = disk_path(a, f->dir, "sample.ndjson");
        f->q.fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        rc = f->q.fd < 0 ? rc_errno(f->c->err, errno, "%s", f->path) : RC_OK;
    }
    return rc;
}

static enum rc make_file(struct fill *f)
{
    enum rc rc = make_place(f);
    rc = rc ? rc : sample_write(&f->q, &f->made, f->c->err);
    if (f->q.fd >= 0 && close(f->q.fd) && !rc) {
        rc = rc_errno(f->c->err, errno, "%s", f->path);
    }
    return rc != RC_STOPPED ? rc
                            : show_fail(f->c, RC_STOPPED, "stopped: nothing came in%s",
                                        "已停止：没有导入任何数据%s", "");
}

static void drop_file(struct fill *f)
{
    if (f->path) {
        (void)unlink(f->path);
    }
    if (f->dir) {
        (void)rmdir(f->dir);
    }
}

/* ---- bringing in ----------------------------------------------------------------------------- */

static void in_so_far(void *ctx, const struct import_state *s)
{
    struct fill *f = ctx;
    double share = s->size ? fmin(1, (double)s->bytes / (double)s->size) : 0;
    told(f, MAKING_SHARE + (1 - MAKING_SHARE) * share, "events brought in", "个事件已导入",
         s->rows);
}

static enum rc bring_in(struct fill *f)
{
    const struct str path = str_of(f->path);
    const struct import_request q = {.path = &path,
                                     .paths = 1,
                                     .format = STR("pond"),
                                     .stop = pond_stop_asked,
                                     .pond = f->p};
    const struct import_progress progress = {f->c->quiet && !f->c->progress ? NULL : in_so_far,
                                             f};
    enum rc rc = import_run(f->p->brand, &q, &progress, &f->in, f->c->err);
    if (rc == RC_STOPPED) {
        struct str n = show_count(f->c, f->in.events);
        rc = show_fail(f->c, RC_STOPPED, "stopped: %.*s events are in",
                       "已停止：已导入 %.*s 个事件", STR_FMT(n));
        show_hint(f->c, "the same again with --anyway brings the rest",
                  "加 --anyway 再次执行即可补齐");
    }
    return rc;
}

/* ---- the operation --------------------------------------------------------------------------- */

static enum rc check_empty(const struct fill *f)
{
    if (!f->p->brand->events || op_arg_bool(f->c, "anyway")) {
        return RC_OK;
    }
    struct str n = show_count(f->c, f->p->brand->events);
    enum rc rc = show_fail(f->c, RC_CONFLICT, "the brand has %.*s events already",
                           "品牌已有 %.*s 个事件", STR_FMT(n));
    show_hint(f->c,
              "made-up events cannot be taken out again; --anyway brings them in all the same",
              "虚构事件无法再取出；若仍要导入，请加 --anyway");
    return rc;
}

static void reply(struct fill *f)
{
    struct json *j = op_json(f->c);
    struct str events = show_count(f->c, f->in.events),
               consumers = show_count(f->c, f->in.consumers);
    json_begin_object(j);
    json_put_i64(j, "made", (int64_t)f->made.events);
    json_put_i64(j, "events", (int64_t)f->in.events);
    json_put_i64(j, "duplicates", (int64_t)f->in.duplicates);
    show_json_day(j, "from", f->q.end_day - (int32_t)f->q.days + 1);
    show_json_day(j, "to", f->q.end_day);
    json_put_i64(j, "consumers", (int64_t)f->in.consumers);
    json_put_f64(j, "seconds", (double)(f->made.elapsed_ms + f->in.elapsed_ms) / 1000);
    json_end_object(j);
    show_text(f->c, "%.*s events came in; the pond has %.*s consumers.",
              "已导入 %.*s 个事件；池中共 %.*s 个消费者。", STR_FMT(events),
              STR_FMT(consumers));
    show_text(f->c, "next: pond report assets%s", "下一步：pond report assets%s", "");
}

static enum rc fill_open(struct fill *f)
{
    enum rc rc = check_empty(f);
    if (!rc) {
        pond_rest(f->p, true); /* others send meanwhile */
        rc = make_file(f);
        pond_rest(f->p, false);
    }
    rc = rc ? rc : bring_in(f);
    drop_file(f);
    if (!f->c->progress && f->p->progress) {
        (void)fprintf(stderr, "\r\033[K");
    }
    if (!rc) {
        reply(f);
        rc = f->p->lent ? RC_OK : refresh_after_import(f->c, f->p); /* a server does it apart */
    }
    import_release(&f->in);
    return rc;
}

enum rc sample_fill_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct fill f = {.c = c, .p = p};
    f.q = (struct sample_request){.consumers = (uint64_t)op_arg_int(c, "consumers", 0),
                                  .days = (uint32_t)op_arg_int(c, "days", 0),
                                  .seed = (uint64_t)op_arg_int(c, "seed", 0),
                                  .end_day = op_arg_day(c, "end", sample_last_day(p)),
                                  .format = SAMPLE_NDJSON,
                                  .fd = -1,
                                  .truth_fd = -1,
                                  .stop = fill_stop,
                                  .show = c->quiet && !c->progress ? NULL : made_so_far,
                                  .ctx = &f};
    enum rc rc = pond_open(p, BRAND_WRITE, c->err);
    return rc ? rc : pond_close(p, fill_open(&f), c->err);
}

/* clang-format off */
const struct op_in sample_fill_in[] = {
    {.name = "consumers", .type = OP_INT, .min = 1, .max = MOST_CONSUMERS, .fallback = "20000",
     .help = "how many persons; about 20 events each", .help_zh = "人数；每人约 20 个事件"},
    {.name = "days", .type = OP_INT, .min = 1, .max = 3650, .unit = "days", .fallback = "400",
     .help = "over how many days", .help_zh = "跨越的天数"},
    {.name = "seed", .type = OP_INT, .min = 0, .max = INT64_MAX, .fallback = "1",
     .help = "the same seed and last day give the same events", .help_zh = "相同的种子与最后一天生成相同的事件"},
    {.name = "end", .type = OP_DAY, .help = "the last day; yesterday when left away", .help_zh = "最后一天；不写则为昨天"},
    {.name = "anyway", .type = OP_BOOL, .help = "also into a brand that has events", .help_zh = "品牌已有事件也导入"},
    {0}};
const struct op_out sample_fill_out[] = {
    {"made", OP_INT, "events that were made up", "生成的事件数", false},
    {"events", OP_INT, "of them those that came in", "其中导入的事件数", false},
    {"duplicates", OP_INT, "of them those that were there", "其中已有的事件数", false},
    {"from", OP_DAY, "the first day", "第一天", false},
    {"to", OP_DAY, "the last day", "最后一天", false},
    {"consumers", OP_INT, "consumers in the pond afterwards", "完成后池中的消费者数", false},
    {"seconds", OP_REAL, "time taken", "用时（秒）", false},
    {0}};
/* clang-format on */
