/* News of what happens, to whoever listens: arrivals, stage changes, jobs (server-sent events).
 *
 * Publishing never waits: a listener has a bounded queue; what does not fit is counted and told as
 * {"type":"missed","count":n}. Arrivals are sampled: at most `HUB_ARRIVALS` a second are put into words,
 * the rest are counted in "arrivals" summaries, so a fast brand costs no more than a slow one.
 *
 *     {"type":"arrival","at":..,"source":"segment","key":2,"outcome":"accepted","event":"add_cart","time":..,
 *      "identities":{"user_id":"u1"},"channel":..,"properties":{..},
 *      "became":"joined","consumer":12,"joined":[31],"learned":1,"stage":"interest","stage_from":"none"}
 *     {"type":"reject","at":..,"source":"sensors","key":2,"place":3,"field":"time","reason":"...","raw":"..."}
 *     {"type":"arrivals","at":..,"accepted":n,"duplicates":n,"rejected":n,"rate":x}     each second, when any
 *     {"type":"missed","count":n}                        of this listener, which is too slow
 *     {"type":"stage","at":..,"consumer":12,"from":"interest","to":"purchase"}
 *     {"type":"job","id":7,"state":"running","share":0.4,"text":"..."}
 */
#ifndef POND_SERVE_HUB_H
#define POND_SERVE_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "base/str.h"
#include "wire/http.h"

#define HUB_ARRIVALS 50u

#define HUB_LISTENERS 200u /* at once */

struct hub;

struct hub *hub_new(void);
void hub_free(struct hub *h); /* closes all streams */
/* True when anybody listens to the brand: news need not be put into words otherwise. Costs a load when nobody
 * listens at all. */
bool hub_heard(struct hub *h, struct str brand);
/* Whether one more arrival of this second is put into words (HUB_ARRIVALS a second for each brand that is heard). */
bool hub_sample(struct hub *h, struct str brand);
/* type: "arrival", "stage", "job" ...; json: the whole object. From any thread. */
void hub_publish(struct hub *h, struct str brand, const char *type, struct str json);

/* Somebody who listens. The stream and `ctx` belong to the hub from now on. */
struct hub_listener {
    struct str brand, types; /* types: "" for all, else "arrival,stage"; both are copied */
    struct http_stream *stream;
    /* Asked at each beat: false ends the stream (the key was revoked). May be NULL. */
    bool (*may)(void *ctx);
    void (*drop)(void *ctx); /* of ctx, when the stream is over; may be NULL */
    void *ctx;
};
/* RC_BUSY when HUB_LISTENERS listen already: the stream is then closed and ctx dropped. */
enum rc hub_listen(struct hub *h, const struct hub_listener *l, struct err *e);
uint32_t hub_listeners(struct hub *h);
/* Sends a comment line to all, so that proxies keep them and dead ones are noticed. Each 15 s. */
void hub_beat(struct hub *h);
/* Closes all streams: what a stop does first, so that nobody waits for them. */
void hub_close(struct hub *h);

#endif
