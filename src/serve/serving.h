/* What the files of the server share: the server, a brand it serves, a request on its way. Private to server*.c, api*.c
 * and metrics.c.
 *
 *     server.c          start, stop, which part answers a request
 *     server_collect.c  collectors: body ─► intake ─► live_submit ─► answer when durable
 *     server_tick.c     what happens by itself: parked batches, keys, refreshes, news
 *     api*.c            operations and the API's own routes
 *     metrics.c         figures
 */
#ifndef POND_SERVE_SERVING_H
#define POND_SERVE_SERVING_H

#include <pthread.h>
#include <stdatomic.h>
#include "access/access.h"
#include "serve/hub.h"
#include "serve/job.h"
#include "serve/live.h"
#include "serve/metrics.h"
#include "serve/refusals.h"
#include "serve/rejects.h"
#include "serve/server.h"
#include "serve/throttle.h"
#include "wire/http.h"
#include "wire/op.h"

#define UPLOAD_MAX ((uint64_t)2 << 30) /* bytes of an uploaded file, unless set otherwise */
#define JSON_BODY_MAX (1u << 20)       /* bytes of a JSON request                         */

#define SERVER_THREADS 3u

/* A brand that is served. */
struct served {
    struct server *server;
    struct live *live;
    struct str name;
    const char *dir; /* DATA/BRAND */
    struct zone *zone;
    struct throttle *throttle;
    struct rejects *rejects;
    struct settings *settings;
    struct refusals *refusals;
    char token[64]; /* of the first owner's one-time link; empty: it has one */
    /* Of server_tick.c: */
    int64_t refreshed_ms, refresh_took_ms;
    uint64_t refreshed_seq;
    int32_t refreshed_day;
    bool heard;               /* somebody listened a second ago */
    struct live_figures told; /* as of then                     */
};

struct parking;  /* batches that wait for room in the queue */
struct settings; /* of a brand's collectors                 */

struct server {
    struct server_options o;
    const struct pond *base;
    const struct op_book *book;
    struct arena *arena;
    struct served *brand;
    uint32_t brands;
    struct http_server *http;
    struct jobs *jobs;
    struct hub *hub;
    struct metrics *metrics;
    struct parking *parking;
    struct logger *logger;
    const struct clock *clock;
    struct buf openapi;      /* made at the start */
    _Atomic uint32_t logins; /* at this moment  */
    pthread_t thread[SERVER_THREADS];
    uint32_t threads;
    _Atomic bool stopping;
    int64_t started_ms;
};

/* What a request holds from its head to its end; http_user of the exchange, in its arena. */
struct request {
    struct server *server;
    struct http_exchange *x;
    struct arena *a;
    enum metric_class class;
    int64_t began_us;
    struct served *brand; /* once it is known */
    const struct collector *collector;
    const struct api_route *route;
    int64_t id; /* of a path: /jobs/ID */
    struct principal by;
    struct str session, key; /* how it came: the cookie, or the key */
    struct str cookie;       /* Set-Cookie of the answer; empty: none */
    enum lang lang;
    /* An upload: */
    int file; /* -1: none */
    const char *file_path, *file_dir;
};

/* The value of a header line that is a constant. */
#define FIELD_TEXT(s)                                                                          \
    {                                                                                          \
        "" s, sizeof(s) - 1                                                                    \
    }
/* Headers that every answer has, and those of the API. Both end with name NULL. */
extern const struct http_field serving_page_fields[], serving_api_fields[];
/* Answers with one more header line or more (ends with name NULL; may be NULL). */
void serving_answer(struct request *q, int status, const char *type, struct str body,
                    const struct http_field *more);

/* api.c: anything below /api, /openapi.json, /docs. As http_handler. */
uint64_t api_begin(struct request *q);
void api_handle(struct request *q);
void api_end(struct request *q);
bool api_path(struct str path);

/* server_collect.c */
uint64_t collect_begin(struct request *q, const char *allowed);
void collect_handle(struct request *q);
struct parking *parking_new(struct server *s);
void parking_free(struct parking *p);
/* Tries what waits again; each 20 ms. */
void parking_turn(struct parking *p);
uint32_t parking_len(struct parking *p);
/* What waits is tried once more and else told to come again; nothing waits from now on. */
void parking_close(struct parking *p);

/* settings.c: what a brand has set for its collectors, in memory, read again when it changed. */
struct siv;
struct settings *settings_new(struct siv *siv); /* takes it over */
void settings_free(struct settings *s);
enum rc settings_refresh(struct settings *s, struct ledger *l, struct err *e);
struct collect_settings;
const struct collect_settings *settings_collect(struct served *b);

/* server_tick.c */
enum rc tick_start(struct server *s, struct err *e);
void tick_stop(struct server *s);
/* Writes what a brand has left to write, before it closes. */
void tick_last(struct served *b);

/* server_page.c: / /setup and what they load, /healthz /readyz /metrics. False when the path is none of them. */
bool page_answer(struct request *q);

#endif
