/* How the brand and the program stand: what a server is asked for figures of its own, and what is made of all figures. */
#ifndef POND_APP_STATUS_H
#define POND_APP_STATUS_H

#include "app/pond.h"
#include "base/arena.h"
#include "wire/op.h"
#include <stdint.h>

struct status_size {
    uint64_t events, consumers, identities;
    uint64_t lake_bytes;          /* of sealed segments       */
    uint64_t log_bytes, log_rows; /* of what is not yet sealed */
};
/* What a server knows (serve/server.c fills it by struct pond's `served`): the figures that /metrics shows. */
struct status_served {
    int64_t started_ms;      /* UTC */
    const struct zone *zone; /* the brand's */
    struct str address;
    struct status_size size;
    uint64_t memory_bytes;       /* resident                                              */
    uint64_t received, rejected; /* events since the start                                */
    double rate;                 /* accepted events a second over the last 10 s           */
    int64_t lag_ms;              /* age of the oldest event that is not yet visible       */
    uint64_t queued_rows;        /* events that wait                                      */
    uint32_t jobs_running, jobs_waiting, connections;
    bool failing; /* the last write failed: nothing is accepted */
    char failing_why[200];
};
struct status {
    struct str brand;
    const struct zone *zone;
    struct status_size size;
    bool is_served;
    struct status_served served; /* is_served */
    uint64_t disk_free;
    int64_t backup_ms;       /* of the newest that is known of; 0: none */
    struct str backup_place; /* where it was written */
};

/* Of the open brand or, where a server answers (p->served), without it: the server's own figures, so that a brand which
 * changes for minutes is told of too. Errors of the ledger and of the disk. */
enum rc status_take(const struct pond *p, struct arena *a, struct status *out, struct err *e);

/* What an operator should look at, in the call's language: one sentence each, the most urgent first. */
enum status_health { STATUS_OK, STATUS_ATTENTION, STATUS_FAILING };
#define STATUS_NOTES 6
enum status_health status_judge(const struct op_call *c, const struct status *s, int64_t now_ms,
                                struct str notes[STATUS_NOTES], uint32_t *len);

#endif
