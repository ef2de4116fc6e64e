/* status: how the brand and the program stand. Beside a server it reads the data directory like any reader; asked of a
 * server it tells the server's own figures too. */
#include "app/modules.h"
#include "app/running.h"
#include "app/show.h"
#include "app/status.h"
#include "app/version.h"
#include <inttypes.h>
#include <math.h>

struct telling {
    struct op_call *c;
    struct pond *p;
    struct status s;
    int64_t now_ms;
    struct str address; /* of the server that answers, or that runs beside; empty: none */
    enum status_health health;
    struct str note[STATUS_NOTES];
    uint32_t notes;
};

static const char *health_name(enum status_health h)
{
    static const char *const names[] = {"ok", "attention", "failing"};
    return names[h];
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* A figure that only a server has: null without one. */
static void put_served(const struct telling *t, const char *key, uint64_t v)
{
    if (t->s.is_served) {
        json_put_i64(op_json(t->c), key, (int64_t)v);
    } else {
        json_put_cstr(op_json(t->c), key, NULL);
    }
}

static void put_when(const struct telling *t, const char *key, int64_t ms)
{
    if (ms) {
        show_json_instant(op_json(t->c), t->s.zone, key, ms);
    } else {
        json_put_cstr(op_json(t->c), key, NULL);
    }
}

/* A place outside of the data directory is told on this machine only. */
static struct str shown_place(const struct telling *t)
{
    struct str place = t->s.backup_place, shown = pond_path_shown(t->p, place);
    return t->p->remote && shown.len == place.len ? STR_NULL : shown;
}

static void served_json(const struct telling *t)
{
    const struct status_served *v = &t->s.served;
    struct json *j = op_json(t->c);
    if (t->address.len) {
        json_put_str(j, "address", t->address);
    } else {
        json_put_cstr(j, "address", NULL);
    }
    put_when(t, "started", v->started_ms);
    put_served(t, "uptime_s", (uint64_t)(t->now_ms - v->started_ms) / 1000);
    put_served(t, "memory_bytes", v->memory_bytes);
    json_put_f64(j, "rate", t->s.is_served ? v->rate : (double)NAN);
    put_served(t, "lag_ms", (uint64_t)v->lag_ms);
    put_served(t, "queued", v->queued_rows);
    put_served(t, "received", v->received);
    put_served(t, "rejected", v->rejected);
    put_served(t, "jobs_running", v->jobs_running);
    put_served(t, "jobs_waiting", v->jobs_waiting);
    put_served(t, "connections", v->connections);
}

static void reply_json(const struct telling *t)
{
    const struct status_size *n = &t->s.size;
    struct json *j = op_json(t->c);
    json_begin_object(j);
    json_put_cstr(j, "version", POND_VERSION);
    json_put_str(j, "brand", t->s.brand);
    json_put_cstr(j, "zone", zone_name(t->s.zone));
    json_put_cstr(j, "health", health_name(t->health));
    json_key(j, "notes");
    json_begin_array(j);
    for (uint32_t i = 0; i < t->notes; i++) {
        json_str(j, t->note[i]);
    }
    json_end_array(j);
    json_put_i64(j, "consumers", (int64_t)n->consumers);
    json_put_i64(j, "identities", (int64_t)n->identities);
    json_put_i64(j, "events", (int64_t)n->events);
    json_put_i64(j, "lake_bytes", (int64_t)n->lake_bytes);
    json_put_i64(j, "log_bytes", (int64_t)n->log_bytes);
    json_put_i64(j, "log_rows", (int64_t)n->log_rows);
    json_put_i64(j, "disk_free_bytes", (int64_t)t->s.disk_free);
    put_when(t, "last_backup", t->s.backup_ms);
    struct str place = shown_place(t);
    if (place.len) {
        json_put_text(j, "last_backup_place", place);
    } else {
        json_put_cstr(j, "last_backup_place", NULL);
    }
    served_json(t);
    json_end_object(j);
}

/* ---- for people ------------------------------------------------------------------------------ */

/* CSV has names and plain values for machines. */
static bool for_machines(const struct telling *t) { return t->c->format != OP_FORMAT_TEXT; }

static void line(const struct telling *t, struct table *to, const char *name, const char *en,
                 const char *zh, struct str value)
{
    table_row(to);
    table_str(to, str_of(for_machines(t) ? name : op_say(t->c, en, zh)));
    table_str(to, value);
}

static struct str plain(const struct telling *t, uint64_t n)
{
    return arena_strf(t->c->arena, "%" PRIu64, n);
}

static void count(const struct telling *t, struct table *to, const char *name, const char *en,
                  const char *zh, uint64_t n)
{
    line(t, to, name, en, zh, for_machines(t) ? plain(t, n) : show_count(t->c, n));
}

static void size(const struct telling *t, struct table *to, const char *name, const char *en,
                 const char *zh, uint64_t n)
{
    line(t, to, name, en, zh, for_machines(t) ? plain(t, n) : show_bytes(t->c, n));
}

static struct str none(const struct telling *t, const char *en, const char *zh)
{
    return for_machines(t) ? STR("") : str_of(op_say(t->c, en, zh));
}

static void served_lines(const struct telling *t, struct table *to)
{
    const struct status_served *v = &t->s.served;
    line(t, to, "started", "server since", "服务启动于",
         show_instant(t->c, t->s.zone, v->started_ms));
    size(t, to, "memory_bytes", "memory", "内存", v->memory_bytes);
    line(t, to, "rate", "events a second", "每秒事件",
         arena_strf(t->c->arena, "%.1f", v->rate));
    line(t, to, "lag_ms", "lag", "延迟",
         arena_strf(t->c->arena, for_machines(t) ? "%" PRId64 : "%" PRId64 " ms", v->lag_ms));
    count(t, to, "queued", "events that wait", "排队事件", v->queued_rows);
    count(t, to, "jobs_running", "jobs that run", "运行中任务", v->jobs_running);
}

static void reply_table(const struct telling *t)
{
    const struct status_size *n = &t->s.size;
    struct table *to = op_table(t->c);
    show_column(to, "figure", op_say(t->c, "figure", "指标"), TABLE_TEXT);
    show_column(to, "value", op_say(t->c, "value", "值"), TABLE_TEXT);
    line(t, to, "version", "version", "版本", STR(POND_VERSION));
    count(t, to, "consumers", "consumers", "消费者", n->consumers);
    count(t, to, "identities", "identities", "身份标识", n->identities);
    count(t, to, "events", "events", "事件", n->events);
    size(t, to, "lake_bytes", "sealed history", "已封存数据", n->lake_bytes);
    size(t, to, "log_bytes", "not yet sealed", "未封存数据", n->log_bytes);
    size(t, to, "disk_free_bytes", "free on the disk", "磁盘剩余", t->s.disk_free);
    line(t, to, "last_backup", "last backup", "最近备份",
         t->s.backup_ms ? show_instant(t->c, t->s.zone, t->s.backup_ms) : none(t, "–", "–"));
    if (t->s.backup_ms) {
        line(t, to, "last_backup_place", "written to", "备份位置", shown_place(t));
    }
    if (t->s.is_served) {
        served_lines(t, to);
    } else {
        line(t, to, "address", "server", "服务",
             t->address.len ? t->address : none(t, "does not run", "未运行"));
    }
}

static void reply_text(const struct telling *t)
{
    static const char *const zh[] = {"正常", "需要留意", "故障"};
    struct str brand = t->s.brand;
    show_text(t->c, "%.*s: %s", "%.*s：%s", STR_FMT(brand),
              op_say(t->c, health_name(t->health), zh[t->health]));
    for (uint32_t i = 0; i < t->notes; i++) {
        op_text(t->c, "  %.*s", STR_FMT(t->note[i]));
    }
}

static enum rc tell(struct telling *t)
{
    enum rc rc = status_take(t->p, t->c->arena, &t->s, t->c->err);
    if (rc) {
        return rc;
    }
    t->now_ms = clock_now(&t->p->clock);
    t->address = t->s.is_served ? t->s.served.address : running_address(t->p, t->c->arena);
    t->health = status_judge(t->c, &t->s, t->now_ms, t->note, &t->notes);
    reply_text(t);
    reply_table(t);
    reply_json(t);
    return RC_OK;
}

static enum rc status_run(struct op_call *c)
{
    struct telling t = {.c = c, .p = c->app};
    if (t.p->served) {
        return tell(&t);
    }
    enum rc rc = pond_open(t.p, BRAND_READ, c->err);
    return rc ? rc : pond_close(t.p, tell(&t), c->err);
}

/* clang-format off */
static const struct op_out status_out[] = {
    {"version", OP_STR, "of the program", "程序版本", false},
    {"brand", OP_STR, "the brand", "品牌", false},
    {"zone", OP_STR, "its time zone", "品牌时区", false},
    {"health", OP_STR, "ok, attention (see notes) or failing (nothing is accepted)", "ok 正常、attention 需要留意（见 notes）、failing 故障（暂不接收）", false},
    {"notes[]", OP_STR, "what to look at, a sentence each", "需要留意之处，每条一句", false},
    {"consumers", OP_INT, "consumers", "消费者数", false},
    {"identities", OP_INT, "identities", "身份标识数", false},
    {"events", OP_INT, "events in history", "历史事件数", false},
    {"lake_bytes", OP_INT, "bytes of sealed history", "已封存历史的字节数", false},
    {"log_bytes", OP_INT, "bytes of what is not yet sealed", "未封存数据的字节数", false},
    {"log_rows", OP_INT, "events of it", "其中的事件数", false},
    {"disk_free_bytes", OP_INT, "bytes that are free where the data lies", "数据所在磁盘的剩余字节数", false},
    {"last_backup", OP_STR, "when the newest backup was made, in DATA/backups or elsewhere by pond backup DIR; null: none", "最近一次备份的时间，在数据目录 backups 中或由 pond backup 写到别处；空为没有", true},
    {"last_backup_place", OP_STR, "where it was written; null: none, or outside of the data directory and asked over HTTP", "写到何处；空为没有，或在数据目录之外且经 HTTP 询问", true},
    {"address", OP_STR, "of the server; null: none runs", "服务地址；空为未运行", true},
    {"started", OP_STR, "when the server started; as all below null when no server answers", "服务启动时间；与以下各项一样，非服务应答时为空", true},
    {"uptime_s", OP_INT, "seconds since then", "已运行秒数", true},
    {"memory_bytes", OP_INT, "resident memory of the server", "服务占用的内存", true},
    {"rate", OP_REAL, "accepted events a second over the last 10 s", "最近 10 秒每秒接受的事件数", true},
    {"lag_ms", OP_INT, "age of the oldest event that is accepted but not yet visible, ms", "已接受但尚不可见的最早事件的等待时间（毫秒）", true},
    {"queued", OP_INT, "events that wait", "排队的事件数", true},
    {"received", OP_INT, "events that collectors received since the start", "启动以来接收的事件数", true},
    {"rejected", OP_INT, "of them those that were set aside", "其中被搁置的事件数", true},
    {"jobs_running", OP_INT, "operations that run", "运行中的操作数", true},
    {"jobs_waiting", OP_INT, "operations that wait", "等待中的操作数", true},
    {"connections", OP_INT, "connections that are open", "打开的连接数", true},
    {0}};

static const struct op status_ops[] = {
    {.name = "status", .route = "GET /api/v1/status", .perm = "data.read", .how = OP_ASIDE,
     .help = "How the brand and the server stand: sizes, rate, lag, disk, last backup, health in words.",
     .help_zh = "品牌与服务的状态：规模、速率、延迟、磁盘、最近备份与健康状况。",
     .more = "On the command line it tells what the data directory tells; a running server, asked over HTTP, tells its own figures too, whatever the brand is doing. They are those of /metrics.",
     .more_zh = "命令行读取数据目录；经 HTTP 询问运行中的服务时还包含服务自身的指标，与 /metrics 一致；品牌忙碌时也立即应答。",
     .example = "pond status\npond status --json", .out = status_out, .run = status_run},
    {0}};
/* clang-format on */

const struct op_module status_module = {"status", "Status", "状态", status_ops};
