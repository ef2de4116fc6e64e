#include "store/lockfile.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

struct lockfile {
    int fd;
};

/* The lock is advisory and the number only informs, so neither needs to be durable. */
static enum rc busy(int fd, const char *dir, struct err *e)
{
    char text[24] = {0};
    int64_t pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n > 0 && str_i64(str_trim(str_make(text, (size_t)n)), &pid) && pid > 0) {
        rc_fail(e, RC_BUSY, "process %lld is writing to %s", (long long)pid, dir);
    } else {
        rc_fail(e, RC_BUSY, "another process is writing to %s", dir);
    }
    err_hint(e, "wait until it has finished, or stop it; reading is possible meanwhile");
    return RC_BUSY;
}

static bool lock(int fd, int how)
{
    int got = 0;
    do {
        got = flock(fd, how);
    } while (got != 0 && errno == EINTR);
    return got == 0;
}

static struct lockfile *lockfile_of(int fd)
{
    struct lockfile *l = mem_zalloc(sizeof *l);
    l->fd = fd;
    return l;
}

static enum rc take(int fd, const char *dir, struct err *e)
{
    if (!lock(fd, LOCK_EX | LOCK_NB)) {
        return errno == EWOULDBLOCK ? busy(fd, dir, e)
                                    : rc_errno(e, errno, "cannot lock %s/lock", dir);
    }
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n) {
        return rc_errno(e, errno, "cannot write %s/lock", dir);
    }
    return RC_OK;
}

enum rc lockfile_take(const char *dir, struct lockfile **out, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_cstr(a, arena_strf(a, "%s/lock", dir));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum rc rc = fd >= 0 ? take(fd, dir, e) : rc_errno(e, errno, "cannot open %s", path);
    if (!rc) {
        *out = lockfile_of(fd);
    } else if (fd >= 0) {
        (void)close(fd);
    }
    arena_free(a);
    return rc;
}

static struct lockfile *lock_directory(const char *dir, int how)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && !lock(fd, how)) {
        (void)close(fd);
        fd = -1;
    }
    return fd >= 0 ? lockfile_of(fd) : NULL;
}

struct lockfile *lockfile_share(const char *dir) { return lock_directory(dir, LOCK_SH); }

struct lockfile *lockfile_alone(const char *dir)
{
    return lock_directory(dir, LOCK_EX | LOCK_NB);
}

void lockfile_drop(struct lockfile *l)
{
    if (l) {
        (void)close(l->fd);
        mem_free(l);
    }
}
