#include "wire/op.h"

#include <stdarg.h>
#include "base/day.h"
#include "tap.h"

/* clang-format off */
static const struct op_in assets_in[] = {
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day", .help_zh = "截至该日结束"},
    {.name = "by", .type = OP_CHOICE, .choices = "day|week", .fallback = "day", .help = "step"},
    {.name = "top", .type = OP_INT, .min = 1, .max = 10, .unit = "rows", .help = "how many"},
    {.name = "map", .type = OP_STR, .many = true, .metavar = "FIELD=COLUMN", .help = "mapping"},
    {.name = "ratio", .type = OP_REAL, .help = "a number"},
    {.name = "dry-run", .type = OP_BOOL, .help = "only look"},
    {0}};
static const struct op_out assets_out[] = {
    {"as_of", OP_DAY, "the day", "日期", false},
    {"stages[].stage", OP_STR, "stage", "阶段", false},
    {"stages[].consumers", OP_INT, "how many", "人数", false},
    {"note", OP_STR, "a word", "备注", true},
    {"matrix[][]", OP_INT, "cells", "格", false},
    {"extra", OP_ANY, "anything", "其他", true},
    {0}};
static const struct op_in import_in[] = {
    {.name = "brand-name", .type = OP_STR, .positional = true, .required = true, .metavar = "NAME", .help = "whose"},
    {.name = "files", .type = OP_PATH, .positional = true, .required = true, .many = true, .metavar = "FILE", .help = "what to read"},
    {0}};
static const struct op_in show_in[] = {
    {.name = "passport", .type = OP_STR, .secret = true, .help = "a secret"},
    {0}};
static enum rc run_assets(struct op_call *c);
static const struct op report_rows[] = {
    {.name = "report assets", .route = "GET /v1/report/assets", .perm = "report.read",
     .help = "Count consumers by stage.", .help_zh = "按阶段统计消费者。",
     .example = "pond report assets --as-of 2017-12-01\npond report assets --json",
     .in = assets_in, .out = assets_out, .run = run_assets},
    {.name = "report flow", .help = "Flow.", .help_zh = "流转。", .run = run_assets},
    {0}};
static const struct op data_rows[] = {
    {.name = "import", .help = "Read files.", .help_zh = "导入文件。", .in = import_in, .run = run_assets},
    {.name = "consumer", .help = "One.", .run = run_assets},
    {.name = "consumer show", .help = "Show one.", .in = show_in, .run = run_assets},
    {0}};
/* clang-format on */
static const struct op_module report_module = {"report", "Reports", "报表", report_rows};
static const struct op_module data_module = {"data", "Data", "数据", data_rows};
static const struct op_module *const modules[] = {&report_module, &data_module, NULL};
static const struct op_book book = {modules};

static enum rc run_assets(struct op_call *c)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "as_of", op_arg_str(c, "as-of"));
    json_key(j, "stages");
    json_begin_array(j);
    json_begin_object(j);
    json_put_cstr(j, "stage", "none");
    json_put_i64(j, "consumers", 3);
    json_end_object(j);
    json_end_array(j);
    json_end_object(j);
    struct table *t = op_table(c);
    table_column(t, &(struct table_column){.name = "stage"});
    table_row(t);
    table_str(t, STR("none"));
    op_text(c, "%s %d", op_say(c, "rows", "行"), 1);
    return RC_OK;
}

struct line {
    struct arena *arena;
    struct op_request q;
    struct err e;
    enum rc rc;
};

/* Parses a command line given as words divided by single spaces. */
static void parse(struct line *l, const char *text)
{
    char *argv[32] = {"pond"};
    int argc = 1;
    arena_reset(l->arena);
    struct str rest = str_of(arena_cstr(l->arena, str_of(text)));
    while (rest.len > 0) {
        argv[argc++] = arena_cstr(l->arena, str_cut(&rest, ' '));
    }
    l->e = (struct err){0};
    l->rc = op_parse(&book, l->arena, argc, argv, &l->q, &l->e);
}

static void test_parse(struct line *l)
{
    TEST("a command with flags, values and fallbacks") {
        parse(l, "report assets --as-of 2017-12-01 --top=7 --map a=b --map c=d --dry-run");
        CHECK(l->rc == RC_OK && l->q.op == &report_rows[0]);
        struct op_call *c = op_call_new(l->arena, &l->q, NULL, &l->e);
        CHECK_EQ_I64(op_arg_day(c, "as-of", 0), day_from_civil(2017, 12, 1));
        CHECK_EQ_I64(op_arg_int(c, "top", 0), 7);
        CHECK_STR(op_arg_str(c, "by"), STR("day"));
        CHECK_EQ_I64(op_arg_count(c, "map"), 2);
        CHECK_STR(op_arg_at(c, "map", 1), STR("c=d"));
        CHECK(op_arg_bool(c, "dry-run"));
        CHECK(op_has(c, "by") && !op_has(c, "ratio"));
        CHECK(op_arg_real(c, "ratio", 2.5) == 2.5);
        CHECK_EQ_I64(op_arg_count(c, "ratio"), 0);
    }
    TEST("global flags stand anywhere") {
        parse(l, "--data /d report --json assets --lang=zh -q --brand b --no-color");
        CHECK(l->rc == RC_OK && l->q.op == &report_rows[0]);
        CHECK_STR(l->q.global.data, STR("/d"));
        CHECK_STR(l->q.global.brand, STR("b"));
        CHECK(l->q.global.format == OP_FORMAT_JSON && l->q.global.quiet &&
              l->q.global.no_color);
        CHECK_STR(l->q.global.lang, STR("zh"));
    }
    TEST("positionals fill their places; the last takes all that is left") {
        parse(l, "import acme a.csv -5 --quiet -- --odd.csv");
        CHECK(l->rc == RC_OK && l->q.op == &data_rows[0]);
        struct op_call *c = op_call_new(l->arena, &l->q, NULL, &l->e);
        CHECK_STR(op_arg_str(c, "brand-name"), STR("acme"));
        CHECK_EQ_I64(op_arg_count(c, "files"), 3);
        CHECK_STR(op_arg_at(c, "files", 2), STR("--odd.csv"));
    }
    TEST("the longest command wins") {
        parse(l, "consumer show");
        CHECK(l->q.op == &data_rows[2]);
        parse(l, "consumer");
        CHECK(l->q.op == &data_rows[1]);
    }
    TEST("help and version") {
        parse(l, "");
        CHECK(l->rc == RC_OK && l->q.global.help && l->q.topic.len == 0);
        parse(l, "help report assets");
        CHECK(l->q.global.help);
        CHECK_STR(l->q.topic, STR("report assets"));
        parse(l, "import --help");
        CHECK(l->rc == RC_OK && l->q.global.help);
        CHECK_STR(l->q.topic, STR("import"));
        parse(l, "report");
        CHECK(l->q.global.help);
        CHECK_STR(l->q.topic, STR("report"));
        parse(l, "--version");
        CHECK(l->rc == RC_OK && l->q.global.version && !l->q.global.help);
    }
}

static void test_mistakes(struct line *l)
{
    /* clang-format off */
    static const struct { const char *line, *msg, *hint; } wrong[] = {
        {"report asets", "unknown command \"report asets\"", "did you mean \"report assets\"?"},
        {"repport", "unknown command \"repport\"", "did you mean \"report\"?"},
        {"xyzzy", "unknown command \"xyzzy\"", "see: pond help"},
        {"report assets --as-off 2017-12-01", "unknown flag \"--as-off\"", "did you mean \"--as-of\"?"},
        {"report assets --jsn", "unknown flag \"--jsn\"", "did you mean \"--json\"?"},
        {"report assets --as-of 2017-02-30", "--as-of: \"2017-02-30\" is no day", "write it as 2017-12-01"},
        {"report assets --as-of", "--as-of wants a value behind it", ""},
        {"report assets --as-of --json", "--as-of wants a value behind it", ""},
        {"report assets --top 0", "--top must be 1 to 10", ""},
        {"report assets --top ten", "--top wants a whole number, not \"ten\"", ""},
        {"report assets --ratio x", "--ratio wants a number, not \"x\"", ""},
        {"report assets --by month", "--by cannot be \"month\"", "one of day|week"},
        {"report assets --top 1 --top 2", "--top is given twice", ""},
        {"report assets --dry-run=maybe", "--dry-run is true or false, not \"maybe\"", ""},
        {"report assets extra", "\"extra\" is one word too many for \"report assets\"", "see: pond help report assets"},
        {"import", "NAME is missing", "see: pond help import"},
        {"import acme", "FILE is missing", "see: pond help import"},
        {"report flow --json --csv", "--json and --csv exclude each other", ""},
        {"report flow --json=1", "--json takes no value", ""},
        {"report flow --data a --data b", "--data is given twice", ""},
        {"report flow --data=", "--data is empty", ""},
        {"report flow --lang fr", "--lang is en or zh, not \"fr\"", ""},
        {"consumer show --passport abc", "--passport would show it to everybody on this machine",
         "leave it out: it is asked for, or read from standard input"},
        {"consumer show --passport=abc", "--passport would show it to everybody on this machine",
         "leave it out: it is asked for, or read from standard input"},
        {"consumer show --pasport", "unknown flag \"--pasport\"", "see: pond help consumer show"},
        {"report flow -x", "unknown flag \"-x\"", "see: pond help report flow"},
    };
    /* clang-format on */
    TEST("every mistake is told with what to do, and ends with code 2") {
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
            parse(l, wrong[i].line);
            CHECK_EQ_I64(rc_exit(l->rc), 2);
            CHECK_CSTR(l->e.msg, wrong[i].msg);
            CHECK_CSTR(l->e.hint, wrong[i].hint);
        }
    }
}

static void test_secret(struct line *l)
{
    TEST("a secret is taken from a request, where it is no command line") {
        arena_reset(l->arena);
        struct op_args *args = op_args_new(l->arena, &data_rows[2]);
        CHECK(op_args_set(args, STR("passport"), STR("abc"), &l->e) == RC_OK);
        CHECK(op_args_check(args, &l->e) == RC_OK);
    }
}

static void test_output(struct line *l)
{
    struct buf out = {0};
    TEST("one run gives text, JSON and CSV") {
        static const char *const flag[] = {"report assets --as-of 2017-12-01 --lang zh",
                                           "report assets --as-of 2017-12-01 --json",
                                           "report assets --as-of 2017-12-01 --csv"};
        static const char *const want[] = {
            "stage\n─────\nnone\n行 1\n",
            "{\"as_of\":\"2017-12-01\",\"stages\":[{\"stage\":\"none\",\"consumers\":3}]}\n",
            "stage\r\nnone\r\n"};
        for (int i = 0; i < 3; i++) {
            parse(l, flag[i]);
            struct op_call *c = op_call_new(l->arena, &l->q, NULL, &l->e);
            CHECK(l->q.op->run(c) == RC_OK);
            buf_clear(&out);
            op_render(c, NULL, &out);
            CHECK_STR(buf_str(&out), str_of(want[i]));
        }
    }
    buf_release(&out);
}

static enum rc check(const char *reply, struct err *e)
{
    return op_check_reply(&report_rows[0], str_of(reply), e);
}

static void test_replies(void)
{
    struct err e = {0};
    TEST("replies are held against their record") {
        CHECK(check("{\"as_of\":\"2017-12-01\",\"stages\":[{\"stage\":\"a\",\"consumers\":1}],"
                    "\"matrix\":[[1,2],[3]]}",
                    &e) == RC_OK);
        CHECK(check("{\"as_of\":\"2017-12-01\",\"stages\":[],\"note\":null,\"matrix\":[],"
                    "\"extra\":{\"x\":[1,\"y\"]}}",
                    &e) == RC_OK);
        CHECK(check("{\"stages\":[]}", &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "report assets: the reply lacks \"as_of\"");
        CHECK(check("{\"as_of\":\"soon\",\"stages\":[]}", &e) == RC_INVALID);
        CHECK(check("{\"as_of\":null,\"stages\":[]}", &e) == RC_INVALID);
        CHECK(check("{\"as_of\":\"2017-12-01\",\"more\":1}", &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "report assets: \"more\" is in the reply, not in its record");
        CHECK(check("{\"as_of\":\"2017-12-01\",\"stages\":[{\"stage\":\"a\",\"consumers\":1},"
                    "{\"stage\":\"b\"}]}",
                    &e) == RC_INVALID);
        CHECK(
            check("{\"as_of\":\"2017-12-01\",\"stages\":[{\"stage\":\"a\",\"consumers\":1.5}]}",
                  &e) == RC_INVALID);
        CHECK(check("not json", &e) == RC_INVALID);
    }
}

static bool holds(const struct buf *b, const char *what)
{
    return str_find(buf_str(b), str_of(what), 0) != SIZE_MAX;
}

static void test_words(void)
{
    static const char *const said[][2] = {
        {"--as-of is a day", "as_of is a day"},
        {"a path has --start or --end, not both", "a path has start or end, not both"},
        {"加 --anyway 再次执行；--dry-run=true", "加 anyway 再次执行；dry_run=true"},
        {"add --map time=#2, (--limit)", "add map time=#2, (limit)"},
        {"a--b, -- and --- and --9 stay, --", "a--b, -- and --- and --9 stay, --"},
        {"--x-", "x-"},
        {"", ""},
    };
    TEST("flags become the fields of a request") {
        for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
            char text[80];
            (void)snprintf(text, sizeof(text), "%s", said[i][0]);
            op_words_of_fields(text);
            CHECK_CSTR(text, said[i][1]);
        }
    }
}

static void test_book(void)
{
    struct buf out = {0};
    struct err e = {0};
    TEST("help of the program, of a group and of a command, in both languages") {
        CHECK(op_help(&book, STR(""), LANG_EN, &out, &e) == RC_OK);
        CHECK(holds(&out, "\nReports\n  report assets ") && holds(&out, "\nData\n  import "));
        buf_clear(&out);
        CHECK(op_help(&book, STR("report"), LANG_ZH, &out, &e) == RC_OK);
        CHECK(holds(&out, "按阶段统计消费者。") && !holds(&out, "import"));
        buf_clear(&out);
        CHECK(op_help(&book, STR("report assets"), LANG_EN, &out, &e) == RC_OK);
        CHECK(holds(&out, "pond report assets [--as-of DAY] [--by day|week] [--top N] "
                          "[--map FIELD=COLUMN]... [--ratio X] [--dry-run]"));
        CHECK(holds(&out, "how many (rows; 1..10)") && holds(&out, "step (default day)"));
        CHECK(holds(&out, "Example\n  pond report assets --as-of 2017-12-01\n  pond report"));
        buf_clear(&out);
        CHECK(op_help(&book, STR("import"), LANG_EN, &out, &e) == RC_OK);
        CHECK(holds(&out, "pond import NAME FILE..."));
        buf_clear(&out);
        CHECK(op_help(&book, STR("consumer show"), LANG_EN, &out, &e) == RC_OK);
        CHECK(!holds(&out, "passport"));
        buf_clear(&out);
        CHECK(op_help(&book, STR("imort"), LANG_EN, &out, &e) == RC_MISSING);
        CHECK_EQ_I64(out.len, 0);
        CHECK_CSTR(e.hint, "did you mean \"import\"?");
    }
    TEST("the description for machines is JSON, the page holds every command") {
        struct json j;
        struct json_flat f;
        static const struct json_limits wide = {.values = 100000};
        struct json_reader *r = json_reader_new(&wide);
        buf_clear(&out);
        json_init(&j, &out);
        op_describe_json(&book, &j);
        CHECK(json_flat(r, buf_str(&out), &f, &e) == RC_OK);
        CHECK(json_find(&f, STR("operations[4].name")) != NULL);
        CHECK_STR(json_find(&f, STR("operations[0].in[1].choices"))->value, STR("day|week"));
        CHECK(json_find(&f, STR("operations[0].in[1].secret"))->type == JSON_FALSE);
        CHECK(json_find(&f, STR("operations[4].in[0].secret"))->type == JSON_TRUE);
        json_reader_free(r);
        buf_clear(&out);
        op_markdown(&book, LANG_EN, &out);
        CHECK(holds(&out, "### report assets") && holds(&out, "### consumer show"));
        CHECK(holds(&out, "| `--by` | day\\|week | day | step |\n"));
        CHECK(holds(&out, "| `passport` | string |  | a secret |\n"));
        CHECK(holds(&out, "| `stages[].consumers` | integer | how many |\n"));
        CHECK_EQ_I64(op_count(&book), 5);
        CHECK(op_at(&book, 5) == NULL && op_find(&book, STR("import")) == &data_rows[0]);
    }
    buf_release(&out);
}

int main(void)
{
    struct line l = {.arena = arena_new()};
    test_parse(&l);
    test_mistakes(&l);
    test_secret(&l);
    test_output(&l);
    test_replies();
    test_words();
    test_book();
    arena_free(l.arena);
    return tap_end();
}
