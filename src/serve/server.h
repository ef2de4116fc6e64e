/* `pond serve`: collectors, API, streams, metrics and health over one HTTP server, for all brands of a data
 * directory.
 *
 *     /v1/..., /sa, /batch/, /sync_server, /hooks/...   collectors (collect/collect.h); the key names the brand
 *     /api/v1/...                                       operations by their records (serve/api.h)
 *     /api/v1/live                                      server-sent events (serve/hub.h)
 *     /openapi.json  /docs                              the API described
 *     /healthz  /readyz  /metrics                       for machines that watch
 *     /  /setup                                         where a person starts
 */
#ifndef POND_SERVE_SERVER_H
#define POND_SERVE_SERVER_H

#include "serve/hub.h"
#include "serve/job.h"
#include "serve/live.h"
#include "app/pond.h"
#include "wire/http.h"

struct server;

struct server_options {
    const struct pond *base;
    struct str brand; /* empty: all that are in the data directory */
    struct http_options http;
    uint32_t stop_ms;    /* how long a stop waits for running requests; 0: 10,000 */
    double key_rate;     /* requests a second of one key; 0: no limit */
    uint64_t upload_max; /* bytes of an uploaded file; 0: 2 GiB */
    uint32_t queue_rows, snapshots;
    uint32_t refresh_s; /* rule tags and crowds follow at most so long after a change; 0: 10 */
};
enum rc server_start(const struct server_options *o, struct server **out, struct err *e);
struct str server_address(const struct server *s);
/* The brands it serves and those that wait for their first owner, with the one-time token. */
uint32_t server_brands(const struct server *s);
struct str server_brand_name(const struct server *s, uint32_t i);
const char *server_owner_token(const struct server *s, uint32_t i); /* NULL: it has an owner */
/* Returns when a stop was asked (stop.h). */
void server_wait(struct server *s);
enum rc server_stop(struct server *s, struct err *e);

#endif
