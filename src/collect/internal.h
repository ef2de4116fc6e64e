/* The collectors' inside: shared by collect/ only. */
#ifndef POND_COLLECT_INTERNAL_H
#define POND_COLLECT_INTERNAL_H

#include "base/vec.h"
#include "collect/collect.h"
#include "collect/names.h"
#include "wire/json.h"

/* A clock that is ahead by more than this is put right. One that is behind looks like a message that was long on
 * its way: PostHog's and RudderStack's SDKs send what failed again under its first time of sending. */
#define COLLECT_AHEAD_MS 5000
#define COLLECT_BEHIND_MS 60000
#define COLLECT_VALUES_MAX 1000000u /* JSON values of one body */
#define RUN_SKIPS 12
#define COLLECT_KEEP (4u << 20) /* a reader that has grown beyond a body of this is not kept */

struct collect_state {
    struct json_reader *json;
    struct names *names;
    struct buf scratch;
    char library[64]; /* Segment: met last, and the channel it means */
    size_t library_len;
    const char *library_channel;
    /* Of the request at hand: */
    bool unpacked, parsed;
    struct str text;       /* the body, unpacked; in the request's arena */
    struct json_flat flat; /* valid when parsed */
};

/* One request while it is decoded. */
struct run {
    const struct collector *c;
    struct collect_state *s;
    const struct collect_input *in;
    struct decoder *d;
    const struct collect_settings *settings; /* may be NULL */
    struct arena *a;
    struct collect_outcome *out;
    uint64_t line; /* of the event at hand */
    struct str id; /* its id, for the ids of its lines */
    bool full;     /* an event found no room: the body is too large */
    /* Members of the event at hand that are no properties of it. */
    const struct json_value *skip[RUN_SKIPS];
    uint32_t skips;
};

struct collector {
    const char *name;
    const char *methods; /* "POST, OPTIONS" */
    /* Paths, ends with NULL. One that ends with "/" covers all below it; all others may have a "/" behind. */
    const char *const *path;
    /* Where the write key is. *key stays empty when there is none. */
    enum rc (*key)(struct collect_state *s, const struct collect_input *in, struct arena *a,
                   struct str *key, struct err *e);
    enum rc (*decode)(struct run *r, struct err *e);
    void (*answer)(enum rc rc, const struct err *e, const struct collect_outcome *o,
                   struct arena *a, struct collect_reply *out);
};

/* ---- body.c: what was sent, and where keys are ---- */

/* The body as text in s->text: unpacked by what its bytes are, else by Content-Encoding. */
enum rc body_unpack(struct collect_state *s, const struct collect_input *in, struct arena *a,
                    struct err *e);
/* One JSON document in s->flat; parsed once a request. */
enum rc body_parse(struct collect_state *s, const struct collect_input *in, struct arena *a,
                   struct err *e);
enum rc body_parse_text(struct collect_state *s, struct str text, struct err *e);
void body_forget(struct collect_state *s);
/* The user of Basic, the token of Bearer; empty when there is neither. */
struct str body_authorization(const struct collect_input *in, struct arena *a);
/* "/hooks/youzan/KEY/rest" under "/hooks/youzan/": the n-th part behind the prefix, decoded. */
struct str path_part(const struct collect_input *in, const char *prefix, uint32_t n,
                     struct arena *a);

/* ---- value.c: members of JSON objects ---- */

/* The member of this key (the first of several); NULL when there is none or v is no object. */
const struct json_value *member(const struct json_value *v, struct str key);
/* member, and of JSON_STRING or JSON_NUMBER type; else {NULL, 0}. */
struct str member_text(const struct json_value *v, struct str key);
/* Fills out[i] with the member of key[i], one walk; what is null counts as absent. Keys in the order in which they are sent are the
 * fastest. */
void pick(const struct json_value *v, const struct str *key, uint32_t keys,
          const struct json_value **out);
static inline bool is_text(const struct json_value *v)
{
    return v && (v->type == JSON_STRING || v->type == JSON_NUMBER);
}
/* Of v as JSON_OBJECT: its members are m = v + 1; m <= v + v->span; m += m->span + 1. */
static inline bool is_object(const struct json_value *v) { return v && v->type == JSON_OBJECT; }
static inline bool is_array(const struct json_value *v) { return v && v->type == JSON_ARRAY; }
/* 8-4-4-4-12 hexadecimal digits: an id that a program made up. */
bool is_uuid(struct str s);

/* ---- put.c: what several protocols put into an event alike ---- */

/* Begins the next event of the body; false when it was rejected (no object) or the batch is full. */
bool event_begin(struct run *r, const struct json_value *v);
/* Ends it, and counts it when it was rejected. */
void event_end(struct run *r);
void event_drop(struct run *r, struct str field, const char *reason);
/* Counts an event that says nothing about a consumer; in place of event_begin and event_end. */
void event_ignore(struct run *r);
/* prefix: of the protocol, so that ids of two products never meet. No id: none. */
void put_id(struct run *r, const char *prefix, struct str id);
/* The event's time, put right by `skew_ms`; absent: the moment of receipt. */
void put_time(struct run *r, const struct json_value *v, int64_t skew_ms);
/* receipt - sent when that is more than a clock may be off; 0 without a time of sending. */
int64_t clock_skew(struct run *r, const struct json_value *sent);
void put_channel(struct run *r, const char *channel); /* NULL: none */
/* Properties under the rules of names.h: columns where the catalogue has them, the rest as it came. A
 * purchase or refund with a list "products" becomes one event a line; the amount of the whole is split over
 * the lines so that they add up to it. May be NULL. */
void put_properties(struct run *r, const struct named *n, const struct json_value *props);
/* Keeps a member out of put_properties; until the next event. NULL: nothing. */
void put_skip(struct run *r, const struct json_value *v);
/* One of them, when they are not put together. */
void put_property(struct run *r, const struct named *n, const struct json_value *v);
/* Traits of a person: what is an identity becomes one; the rest is kept as properties when `keep`. */
void put_traits(struct run *r, const struct json_value *traits, bool keep);
/* Splits a total in proportion to weights (>= 0; all 0: evenly): each part is within one of its share,
 * the parts add up to the total. */
void split_exact(int64_t total, const int64_t *weight, uint32_t n, int64_t *out);

/* ---- reply.c ---- */
#define ANSWER(name)                                                                           \
    void answer_##name(enum rc rc, const struct err *e, const struct collect_outcome *o,       \
                       struct arena *a, struct collect_reply *out)
ANSWER(segment);
ANSWER(pond);
ANSWER(sensors);
ANSWER(sensors_image);
ANSWER(posthog);
ANSWER(posthog_flags);
ANSWER(thinking);
ANSWER(hook);
#undef ANSWER

/* ---- one file a protocol ---- */
#define KEY(name)                                                                              \
    enum rc name##_key(struct collect_state *s, const struct collect_input *in,                \
                       struct arena *a, struct str *key, struct err *e)
KEY(segment);
KEY(pond);
KEY(sensors);
KEY(posthog);
KEY(thinking);
KEY(hook); /* in the path behind /hooks/NAME/, else ?key= */
#undef KEY
enum rc segment_decode(struct run *r, struct err *e);
enum rc pond_decode(struct run *r, struct err *e);
enum rc sensors_decode(struct run *r, struct err *e);
enum rc posthog_decode(struct run *r, struct err *e);
enum rc thinking_decode(struct run *r, struct err *e);
enum rc youzan_decode(struct run *r, struct err *e);
enum rc taobao_decode(struct run *r, struct err *e);
enum rc douyin_decode(struct run *r, struct err *e);
enum rc shopify_decode(struct run *r, struct err *e);
enum rc order_decode(struct run *r, struct err *e);
enum rc json_decode(struct run *r, struct err *e);
enum rc posthog_flags(struct run *r, struct err *e); /* nothing to decode */

#endif
