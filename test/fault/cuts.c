/* Power cuts at every sync of an import: cuts DIR [EVENTS [STEP [FROM [TO]]]]
 *
 * The story is told once on the recording disk. Then, for every STEP-th cut point and each of four fates of what
 * was not synced, the disk is rebuilt as the cut could have left it, and must hold
 *   - every event acknowledged before the cut, and of the rest whole batches only, in order;
 *   - the very state that an undisturbed brand had at that batch (digests are compared);
 * and when the whole source is told again, exactly the missing events are taken and the digest is the
 * undisturbed one. DIR is best a tmpfs. TAP on standard output, one line a point that fails, a sum at the end. */
#include <stdlib.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/mem.h"
#include "fault/sim.h"
#include "fault/story.h"
#include "unit/tap.h"
#include "wire/sum.h"

/* A tree that was checked and found good: cuts close to each other often leave the same. */
struct seen_tree {
    uint64_t hash, events;
};

struct run {
    struct story story;
    char (*digest)[33]; /* after so many batches, undisturbed */
    char *plain, *root, *cut;
    struct sim *sim;
    uint64_t points, cuts, failures;
    VEC(struct seen_tree) seen;
    uint64_t alike; /* cuts that left byte for byte what an earlier one left */
    uint64_t lost;  /* cuts after which unacknowledged batches were gone, or the brand itself */
};

struct mark_ctx {
    struct sim *sim;
};

static void mark(void *ctx, uint64_t events)
{
    sim_mark(((struct mark_ctx *)ctx)->sim, 1 + events);
}

/* The undisturbed run: digests after every batch. */
static enum rc tell_plain(struct run *r, struct err *e)
{
    struct story_brand x = {0};
    uint64_t accepted = 0;
    enum rc rc = story_create(r->plain, NULL, NULL, e);
    rc = rc ? rc : story_open(&x, r->plain, BRAND_WRITE, NULL, NULL, e);
    rc = rc ? rc : story_digest(&x, r->digest[0], e);
    for (uint32_t i = 0; i < r->story.batches && !rc; i++) {
        rc = story_tell_batch(&x, &r->story, i, &accepted, e);
        rc = rc ? rc : story_digest(&x, r->digest[i + 1], e);
    }
    if (!rc && accepted != r->story.events) {
        rc = rc_fail(e, RC_BUG, "of %u events %llu are new", r->story.events,
                     (unsigned long long)accepted);
    }
    return rc ? rc : story_close(&x, e);
}

static enum rc tell_recorded(struct run *r, struct err *e)
{
    struct story_brand x = {0};
    struct mark_ctx ctx = {r->sim};
    uint64_t accepted = 0;
    sim_record(r->sim, true);
    enum rc rc = story_create(r->root, sim_disk(r->sim), sim_vfs(r->sim), e);
    if (!rc) {
        sim_mark(r->sim, 1); /* the brand is there, with no event yet */
    }
    rc = rc ? rc : story_open(&x, r->root, BRAND_WRITE, sim_disk(r->sim), sim_vfs(r->sim), e);
    rc = rc ? rc
            : story_tell(&x, &r->story, r->root, sim_disk(r->sim), sim_vfs(r->sim), mark, &ctx,
                         &accepted, e);
    rc = rc ? rc : story_close(&x, e);
    sim_record(r->sim, false);
    return rc;
}

/* The batches that so many events are; -1 when they end inside of one. */
static int64_t batches_of(const struct story *s, uint64_t events)
{
    uint64_t at = 0;
    for (uint32_t i = 0; i < s->batches; i++) {
        if (at == events) {
            return i;
        }
        at += s->size[i];
    }
    return at == events ? (int64_t)s->batches : -1;
}

/* What is there right after the cut, read only. */
static enum rc check_left(struct run *r, uint64_t acknowledged, uint64_t *events, struct err *e)
{
    struct story_brand x = {0};
    char digest[33] = "";
    enum rc rc = story_open(&x, r->cut, BRAND_READ, NULL, NULL, e);
    rc = rc ? rc : story_digest(&x, digest, e);
    if (rc) {
        return rc;
    }
    *events = x.brand->events;
    (void)story_close(&x, NULL);
    int64_t batches = batches_of(&r->story, *events);
    if (*events < acknowledged || batches < 0) {
        return rc_fail(e, RC_CORRUPT, "%llu events acknowledged, %llu there",
                       (unsigned long long)acknowledged, (unsigned long long)*events);
    }
    if (strcmp(digest, r->digest[batches])) {
        return rc_fail(e, RC_CORRUPT, "the state after %lld batches is another one",
                       (long long)batches);
    }
    return RC_OK;
}

/* Telling it again brings exactly what is missing. */
static enum rc check_again(struct run *r, uint64_t events, struct err *e)
{
    uint64_t there = 0;
    enum rc rc = story_mend(&r->story, r->cut, events, r->digest[r->story.batches], &there, e);
    if (!rc && there != events) {
        rc = rc_fail(e, RC_CORRUPT, "a reader saw %llu events, the writer %llu",
                     (unsigned long long)events, (unsigned long long)there);
    }
    return rc;
}

static enum rc check_cut(struct run *r, uint64_t mark_at, uint64_t *events, struct err *e)
{
    if (!mark_at) {
        /* The brand was not yet acknowledged: making it, or opening it, must work now. */
        enum rc rc = story_create(r->cut, NULL, NULL, e);
        r->lost++;
        if (rc && rc != RC_CONFLICT) {
            return rc;
        }
        return check_again(r, 0, e);
    }
    enum rc rc = check_left(r, mark_at - 1, events, e);
    return rc ? rc : check_again(r, *events, e);
}

/* ---- trees that were met before ---- */

static uint64_t tree_hash(const char *dir)
{
    struct arena *a = arena_new();
    struct str *names = NULL;
    size_t len = 0;
    uint64_t h = 1;
    if (disk_list(a, dir, &names, &len, NULL)) {
        arena_free(a);
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        char *path = disk_path(a, dir, arena_cstr(a, names[i]));
        struct buf bytes = {0};
        h = hash_mix(h ^ hash_sip64((struct hash_key){1, 2}, names[i]));
        if (disk_get(disk_real(), path, UINT32_MAX, &bytes, NULL) == RC_OK) {
            h = hash_mix(h + sum64(buf_str(&bytes)));
        } else {
            h = hash_mix(h * 3 + tree_hash(path)); /* a directory */
        }
        buf_release(&bytes);
    }
    arena_free(a);
    return h;
}

/* True when this very tree was good before, and holds what is acknowledged by now. */
static bool was_good(struct run *r, uint64_t hash, uint64_t acknowledged)
{
    for (size_t i = 0; i < r->seen.len; i++) {
        if (r->seen.ptr[i].hash == hash && r->seen.ptr[i].events >= acknowledged) {
            return true;
        }
    }
    return false;
}

static void cut_at(struct run *r, uint64_t point, enum sim_cut fate)
{
    struct err e = {0};
    uint64_t mark_at = 0;
    story_remove(r->cut);
    enum rc rc = sim_rebuild(r->sim, point, fate, 1, r->cut, &mark_at, &e);
    uint64_t hash = rc ? 0 : tree_hash(r->cut), events = 0;
    r->cuts++;
    if (!rc && mark_at && was_good(r, hash, mark_at - 1)) {
        r->alike++;
        return;
    }
    rc = rc ? rc : check_cut(r, mark_at, &events, &e);
    if (!rc && mark_at) {
        struct seen_tree good = {hash, events};
        vec_push(&r->seen, good);
    }
    if (rc) {
        r->failures++;
        printf("# point %llu (%s, %s) after %lld events: %s %s\n", (unsigned long long)point,
               sim_point_name(r->sim, point), sim_cut_name(fate), (long long)mark_at - 1, e.msg,
               e.detail);
        (void)fflush(stdout);
    }
}

int main(int argc, char *argv[])
{
    struct err e = {0};
    if (argc < 2) {
        (void)fprintf(stderr, "cuts DIR [EVENTS [STEP [FROM [TO]]]]\n");
        return 2;
    }
    uint32_t events = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000;
    uint64_t step = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    uint64_t from = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    uint64_t to = argc > 5 ? strtoull(argv[5], NULL, 10) : UINT64_MAX;
    struct run r = {.story = story_new(events),
                    .plain = story_path(argv[1], "plain"),
                    .root = story_path(argv[1], "recorded"),
                    .cut = story_path(argv[1], "cut")};
    r.digest = mem_zalloc(sizeof(*r.digest) * (r.story.batches + 1));
    story_remove(r.plain);
    story_remove(r.root);
    (void)disk_mkdirs(disk_real(), r.plain, 0700, NULL);
    (void)disk_mkdirs(disk_real(), r.root, 0700, NULL);
    r.sim = sim_new(r.root);
    enum rc rc = tell_plain(&r, &e);
    rc = rc ? rc : tell_recorded(&r, &e);
    TEST("the story can be told") {
        if (!CHECK_EQ_I64(rc, RC_OK)) {
            printf("#   %s %s\n", e.msg, e.detail);
        }
    }
    r.points = rc ? 0 : sim_points(r.sim);
    for (uint64_t p = from; p < r.points && p < to; p += step) {
        if (p / step % 20 == 19) {
            printf("# at point %llu of %llu: %llu cuts, %llu alike, %llu failed\n",
                   (unsigned long long)p, (unsigned long long)r.points,
                   (unsigned long long)r.cuts, (unsigned long long)r.alike,
                   (unsigned long long)r.failures);
            (void)fflush(stdout);
        }
        for (int fate = 0; fate < SIM_CUTS; fate++) {
            cut_at(&r, p, (enum sim_cut)fate);
        }
    }
    printf("# %u events in %u batches, %llu cut points, %llu cuts tried, %llu of them left "
           "what another "
           "had left, %llu failed\n",
           r.story.events, r.story.batches, (unsigned long long)r.points,
           (unsigned long long)r.cuts, (unsigned long long)r.alike,
           (unsigned long long)r.failures);
    TEST("after a power cut at any sync nothing acknowledged is missing or doubled, and going "
         "on ends alike") {
        CHECK(r.cuts > 0);
        CHECK_EQ_I64(r.failures, 0);
    }
    sim_free(r.sim);
    story_remove(r.plain);
    story_remove(r.root);
    story_remove(r.cut);
    return tap_end();
}
