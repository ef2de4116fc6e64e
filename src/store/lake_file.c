/* Parquet files of the user's, read by the lake's engine but outside any lake. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "store/internal.h"

/* What lake_next can give as it is; everything else is asked for as text. */
static const char *type_for(struct str type)
{
    static const char *const whole[] = {"BOOLEAN",  "TINYINT", "SMALLINT", "INTEGER",
                                        "UTINYINT", "BIGINT",  "USMALLINT"};
    if (str_eq(type, STR("FLOAT")) || str_eq(type, STR("DOUBLE"))) {
        return "double";
    }
    if (str_eq(type, STR("UINTEGER")) || str_eq(type, STR("UINTEGER[]"))) {
        return str_eq(type, STR("UINTEGER")) ? "uinteger" : "uinteger[]";
    }
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (str_eq(type, str_of(whole[i]))) {
            return "bigint";
        }
    }
    return "varchar";
}

static void add_column(struct buf *out, struct str name, struct str type)
{
    buf_add(out, out->len ? STR(", cast(") : STR("select cast("));
    engine_add_name(out, name);
    buf_addf(out, " as %s) as ", type_for(type));
    engine_add_name(out, name);
}

/* The statement that reads the file, column by column. */
static enum rc compose(struct engine *g, const char *from, struct buf *out, struct err *e)
{
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    struct buf text = {0};
    buf_add(&text, STR("describe select * from "));
    buf_add(&text, str_of(from));
    const struct sql sql = {.name = "the file's columns", .text = buf_cstr(&text)};
    enum rc rc = engine_query(g, &sql, BINDS_NONE, false, &r, e);
    while (!rc && !(rc = lake_next(r, &chunk, e)) && chunk.rows) {
        for (uint32_t i = 0; i < chunk.rows; i++) {
            add_column(out, lake_str(&chunk.columns[0], i), lake_str(&chunk.columns[1], i));
        }
    }
    lake_done(r);
    buf_addf(out, " from %s", from);
    buf_release(&text);
    return rc;
}

enum rc lake_read_file(const char *path, unsigned threads, uint64_t memory_bytes,
                       struct lake_result **out, struct err *e)
{
    struct engine *g = NULL;
    struct buf text = {0};
    char from[128];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "cannot open %s", path);
    }
    /* By descriptor: the engine would take '*' or "http:" in a name for a pattern or an address. */
    (void)snprintf(from, sizeof from,
                   "read_parquet('/proc/self/fd/%d', binary_as_string = true, "
                   "hive_partitioning = false)",
                   fd);
    enum rc rc = engine_open(threads, memory_bytes, &g, e);
    rc = rc ? rc : engine_run(g, "set preserve_insertion_order = true", e);
    rc = rc ? rc : engine_fence(g, NULL, fd, e);
    if (!rc) {
        rc = compose(g, from, &text, e);
        const struct sql sql = {.name = "the file", .text = buf_cstr(&text)};
        rc = rc ? rc : engine_query(g, &sql, BINDS_NONE, false, out, e);
        if (rc == RC_BUG || rc == RC_IO) {
            rc = rc_fail(e, RC_INVALID, "%s is no Parquet file that can be read", path);
        }
    }
    if (!rc) {
        engine_give(*out, fd);
    } else {
        engine_close(g);
        (void)close(fd);
    }
    buf_release(&text);
    return rc;
}
