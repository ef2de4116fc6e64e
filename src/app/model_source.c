#include "app/model_source.h"

#define MODEL_MAX_BYTES (1u << 20)

static enum rc read_file(struct op_call *c, struct pond *p, const char *path, struct str *text)
{
    struct buf b = {0};
    enum rc rc = disk_get(p->disk, path, MODEL_MAX_BYTES, &b, c->err);
    if (!rc) {
        *text = arena_str(c->arena, buf_str(&b));
    }
    buf_release(&b);
    return rc;
}

static enum rc own_text(struct op_call *c, struct str given, struct str *text)
{
    if (given.len > MODEL_MAX_BYTES) {
        return rc_fail(c->err, RC_TOO_LARGE, "%s",
                       op_say(c, "a stage model has at most 1 MiB", "阶段模型最大 1 MiB"));
    }
    *text = given;
    return RC_OK;
}

enum rc model_source_read(struct op_call *c, struct pond *p, struct str name, struct str *text)
{
    if (str_find_byte(name, '\n', 0) != SIZE_MAX) {
        return own_text(c, name, text);
    }
    if (p->remote) {
        return stage_model_preset(name, c->lang, text, c->err);
    }
    const char *path = arena_cstr(c->arena, name);
    bool file =
        str_find_byte(name, '/', 0) != SIZE_MAX || str_find_byte(name, '.', 0) != SIZE_MAX;
    if (file) {
        return read_file(c, p, path, text);
    }
    struct err e = {0};
    enum rc rc = stage_model_preset(name, c->lang, text, &e);
    if (rc == RC_MISSING && disk_exists(path)) {
        return read_file(c, p, path, text);
    }
    if (rc) {
        *c->err = e;
    }
    return rc;
}
