/* News of what happens, to whoever listens: arrivals, stage changes, jobs (server-sent events).
 *
 * Publishing never waits: a listener has a bounded queue; what does not fit is counted and told as
 * {"type":"missed","count":n}. Arrivals are sampled: at most `HUB_ARRIVALS` a second are put into words,
 * the rest are counted in "arrivals" summaries, so a fast brand costs no more than a slow one.
 *
 *     {"type":"arrival","at":..,"source":"segment","outcome":"accepted","event":"add_cart",
 *      "time":..,"identities":{"user_id":"u1"},"channel":..}
 *     {"type":"reject","at":..,"source":"sensors","field":"time","reason":"..."}
 *     {"type":"arrivals","at":..,"accepted":n,"duplicates":n,"rejected":n,"rate":x}     each second, when any
 *     {"type":"stage","at":..,"consumer":12,"from":"interest","to":"purchase"}
 *     {"type":"job","id":7,"state":"running","share":0.4,"text":"..."}
 */
#ifndef POND_APP_HUB_H
#define POND_APP_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "wire/http.h"

#define HUB_ARRIVALS 50u

struct hub;

struct hub *hub_new(void);
void hub_free(struct hub *h); /* closes all streams */
/* True when anybody listens to the brand: news need not be put into words otherwise. */
bool hub_heard(const struct hub *h, struct str brand);
/* type: "arrival", "stage", "job" ...; json: the whole object. From any thread. */
void hub_publish(struct hub *h, struct str brand, const char *type, struct str json);
/* The stream belongs to the hub from now on. types: "" for all, else "arrival,stage". */
void hub_listen(struct hub *h, struct str brand, struct str types, struct http_stream *s);
uint32_t hub_listeners(const struct hub *h);
/* Sends a comment line to all, so that proxies keep them and dead ones are noticed. Each 15 s. */
void hub_beat(struct hub *h);

#endif
