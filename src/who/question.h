/* The question language `who`: text and JSON to one checked tree and back.
 *
 *   question = or
 *   or    = and { "or" and }       and = not { "and" not }       not = [ "not" ] prim
 *   prim  = "(" or ")" | "all" | did | sequence | is | measure | total | moment | stage | field
 *         | has | identity | mark | reach | sample
 *
 *   did      = "did" [ "not" ] events [ tests ] [ when ] [ cmp N [ "days" | "items" ] ]
 *   sequence = "did" step "then" [ "not" ] step "within" SPAN { "then" [ "not" ] step "within" SPAN } [ when ]
 *            | "did" step "then" step { "then" step } "within" SPAN "of" "first" [ when ]
 *   step     = events [ tests ]
 *   events   = "any" | NAME | "(" NAME { "or" NAME } ")"
 *   tests    = "(" test { "," test } ")"
 *   test     = FIELD cmp LITERAL | FIELD "in" "(" LITERAL { "," LITERAL } ")"
 *            | "prop" TEXT cmp LITERAL | "prop" TEXT "in" "(" LITERAL { "," LITERAL } ")"
 *   when     = "in" DAYS [ "ending" DAYS "ago" ] | "before" DAYS | "on" DAY | "from" DAY [ "to" DAY ] | "to" DAY
 *   is       = "is" STATUS                                  # did not E, count(E), orders(365d), first_seen ...: docs/who.md
 *   measure  = ("sum" | "avg" | "min" | "max") "(" events "." FIELD { "," test } ")" [ when ] cmp N
 *   total    = ("gmv" | "aov") [ when ] cmp N               # gmv(365d) is read as gmv in 365d
 *   moment   = ("first" | "last") events [ tests ] when
 *            | ("first" | "last") events [ tests ] "was" tests [ when ]
 *   stage    = "stage" [ "on" DAY | DAYS "ago" ] cmp STAGE | "stage" [...] "in" "(" STAGE {"," STAGE} ")"
 *            | "stage" ("was" | "entered" | "left") STAGE [ when ]
 *   field    = FIELDNAME cmp LITERAL | FIELDNAME "in" "(" ... ")" | FIELDNAME "known"      # who/field.h
 *   has      = "has" KIND [ cmp N ]                         identity = "identity" TEXT      # "phone:138..."
 *   mark     = "tag" TEXT [ "=" TEXT ] | "crowd" TEXT
 *   reach    = "reachable" "by" CHANNEL | "consent" NAME
 *   sample   = "sample" N "%" [ "seed" N ]
 *   SPAN     = N "m" | N "h" | N "d"     elapsed time        DAYS = N "d"  calendar days     DAY = 2017-12-01
 *   cmp      = ">=" | ">" | "=" | "!=" | "<" | "<="
 *
 * Meaning, for a consumer known on the day D that is asked about (first event on or before D), over its
 * events up to the end of D:
 *   in Wd                the days D-W+1 .. D          in Wd ending Md ago   D-M-W+1 .. D-M
 *   before Wd            every day up to D-W          from A to B           A .. B, cut at D
 *   did E                count of matching events; purchase counts orders: the (identity, day, order) of its lines,
 *                        not those refunded in full on D or before (their items and days neither); "days" distinct days, "items" distinct known items
 *   sequence             some first step in `when`, each next one after the step before (strictly later) and within
 *                        SPAN of it; "then not": no such event in the SPAN after it (the SPAN cut at the end of D). `not` only last.
 *                        "of first": all steps within SPAN of the first one, as a funnel counts them.
 *   any                  every event; orders and other events are not counted together, so a list with purchase, and
 *                        any, count days or items only, or ask whether there is one
 *   sum, avg, min, max   over all matching rows that have the field, refunded purchases too; sum of none is 0, avg/min/max of none compare false
 *   gmv                  paid - given back (amounts of purchases - amounts of refunds, each on its own day; unknown = 0)
 *   aov                  gmv / orders; false without an order
 *   first E when         the first ever matching event lies in `when`; last: the last one
 *   first E was T when   the same, and that event passes the tests T too; of several at its instant one does
 *   stage                of the model in force; not known on that day: every comparison is false
 *   stage was/entered/left X when   held X at the end of some day in `when` / a span of X begins / ends (another follows) there
 *   has KIND             holds at least one (cmp N) identity of that kind; `openid` of any app, `openid@wx12` of that one
 *   prop                 people/evidence.h, FIELD_PROP
 *   sample               seeded by the consumer's id: the same consumers whenever it is asked
 *   unknown values       fail every test and comparison, != too
 *
 * Stage rules (who/rule.h) are questions made of did (one event list, in Wd or ever, events or days), is, and, or, not. */
#ifndef POND_WHO_QUESTION_H
#define POND_WHO_QUESTION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/catalogue.h"
#include "people/evidence.h"
#include "people/kind.h"
#include "wire/json.h"

enum question_form {
    Q_ALL,
    Q_AND,
    Q_OR,
    Q_NOT,
    Q_DID,
    Q_SEQUENCE,
    Q_IS,
    Q_MEASURE,
    Q_TOTAL,
    Q_MOMENT,
    Q_STAGE,
    Q_FIELD,
    Q_HAS,
    Q_IDENTITY,
    Q_TAG,
    Q_CROWD,
    Q_REACH,
    Q_CONSENT,
    Q_SAMPLE,
};
#define QUESTION_FORMS (Q_SAMPLE + 1)

enum when_form { WHEN_EVER, WHEN_IN, WHEN_BEFORE, WHEN_DAYS };
struct when {
    enum when_form form;
    uint32_t days, ago; /* WHEN_IN: W, M (0: ends on D); WHEN_BEFORE: W           */
    int32_t from, to;   /* WHEN_DAYS; from DAY_NONE: open, to INT32_MAX: open     */
};
/* The days it covers as of D, both included; from INT32_MIN = open. False when there is none. */
bool when_days(struct when w, int32_t as_of, int32_t *from, int32_t *to);

/* Which events: a list of names (len 0: any) and tests that must all hold. */
struct event_filter {
    const uint16_t *names;
    uint32_t names_len;
    const struct evidence_test *tests;
    uint32_t tests_len;
};
enum count_of { COUNT_OF_EVENTS, COUNT_OF_DAYS, COUNT_OF_ITEMS };
enum measure_of { MEASURE_SUM, MEASURE_AVG, MEASURE_MIN, MEASURE_MAX };
enum total_of { TOTAL_GMV, TOTAL_AOV };
enum stage_ask { STAGE_ON, STAGE_WAS, STAGE_ENTERED, STAGE_LEFT };
struct sequence_step {
    struct event_filter filter;
    bool negated;       /* only the last may be */
    int64_t within_ms;  /* after the step before (of_first: after the first); 0 for the first */
    struct str written; /* "24h" as it was written */
};

struct who_field;
struct field_words;
struct question {
    enum question_form form;
    uint32_t at, end; /* bytes of the text it was read from (of JSON: of the canonical text) */
    struct question *first, *last, *next; /* operands of and, or, not; next sibling */
    struct event_filter filter;           /* did, is, measure, moment */
    struct when when;
    enum evidence_cmp cmp; /* of a count or number with `number`; CMP_IN with texts/stages */
    double
        number; /* counts: whole; amounts in fen, unit prices in 1/10,000; percent; of a field as written */
    enum count_of count_of;
    enum measure_of measure;
    enum event_field of; /* measure: a field that is a number */
    enum total_of total;
    bool last_one; /* moment: last instead of first */
    /* moment: the tests that this event passes too; names no events */
    struct event_filter was;
    struct sequence_step *steps;
    uint32_t steps_len;
    /* sequence: every step within one span of the first; none is negated */
    bool of_first;
    enum stage_ask stage_ask;
    uint64_t stages; /* bits of model stages that satisfy it (was, entered, left: one) */
    uint64_t stages_written; /* bits named in the text, for printing, with cmp */
    int32_t day;             /* stage on DAY; DAY_NONE: days_ago */
    uint32_t days_ago;
    const struct who_field *field;
    const struct str
        *texts; /* field (text), identity, tag [0] name [1] value, crowd, reach, consent */
    uint32_t texts_len;
    bool known;   /* FIELD known */
    uint8_t kind; /* has */
    uint64_t seed;
};

/* What names mean in a brand; the same for parsing, printing and running. */
struct who_names {
    struct catalogue *catalogue;
    const struct kind_table *kinds;
    const struct str *stages; /* of the model in force, none first; NULL: stage is refused */
    uint32_t stages_len;
    /* May be NULL: then any name goes. False: unknown; *near may be set for the hint. */
    bool (*knows)(void *ctx, enum question_form form, struct str name, struct str *near);
    /* May be NULL: then any text goes as a value. What the brand calls the values of a field (who/field_value.h), in the
     * arena; false: that cannot be read, any text goes. */
    bool (*words)(void *ctx, const struct who_field *f, struct arena *a,
                  struct field_words *out);
    void *ctx;
    bool rules_only; /* stage rules: did, is, and, or, not */
    bool zh;         /* messages and hints in Chinese */
};

struct question_error {
    uint32_t line, column; /* 1-based, column in characters */
};
/* Parses and checks. at may be NULL. Depth <= 64, text <= 64 KiB, conditions <= 256, tests <= 16 an event, steps <= 16,
 * else RC_TOO_LARGE. RC_INVALID has a position, a message and a hint. Everything lives in `a` (names and texts may point
 * into `text`). Events and channels that are new are added to the catalogue when they are written in backquotes / quotes. */
enum rc question_parse(struct str text, const struct who_names *n, struct arena *a,
                       struct question **out, struct question_error *at, struct err *e);
/* The message of a failure without its place: "column 5: unknown event" -> "unknown event". A view into e. */
struct str question_message(const struct err *e);
/* Canonical text: parse(print(q)) prints the same. */
struct str question_print(const struct question *q, const struct who_names *n, struct arena *a);
/* The JSON form, an object; reading it back gives the same tree. RC_INVALID names the path ("and[1].did.events"). */
void question_json(const struct question *q, const struct who_names *n, struct json *j);
enum rc question_from_json(struct str json, const struct who_names *n, struct arena *a,
                           struct question **out, struct err *e);
/* What may stand at the end of `text` (completion for consoles and shells): words into *out, in `a`. */
enum rc question_complete(struct str text, const struct who_names *n, struct arena *a,
                          struct str **out, uint32_t *len, struct err *e);

#endif
