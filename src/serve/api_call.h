/* An operation that is asked over HTTP, on its way (api_call.c, api_run.c).
 *
 *     HTTP thread    api_call.c   arguments, rights, files ─► call_launch; the exchange waits (http_later), or 202
 *     job's thread   api_run.c    claim of the Idempotency-Key ─► the call ─► audit, keep the reply, answer
 */
#ifndef POND_SERVE_API_CALL_H
#define POND_SERVE_API_CALL_H

#include "serve/api.h"

/* Lives in `a`, which is the job's once it is started. */
struct call {
    struct request *q; /* NULL: answered already */
    struct server *server;
    struct served *brand;
    struct arena *a;
    const struct op *op;
    struct op_args *args;
    struct principal by;
    enum lang lang;
    struct api_form form;
    bool async;           /* answered by 202 */
    bool audited;         /* kept in the trail */
    bool looks;           /* shows what is masked, or takes it out: no record, no answer */
    struct str key, hash; /* Idempotency-Key and what tells requests apart; empty: none */
    bool claimed;
    int kept_status; /* found under the key; 0: nothing */
    /* Files of its own, removed behind it. */
    const char *upload, *upload_dir, *download, *download_dir;
};

/* Starts the job; answers 202 when the call is asynchronous. The call is the job's from now on, whatever comes back: a
 * failure has been answered. */
void call_launch(struct call *c);
/* Removes the call's files. */
void call_remove_files(const struct call *c);

#endif
