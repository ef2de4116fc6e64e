/* The generator: the life of a brand as events, with hidden truth about who is who.
 *
 * A person arrives by a door (ad, shop, live stream, Tmall ...), looks, comes back, buys or not, joins
 * and leaves. Before it logs in it is a device or a cookie; later a user_id, phone, openid, unionid,
 * external_userid, member number. Families share a device, shops have tablets. Buying follows 618 and
 * Double 11; orders are refunded by number, reviewed, shared. About 20 events a person.
 *
 * The same request gives the same bytes on every machine. Persons are made one after another with
 * constant memory, events of one in order of time; 100 M events are 5 M persons.
 */
#ifndef POND_APP_SAMPLE_H
#define POND_APP_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"

enum sample_format { SAMPLE_NDJSON, SAMPLE_CSV };

struct sample_request {
    uint64_t consumers; /* 1..1,000,000,000 */
    uint32_t days;      /* 1..3,650, ending with end_day */
    uint64_t seed;
    int32_t end_day; /* in Asia/Shanghai, included */
    enum sample_format format;
    int fd;                  /* where the events go */
    int truth_fd;            /* "person,kind,value" of every identity; -1: not wanted */
    bool (*stop)(void *ctx); /* may be NULL */
    void (*show)(void *ctx, uint64_t done, uint64_t events); /* now and then; may be NULL */
    void *ctx;
};
struct sample_summary {
    uint64_t consumers, events, bytes;
    uint64_t purchases, refunds;
    int64_t elapsed_ms;
};

/* RC_INVALID for a request out of bounds; RC_IO, RC_FULL of the descriptors; RC_STOPPED. *out is filled
 * in every case. */
enum rc sample_write(const struct sample_request *q, struct sample_summary *out, struct err *e);

#endif
