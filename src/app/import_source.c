#include "app/import_source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "wire/sum.h"
#include "wire/xlsx.h"

#define HEAD_BYTES (256u << 10)

const char *import_kind_name(enum import_kind k)
{
    static const char *const names[] = {"csv", "ndjson", "xlsx", "parquet"};
    return names[k];
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static enum rc read_some(struct import_source *s, char *dst, size_t cap, size_t *got,
                         struct err *e)
{
    for (;;) {
        const ssize_t n = read(s->fd, dst, cap);
        if (n >= 0) {
            *got = (size_t)n;
            (void)__atomic_add_fetch(&s->read, (uint64_t)n, __ATOMIC_RELAXED);
            return RC_OK;
        }
        if (errno != EINTR) {
            return rc_errno(e, errno, "%s", s->path);
        }
    }
}

/* The source behind the decoders: what was read ahead, then the rest. */
static enum rc read_file(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    struct import_source *s = ctx;
    const size_t left = s->head.len - s->head_at;

    if (left) {
        *got = left < cap ? left : cap;
        memcpy(dst, s->head.ptr + s->head_at, *got);
        s->head_at += *got;
        return RC_OK;
    }
    return read_some(s, dst, cap, got, e);
}

static enum rc read_head(struct import_source *s, struct err *e)
{
    size_t got = 1;
    enum rc rc = RC_OK;

    while (!rc && got && s->head.len < HEAD_BYTES) {
        char *to = buf_room(&s->head, HEAD_BYTES - s->head.len);
        rc = read_some(s, to, HEAD_BYTES - s->head.len, &got, e);
        s->head.len += rc ? 0 : got;
    }
    return rc;
}

static enum rc open_file(struct import_source *s, struct err *e)
{
    struct stat st;

    if (strcmp(s->path, "-") == 0) {
        s->fd = dup(STDIN_FILENO);
        s->path = "standard input";
    } else {
        s->fd = open(s->path, O_RDONLY | O_CLOEXEC);
    }
    if (s->fd < 0 || fstat(s->fd, &st)) {
        return rc_errno(e, errno, "%s", s->path);
    }
    if (S_ISDIR(st.st_mode)) {
        enum rc rc = rc_fail(e, RC_INVALID, "%s is a directory", s->path);
        err_hint(e, "name the files in it: %s/*.csv", s->path);
        return rc;
    }
    s->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    return RC_OK;
}

/* Knows a file again: its length, its first and its last 64 KiB. */
static void take_fingerprint(struct import_source *s)
{
    static const size_t part = 64u << 10;
    char hex[33];
    struct buf b = {0};

    if (!s->size) {
        return;
    }
    buf_add(&b, str_slice(buf_str(&s->head), 0, part));
    if (s->size > part) {
        char *to = buf_room(&b, part);
        const ssize_t n = pread(s->fd, to, part, (off_t)(s->size - part));
        b.len += n > 0 ? (size_t)n : 0;
    }
    buf_put_u64(&b, s->size);
    (void)snprintf(s->fingerprint, sizeof(s->fingerprint), "%s",
                   sum128_hex(sum128(buf_str(&b)), hex));
    buf_release(&b);
}

/* ---- What it is ---------------------------------------------------------------------------- */

/* Files that are surely something else, by their first bytes. */
static enum rc check_magic(const struct import_source *s, struct err *e)
{
    static const struct {
        struct str magic;
        const char *what, *hint;
    } known[] = {
        {{"\x1f\x8b", 2}, "compressed by gzip", "unpack it first: gunzip FILE"},
        {{"\x28\xb5\x2f\xfd", 4}, "compressed by zstd", "unpack it first: zstd -d FILE"},
        {{"BZh91AY&SY", 10}, "compressed by bzip2", "unpack it first: bunzip2 FILE"},
        {{"\xfd"
          "7zXZ",
          5},
         "compressed by xz",
         "unpack it first: unxz FILE"},
        {{"Rar!\x1a\x07", 6}, "a RAR archive", "unpack it first"},
        {{"7z\xbc\xaf", 4}, "a 7-Zip archive", "unpack it first"},
        {{"%PDF-", 5}, "a PDF document", "export the table as CSV or XLSX"},
        {{"SQLite format 3\0", 16}, "an SQLite database", "export the table as CSV"},
        {{"\x89PNG", 4}, "a picture", "export the table as CSV or XLSX"},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (str_starts(buf_str(&s->head), known[i].magic)) {
            enum rc rc = rc_fail(e, RC_INVALID, "%s is %s", s->path, known[i].what);
            err_hint(e, "%s", known[i].hint);
            return rc;
        }
    }
    return RC_OK;
}

static enum rc fail_binary(const struct import_source *s, struct err *e)
{
    enum rc rc =
        rc_fail(e, RC_INVALID, "%s is neither text nor a workbook nor Parquet", s->path);
    err_hint(e, "files may be CSV, TSV, NDJSON (UTF-8, GB18030 or UTF-16), XLSX or Parquet");
    return rc;
}

/* Text that is not UTF-8 throughout may still be: a first line with a dozen bytes of Chinese that are
 * well-formed UTF-8 is no GB18030, so a row in another encoding further down is that row's fault. */
static bool first_line_is_utf8(struct str head)
{
    size_t end = str_find_byte(head, '\n', 0);
    size_t beyond_ascii = 0;
    const struct str line = str_slice(head, 0, end);

    for (size_t i = 0; i < line.len; i++) {
        beyond_ascii += (unsigned char)line.ptr[i] >= 0x80;
    }
    return end != SIZE_MAX && beyond_ascii >= 12 && str_is_utf8(line);
}

static enum rc find_kind(struct import_source *s, struct err *e)
{
    const struct str head = buf_str(&s->head);

    if (!head.len) {
        return rc_fail(e, RC_INVALID, "%s is empty", s->path);
    }
    if (check_magic(s, e)) {
        return RC_INVALID;
    }
    if (str_starts(head, STR("PAR1"))) {
        s->kind = IMPORT_PARQUET;
        return RC_OK;
    }
    if (xlsx_looks_like(head)) {
        s->kind = IMPORT_XLSX;
        return RC_OK;
    }
    s->encoding = text_detect(head);
    if (s->encoding == TEXT_GB18030 && first_line_is_utf8(head)) {
        s->encoding = TEXT_UTF8;
    }
    return s->encoding == TEXT_BINARY ? fail_binary(s, e) : RC_OK;
}

/* The beginning as UTF-8, only to look at. */
static enum rc text_head(const struct import_source *s, struct buf *out, struct err *e)
{
    struct transcoder *t = NULL;
    enum rc rc = transcoder_new(s->encoding, &t, e);
    if (!rc) {
        transcoder_add(t, buf_str(&s->head), out);
    }
    transcoder_free(t);
    return rc;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static enum rc open_child(struct import_source *s, struct err *e)
{
    if (!s->size) {
        enum rc rc =
            rc_fail(e, RC_INVALID, "a workbook or Parquet file cannot come through a pipe");
        err_hint(e, "write it to a file first");
        return rc;
    }
    s->skip = 2;
    const enum import_child_kind kind =
        s->kind == IMPORT_XLSX ? IMPORT_CHILD_XLSX : IMPORT_CHILD_PARQUET;
    enum rc rc = import_child_start(s->path, kind, &s->child, e);
    if (rc) {
        return rc;
    }
    return csv_open(source_of_fd(import_child_fd(s->child)),
                    &(struct csv_options){.delimiter = ','}, &s->csv, e);
}

static enum rc open_text(struct import_source *s, struct arena *a,
                         const struct mapping_request *q, struct err *e)
{
    struct buf head = {0};
    struct source from = {read_file, s};

    enum rc rc = text_head(s, &head, e);
    if (!rc) {
        rc = transcoder_new(s->encoding, &s->transcoder, e);
    }
    if (rc) {
        goto done;
    }
    const struct str start = str_trim(buf_str(&head));
    if (s->encoding != TEXT_UTF8) {
        from = transcoder_source(s->transcoder, from);
    }
    if (mapping_is_json(start) || str_eq(q->format, STR("pond"))) {
        s->kind = IMPORT_NDJSON;
        s->lines = lines_open(from, 0);
        s->mapping = mapping_json_lines(a);
        if (q->specs || (q->format.len && !str_eq(q->format, STR("pond")))) {
            rc = rc_fail(e, RC_INVALID,
                         "%s holds JSON lines: --map and other formats do not apply", s->path);
            err_hint(e, "rename its keys: jq -c '{time: .ts, event: .what, user_id: .uid}' "
                        "FILE > NEW.ndjson");
        }
    } else if (start.len && start.ptr[0] == '[') {
        rc = rc_fail(e, RC_INVALID, "%s is one JSON list; one object on each line is wanted",
                     s->path);
        err_hint(e, "jq -c '.[]' FILE > FILE.ndjson");
    } else {
        rc = csv_open(
            from, &(struct csv_options){.whitespace = mapping_wants_whitespace(buf_str(&head))},
            &s->csv, e);
    }
done:
    buf_release(&head);
    return rc;
}

static enum rc map_rows(struct import_source *s, struct arena *a,
                        const struct mapping_request *q, struct err *e)
{
    enum rc rc = csv_next(s->csv, &s->block, e);
    if (!rc && !s->block.rows && s->child) {
        struct import_child *child = s->child;
        s->child = NULL;
        rc = import_child_end(child, false, e);
    }
    if (!rc && !s->block.rows) {
        return rc_fail(e, RC_INVALID, "%s holds no row", s->path);
    }
    if (!rc) {
        rc = mapping_detect(a, q, &s->block, s->skip, &s->mapping, e);
        if (rc) {
            err_prefix(e, "%s", s->path);
        }
    }
    return rc;
}

enum rc import_source_open(struct import_source *s, struct arena *a, const char *path,
                           const struct mapping_request *q, struct err *e)
{
    *s = (struct import_source){.path = path, .fd = -1};
    enum rc rc = open_file(s, e);
    rc = rc ? rc : read_head(s, e);
    rc = rc ? rc : find_kind(s, e);
    if (rc) {
        return rc;
    }
    take_fingerprint(s);
    rc = s->kind == IMPORT_XLSX || s->kind == IMPORT_PARQUET ? open_child(s, e)
                                                             : open_text(s, a, q, e);
    return rc || s->kind == IMPORT_NDJSON ? rc : map_rows(s, a, q, e);
}

enum rc import_source_rows(struct import_source *s, struct csv_block *out, struct err *e)
{
    if (s->block.rows) {
        *out = s->block;
        s->block.rows = 0;
        return RC_OK;
    }
    return csv_next(s->csv, out, e);
}

enum rc import_source_end(struct import_source *s, struct err *e)
{
    struct import_child *child = s->child;
    s->child = NULL;
    enum rc rc = import_child_end(child, false, e);
    if (rc) {
        err_prefix(e, "%s", s->path);
    }
    return rc;
}

void import_source_release(struct import_source *s)
{
    csv_close(s->csv);
    lines_close(s->lines);
    (void)import_child_end(s->child, true, NULL);
    transcoder_free(s->transcoder);
    buf_release(&s->head);
    if (s->fd >= 0) {
        (void)close(s->fd);
    }
}
