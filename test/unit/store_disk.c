/* The durable file layer, and the lock of a data directory. */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fault/sim.h"
#include "store/lockfile.h"
#include "tap.h"
#include "store_temp.h"

static struct str content(struct disk *d, const char *path, struct buf *out)
{
    return disk_get(d, path, 1 << 20, out, NULL) ? STR("(none)") : buf_str(out);
}

static void test_files(const char *dir)
{
    struct arena *a = arena_new();
    struct buf got = {0};
    struct err e = {0};
    struct stat st;
    struct disk *d = disk_real();
    const char *path = disk_path(a, dir, "a");
    TEST("a file that is put has its bytes and its mode, and no temporary one is left") {
        CHECK(disk_put(d, path, STR("one\0two"), 0600, &e) == RC_OK);
        CHECK_STR(content(d, path, &got), STR("one\0two"));
        CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
        CHECK(!disk_exists(disk_path(a, dir, "a" DISK_TEMP)));
    }
    TEST("reading beyond a limit, beyond the end, or nothing at all is told apart") {
        char byte = 0;
        CHECK(disk_get(d, path, 3, &got, &e) == RC_TOO_LARGE);
        CHECK(d->ops->read(d, path, 7, &byte, 1, &e) == RC_CORRUPT);
        CHECK(disk_get(d, disk_path(a, dir, "none"), 3, &got, &e) == RC_MISSING);
        CHECK(disk_get(d, dir, 3, &got, &e) == RC_INVALID);
    }
    TEST("directories are made with all above them, copies are equal, lists are in order") {
        struct str *names = NULL;
        size_t len = 0;
        CHECK(disk_mkdirs(d, disk_path(a, dir, "x/y/z"), 0700, &e) == RC_OK);
        CHECK(disk_mkdirs(d, disk_path(a, dir, "x/y/z"), 0700, &e) == RC_OK);
        CHECK(disk_copy(d, path, disk_path(a, dir, "b"), 0600, &e) == RC_OK);
        CHECK_STR(content(d, disk_path(a, dir, "b"), &got), STR("one\0two"));
        CHECK(disk_list(a, dir, &names, &len, &e) == RC_OK);
        CHECK_EQ_I64(len, 3);
        CHECK_STR(names[0], STR("a"));
        CHECK_STR(names[2], STR("x"));
    }
    buf_release(&got);
    arena_free(a);
}

static void test_faults(const char *dir)
{
    struct arena *a = arena_new();
    struct buf got = {0};
    struct sim *s = sim_new(dir);
    const char *path = disk_path(a, dir, "f");
    TEST("whichever call fails, a put leaves the old file or the new one") {
        CHECK(disk_put(disk_real(), path, STR("old"), 0600, NULL) == RC_OK);
        for (uint64_t n = 1; n < 20; n++) {
            struct err e = {0};
            sim_fail_at(s, n, n % 2 ? SIM_EIO : SIM_ENOSPC, false);
            enum rc rc = disk_put(sim_disk(s), path, STR("new"), 0600, &e);
            bool failed = sim_failed(s);
            sim_fail_at(s, 0, SIM_EIO, false);
            struct str is = content(disk_real(), path, &got);
            CHECK(str_eq(is, STR("old")) || str_eq(is, STR("new")));
            CHECK(!disk_exists(disk_path(a, dir, "f" DISK_TEMP)));
            if (!failed) {
                CHECK(rc == RC_OK && n > 4);
                break;
            }
            CHECK(rc == (n % 2 ? RC_IO : RC_FULL) && e.msg[0]);
        }
    }
    sim_free(s);
    buf_release(&got);
    arena_free(a);
}

static void test_lock(const char *dir)
{
    struct lockfile *l = NULL;
    struct lockfile *other = NULL;
    struct err e = {0};
    TEST("a second writer is refused and told which process has the lock") {
        char want[32];
        CHECK(lockfile_take(dir, &l, &e) == RC_OK);
        CHECK(lockfile_take(dir, &other, &e) == RC_BUSY);
        (void)snprintf(want, sizeof want, "process %ld ", (long)getpid());
        CHECK(str_find(str_of(e.msg), str_of(want), 0) != SIZE_MAX);
        lockfile_drop(l);
        CHECK(lockfile_take(dir, &l, &e) == RC_OK);
        lockfile_drop(l);
    }
    TEST("the lock of a killed process is gone") {
        int ready[2];
        char byte = 0;
        CHECK(pipe(ready) == 0);
        pid_t child = fork();
        if (child == 0) {
            (void)lockfile_take(dir, &l, NULL);
            (void)!write(ready[1], "x", 1);
            (void)pause();
        }
        CHECK(read(ready[0], &byte, 1) == 1);
        CHECK(lockfile_take(dir, &l, &e) == RC_BUSY);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        CHECK(lockfile_take(dir, &l, &e) == RC_OK);
        lockfile_drop(l);
        (void)close(ready[0]);
        (void)close(ready[1]);
    }
}

int main(void)
{
    char dir[64];
    temp_make(dir);
    test_files(dir);
    test_faults(dir);
    test_lock(dir);
    temp_drop(dir);
    return tap_end();
}
