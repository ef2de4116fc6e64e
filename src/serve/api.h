/* Operations over HTTP: who asks, may they, which arguments, the reply and its form.
 *
 *     GET  /api/v1/report/assets?as_of=2026-11-22       Authorization: Bearer pk_o_...
 *     200  {"as_of": ...}                                the reply as `pond report assets --json` prints it
 *     4xx  {"code":"invalid","msg":"...","hint":"...","field":"as_of"}
 *
 * An operation runs in a job's thread (job.h) on its brand (live.h); the exchange waits without a thread. What is
 * slow, or is asked for with "Prefer: respond-async", answers 202 with the job at once. Changes are audited behind the
 * call, looks at what is masked before their answer: no record, no answer. docs/api.md is the manual.
 */
#ifndef POND_SERVE_API_H
#define POND_SERVE_API_H

#include "serve/api_route.h"
#include "serve/serving.h"

/* ---- api_who.c: who asks ---- */
/* Fills q->by, q->brand, q->session from the request. RC_DENIED: no key, or none in force. */
enum rc api_who(struct request *q, struct err *e);
/* A session's request that changes something, and one that begins a session, must come from our own pages: not from
 * another site, and as JSON or with X-Pond-Request, which no plain form can send. Else RC_DENIED. */
enum rc api_same_origin(const struct request *q, struct err *e);
/* From this machine, and not handed on by a proxy. */
bool api_is_local(const struct request *q);

/* ---- api_answer.c: answers ---- */
/* JSON with the API's headers. */
void api_answer_json(struct request *q, int status, struct str body);
struct api_failure {
    int status;       /* 0: that of e->rc */
    struct str field; /* empty: null      */
    const struct http_field *more;
};
/* {"code","msg","hint","field"} */
void api_answer_error(struct request *q, const struct err *e, const struct api_failure *how);
/* The reply of a call: JSON, CSV, a workbook or a picture; an error when it failed. name: of the file for who saves it. */
void api_answer_reply(struct request *q, const struct live_reply *r, const char *name);

/* ---- api_form.c: what form the reply has ---- */
struct api_form {
    enum op_format format;
    const char *plot; /* "svg", "png"; NULL */
    bool xlsx;
    const char *extension; /* of a file it is saved in */
};
/* From ?format, else from Accept. RC_INVALID when the operation has none of that form (field "format"). */
enum rc api_form_of(const struct request *q, const struct op *op, struct str format,
                    struct api_form *out, struct err *e);
enum lang api_lang_of(const struct request *q);

/* ---- api_call.c: an operation as a job ---- */
void api_call(struct request *q);
/* ---- api_own.c ---- */
/* An own route that waits (api_own.work), as a job; takes over `a`, in which the arguments live. */
void api_work(struct request *q, struct arena *a, const struct op_args *args);

/* ---- api_upload.c: a file that comes as the body ---- */
/* Opens the place it goes to: BRAND/spool/up-XXXXXX/NAME. */
enum rc api_upload_begin(struct request *q, struct err *e);
void api_upload_end(struct request *q);
/* Removes what a process before left behind. */
void api_upload_sweep(const struct served *b);

#endif
