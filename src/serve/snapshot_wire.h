/* What goes over a snapshot's socket: frames of a kind, a length and bytes (little-endian, between two copies of one
 * program on one machine). */
#ifndef POND_SERVE_SNAPSHOT_WIRE_H
#define POND_SERVE_SNAPSHOT_WIRE_H

#include "serve/live.h"
#include "base/buf.h"
#include "wire/op.h"

enum frame_kind {
    FRAME_CALL = 'c', /* to it: frame_put_call                       */
    FRAME_SEAL = 's', /* to it: nothing; answered by a reply whose body is a struct sealed */
    FRAME_CHECKPOINT = 'k', /* to it: nothing; answered by a reply         */
    FRAME_PROGRESS = 'p',   /* share in 1/10,000 (u32; more: unknown), text */
    FRAME_REPLY = 'a'       /* frame_put_reply                             */
};
#define FRAME_MAX (1u << 30)
#define FRAME_HEAD 5u

/* Begins a frame in *out; frame_end writes its length. */
size_t frame_begin(struct buf *out, enum frame_kind kind);
void frame_end(struct buf *out, size_t at);
/* Writes all of it; false when the other side is gone. */
bool frame_send(int fd, struct str bytes);
/* Waits up to wait_ms for a frame's bytes to begin; then reads it whole. Returns its kind, 0 when none came in time, -1
 * when the other side is gone. The payload is in *into. */
int frame_take(int fd, int wait_ms, struct buf *into);

void frame_put_call(struct buf *out, const struct live_call *c);
/* Fills *c from the payload, in `a`; book: where operations are found. False for bytes that are no call. */
bool frame_get_call(struct reader *r, struct arena *a, const struct op_book *book,
                    struct live_call *c);
void frame_put_reply(struct buf *out, const struct live_reply *r);
bool frame_get_reply(struct reader *r, struct arena *a, struct live_reply *out);

#endif
