/* The operating system behind disk.h, and the compositions that hold for every disk. */
#include "store/disk.h"

#include "base/mem.h"
#include "base/vec.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* --- The operating system -------------------------------------------------------------------
 */

static enum rc real_create(struct disk *d, const char *path, unsigned mode, int *fd,
                           struct err *e)
{
    (void)d;
    int got = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (got < 0) {
        return rc_errno(e, errno, "cannot create %s", path);
    }
    if (fchmod(got, (mode_t)mode) != 0) {
        int why = errno;
        (void)close(got);
        return rc_errno(e, why, "cannot set the mode of %s", path);
    }
    *fd = got;
    return RC_OK;
}

static enum rc real_write(struct disk *d, int fd, struct str bytes, struct err *e)
{
    (void)d;
    while (bytes.len > 0) {
        /* Linux writes at most 2 GiB at once. */
        size_t piece = bytes.len < (1u << 30) ? bytes.len : (1u << 30);
        ssize_t n = write(fd, bytes.ptr, piece);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return rc_errno(e, n < 0 ? errno : EIO, "cannot write");
        }
        bytes = str_make(bytes.ptr + n, bytes.len - (size_t)n);
    }
    return RC_OK;
}

static enum rc real_sync(struct disk *d, int fd, struct err *e)
{
    (void)d;
    return fsync(fd) == 0 ? RC_OK : rc_errno(e, errno, "cannot sync to disk");
}

static void real_close(struct disk *d, int fd)
{
    (void)d;
    (void)close(fd);
}

static enum rc sync_path(const char *path, int flags, struct err *e)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "cannot open %s", path);
    }
    enum rc rc = fsync(fd) == 0 ? RC_OK : rc_errno(e, errno, "cannot sync %s", path);
    (void)close(fd);
    return rc;
}

static enum rc real_sync_dir(struct disk *d, const char *dir, struct err *e)
{
    (void)d;
    return sync_path(dir, O_RDONLY | O_DIRECTORY, e);
}

static enum rc real_adopt(struct disk *d, const char *path, struct err *e)
{
    (void)d;
    return sync_path(path, O_RDONLY, e);
}

static enum rc real_rename(struct disk *d, const char *from, const char *to, struct err *e)
{
    (void)d;
    return rename(from, to) == 0 ? RC_OK
                                 : rc_errno(e, errno, "cannot rename %s to %s", from, to);
}

static enum rc real_link(struct disk *d, const char *from, const char *to, struct err *e)
{
    (void)d;
    if (link(from, to) == 0) {
        return RC_OK;
    }
    if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == ENOTSUP ||
        errno == ENOSYS) {
        return rc_fail(e, RC_CONFLICT, "cannot link %s to %s", from, to);
    }
    return rc_errno(e, errno, "cannot link %s to %s", from, to);
}

static enum rc real_unlink(struct disk *d, const char *path, struct err *e)
{
    (void)d;
    return unlink(path) == 0 ? RC_OK : rc_errno(e, errno, "cannot remove %s", path);
}

static enum rc real_mkdir(struct disk *d, const char *path, unsigned mode, struct err *e)
{
    (void)d;
    if (mkdir(path, (mode_t)mode) == 0) {
        return RC_OK;
    }
    struct stat st;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return RC_OK;
    }
    return rc_errno(e, errno, "cannot make the directory %s", path);
}

static enum rc read_all(int fd, const char *path, uint64_t offset, void *out, size_t len,
                        struct err *e)
{
    char *to = out;
    while (len > 0) {
        ssize_t n = pread(fd, to, len < (1u << 30) ? len : (1u << 30), (off_t)offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return rc_errno(e, errno, "cannot read %s", path);
        }
        if (n == 0) {
            return rc_fail(e, RC_CORRUPT, "%s ends too early", path);
        }
        to += n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return RC_OK;
}

static enum rc real_read(struct disk *d, const char *path, uint64_t offset, void *out,
                         size_t len, struct err *e)
{
    (void)d;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "cannot open %s", path);
    }
    enum rc rc = read_all(fd, path, offset, out, len, e);
    (void)close(fd);
    return rc;
}

static const struct disk_ops real_ops = {
    .name = "real",
    .create = real_create,
    .write = real_write,
    .sync = real_sync,
    .close = real_close,
    .sync_dir = real_sync_dir,
    .adopt = real_adopt,
    .rename = real_rename,
    .link = real_link,
    .unlink = real_unlink,
    .mkdir = real_mkdir,
    .read = real_read,
};

struct disk *disk_real(void)
{
    /* Never written to: the table is const and it keeps nothing else. */
    static const struct disk real = {.ops = &real_ops};
    return (struct disk *)(uintptr_t)&real;
}

/* --- Compositions ---------------------------------------------------------------------------
 */

static enum rc sync_parent(struct disk *d, const char *path, struct err *e)
{
    struct arena *a = arena_new();
    const char *slash = strrchr(path, '/');
    const char *dir = ".";
    if (slash) {
        dir = slash == path ? "/" : arena_cstr(a, str_make(path, (size_t)(slash - path)));
    }
    enum rc rc = d->ops->sync_dir(d, dir, e);
    arena_free(a);
    return rc;
}

static enum rc finish_temp(struct disk *d, const char *temp, const char *path, struct err *e)
{
    enum rc rc = d->ops->rename(d, temp, path, e);
    return rc ? rc : sync_parent(d, path, e);
}

enum rc disk_put(struct disk *d, const char *path, struct str bytes, unsigned mode,
                 struct err *e)
{
    struct buf temp = {0};
    int fd = -1;
    buf_addf(&temp, "%s" DISK_TEMP, path);
    const char *name = buf_cstr(&temp);
    enum rc rc = d->ops->create(d, name, mode, &fd, e);
    if (rc) {
        goto done;
    }
    rc = d->ops->write(d, fd, bytes, e);
    rc = rc ? rc : d->ops->sync(d, fd, e);
    d->ops->close(d, fd);
    rc = rc ? rc : finish_temp(d, name, path, e);
    if (rc) {
        (void)d->ops->unlink(d, name, NULL);
        err_prefix(e, "%s", path);
    }
done:
    buf_release(&temp);
    return rc;
}

enum rc disk_publish(struct disk *d, const char *temp, const char *path, struct err *e)
{
    enum rc rc = d->ops->adopt(d, temp, e);
    return rc ? rc : finish_temp(d, temp, path, e);
}

static enum rc copy_bytes(struct disk *d, const char *from, int fd, struct err *e)
{
    const size_t piece = 8u << 20;
    uint64_t size = 0;
    char *bytes = mem_alloc(piece);
    enum rc rc = disk_size(from, &size, e);
    for (uint64_t at = 0; !rc && at < size; at += piece) {
        size_t n = size - at < piece ? (size_t)(size - at) : piece;
        rc = d->ops->read(d, from, at, bytes, n, e);
        rc = rc ? rc : d->ops->write(d, fd, str_make(bytes, n), e);
    }
    mem_free(bytes);
    return rc;
}

enum rc disk_copy(struct disk *d, const char *from, const char *to, unsigned mode,
                  struct err *e)
{
    struct buf temp = {0};
    int fd = -1;
    buf_addf(&temp, "%s" DISK_TEMP, to);
    const char *name = buf_cstr(&temp);
    enum rc rc = d->ops->create(d, name, mode, &fd, e);
    if (rc) {
        goto done;
    }
    rc = copy_bytes(d, from, fd, e);
    rc = rc ? rc : d->ops->sync(d, fd, e);
    d->ops->close(d, fd);
    rc = rc ? rc : finish_temp(d, name, to, e);
    if (rc) {
        (void)d->ops->unlink(d, name, NULL);
        err_prefix(e, "%s", to);
    }
done:
    buf_release(&temp);
    return rc;
}

enum rc disk_get(struct disk *d, const char *path, uint64_t max, struct buf *out, struct err *e)
{
    uint64_t size = 0;
    buf_clear(out);
    enum rc rc = disk_size(path, &size, e);
    if (rc) {
        return rc;
    }
    if (size > max) {
        return rc_fail(e, RC_TOO_LARGE, "%s has %llu bytes, more than the %llu allowed", path,
                       (unsigned long long)size, (unsigned long long)max);
    }
    char *room = buf_room(out, (size_t)size + 1);
    rc = d->ops->read(d, path, 0, room, (size_t)size, e);
    if (!rc) {
        out->len = (size_t)size;
    }
    return rc;
}

static enum rc make_one(struct disk *d, const char *path, unsigned mode, struct err *e)
{
    bool fresh = !disk_exists(path);
    enum rc rc = d->ops->mkdir(d, path, mode, e);
    return rc || !fresh ? rc : sync_parent(d, path, e);
}

enum rc disk_mkdirs(struct disk *d, const char *path, unsigned mode, struct err *e)
{
    struct arena *a = arena_new();
    char *copy = arena_cstr(a, str_of(path));
    enum rc rc = RC_OK;
    for (char *p = copy + (*copy == '/'); !rc && *p; p++) {
        if (*p == '/') {
            *p = '\0';
            rc = make_one(d, copy, mode, e);
            *p = '/';
        }
    }
    rc = rc ? rc : make_one(d, path, mode, e);
    arena_free(a);
    return rc;
}

/* --- Questions ------------------------------------------------------------------------------
 */

enum rc disk_size(const char *path, uint64_t *bytes, struct err *e)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return rc_errno(e, errno, "cannot look at %s", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return rc_fail(e, RC_INVALID, "%s is not a regular file", path);
    }
    *bytes = (uint64_t)st.st_size;
    return RC_OK;
}

bool disk_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static int name_order(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum rc disk_list(struct arena *a, const char *dir, struct str **names, size_t *len,
                  struct err *e)
{
    VEC(struct str) found = {0};
    DIR *d = opendir(dir);
    if (!d) {
        return rc_errno(e, errno, "cannot list %s", dir);
    }
    errno = 0;
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            vec_push(&found, arena_str(a, str_of(entry->d_name)));
        }
        errno = 0;
    }
    enum rc rc = errno ? rc_errno(e, errno, "cannot list %s", dir) : RC_OK;
    (void)closedir(d);
    *len = found.len;
    *names = arena_array(a, struct str, found.len + 1);
    if (found.len) {
        memcpy(*names, found.ptr, found.len * sizeof(struct str));
        qsort(*names, found.len, sizeof(struct str), name_order);
    }
    vec_release(&found);
    return rc;
}

enum rc disk_free_bytes(const char *path, uint64_t *bytes, struct err *e)
{
    struct statvfs st;
    if (statvfs(path, &st) != 0) {
        return rc_errno(e, errno, "cannot ask for the free space at %s", path);
    }
    *bytes = (uint64_t)st.f_bavail * (uint64_t)st.f_frsize;
    return RC_OK;
}

char *disk_path(struct arena *a, const char *dir, const char *name)
{
    return arena_cstr(a, arena_strf(a, "%s/%s", dir, name));
}
