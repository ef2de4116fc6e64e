/* What form a reply has, and its language. */
#include "serve/api.h"

enum form { FORM_NONE, FORM_JSON, FORM_CSV, FORM_XLSX, FORM_SVG, FORM_PNG };

static enum form form_named(struct str s)
{
    static const char *const names[] = {"", "json", "csv", "xlsx", "svg", "png"};
    for (enum form f = FORM_JSON; f <= FORM_PNG; f++) {
        if (str_eq_nocase(s, str_of(names[f]))) {
            return f;
        }
    }
    return FORM_NONE;
}

static enum form form_of_type(struct str type)
{
    static const struct {
        const char *type;
        enum form form;
    } known[] = {
        {"application/json", FORM_JSON},
        {"text/csv", FORM_CSV},
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FORM_XLSX},
        {"image/svg+xml", FORM_SVG},
        {"image/png", FORM_PNG},
        {"*/*", FORM_JSON},
        {"application/*", FORM_JSON},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (str_eq_nocase(type, str_of(known[i].type))) {
            return known[i].form;
        }
    }
    return FORM_NONE;
}

/* The first form that we know in the order of the header; weights are not looked at. */
static enum form form_accepted(struct str accept)
{
    enum form f = FORM_NONE;
    while (accept.len && f == FORM_NONE) {
        struct str one = str_cut(&accept, ',');
        f = form_of_type(str_trim(str_cut(&one, ';')));
    }
    return f == FORM_NONE ? FORM_JSON : f;
}

static enum rc check(const struct op *op, enum form f, struct err *e)
{
    if ((f == FORM_SVG || f == FORM_PNG) && !op->picture) {
        rc_fail(e, RC_INVALID, "\"%s\" has no picture", op->name);
        err_hint(e, "json, csv or xlsx");
        return RC_INVALID;
    }
    return RC_OK;
}

static bool own_format(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (str_eq(str_of(in->name), STR("format"))) {
            return true;
        }
    }
    return false;
}

static bool downloads(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->file == OP_FILE_DOWNLOAD) {
            return true;
        }
    }
    return false;
}

enum rc api_form_of(const struct request *q, const struct op *op, struct str format,
                    struct api_form *out, struct err *e)
{
    static const struct api_form forms[] = {
        [FORM_JSON] = {OP_FORMAT_JSON, NULL, false, "json"},
        [FORM_CSV] = {OP_FORMAT_CSV, NULL, false, "csv"},
        [FORM_XLSX] = {OP_FORMAT_JSON, NULL, true, "xlsx"},
        [FORM_SVG] = {OP_FORMAT_JSON, "svg", false, "svg"},
        [FORM_PNG] = {OP_FORMAT_JSON, "png", false, "png"},
    };
    enum form f = own_format(op) ? FORM_JSON
                  : format.len   ? form_named(format)
                                 : form_accepted(http_header(q->x, "Accept"));
    if (f == FORM_NONE) {
        rc_fail(e, RC_INVALID, "there is no format \"%.*s\"",
                STR_FMT(str_slice(format, 0, 40)));
        err_hint(e, "json, csv, xlsx, svg or png");
        return RC_INVALID;
    }
    f = downloads(op) && f == FORM_JSON ? FORM_CSV : f; /* it is the file that was asked for */
    *out = forms[f];
    return check(op, f, e);
}

enum lang api_lang_of(const struct request *q)
{
    struct str rest = http_header(q->x, "Accept-Language");
    while (rest.len) {
        struct str one = str_cut(&rest, ',');
        struct str tag = str_trim(str_cut(&one, ';'));
        enum lang l;
        for (size_t i = 0; i < tag.len; i++) {
            if (tag.ptr[i] == '-') {
                tag.len = i;
            }
        }
        if (lang_parse(tag, &l)) {
            return l;
        }
    }
    return LANG_EN;
}
