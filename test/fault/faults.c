/* Calls that fail: faults DIR [EVENTS [STEP]]
 *
 * The story is told with the Nth call of the file layer and of SQLite failing, for every STEP-th N, with EIO and
 * with ENOSPC, once or from then on for ever. Telling must then either come through or stop with RC_IO, RC_FULL
 * or RC_CORRUPT and a message; after that, on a sound disk, every acknowledged event must be there, telling it
 * again must bring exactly the missing ones, and the digest must be the undisturbed one. A brand whose write
 * failed must take no further batch. TAP. */
#include <stdlib.h>
#include "fault/sim.h"
#include "fault/story.h"
#include "unit/tap.h"

struct run {
    struct story story;
    char *plain, *dir;
    char digest[33];
    uint64_t tried, stopped, failures;
    uint64_t by_rc[RC_COUNT];
};

static void note_acknowledged(void *ctx, uint64_t events) { *(uint64_t *)ctx = events; }

static enum rc tell(struct run *r, const char *dir, struct sim *sim, uint64_t *acknowledged,
                    struct err *e)
{
    struct story_brand x = {0};
    struct disk *disk = sim ? sim_disk(sim) : NULL;
    const char *vfs = sim ? sim_vfs(sim) : NULL;
    uint64_t accepted = 0;
    enum rc rc = story_open(&x, dir, BRAND_WRITE, disk, vfs, e);
    rc = rc ? rc
            : story_tell(&x, &r->story, dir, disk, vfs, note_acknowledged, acknowledged,
                         &accepted, e);
    if (rc && x.brand && (rc == RC_IO || rc == RC_FULL)) {
        /* What did not become durable is in memory: nothing more may be acknowledged on top of it. */
        struct err again = {0};
        uint64_t more = 0;
        (void)story_tell_batch(&x, &r->story, r->story.batches - 1, &more, &again);
    }
    struct err closing = {0};
    enum rc closed = x.brand ? story_close(&x, &closing) : RC_OK;
    if (!rc && closed) {
        *e = closing;
    }
    return rc ? rc : closed;
}

/* One fault; true while the fault still lay within the telling. */
static bool try_fault(struct run *r, uint64_t nth, enum sim_fault kind, bool stuck)
{
    struct err e = {0};
    uint64_t acknowledged = 0;
    story_remove(r->dir);
    (void)disk_mkdirs(disk_real(), r->dir, 0700, NULL);
    enum rc rc = story_create(r->dir, NULL, NULL, &e);
    struct sim *sim = sim_new(r->dir);
    sim_fail_at(sim, nth, kind, stuck);
    rc = rc ? rc : tell(r, r->dir, sim, &acknowledged, &e);
    bool met = sim_failed(sim);
    sim_free(sim);
    r->tried++;
    r->stopped += rc != RC_OK;
    r->by_rc[rc < RC_COUNT ? rc : RC_BUG]++;
    bool clear = !rc || ((rc == RC_IO || rc == RC_FULL || rc == RC_CORRUPT) && *e.msg);
    struct err after = {0};
    uint64_t there = 0;
    enum rc checked = story_mend(&r->story, r->dir, acknowledged, r->digest, &there, &after);
    if (!clear || checked) {
        r->failures++;
        printf("# call %llu failing with %s%s: telling gave %s \"%s\" %s; afterwards %s %s\n",
               (unsigned long long)nth, kind == SIM_EIO ? "EIO" : "ENOSPC",
               stuck ? " for ever" : "", rc_name(rc), e.msg, e.detail, after.msg, after.detail);
        (void)fflush(stdout);
    }
    return met;
}

static enum rc tell_plain(struct run *r, struct err *e)
{
    struct story_brand x = {0};
    uint64_t accepted = 0;
    enum rc rc = story_create(r->plain, NULL, NULL, e);
    rc = rc ? rc : story_open(&x, r->plain, BRAND_WRITE, NULL, NULL, e);
    rc = rc ? rc : story_tell(&x, &r->story, r->plain, NULL, NULL, NULL, NULL, &accepted, e);
    rc = rc ? rc : story_digest(&x, r->digest, e);
    return rc ? rc : story_close(&x, e);
}

int main(int argc, char *argv[])
{
    struct err e = {0};
    if (argc < 2) {
        (void)fprintf(stderr, "faults DIR [EVENTS [STEP]]\n");
        return 2;
    }
    uint64_t step = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    struct run r = {.story = story_new(argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 2000),
                    .plain = story_path(argv[1], "plain"),
                    .dir = story_path(argv[1], "faulty")};
    story_remove(r.plain);
    (void)disk_mkdirs(disk_real(), r.plain, 0700, NULL);
    TEST("the story can be told") {
        if (!CHECK_EQ_I64(tell_plain(&r, &e), RC_OK)) {
            printf("#   %s %s\n", e.msg, e.detail);
        }
    }
    bool met = true;
    for (uint64_t nth = 1; met; nth += step) {
        met = try_fault(&r, nth, SIM_EIO, false);
        met = try_fault(&r, nth, SIM_EIO, true) || met;
        met = try_fault(&r, nth, SIM_ENOSPC, false) || met;
        met = try_fault(&r, nth, SIM_ENOSPC, true) || met;
    }
    printf("# %llu faults, %llu stopped the telling (%llu io, %llu full, %llu corrupt), %llu "
           "went wrong\n",
           (unsigned long long)r.tried, (unsigned long long)r.stopped,
           (unsigned long long)r.by_rc[RC_IO], (unsigned long long)r.by_rc[RC_FULL],
           (unsigned long long)r.by_rc[RC_CORRUPT], (unsigned long long)r.failures);
    TEST("whichever call fails, the error is clear and nothing acknowledged is lost") {
        CHECK(r.stopped > 0);
        CHECK_EQ_I64(r.failures, 0);
    }
    story_remove(r.plain);
    story_remove(r.dir);
    return tap_end();
}
