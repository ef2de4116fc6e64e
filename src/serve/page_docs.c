/* The API's description for people: HTML without scripts, from the records. */
#include "serve/api_route.h"
#include "serve/api_args.h"
#include "serve/page.h"

static void put_text(struct buf *out, const char *s)
{
    for (; s && *s; s++) {
        switch (*s) {
        case '<': buf_add(out, STR("&lt;")); break;
        case '>': buf_add(out, STR("&gt;")); break;
        case '&': buf_add(out, STR("&amp;")); break;
        case '"': buf_add(out, STR("&quot;")); break;
        default: buf_add_byte(out, *s);
        }
    }
}

static void put_cell(struct buf *out, const char *s, bool code)
{
    buf_add(out, code ? STR("<td><code>") : STR("<td>"));
    put_text(out, s);
    buf_add(out, code ? STR("</code></td>") : STR("</td>"));
}

static const char *type_name(enum op_type t)
{
    static const char *const names[] = {
        [OP_STR] = "string",   [OP_INT] = "integer", [OP_REAL] = "number",   [OP_DAY] = "date",
        [OP_BOOL] = "boolean", [OP_PATH] = "string", [OP_CHOICE] = "choice", [OP_ANY] = "any",
    };
    return names[t];
}

static void put_in(const struct op *op, enum lang l, struct arena *a, struct buf *out)
{
    buf_add(out, STR("<table>\n"));
    for (const struct op_in *in = op->in; in->name; in++) {
        if (in->type == OP_PATH && in->file == OP_FILE_LOCAL) {
            continue;
        }
        buf_add(out, STR("<tr>"));
        if (in->file != OP_FILE_LOCAL) {
            put_cell(out,
                     in->file == OP_FILE_UPLOAD ? lang_pick(l, "(body)", "（请求体）")
                                                : lang_pick(l, "(answer)", "（应答）"),
                     false);
        } else {
            put_cell(out, api_field_name(in->name, a).ptr, true);
        }
        struct str type =
            arena_strf(a, "%s%s%s", in->type == OP_CHOICE ? in->choices : type_name(in->type),
                       in->many ? lang_pick(l, ", many", "，多个") : "",
                       in->required ? lang_pick(l, ", required", "，必填") : "");
        put_cell(out, type.ptr, false);
        put_cell(out, in->fallback ? in->fallback : "", false);
        struct str help = arena_strf(a, "%s%s%s", lang_pick(l, in->help, in->help_zh),
                                     in->perm ? " · " : "", in->perm ? in->perm : "");
        put_cell(out, help.ptr, false);
        buf_add(out, STR("</tr>\n"));
    }
    buf_add(out, STR("</table>\n"));
}

static void put_out(const struct op *op, enum lang l, struct buf *out)
{
    buf_addf(out, "<details><summary>%s</summary>\n<table>\n", lang_pick(l, "Reply", "返回"));
    for (const struct op_out *o = op->out; o->path; o++) {
        buf_add(out, STR("<tr>"));
        put_cell(out, o->path, true);
        put_cell(out, type_name(o->type), false);
        put_cell(out, lang_pick(l, o->help, o->help_zh), false);
        buf_add(out, STR("</tr>\n"));
    }
    buf_add(out, STR("</table></details>\n"));
}

static void put_op(const struct op *op, enum lang l, struct arena *a, struct buf *out)
{
    struct str rest = str_of(op->route), method = str_cut(&rest, ' ');
    char *id = arena_cstr(a, str_of(op->name));
    for (char *p = id; *p; p++) {
        *p = *p == ' ' ? '-' : *p;
    }
    buf_addf(out,
             "<h3 id=\"%s\"><code><span class=\"method\">%.*s</span> %.*s</code></h3>\n<p>", id,
             STR_FMT(method), STR_FMT(rest));
    put_text(out, lang_pick(l, op->help, op->help_zh));
    buf_addf(out, " <span class=\"soft\">%s: <code>%s</code>%s</span></p>\n",
             lang_pick(l, "Right", "权限"), op->perm,
             op->slow ? lang_pick(l, " · a job by default", " · 默认作为任务执行") : "");
    if (op->in && op->in[0].name) {
        put_in(op, l, a, out);
    }
    if (op->out && op->out[0].path) {
        put_out(op, l, out);
    }
}

static void put_head(enum lang l, struct buf *out)
{
    buf_addf(out,
             "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, "
             "initial-scale=1\"><title>Pond API</title>"
             "<link rel=\"stylesheet\" href=\"/page.css\"></head><body><main>\n<h1>Pond "
             "API</h1>\n<p>%s</p>\n<p>%s</p>\n"
             "<p><a href=\"/openapi.json\">openapi.json</a> · <a "
             "href=\"/docs?lang=%s\">%s</a></p>\n",
             lang_name(l),
             lang_pick(l,
                       "Send <code>Authorization: Bearer KEY</code>. A GET takes its fields in "
                       "the query; it may also be asked by POST with "
                       "a JSON object. <code>?format=csv</code>, <code>xlsx</code>, "
                       "<code>svg</code> or <code>png</code> gives the tables or the picture.",
                       "请求头 <code>Authorization: Bearer 密钥</code>。GET "
                       "的参数放在查询串中，也可改用 POST 并以 JSON 对象传参。"
                       "<code>?format=csv</code>、<code>xlsx</code>、<code>svg</"
                       "code>、<code>png</code> 返回表格或图。"),
             lang_pick(l,
                       "A failure is <code>{\"code\",\"msg\",\"hint\",\"field\"}</code>. A "
                       "write under an <code>Idempotency-Key</code> is done once.",
                       "失败返回 <code>{\"code\",\"msg\",\"hint\",\"field\"}</code>。带 "
                       "<code>Idempotency-Key</code> 的写操作只执行一次。"),
             l == LANG_ZH ? "en" : "zh", l == LANG_ZH ? "English" : "中文");
}

void page_docs(const struct op_book *book, enum lang lang, struct buf *out)
{
    struct arena *a = arena_new();
    put_head(lang, out);
    for (const struct op_module *const *m = book->modules; *m; m++) {
        bool headed = false;
        for (const struct op *op = (*m)->ops; op->name; op++) {
            if (op->route && !headed) {
                buf_addf(out, "<h2>%s</h2>\n", lang_pick(lang, (*m)->title, (*m)->title_zh));
                headed = true;
            }
            if (op->route) {
                put_op(op, lang, a, out);
            }
        }
    }
    buf_addf(out, "<h2>%s</h2>\n",
             lang_pick(lang, "Sessions, jobs, the live stream", "会话、任务、实时流"));
    for (const struct api_own *o = api_owns; o->op.name; o++) {
        put_op(&o->op, lang, a, out);
    }
    buf_add(out, STR("</main></body></html>\n"));
    arena_free(a);
}
