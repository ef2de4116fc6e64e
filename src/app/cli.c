#include "app/cli.h"
#include "app/ops.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/stop.h"
#include "app/version.h"
#include "wire/op.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* One run of the program. */
struct cli {
    struct arena *arena;
    struct pond pond;
    enum lang lang;
    struct table_style style;
    char *(*env)(const char *name);
    bool out_closed; /* the reader went away (head, less): no error, nothing more to say */
};

/* Writes all bytes to a descriptor. A reader that went away is not a failure. */
static enum rc put(struct cli *cli, struct str bytes, struct err *e)
{
    while (bytes.len && !cli->out_closed) {
        ssize_t n = write(STDOUT_FILENO, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EPIPE) {
            cli->out_closed = true;
            return RC_OK;
        }
        if (n < 0) {
            return rc_errno(e, errno, "standard output");
        }
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return RC_OK;
}

static bool env_has(const struct cli *cli, const char *name)
{
    const char *value = cli->env(name);
    return value && *value;
}

static void choose_style(struct cli *cli, const struct op_global *g)
{
    const char *term = cli->env("TERM");
    const char *columns = cli->env("COLUMNS");
    int64_t width = 0;
    struct winsize size;
    bool tty = isatty(STDOUT_FILENO) == 1;
    if (tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
    } else if (columns && str_i64(str_of(columns), &width) && (width < 20 || width > 1000)) {
        width = 0;
    }
    cli->style.colour = tty && !g->no_color && !env_has(cli, "NO_COLOR") &&
                        !(term && strcmp(term, "dumb") == 0);
    cli->style.width = (uint32_t)width;
}

/* The failure for people on standard error and, with --json, as an object on standard output. */
static void say_error(struct cli *cli, enum op_format format, bool replied, const struct err *e)
{
    const char *hint = lang_pick(cli->lang, "hint", "提示");
    const char *msg = *e->msg ? e->msg : rc_text(e->rc);
    if (cli->lang == LANG_ZH) {
        (void)fprintf(stderr, "pond: %s：%s\n", show_rc_zh(e->rc), msg);
    } else {
        (void)fprintf(stderr, "pond: %s\n", msg);
    }
    if (*e->hint) {
        (void)fprintf(stderr, "%s: %s\n", hint, e->hint);
    }
    if (*e->detail) {
        logger_event(&cli->pond.logger, LOG_ERROR, "op.failed", "rc=%s %s", rc_name(e->rc),
                     e->detail);
    }
    if (format != OP_FORMAT_JSON || replied) {
        return;
    }
    struct buf b = {0};
    struct json j;
    json_init(&j, &b);
    json_begin_object(&j);
    json_key(&j, "error");
    json_begin_object(&j);
    json_put_cstr(&j, "code", rc_name(e->rc));
    json_put_cstr(&j, "message", msg);
    json_put_cstr(&j, "hint", *e->hint ? e->hint : NULL);
    json_end_object(&j);
    json_end_object(&j);
    buf_add_byte(&b, '\n');
    (void)put(cli, buf_str(&b), NULL);
    buf_release(&b);
}

/* What `pond` alone says: what it is and the first three commands. */
static void first_steps(const struct cli *cli, struct buf *out)
{
    if (cli->lang == LANG_ZH) {
        buf_addf(out, "pond（池塘）%s：私域消费者数据与 AIPL 人群资产\n\n第一步：\n",
                 POND_VERSION);
        buf_addf(out, "  pond init 品牌名                  建立数据目录\n");
        buf_addf(out, "  pond import orders.csv            导入文件，自动识别格式\n");
        buf_addf(out, "  pond report assets                查看 AIPL 人群资产\n\n");
        buf_addf(out, "没有数据？  pond sample | pond help sample\n");
        buf_addf(out, "全部命令：  pond help        某个命令：  pond help import\n");
        return;
    }
    buf_addf(out, "pond %s: a brand's consumers and their AIPL stages, from raw events\n\n",
             POND_VERSION);
    buf_addf(out, "First steps:\n");
    buf_addf(out, "  pond init mybrand                 make a data directory\n");
    buf_addf(out,
             "  pond import orders.csv            bring in a file; its format is found out\n");
    buf_addf(out, "  pond report assets                see how many consumers stand where\n\n");
    buf_addf(out, "No data yet?    pond help sample\n");
    buf_addf(out, "All commands:   pond help        One of them:  pond help import\n");
}

static bool asked_for_help(int argc, char *const argv[])
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "help") == 0 || strcmp(argv[i], "--help") == 0 ||
            strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static enum rc say_help(struct cli *cli, const struct op_request *q, bool asked, struct err *e)
{
    struct buf out = {0};
    enum rc rc = RC_OK;
    if (q->topic.len == 0 && !asked) {
        first_steps(cli, &out);
    } else {
        rc = op_help(ops_book(), q->topic, cli->lang, &out, e);
    }
    if (!rc) {
        rc = put(cli, buf_str(&out), e);
    }
    buf_release(&out);
    return rc;
}

/* A reply is whole when the operation closed its outermost bracket. */
static bool reply_whole(struct op_call *c)
{
    return op_reply(c).len > 0 && op_json(c)->depth == 0;
}

/* --xlsx: which file was written is said on standard error, where no program reads it. */
static enum rc write_files(struct op_call *c, struct err *e)
{
    struct buf said = {0};
    enum rc rc = op_files_write(c, &said, e);
    if (said.len > 0 && !c->quiet) {
        (void)fprintf(stderr, "%s", buf_cstr(&said));
    }
    buf_release(&said);
    return rc;
}

static enum rc run_op(struct cli *cli, const struct op_request *q, bool *replied, struct err *e)
{
    cli->pond.lang = cli->lang;
    cli->pond.progress = !q->global.quiet && isatty(STDERR_FILENO) == 1;
    struct op_call *c = op_call_new(cli->arena, q, &cli->pond, e);
    c->lang = cli->lang;
    enum rc rc = op_files_check(c, e);
    if (rc) {
        return rc;
    }
    rc = q->op->run(c);
    struct buf out = {0};
    *replied = reply_whole(c);
    if (*replied) {
        op_render(c, &cli->style, &out);
        struct err second = {0};
        enum rc wrote = put(cli, buf_str(&out), &second);
        if (!rc && wrote) {
            rc = wrote;
            *e = second;
        }
        second = (struct err){0};
        wrote = write_files(c, &second);
        if (!rc && wrote) {
            rc = wrote;
            *e = second;
        }
    }
    buf_release(&out);
    return rc;
}

static enum rc say_version(struct cli *cli, struct err *e)
{
    return put(cli, STR("pond " POND_VERSION "\n"), e);
}

static enum op_format typed_format(int argc, char *const argv[])
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return OP_FORMAT_JSON;
        }
    }
    return OP_FORMAT_TEXT;
}

/* --lang may stand anywhere and must hold for messages about the rest of the line too. */
static struct str typed_lang(int argc, char *const argv[])
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0) {
            return str_of(argv[i] + 7);
        }
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            return str_of(argv[i + 1]);
        }
    }
    return STR_NULL;
}

static enum rc serve(struct cli *cli, int argc, char *const argv[], struct op_request *q,
                     bool *replied, struct err *e)
{
    enum rc rc = op_parse(ops_book(), cli->arena, argc, argv, q, e);
    if (rc) {
        return rc;
    }
    choose_style(cli, &q->global);
    if (q->global.version) {
        return say_version(cli, e);
    }
    if (q->global.help || !q->op) {
        return say_help(cli, q, asked_for_help(argc, argv), e);
    }
    rc = pond_init(&cli->pond, cli->env, e);
    if (rc) {
        return rc;
    }
    if (q->global.data.len) {
        cli->pond.data_dir = arena_cstr(cli->arena, q->global.data);
    }
    if (q->global.brand.len) {
        cli->pond.brand_name = q->global.brand;
    }
    return run_op(cli, q, replied, e);
}

int cli_main(int argc, char *const argv[], char *(*env)(const char *name))
{
    struct cli cli = {.arena = arena_new(), .env = env};
    struct op_request q = {0};
    struct err e = {0};
    bool replied = false;
    stop_install();
    cli.lang = lang_choose(typed_lang(argc, argv), env);
    enum rc rc = serve(&cli, argc, argv, &q, &replied, &e);
    if (rc) {
        e.rc = rc;
        say_error(&cli, typed_format(argc, argv), replied, &e);
    }
    pond_release(&cli.pond);
    arena_free(cli.arena);
    return rc_exit(rc);
}
