/* Collectors: what SDKs and shops send, as events of a batch.
 *
 *     body ─ unpack, parse ─► events of the protocol ─► a decoder's batch (people/decode.h) ─► brand_accept
 *
 * A collector is a row of a table: paths, who may call, how a body becomes events, and which answers
 * make its SDK keep or drop data as it should. Formats and their sources: docs/collect.md.
 *
 * Nothing is lost on our fault: an event that cannot be taken is handed to the decoder's reject function
 * with its reason and counted, the rest goes on. A body that is no such body at all is refused as a
 * whole (RC_INVALID) with the place of the fault.
 */
#ifndef POND_COLLECT_COLLECT_H
#define POND_COLLECT_COLLECT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/decode.h"

#define COLLECT_BODY_MAX (8u << 20) /* bytes as sent */
#define COLLECT_UNPACKED_MAX                                                                   \
    (16u << 20) /* bytes unpacked: parsing takes about ten times that for a moment */
#define COLLECT_EVENTS_MAX 20000u /* of one body */

struct collector;

/* A request, as far as collectors look at it. Views. */
struct collect_input {
    struct str method, path, query;
    struct str content_type, content_encoding, authorization;
    struct str body; /* as sent */
    /* Any header by name (any case); for signatures and ThinkingData's own. Never NULL. */
    struct str (*header)(void *ctx, const char *name);
    void *ctx;
    int64_t now_ms;
};

/* The collector of a method and path; NULL when there is none. *allowed says which methods the path has
 * ("POST, OPTIONS"); NULL when it is no path of a collector. OPTIONS finds no collector: it is answered 204
 * with Allow and, like every answer to a request with an Origin, with the headers of CORS
 *
 *     Access-Control-Allow-Origin: the Origin  no cookie is ever looked at
 *     Access-Control-Allow-Methods: *allowed
 *     Access-Control-Allow-Headers: what Access-Control-Request-Headers asks for
 *     Access-Control-Max-Age: 86400
 *
 * Any other method that finds none is 405 with Allow. */
const struct collector *collect_find(struct str method, struct str path, const char **allowed);
/* "segment", "sensors", "shopify" ...: for streams and figures; not kept with the events. */
const char *collector_name(const struct collector *c);
const char *const *collector_paths(const struct collector *c); /* ends with NULL */
const char *collector_methods(const struct collector *c);      /* "POST, OPTIONS" */
/* All of them, for figures. Collectors of one name lie side by side. */
uint32_t collect_count(void);
const struct collector *collect_at(uint32_t i);

/* What a thread keeps from request to request: buffers and names met. Of no brand. */
struct collect_state;
struct collect_state *collect_state_new(void);
void collect_state_free(struct collect_state *s);
/* The write key that the request carries, where its protocol puts it (Basic user, path, query, header, body);
 * empty: none (RC_OK), the request is then refused with RC_DENIED. Begins a request: call it before
 * collect_decode, with the same state and input. May parse the body; what it parsed is kept in `s` until
 * then. `a` is the request's. Errors: RC_INVALID, RC_TOO_LARGE. */
enum rc collect_key(const struct collector *c, struct collect_state *s,
                    const struct collect_input *in, struct arena *a, struct str *key,
                    struct err *e);

/* What the brand has set for its collectors (secrets of webhooks, saved mappings); may be NULL. */
struct collect_settings {
    void *ctx;
    /* The secret that a shop's signatures are made with; empty: none set, signed hooks are refused. */
    struct str (*secret)(void *ctx, const char *collector, struct arena *a);
    /* The saved mapping of a generic hook by name (JSON of mapping_save). RC_MISSING. */
    enum rc (*mapping)(void *ctx, struct str name, struct arena *a, struct str *json,
                       struct err *e);
};

struct collect_outcome {
    uint32_t events;   /* in the body */
    uint32_t decoded;  /* now in the batch */
    uint32_t rejected; /* handed to the decoder's reject function */
    uint32_t ignored; /* say nothing about a consumer: Segment's group, Sensors' item_set ... */
    /* Filled in by the caller for collect_answer: */
    uint32_t accepted, duplicates; /* as the apply loop counted them */
    struct str first_reject; /* "event 3, price: the unit price is negative"; may be empty */
};
/* Decodes the body into the decoder's batch (decoder_begin was called, with rows to spare). Sets the decoder's
 * now. `a` must live until the batch is applied. A body is taken or refused as a whole, but for single events that are rejected: after an error the
 * batch is as it was. Errors: RC_INVALID no such body (with the place), RC_DENIED a bad signature,
 * RC_TOO_LARGE a limit, or the batch has no room; RC_MISSING a saved mapping. */
enum rc collect_decode(const struct collector *c, struct collect_state *s,
                       const struct collect_input *in, struct decoder *d,
                       const struct collect_settings *settings, struct arena *a,
                       struct collect_outcome *out, struct err *e);

/* The answer in the collector's own words. rc: RC_OK (durable, or nothing to keep), RC_INVALID,
 * RC_DENIED (key), RC_TOO_LARGE, RC_MISSING; RC_BUSY and all others are ours: the SDK is to send again. e and o may
 * be NULL. Sensors' SDKs lose data by every answer but 2xx: a server that is busy does better to wait than to answer
 * them (docs/collect.md). */
struct collect_reply {
    int status;
    const char *type;
    struct str body;
    int retry_after_s; /* 0: no such header */
};
void collect_answer(const struct collector *c, enum rc rc, const struct err *e,
                    const struct collect_outcome *o, struct arena *a,
                    struct collect_reply *out);

#endif
