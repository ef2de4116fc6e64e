/* Files beside a call's output: the workbook of --xlsx, the picture of --plot. */
#include "wire/op.h"
#include "wire/op_args.h"

#define MOST_LINES 16 /* above a table; more are for screens */

static enum rc fail_no_picture(const struct op_call *c, struct err *e)
{
    if (c->lang == LANG_ZH) {
        rc_fail(e, RC_INVALID, "“%s”没有图", c->op->name);
        err_hint(e, "pond help %s 列出它能输出什么；--xlsx 写入表格", c->op->name);
    } else {
        rc_fail(e, RC_INVALID, "\"%s\" has no picture", c->op->name);
        err_hint(e, "its help says what it has: pond help %s; --xlsx writes tables",
                 c->op->name);
    }
    return RC_INVALID;
}

enum rc op_files_check(const struct op_call *c, struct err *e)
{
    enum rc rc = RC_OK;
    if (c->xlsx.len > 0) {
        rc = sheet_check(arena_cstr(c->arena, c->xlsx), e);
    }
    if (!rc && c->plot.len > 0) {
        rc = c->op->picture ? plot_check(arena_cstr(c->arena, c->plot), e)
                            : fail_no_picture(c, e);
    }
    return rc;
}

struct plot *op_plot(struct op_call *c, enum plot_kind kind)
{
    c->output->plot = plot_new(c->arena, kind, c->lang);
    return c->output->plot;
}

enum rc op_sheet(struct op_call *c, struct sheet **out)
{
    struct op_output *o = c->output;
    enum rc rc = RC_OK;
    if (c->xlsx.len > 0 && !o->sheet) {
        rc = sheet_open(c->arena, arena_cstr(c->arena, c->xlsx), NULL, &o->sheet, c->err);
    }
    *out = rc ? NULL : o->sheet;
    return rc;
}

/* The lines of the texts `from`..`to` (not included) of what was said. */
static uint32_t lines_between(const struct op_output *o, size_t from, size_t to,
                              struct str line[MOST_LINES])
{
    uint32_t n = 0;
    for (size_t i = from; i < to; i++) {
        struct str rest = o->shown.ptr[i].text;
        while (rest.len > 0 && n < MOST_LINES) {
            struct str one = str_cut(&rest, '\n');
            if (str_trim(one).len > 0) {
                line[n++] = one;
            }
        }
    }
    return n;
}

/* A short title names its page; Excel cuts names at 31 characters. */
static bool names_a_page(struct str title)
{
    uint32_t characters = 0;
    for (size_t i = 0; i < title.len; i++) {
        characters += ((unsigned char)title.ptr[i] & 0xC0) != 0x80;
    }
    return characters > 0 && characters <= 31;
}

/* A page a table: above it what was said since the one before, below the last what followed. */
static uint32_t put_tables(const struct op_call *c, struct sheet *s)
{
    const struct op_output *o = c->output;
    struct str line[MOST_LINES];
    uint32_t tables = 0;
    size_t said = 0; /* the first text that no page has */
    for (size_t i = 0; i < o->shown.len; i++) {
        const struct table *t = o->shown.ptr[i].table;
        if (!t) {
            continue;
        }
        struct sheet_page p = {.name = str_of(c->op->name), .line = line};
        p.lines = lines_between(o, said, i, line);
        if (tables > 0 && names_a_page(table_title_of(t))) {
            p.name = table_title_of(t);
        }
        sheet_table(s, &p, t);
        tables++;
        said = i + 1;
    }
    uint32_t notes = lines_between(o, said, o->shown.len, line);
    for (uint32_t i = 0; tables > 0 && i < notes; i++) {
        sheet_note(s, line[i]);
    }
    return tables;
}

static enum rc fill(struct op_call *c, struct sheet *s, struct err *e)
{
    if (put_tables(c, s) > 0) {
        return RC_OK;
    }
    if (c->lang == LANG_ZH) {
        rc_fail(e, RC_INVALID, "“%s”没有可写入工作簿的表格", c->op->name);
    } else {
        rc_fail(e, RC_INVALID, "\"%s\" has no table to write into a workbook", c->op->name);
    }
    err_hint(e, "%s", op_say(c, "without --xlsx it says what it has", "去掉 --xlsx 再运行"));
    return RC_INVALID;
}

static void say_written(const struct op_call *c, const struct sheet_written *w,
                        struct buf *said)
{
    struct buf rows = {0};
    table_grouped(&rows, (int64_t)w->rows);
    if (c->lang == LANG_ZH) {
        buf_addf(said, "已写入 %.*s：%u 个工作表，%s 行\n", STR_FMT(c->xlsx), w->sheets,
                 buf_cstr(&rows));
    } else {
        buf_addf(said, "wrote %.*s: %u sheet%s, %s row%s\n", STR_FMT(c->xlsx), w->sheets,
                 w->sheets == 1 ? "" : "s", buf_cstr(&rows), w->rows == 1 ? "" : "s");
    }
    buf_release(&rows);
}

static enum rc write_sheet(struct op_call *c, struct buf *said, struct err *e)
{
    struct sheet *s = c->output->sheet;
    struct sheet_written w = {0};
    enum rc rc = RC_OK;
    if (!s) {
        rc = sheet_open(c->arena, arena_cstr(c->arena, c->xlsx), NULL, &s, e);
        rc = rc ? rc : fill(c, s, e);
    }
    if (!rc) {
        rc = sheet_close(s, &w, e);
    }
    c->output->sheet = NULL;
    if (!rc) {
        say_written(c, &w, said);
    }
    return rc;
}

static enum rc write_plot(struct op_call *c, struct buf *said, struct err *e)
{
    struct plot_saved saved = {0};
    if (!c->output->plot || plot_is_empty(c->output->plot)) {
        return rc_fail(e, RC_INVALID, "%s",
                       op_say(c, "there is nothing to draw", "没有可画的数据"));
    }
    enum rc rc = plot_save(c->output->plot, arena_cstr(c->arena, c->plot), &saved, e);
    if (rc) {
        return rc;
    }
    buf_addf(said, "%s%.*s%s%u × %u\n", op_say(c, "wrote ", "已写入 "), STR_FMT(c->plot),
             op_say(c, ": ", "："), saved.width, saved.height);
    if (saved.no_glyph > 0 && c->lang == LANG_ZH) {
        buf_addf(said,
                 "注意：图中有 %u 个字符在本机没有字体，显示为方框；安装 fonts-noto-cjk，"
                 "或写成 .svg（由打开它的机器提供字体）\n",
                 saved.no_glyph);
    } else if (saved.no_glyph > 0) {
        buf_addf(
            said,
            "warning: no font on this machine has %u of its characters, they show as "
            "boxes; install fonts-noto-cjk, or write .svg (drawn with the reader's fonts)\n",
            saved.no_glyph);
    }
    return RC_OK;
}

enum rc op_files_write(struct op_call *c, struct buf *said, struct err *e)
{
    enum rc rc = c->xlsx.len > 0 ? write_sheet(c, said, e) : RC_OK;
    if (!rc && c->plot.len > 0) {
        rc = write_plot(c, said, e);
    }
    return rc;
}
