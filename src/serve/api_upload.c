/* A file that comes as the body of a request: written into the brand's spool as it arrives, private, under the name it
 * was given, and removed behind the call. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "serve/api.h"

#define NAME_BYTES 100u

static bool is_plain(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_' || c == ' ' || c == '(' ||
           c == ')';
}

/* The last part of what the client calls it, without anything that a file system or shell reads: "../a/b c.csv" ->
 * "b c.csv". */
static const char *safe_name(struct arena *a, struct str given)
{
    size_t from = given.len;
    while (from && given.ptr[from - 1] != '/' && given.ptr[from - 1] != '\\') {
        from--;
    }
    struct str s = str_slice(given, from, given.len);
    while (s.len && (s.ptr[0] == '.' || s.ptr[0] == '-' || s.ptr[0] == ' ')) {
        s = str_slice(s, 1, s.len);
    }
    while (s.len > NAME_BYTES || (s.len && !str_is_utf8(s))) {
        s.len--;
    }
    s = s.len ? s : STR("upload");
    char *name = arena_cstr(a, s);
    for (size_t i = 0; i < s.len; i++) { /* all of it: a zero byte would end the name */
        name[i] = is_plain((unsigned char)name[i]) ? name[i] : '_';
    }
    return name;
}

enum rc api_upload_begin(struct request *q, struct err *e)
{
    char *spool = disk_path(q->a, q->brand->dir, "spool");
    char *dir = disk_path(q->a, spool, "up-XXXXXX");
    enum rc rc = disk_mkdirs(q->server->base->disk, spool, 0700, e);
    if (rc) {
        return rc;
    }
    if (!mkdtemp(dir)) {
        return rc_errno(e, errno, "cannot keep the upload");
    }
    q->file_dir = dir;
    q->file_path = disk_path(q->a, dir, safe_name(q->a, http_query(q->x, "name")));
    q->file = open(q->file_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (q->file < 0) {
        rc = rc_errno(e, errno, "cannot keep the upload");
        api_upload_end(q);
        return rc;
    }
    http_body_to(q->x, q->file);
    return RC_OK;
}

void api_upload_end(struct request *q)
{
    if (q->file >= 0) {
        (void)close(q->file);
        q->file = -1;
    }
    if (q->file_path) {
        (void)unlink(q->file_path);
        q->file_path = NULL;
    }
    if (q->file_dir) {
        (void)rmdir(q->file_dir);
        q->file_dir = NULL;
    }
}

static bool is_ours(struct str name)
{
    return str_starts(name, STR("up-")) || str_starts(name, STR("down-")) ||
           str_starts(name, STR("out-"));
}

void api_upload_sweep(const struct served *b)
{
    struct arena *a = arena_new();
    char *spool = disk_path(a, b->dir, "spool");
    struct str *dirs = NULL, *files = NULL;
    size_t n = 0, m = 0;
    if (disk_list(a, spool, &dirs, &n, NULL)) {
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        char *dir = disk_path(a, spool, arena_cstr(a, dirs[i]));
        if (!is_ours(dirs[i]) || disk_list(a, dir, &files, &m, NULL)) {
            continue;
        }
        for (size_t k = 0; k < m; k++) {
            (void)unlink(disk_path(a, dir, arena_cstr(a, files[k])));
        }
        (void)rmdir(dir);
    }
    arena_free(a);
}
