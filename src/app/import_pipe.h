/* The decoding thread: turns a source into batches, in order, a few ahead of who takes them. */
#ifndef POND_APP_IMPORT_PIPE_H
#define POND_APP_IMPORT_PIPE_H

#include <pthread.h>
#include "app/import_source.h"
#include "base/buf.h"
#include "people/decode.h"

/* One batch on its way. */
struct import_chunk {
    struct event_batch *batch; /* keys are filled (seen_keys) */
    uint64_t rows;             /* looked at for this chunk, rejected ones included */
    uint64_t rejected;
    uint64_t bytes;          /* of the source, read when the chunk was full */
    struct buf rejects;      /* lines of the rejects file */
    struct buf first_reject; /* words about the first one */
    bool last;               /* nothing follows; rc says why */
    enum rc rc;
    struct err err;
};

struct import_pipe;
struct import_pipe_setup {
    struct import_source *source;
    struct decoder_setup decoder; /* `reject`, `ctx` and `lock` are filled in here */
    pthread_mutex_t *names;       /* the brand's own lock of names; NULL: one of the pipe's */
    struct hash_key event_key;
    uint32_t batch_rows;
};

/* Starts the thread. RC_INVALID when the decoder refuses its mapping; RC_IO. */
enum rc import_pipe_start(const struct import_pipe_setup *s, struct import_pipe **out,
                          struct err *e);
/* Waits up to wait_ms for the next chunk; NULL when none is ready yet. Give it back. */
struct import_chunk *import_pipe_take(struct import_pipe *p, int wait_ms);
void import_pipe_give(struct import_pipe *p, struct import_chunk *c);
/* Held by who reads names (catalogue, kinds) while the thread may add some. */
pthread_mutex_t *import_pipe_names(struct import_pipe *p);
/* Ends the thread, wherever it is, and frees all. NULL is fine. */
void import_pipe_stop(struct import_pipe *p);

#endif
