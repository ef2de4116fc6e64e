/* Jobs: operations that run in threads of their own, with progress and cancel. A request that waits for its
 * answer is a job too, one nobody lists; "Prefer: respond-async" or an operation that is always long makes it a
 * listed one, which keeps its reply for an hour. Jobs end with the process: a reader is simply asked again, an
 * import is continued by starting it again. */
#ifndef POND_SERVE_JOB_H
#define POND_SERVE_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include "serve/live.h"

struct jobs;
struct hub;

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_STOPPED };
struct job_info {
    int64_t id;
    struct str brand, op, text; /* text: where it stands */
    enum job_state state;
    double share; /* 0..1; below 0: unknown */
    bool listed;
    int64_t made_ms, started_ms, ended_ms;
    struct principal by;
    struct err err;
};

/* How calls are made: live_call, or a test's own. */
typedef void jobs_call(struct live *l, const struct live_call *c, struct arena *a,
                       void (*progress)(void *ctx, double share, struct str text),
                       bool (*stop)(void *ctx), void *ctx, struct live_reply *out);
/* threads: jobs at once; 0: 8. More wait in order; listed ones take half of the threads at most, so that a
 * question is not kept waiting by analyses, and one thread is left to calls that wait for nothing (OP_ASIDE). hub may be NULL. */
struct jobs *jobs_new(uint32_t threads, jobs_call *call, struct hub *hub,
                      const struct clock *clock);
/* Nothing new is taken; what was is finished. */
void jobs_close(struct jobs *j);
/* Stops all, tells who waits (RC_STOPPED), waits for the threads. */
void jobs_free(struct jobs *j);

/* One piece of work. */
struct job_work {
    struct live *live;
    struct str brand;    /* its name; copied */
    struct arena *arena; /* taken over (also after a failure to start); the call lives in it */
    struct live_call call;
    bool listed; /* kept under its id, with its reply for an hour                           */
    /* Both in the job's thread, with its id; both may be NULL. `before` comes ahead of the call: false leaves
     * the call out, *out is then the reply and a listed job is forgotten again. `done` comes once,
     * whatever happened, also to one that never ran; the reply lives during the call, and is kept as `done`
     * leaves it. */
    bool (*before)(void *ctx, int64_t id, struct live_reply *out);
    void (*done)(void *ctx, int64_t id, struct live_reply *r);
    void *ctx;
};
/* RC_BUSY when JOBS_WAITING wait (those of OP_ASIDE are counted by themselves); `done` is then not called. */
#define JOBS_WAITING 1000u
enum rc jobs_start(struct jobs *j, const struct job_work *w, int64_t *id, struct err *e);
/* Newest first, of one brand. In `a`. */
uint32_t jobs_list(struct jobs *j, struct str brand, struct arena *a, struct job_info **out);
/* reply (may be NULL): the kept one in `a`; RC_CONFLICT while there is none yet. RC_MISSING for an unknown id. */
enum rc jobs_get(struct jobs *j, struct str brand, int64_t id, struct arena *a,
                 struct job_info *out, struct live_reply *reply, struct err *e);
/* Asks it to stop; one that waits never runs. RC_CONFLICT when it is over. */
enum rc jobs_stop(struct jobs *j, struct str brand, int64_t id, struct err *e);
uint32_t jobs_running(struct jobs *j);
uint32_t jobs_waiting(struct jobs *j);
const char *job_state_name(enum job_state s); /* "waiting" ... */
/* {"id":..,"op":..,"state":..,...}: of a list, of news, of the answer to who started it. */
struct json;
void job_json(const struct job_info *i, struct json *j);

#endif
