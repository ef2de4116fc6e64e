/* The event catalogue: standard event names, what each means, which properties it expects and which
 * AIPL evidence it gives in the default model; and the channels (touchpoint kinds).
 *
 * The standard ones are one static table (catalogue.c), from which docs/events.md is generated. A
 * brand's own names are welcome: they get codes behind the standard ones in order of appearance,
 * are kept in the ledger (people_event_name) and give no evidence unless a stage model names them.
 */
#ifndef POND_PEOPLE_CATALOGUE_H
#define POND_PEOPLE_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "base/str.h"
#include "base/buf.h"

enum event_evidence {
    EVIDENCE_NONE,
    EVIDENCE_AWARENESS,
    EVIDENCE_INTEREST,
    EVIDENCE_STATUS_ON,
    EVIDENCE_STATUS_OFF,
    EVIDENCE_PURCHASE,
    EVIDENCE_REFUND,
    EVIDENCE_LOYALTY
};

struct event_def {
    uint16_t code; /* fixed for ever: stored in logs and checkpoints */
    const char *name, *zh;
    enum event_evidence evidence; /* in the default model */
    const char *undoes;           /* for STATUS_OFF: the event that it ends; else NULL */
    const char *props;            /* "amount, quantity, item, order" */
    const char *meaning, *meaning_zh;
};
struct channel_def {
    uint8_t code; /* 0 = unknown */
    const char *name, *zh;
    bool private_domain;
};

/* Codes that code refers to by name; the rest is found by text. */
enum { EVENT_UNKNOWN = 0, EVENT_PURCHASE = 40, EVENT_REFUND = 41 };
#define EVENT_OWN_FIRST 256 /* own names count from here */
#define EVENT_NAMES_MAX 4096
#define CHANNEL_OWN_FIRST 64 /* own channels count from here, to 255 */

struct catalogue;

struct catalogue *catalogue_new(void); /* the standard names only */
void catalogue_free(struct catalogue *c);
/* The code of a name; 0 when unknown. Exact lower-case names; never case-folds. */
uint16_t catalogue_find(const struct catalogue *c, struct str name);
/* The code of a name, adding an own one. RC_INVALID for a name that is empty, longer than 64 bytes,
 * not UTF-8 or with control characters; RC_TOO_LARGE behind EVENT_NAMES_MAX names. The name is copied. */
enum rc catalogue_intern(struct catalogue *c, struct str name, uint16_t *code, struct err *e);
struct str catalogue_name(const struct catalogue *c, uint16_t code);
uint16_t catalogue_len(const struct catalogue *c); /* highest code + 1 */
/* names[code] for all codes (unknown codes empty), for the lake's CODE columns. Lives with c. */
const struct str *catalogue_names(const struct catalogue *c);
/* NULL for own names and unknown codes. */
const struct event_def *catalogue_def(const struct catalogue *c, uint16_t code);

uint8_t channel_find(const struct catalogue *c, struct str name);
enum rc channel_intern(struct catalogue *c, struct str name, uint8_t *code, struct err *e);
struct str channel_name(const struct catalogue *c, uint8_t code);
const struct str *channel_names(const struct catalogue *c, uint32_t *len);

/* The standard channel of a code; NULL for own and unknown ones. */
const struct channel_def *channel_def(uint8_t code);

/* The nearest known event name (also for words that other systems use: buy, fav, pv), for "did you
 * mean"; empty when nothing is near. */
struct str catalogue_suggest(const struct catalogue *c, struct str name);
struct str channel_suggest(const struct catalogue *c, struct str name);
/* docs/events.md, generated. */
void catalogue_markdown(struct buf *out);

#endif
