/* sample: writes a file of a made-up brand's life. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include "app/modules.h"
#include "app/pond.h"
#include "app/sample.h"
#include "app/sample_fill.h"
#include "app/show.h"
#include "app/stop.h"

struct watch {
    uint64_t consumers;
    int64_t started_ms, shown_ms;
    bool terminal;
};

static void watch_show(void *ctx, uint64_t done, uint64_t events)
{
    struct watch *w = ctx;
    const int64_t now = clock_steady_ms();
    if (now - w->shown_ms < (w->terminal ? 200 : 5000)) {
        return;
    }
    w->shown_ms = now;
    const double seconds = (double)(now - w->started_ms) / 1000;
    (void)fprintf(stderr, "%s%" PRIu64 " events  %.0f events/s  %.0f %%%s",
                  w->terminal ? "\r\033[K" : "", events,
                  seconds > 0 ? (double)events / seconds : 0,
                  100.0 * (double)done / (double)w->consumers, w->terminal ? "" : "\n");
    (void)fflush(stderr);
}

static bool watch_stop(void *ctx)
{
    (void)ctx;
    return stop_asked();
}

static enum rc open_for(struct op_call *c, const char *path, int *fd)
{
    if (strcmp(path, "-") == 0) {
        *fd = dup(STDOUT_FILENO);
    } else {
        *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    }
    return *fd < 0 ? rc_errno(c->err, errno, "%s", path) : RC_OK;
}

static enum rc close_for(struct op_call *c, int fd, const char *path, enum rc rc)
{
    if (fd >= 0 && close(fd) && !rc) {
        rc = rc_errno(c->err, errno, "%s", path);
    }
    return rc;
}

static void reply(struct op_call *c, const struct sample_summary *s, const char *path,
                  const char *truth)
{
    struct json *j = op_json(c);
    const struct str events = show_count(c, s->events);
    const struct str consumers = show_count(c, s->consumers);

    json_begin_object(j);
    json_put_cstr(j, "file", path);
    json_put_i64(j, "consumers", (int64_t)s->consumers);
    json_put_i64(j, "events", (int64_t)s->events);
    json_put_i64(j, "purchases", (int64_t)s->purchases);
    json_put_i64(j, "refunds", (int64_t)s->refunds);
    json_put_i64(j, "bytes", (int64_t)s->bytes);
    json_put_f64(j, "seconds", (double)s->elapsed_ms / 1000);
    json_put_cstr(j, "truth", truth);
    json_end_object(j);
    show_text(c, "%s: %.*s events of %.*s consumers", "%s：%.*s 个事件，%.*s 位消费者", path,
              STR_FMT(events), STR_FMT(consumers));
    show_text(c, "next: pond import %s", "下一步：pond import %s", path);
}

static const char *default_name(struct op_call *c, const struct sample_request *q)
{
    return arena_strf(c->arena, "sample-%" PRIu64 ".%s", q->consumers,
                      q->format == SAMPLE_CSV ? "csv" : "ndjson")
        .ptr;
}

static enum rc sample_op(struct op_call *c)
{
    struct pond *p = c->app;
    struct watch w = {.started_ms = clock_steady_ms(), .terminal = p->progress};
    struct sample_request q = {
        .consumers = (uint64_t)op_arg_int(c, "consumers", 1000),
        .days = (uint32_t)op_arg_int(c, "days", 365),
        .seed = (uint64_t)op_arg_int(c, "seed", 1),
        .end_day = op_arg_day(c, "end", sample_last_day(p)),
        .format = str_eq(op_arg_str(c, "format"), STR("csv")) ? SAMPLE_CSV : SAMPLE_NDJSON,
        .fd = -1,
        .truth_fd = -1,
        .stop = watch_stop,
        .show = c->quiet ? NULL : watch_show,
        .ctx = &w};
    struct sample_summary sum = {0};
    const struct str out = op_arg_str(c, "out");
    const struct str truth = op_arg_str(c, "truth");
    const char *path = out.len ? arena_cstr(c->arena, out) : default_name(c, &q);
    const char *truth_path = truth.len ? arena_cstr(c->arena, truth) : NULL;

    w.consumers = q.consumers;
    stop_arm();
    enum rc rc = open_for(c, path, &q.fd);
    if (!rc && truth_path) {
        rc = open_for(c, truth_path, &q.truth_fd);
    }
    if (!rc) {
        rc = sample_write(&q, &sum, c->err);
    }
    if (w.terminal && w.shown_ms) {
        (void)fprintf(stderr, "\r\033[K");
    }
    rc = close_for(c, q.fd, path, rc);
    rc = close_for(c, q.truth_fd, truth_path, rc);
    if (!rc && strcmp(path, "-") != 0) {
        reply(c, &sum, path, truth_path);
    }
    return rc;
}

/* clang-format off */
static const struct op_in sample_in[] = {
    {.name = "consumers", .type = OP_INT, .min = 1, .max = 1000000000, .fallback = "1000",
     .help = "how many persons; about 20 events each", .help_zh = "人数；每人约 20 个事件"},
    {.name = "days", .type = OP_INT, .min = 1, .max = 3650, .unit = "days", .fallback = "365",
     .help = "over how many days", .help_zh = "跨越的天数"},
    {.name = "seed", .type = OP_INT, .min = 0, .max = INT64_MAX, .fallback = "1",
     .help = "the same seed gives the same file", .help_zh = "相同的种子生成相同的文件"},
    {.name = "end", .type = OP_DAY, .help = "the last day; yesterday when left away", .help_zh = "最后一天；不写则为昨天"},
    {.name = "out", .type = OP_PATH, .metavar = "FILE", .help = "where to; - is standard output; sample-N.ndjson when left away",
     .help_zh = "输出文件；- 表示标准输出；不写则为 sample-N.ndjson"},
    {.name = "format", .type = OP_CHOICE, .choices = "ndjson|csv", .fallback = "ndjson", .help = "form of the file",
     .help_zh = "文件格式"},
    {.name = "truth", .type = OP_PATH, .metavar = "FILE", .help = "also write who is who: person,kind,value",
     .help_zh = "同时写出真实身份：person,kind,value"},
    {0}};

static const struct op_out sample_out[] = {
    {"file", OP_PATH, "the file written", "写出的文件", false},
    {"consumers", OP_INT, "persons in it", "人数", false},
    {"events", OP_INT, "events in it", "事件数", false},
    {"purchases", OP_INT, "orders among them, of one line or several", "其中的订单（一行或多行）", false},
    {"refunds", OP_INT, "refunds among them", "其中的退款", false},
    {"bytes", OP_INT, "its size", "文件大小", false},
    {"seconds", OP_REAL, "time taken", "用时（秒）", false},
    {"truth", OP_PATH, "the file that says who is who", "真实身份文件", true},
    {0}};

const struct op sample_ops[] = {
    {.name = "sample", .route = NULL, .perm = "sample",
     .help = "Write a file of a made-up brand's life, to try everything with.",
     .help_zh = "生成一份虚构品牌的行为数据，用于试用。",
     .more = "Persons come by ads, shops, live streams and Tmall, have several identities, share devices, buy around 618 and "
             "Double 11, return, review and bring others. The same seed gives the same bytes; 5,000,000 consumers are some "
             "100 million events.",
     .more_zh = "消费者经由广告、门店、直播、天猫等到来，拥有多个身份，会共用设备，在 618 与双 11 前后购买，也会退货、评价与分享。"
                "相同种子生成相同内容；500 万消费者约 1 亿个事件。",
     .example = "pond sample\n"
                "pond sample --consumers 100000 --days 730 --seed 7 --out big.ndjson\n"
                "pond sample --format csv --truth who.csv",
     .in = sample_in, .out = sample_out, .run = sample_op, .how = OP_ALONE},
    {.name = "sample fill", .route = "POST /api/v1/sample/fill", .perm = "data.import",
     .help = "Fill the brand with a made-up brand's life, to try everything with.",
     .help_zh = "用一份虚构品牌的行为数据填充当前品牌，用于试用。",
     .more = "The events are those of pond sample with the same seed and last day, brought in at once. A brand that has events is refused: made-up events "
             "cannot be taken out again. Stopped halfway, what came in stays; the same again, --anyway, brings the rest.",
     .more_zh = "内容与相同种子、相同最后一天的 pond sample 一致，直接导入。已有事件的品牌会被拒绝：虚构事件无法再取出。"
                "中途停止时已导入的保留；加 --anyway 再次执行即可补齐。",
     .example = "pond sample fill\npond sample fill --consumers 5000 --days 400",
     .in = sample_fill_in, .out = sample_fill_out, .run = sample_fill_run, .how = OP_CHANGES, .slow = true},
    {0}};
const int sample_ops_len = 2;
/* clang-format on */
