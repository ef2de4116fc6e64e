/* Checkpoints: what was written comes back, damage is found, failures leave the old one. */
#include "store/checkpoint.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fault/sim.h"
#include "store_temp.h"
#include "tap.h"

static char *bytes_of(size_t len, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    char *out = mem_alloc(len + 8);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v = rng_u64(&r);
        memcpy(out + i, &v, 8);
    }
    return out;
}

static enum rc write_one(struct disk *d, const char *path, uint64_t seq, const char *big,
                         size_t len, struct err *e)
{
    struct checkpoint_head head = {.version = 3, .seq = seq, .model_hash = 99};
    struct checkpoint_writer *w = NULL;
    enum rc rc = checkpoint_create(d, path, &head, &w, e);
    if (rc) {
        return rc;
    }
    rc = checkpoint_add(w, "empty", NULL, 0, e);
    rc = rc ? rc : checkpoint_add(w, "big", big, len, e);
    rc = rc ? rc : checkpoint_add(w, "small", "hello", 5, e);
    if (rc) {
        checkpoint_drop(w);
        return rc;
    }
    return checkpoint_finish(w, e);
}

/* RC_OK when everything is as written; frees what it loads. */
static enum rc read_one(struct disk *d, const char *path, uint64_t seq, const char *big,
                        size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    void *b = NULL;
    void *s = NULL;
    void *none = NULL;
    size_t b_len = 0;
    size_t s_len = 0;
    size_t none_len = 1;
    enum rc rc = checkpoint_open(d, path, &c, e);
    if (rc) {
        return rc;
    }
    const struct checkpoint_want wants[] = {
        {"small", &s, &s_len}, {"big", &b, &b_len}, {"empty", &none, &none_len}};
    rc = checkpoint_load(c, wants, 3, e);
    if (!rc) {
        CHECK(checkpoint_head(c).seq == seq && checkpoint_head(c).version == 3);
        CHECK(b_len == len && memcmp(b, big, len) == 0);
        CHECK(s_len == 5 && memcmp(s, "hello", 5) == 0);
        CHECK(none && none_len == 0);
    } else {
        CHECK(!b && !s && !none);
    }
    mem_free(b);
    mem_free(s);
    mem_free(none);
    checkpoint_close(c);
    return rc;
}

static void test_damage(const char *path, const char *big, size_t len)
{
    struct err e = {0};
    uint64_t size = 0;
    CHECK(disk_size(path, &size, &e) == RC_OK);
    TEST("a flipped bit in head, sections, table or end is found and the section named") {
        long at[] = {3, 17, 4096, 4096 + 5000000, (long)size - 100, (long)size - 3};
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            CHECK(temp_flip(path, at[i]));
            CHECK(read_one(disk_real(), path, 5, big, len, &e) == RC_CORRUPT);
            CHECK((i != 3) || str_find(str_of(e.msg), STR("section big"), 0) != SIZE_MAX);
            CHECK(temp_flip(path, at[i]));
        }
        CHECK(read_one(disk_real(), path, 5, big, len, &e) == RC_OK);
    }
    TEST("a shorter file of any length is damaged, not a crash") {
        for (uint64_t cut = 1; cut < size; cut = cut * 3 + 1) {
            CHECK(truncate(path, (off_t)(size - cut)) == 0);
            CHECK(read_one(disk_real(), path, 5, big, len, &e) == RC_CORRUPT);
            CHECK(write_one(disk_real(), path, 5, big, len, &e) == RC_OK);
        }
    }
}

static void test_faults(const char *dir, const char *path, const char *big, size_t len)
{
    struct sim *s = sim_new(dir);
    struct err e = {0};
    TEST("whichever call fails, the old checkpoint or the new one is there") {
        CHECK(write_one(disk_real(), path, 5, big, len, &e) == RC_OK);
        for (uint64_t n = 1; n < 100; n++) {
            sim_fail_at(s, n, n % 2 ? SIM_ENOSPC : SIM_EIO, n % 3 == 0);
            enum rc rc = write_one(sim_disk(s), path, 6, big, len, &e);
            bool failed = sim_failed(s);
            sim_fail_at(s, 0, SIM_EIO, false);
            struct checkpoint *c = NULL;
            CHECK(checkpoint_open(disk_real(), path, &c, &e) == RC_OK);
            checkpoint_close(c);
            if (!failed) {
                CHECK(rc == RC_OK && n > 8);
                break;
            }
            CHECK(rc == (n % 2 ? RC_FULL : RC_IO));
        }
    }
    TEST("whichever read fails, loading fails and hands nothing out") {
        for (uint64_t n = 1; n < 100; n++) {
            sim_fail_at(s, n, SIM_EIO, false);
            enum rc rc = read_one(sim_disk(s), path, 6, big, len, &e);
            if (!sim_failed(s)) {
                CHECK(rc == RC_OK);
                break;
            }
            CHECK(rc == RC_IO);
        }
    }
    sim_free(s);
}

int main(void)
{
    char dir[64];
    struct err e = {0};
    struct arena *a = arena_new();
    size_t len = 9000001; /* three pieces, the last one short */
    char *big = bytes_of(len, 1);
    temp_make(dir);
    const char *path = disk_path(a, dir, "checkpoint");
    TEST("sections come back as they were written; what is not there is told") {
        struct checkpoint *c = NULL;
        void *p = NULL;
        size_t n = 0;
        const struct checkpoint_want want = {"nothing", &p, &n};
        CHECK(checkpoint_open(disk_real(), path, &c, &e) == RC_MISSING);
        CHECK(write_one(disk_real(), path, 5, big, len, &e) == RC_OK);
        CHECK(read_one(disk_real(), path, 5, big, len, &e) == RC_OK);
        CHECK(checkpoint_open(disk_real(), path, &c, &e) == RC_OK);
        CHECK(checkpoint_load(c, &want, 1, &e) == RC_MISSING);
        CHECK(checkpoint_has(c, "small", NULL) && !checkpoint_has(c, "nothing", NULL));
        checkpoint_close(c);
    }
    test_damage(path, big, len);
    test_faults(dir, path, big, len);
    mem_free(big);
    arena_free(a);
    temp_drop(dir);
    return tap_end();
}
