/* serve: one process that takes events in and answers. tail: what happens there, as it happens. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include "app/modules.h"
#include "app/pond.h"
#include "app/running.h"
#include "serve/server.h"
#include "app/show.h"
#include "app/stop.h"
#include "serve/tail.h"

#define PEM_MAX (256u << 10)

/* ---- Settings: flag over environment --------------------------------------------------------- */

/* --tls-cert or POND_TLS_CERT; empty: neither. */
static struct str setting(const struct op_call *c, const char *name)
{
    const struct pond *p = c->app;
    if (op_has(c, name) || !p->env) {
        return op_arg_str(c, name);
    }
    /* POND_THREADS is how many threads the work on data has (app/pond.h). */
    const char *http = strcmp(name, "threads") == 0 ? "HTTP_" : "";
    char *key = arena_cstr(c->arena, arena_strf(c->arena, "POND_%s%s", http, name));
    for (char *k = key; *k; k++) {
        *k = *k == '-' ? '_' : (char)(*k >= 'a' && *k <= 'z' ? *k - 32 : *k);
    }
    return str_of(p->env(key));
}

static const struct op_in *field_of(const struct op_call *c, const char *name)
{
    const struct op_in *in = c->op->in;
    while (strcmp(in->name, name) != 0) {
        in++;
    }
    return in;
}

/* A whole number within the field's bounds; `absent` when it is nowhere given. */
static enum rc number(const struct op_call *c, const char *name, int64_t absent, int64_t *out)
{
    struct str text = setting(c, name);
    const struct op_in *in = field_of(c, name);
    *out = absent;
    if (!text.len) {
        return RC_OK;
    }
    if (!str_i64(text, out) || *out < in->min || *out > in->max) {
        return show_fail(c, RC_INVALID, "--%s must be %" PRId64 " to %" PRId64,
                         "--%s 须在 %" PRId64 " 与 %" PRId64 " 之间", name, in->min, in->max);
    }
    return RC_OK;
}

static enum rc read_pem(struct op_call *c, const char *name, struct str *out)
{
    const struct pond *p = c->app;
    struct str path = setting(c, name);
    struct buf b = {0};
    enum rc rc = RC_OK;
    if (path.len) {
        rc = disk_get(p->disk, arena_cstr(c->arena, path), PEM_MAX, &b, c->err);
        *out = arena_str(c->arena, buf_str(&b));
    }
    buf_release(&b);
    return rc;
}

static enum rc read_options(struct op_call *c, struct server_options *o)
{
    struct pond *p = c->app;
    int64_t threads = 0, connections = 0, rate = 0, upload = 0, rows = 0, snapshots = 0,
            refresh = 0, wait = 0;
    struct str listen = setting(c, "listen");
    o->base = p;
    o->brand = p->brand_name;
    o->http.listen = listen.len ? listen : STR("127.0.0.1:8080");
    enum rc rc = read_pem(c, "tls-cert", &o->http.certificate);
    rc = rc ? rc : read_pem(c, "tls-key", &o->http.key);
    if (!rc && !o->http.certificate.len != !o->http.key.len) {
        rc = show_fail(c, RC_INVALID, "TLS needs --tls-cert and --tls-key%s",
                       "TLS 需要同时给出 --tls-cert 与 --tls-key%s", "");
    }
    rc = rc ? rc : number(c, "threads", 0, &threads);
    rc = rc ? rc : number(c, "connections", 0, &connections);
    rc = rc ? rc : number(c, "key-rate", 0, &rate);
    rc = rc ? rc : number(c, "upload-max", 0, &upload);
    rc = rc ? rc : number(c, "queue-rows", 0, &rows);
    rc = rc ? rc : number(c, "snapshots", 0, &snapshots);
    rc = rc ? rc : number(c, "refresh", 0, &refresh);
    rc = rc ? rc : number(c, "stop-wait", 0, &wait);
    o->http.threads = (uint32_t)threads;
    o->http.connections = (uint32_t)connections;
    o->http.per_address = (uint32_t)(connections + 1) / 2; /* of one address: never all */
    o->key_rate = (double)rate;
    o->upload_max = (uint64_t)upload << 20;
    o->queue_rows = (uint32_t)rows;
    o->snapshots = (uint32_t)snapshots;
    o->refresh_s = (uint32_t)refresh;
    o->stop_ms = (uint32_t)wait * 1000;
    return rc;
}

/* ---- What it says ---------------------------------------------------------------------------- */

static void put_where(struct json *j, const struct server *s)
{
    json_put_str(j, "address", server_address(s));
    json_key(j, "brands");
    json_begin_array(j);
    for (uint32_t i = 0; i < server_brands(s); i++) {
        json_str(j, server_brand_name(s, i));
    }
    json_end_array(j);
}

/* Exactly one line, when it is ready. */
static void say_ready(const struct op_call *c, const struct server *s)
{
    struct str address = server_address(s);
    if (c->format == OP_FORMAT_JSON) {
        struct buf b = {0};
        struct json j;
        json_init(&j, &b);
        json_begin_object(&j);
        put_where(&j, s);
        json_end_object(&j);
        (void)printf("%.*s\n", STR_FMT(buf_str(&b)));
        buf_release(&b);
    } else {
        (void)printf("%.*s\n", STR_FMT(address));
    }
    (void)fflush(stdout);
}

/* From this machine, whatever address it listens on: "http://0.0.0.0:8080" -> "http://127.0.0.1:8080". */
static struct str local_address(const struct op_call *c, const struct server *s)
{
    struct str all = server_address(s);
    size_t port = all.len;
    bool tls = str_starts(all, STR("https://"));
    while (port && all.ptr[port - 1] != ':') {
        port--;
    }
    return arena_strf(c->arena, "%s://127.0.0.1:%.*s", tls ? "https" : "http",
                      STR_FMT(str_slice(all, port, all.len)));
}

static void say_owners(const struct op_call *c, const struct server *s)
{
    for (uint32_t i = 0; i < server_brands(s); i++) {
        const char *token = server_owner_token(s, i);
        struct str brand = server_brand_name(s, i), at = local_address(c, s);
        if (token) {
            (void)fprintf(stderr, "%.*s%s\n  %.*s/setup#token=%s\n", STR_FMT(brand),
                          op_say(c,
                                 " has no owner yet; within 30 minutes, on this machine, open",
                                 " 还没有负责人；请在 30 分钟内于本机打开"),
                          STR_FMT(at), token);
        }
    }
}

/* For `pond tail`, and for commands that find the brand taken. */
static enum rc write_file(struct op_call *c, const struct server *s)
{
    struct buf b = {0};
    struct json j;
    json_init(&j, &b);
    json_begin_object(&j);
    put_where(&j, s);
    json_put_i64(&j, "pid", getpid());
    json_end_object(&j);
    buf_add_byte(&b, '\n');
    enum rc rc = running_write(c->app, buf_str(&b), c->err);
    buf_release(&b);
    return rc;
}

/* ---- serve ----------------------------------------------------------------------------------- */

static enum rc serve_run(struct op_call *c)
{
    struct server_options o = {0};
    struct server *s = NULL;
    struct pond *p = c->app;
    enum rc rc = read_options(c, &o);
    if (rc) {
        return rc;
    }
    if (!p->logger.out) { /* who serves is watched by somebody; POND_LOG says otherwise */
        p->logger.out = stderr;
        p->logger.level = LOG_INFO;
    }
    stop_arm();
    rc = server_start(&o, &s, c->err);
    if (rc) {
        return rc;
    }
    rc = write_file(c, s);
    if (!rc) {
        say_owners(c, s); /* first: whoever waits for the address may read on */
        say_ready(c, s);
        server_wait(s);
    }
    running_remove(c->app);
    enum rc stopped = server_stop(s, rc ? NULL : c->err);
    return rc ? rc : stopped;
}

/* ---- tail ------------------------------------------------------------------------------------ */

static enum rc tail_run(struct op_call *c)
{
    struct tail t = {.call = c,
                     .url = setting(c, "url"),
                     .key = setting(c, "key"),
                     .count = op_arg_int(c, "count", 0)};
    struct buf types = {0};
    for (uint32_t i = 0; i < op_arg_count(c, "type"); i++) {
        struct str one = op_arg_at(c, "type", i);
        buf_addf(&types, "%s%.*s", i ? "," : "", STR_FMT(one));
    }
    t.types = arena_str(c->arena, buf_str(&types));
    buf_release(&types);
    return tail_follow(&t);
}

/* clang-format off */
static const struct op_in serve_in[] = {
    {.name = "listen", .type = OP_STR, .metavar = "ADDRESS", .help = "address and port; 127.0.0.1:8080 when nowhere given (POND_LISTEN); port 0: a free one",
     .help_zh = "监听地址与端口；默认 127.0.0.1:8080（POND_LISTEN）；端口 0 为任选"},
    {.name = "tls-cert", .type = OP_PATH, .metavar = "FILE", .help = "certificate with its chain, PEM (POND_TLS_CERT)", .help_zh = "证书链 PEM 文件（POND_TLS_CERT）"},
    {.name = "tls-key", .type = OP_PATH, .metavar = "FILE", .help = "its key, PEM (POND_TLS_KEY)", .help_zh = "私钥 PEM 文件（POND_TLS_KEY）"},
    {.name = "threads", .type = OP_INT, .min = 1, .max = 64, .help = "that read and write HTTP (POND_HTTP_THREADS); the number of processors", .help_zh = "处理 HTTP 的线程数（POND_HTTP_THREADS）；默认为处理器数"},
    {.name = "connections", .type = OP_INT, .min = 10, .max = 60000, .help = "at once (POND_CONNECTIONS); 2,000", .help_zh = "同时连接数（POND_CONNECTIONS）；默认 2000"},
    {.name = "key-rate", .type = OP_INT, .min = 1, .max = 1000000, .unit = "requests/s", .help = "of one write key (POND_KEY_RATE); no limit", .help_zh = "每个只写密钥每秒请求数（POND_KEY_RATE）；默认不限"},
    {.name = "upload-max", .type = OP_INT, .min = 1, .max = 1048576, .unit = "MiB", .help = "of a file that is imported over HTTP (POND_UPLOAD_MAX); 2,048", .help_zh = "经 HTTP 导入的文件上限（POND_UPLOAD_MAX）；默认 2048"},
    {.name = "queue-rows", .type = OP_INT, .min = 1000, .max = 100000000, .unit = "events", .help = "that may wait to become durable (POND_QUEUE_ROWS); 1,000,000", .help_zh = "等待落盘的事件上限（POND_QUEUE_ROWS）；默认 1000000"},
    {.name = "snapshots", .type = OP_INT, .min = 1, .max = 64, .help = "operations that read at once (POND_SNAPSHOTS); 4", .help_zh = "同时读取的操作数（POND_SNAPSHOTS）；默认 4"},
    {.name = "refresh", .type = OP_INT, .min = 1, .max = 86400, .unit = "seconds", .help = "rule tags and crowds follow events after so long (POND_REFRESH); 10", .help_zh = "规则标签与人群最迟多少秒后跟上事件（POND_REFRESH）；默认 10"},
    {.name = "stop-wait", .type = OP_INT, .min = 1, .max = 600, .unit = "seconds", .help = "a stop waits for running requests (POND_STOP_WAIT); 10", .help_zh = "停止时等待在途请求的秒数（POND_STOP_WAIT）；默认 10"},
    {0}};
static const struct op_out serve_out[] = {
    {"address", OP_STR, "where it answers", "服务地址", false},
    {"brands[]", OP_STR, "the brands it serves", "所服务的品牌", false},
    {0}};
static const struct op_in tail_in[] = {
    {.name = "url", .type = OP_STR, .metavar = "URL", .help = "of the server (POND_URL); the one that runs on the data directory", .help_zh = "服务地址（POND_URL）；默认为本数据目录上运行的服务"},
    {.name = "key", .type = OP_STR, .metavar = "KEY", .help = "an operator key (POND_KEY)", .help_zh = "操作密钥（POND_KEY）"},
    {.name = "type", .type = OP_STR, .many = true, .metavar = "TYPE", .help = "arrival, reject, arrivals, stage, job; all when left away", .help_zh = "arrival、reject、arrivals、stage、job；不写为全部"},
    {.name = "count", .type = OP_INT, .min = 1, .max = INT64_MAX, .help = "end after so many", .help_zh = "收到这么多条后结束"},
    {0}};

static const struct op serve_ops[] = {
    {.name = "serve", .perm = "serve", .how = OP_ALONE,
     .help = "Serve: take events from SDKs and answer over HTTP.",
     .help_zh = "启动服务：接收 SDK 事件，并以 HTTP 应答。",
     .more = "Prints its address on standard output when it is ready. SIGTERM or SIGINT stop it: what runs is answered, what was accepted is durable. "
             "All brands of the data directory are served, or the one that --brand names. Failed and slow requests are told on standard error; POND_LOG=debug tells all, POND_LOG=error only what somebody must see to.",
     .more_zh = "就绪后在标准输出打印地址。SIGTERM 或 SIGINT 使其停止：在途请求得到应答，已接受的数据已落盘。默认服务数据目录中的全部品牌，或 --brand 指定的一个。"
                "失败与缓慢的请求写入标准错误；POND_LOG=debug 记录全部，POND_LOG=error 仅记录需要处理的。",
     .example = "pond serve\npond serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem",
     .in = serve_in, .out = serve_out, .run = serve_run},
    {.name = "tail", .perm = "live.read", .how = OP_ALONE,
     .help = "Follow what a running server takes in: a line an event, stage changes, jobs.",
     .help_zh = "跟随运行中的服务：每个到达的事件一行，以及阶段变化与任务。",
     .example = "pond tail --key pk_o_...\npond tail --type arrival --type reject --json",
     .in = tail_in, .run = tail_run},
    {0}};
/* clang-format on */

const struct op_module serve_module = {"serve", "Server", "服务", serve_ops};
