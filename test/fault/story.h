/* The story that fault tests tell a brand: one source of made-up events, accepted batch by batch (small ones
 * through the log, big ones as segments), with a checkpoint, compaction and a restart on the way.
 *
 * Event i is a function of i alone and no two are equal, so after any mishap the whole source can be
 * told again: exactly the events that are missing must be accepted. */
#ifndef POND_TEST_FAULT_STORY_H
#define POND_TEST_FAULT_STORY_H

#include "app/hooks.h"
#include "people/brand.h"

#define STORY_BATCHES_MAX 1024

struct story {
    uint32_t size[STORY_BATCHES_MAX]; /* rows of each batch */
    uint32_t batches, events;
    uint32_t reopen_at, checkpoint_at; /* before the batch of this number */
};
/* About `events` events: at 200,000 two batches big enough for segments of their own. */
struct story story_new(uint32_t events);

/* An open brand of the story, with the default stage model. */
struct story_brand {
    struct clock clock;
    struct logger logger;
    struct hooks *hooks;
    struct brand *brand;
};
/* disk and vfs as in brand_options. */
enum rc story_create(const char *dir, struct disk *disk, const char *vfs, struct err *e);
enum rc story_open(struct story_brand *x, const char *dir, enum brand_mode mode,
                   struct disk *disk, const char *vfs, struct err *e);
enum rc story_close(struct story_brand *x, struct err *e);
/* Accepts one batch; *accepted grows by the rows that were new. */
enum rc story_tell_batch(struct story_brand *x, const struct story *s, uint32_t batch,
                         uint64_t *accepted, struct err *e);
/* Tells all of it; each(ctx, events told) is called when a batch was acknowledged (may be NULL). At
 * s->reopen_at the brand is closed and opened again, at checkpoint_at sealed and checkpointed. The brand is
 * open on return even after a failure, unless that was the opening. */
enum rc story_tell(struct story_brand *x, const struct story *s, const char *dir,
                   struct disk *disk, const char *vfs, void (*each)(void *ctx, uint64_t events),
                   void *ctx, uint64_t *accepted, struct err *e);
/* Settles and gives the digest in hex. */
enum rc story_digest(struct story_brand *x, char out[33], struct err *e);
/* After a mishap, on a sound disk: opens, tells all of it again and closes. *there = the events found; at least
 * `acknowledged` of them, exactly the others must be taken, and the digest must be the undisturbed one, else
 * RC_CORRUPT. */
enum rc story_mend(const struct story *s, const char *dir, uint64_t acknowledged,
                   const char *digest, uint64_t *there, struct err *e);
/* DIR/NAME; ours to free. */
char *story_path(const char *dir, const char *name);
/* Removes a directory with everything in it. */
void story_remove(const char *dir);

#endif
