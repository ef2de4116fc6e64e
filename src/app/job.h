/* Jobs: operations that run in threads of their own, with progress and cancel. A request that waits for its
 * answer is a job too, one nobody lists; "Prefer: respond-async" or an operation that is always long makes it a
 * listed one, which keeps its reply for an hour. Jobs end with the process: a reader is simply asked again, an
 * import is continued by starting it again. */
#ifndef POND_APP_JOB_H
#define POND_APP_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include "app/live.h"

struct jobs;

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_STOPPED };
struct job_info {
    int64_t id;
    struct str brand, op, text; /* text: where it stands */
    enum job_state state;
    double share; /* 0..1; below 0: unknown */
    int64_t made_ms, started_ms, ended_ms;
    struct principal by;
    struct err err;
};

/* threads: jobs at once; 0: 8. More wait in order. */
struct jobs *jobs_new(uint32_t threads, struct hub *hub, const struct clock *clock);
/* Stops all, waits for their threads. */
void jobs_free(struct jobs *j);
/* Starts a call; `done` (may be NULL) is called once from the job's thread with the reply, which lives during the
 * call. listed: kept under its id. Takes over `a`, in which the call lives. RC_BUSY when 1,000 wait. */
enum rc jobs_start(struct jobs *j, struct live *l, struct arena *a, const struct live_call *c,
                   bool listed, void (*done)(void *ctx, const struct live_reply *r), void *ctx,
                   int64_t *id, struct err *e);
/* Newest first, of one brand. In `a`. */
uint32_t jobs_list(struct jobs *j, struct str brand, struct arena *a, struct job_info **out);
enum rc jobs_get(struct jobs *j, struct str brand, int64_t id, struct arena *a,
                 struct job_info *out, struct live_reply *reply, struct err *e);
enum rc jobs_stop(struct jobs *j, struct str brand, int64_t id, struct err *e);
uint32_t jobs_running(struct jobs *j);

#endif
