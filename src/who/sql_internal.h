/* Shared by the files of sql*.c only: one statement in the making, and the tails of a world. */
#ifndef POND_WHO_SQL_INTERNAL_H
#define POND_WHO_SQL_INTERNAL_H

#include "base/buf.h"
#include "base/vec.h"
#include "store/bind.h"
#include "store/sql.h"
#include "who/field.h"
#include "who/sql.h"

/* Where a tag, a crowd or a field's values are found. */
struct sql_slot {
    enum question_form form;
    struct str name, value;
    struct str rule; /* ptr set: a question to ask instead */
};
enum { SQL_TAILS = 5, SQL_TAIL_COLUMNS = 4 };
struct sql_tail { /* what the lake borrows */
    struct lake_column columns[SQL_TAIL_COLUMNS];
    struct lake_rows rows;
    struct lake_tail tail;
};
struct sql_tails {
    uint64_t version; /* of what is attached; 0: made anew before the next question */
    bool person, span, refunded;
    bool refunded_orders, refunded_lines; /* by the day asked about: with, without an order */
    VEC(uint32_t) identity, consumer;
    VEC(uint32_t) span_consumer, span_stage;
    VEC(int64_t) span_from, span_to;
    struct lake_rows refunded_rows; /* in the arena */
    VEC(struct sql_slot) slots;
    VEC(uint32_t) mark_slot, mark_identity;
    VEC(uint32_t) score_slot, score_identity;
    VEC(double) score_number;
    VEC(uint8_t) score_valid;
    VEC(struct str) score_words;
    struct sql_tail shown[SQL_TAILS];
};
struct who_sql {
    struct brand *brand;
    int32_t as_of;
    struct who_sources sources;
    struct arena *arena; /* lives as long: refunded rows, slots' names */
    struct str day;      /* the day of an instant */
    struct sql_tails tails;
};

/* sql_tail.c: each fills its tail once. */
enum rc sql_tails_person(struct who_sql *q, struct err *e);
enum rc sql_tails_span(struct who_sql *q, struct err *e);
enum rc sql_tails_refunded(struct who_sql *q, struct err *e);
/* The slot of a mark; its rule is set when it is to be asked instead. */
enum rc sql_tails_mark(struct who_sql *q, enum question_form form, struct str name,
                       struct str value, uint32_t *slot, struct err *e);
enum rc sql_tails_score(struct who_sql *q, const struct who_field *f, uint32_t *slot,
                        struct err *e);
enum rc sql_tails_attach(struct who_sql *q, struct err *e);
void sql_tails_release(struct sql_tails *t);

/* One statement. */
struct sql_open { /* the rules that are being written, innermost first */
    enum question_form form;
    struct str name;
    const struct sql_open *outer;
};
struct sql_making {
    struct who_sql *q;
    struct arena *a;
    struct buf nodes; /* ", n1 as (...), n2 as (...)" */
    uint32_t nodes_len;
    VEC(struct bind) binds;
    bool live;        /* some node reads it */
    uint32_t columns; /* of `known` that some node reads, as SQL_COLUMN bits */
    enum rc rc;       /* the first failure of a node */
    const struct sql_open *open;
    struct err *e;
};
enum sql_column {
    SQL_IDENTITY,
    SQL_TIME,
    SQL_NAME,
    SQL_CHANNEL,
    SQL_TOUCHPOINT,
    SQL_CAMPAIGN,
    SQL_ITEM,
    SQL_CATEGORY,
    SQL_ORDER,
    SQL_QUANTITY,
    SQL_PRICE,
    SQL_AMOUNT,
    SQL_SCORE,
    SQL_PROPS,
    SQL_COLUMNS
};
struct sql_hole {
    const char *name;
    struct str text;
};
/* A piece of who.sql with its holes filled; holes without a text must not be there. */
struct str sql_fill(struct arena *a, const struct sql *piece, const struct sql_hole *holes,
                    size_t len);
#define SQL_FILL(m, piece, ...)                                                                \
    sql_fill((m)->a, piece, (const struct sql_hole[]){__VA_ARGS__},                            \
             sizeof((const struct sql_hole[]){__VA_ARGS__}) / sizeof(struct sql_hole))
/* "$p3" for a new parameter. */
struct str sql_bind_str(struct sql_making *m, struct str value);
struct str sql_bind_f64(struct sql_making *m, double value);
struct str sql_int(struct sql_making *m, int64_t v);
const char *sql_cmp(enum evidence_cmp cmp);
struct str sql_cmp_str(enum evidence_cmp cmp);
/* Does zero compare? Then consumers without a row belong: the node lists those it does not hold for. */
bool sql_zero_holds(enum evidence_cmp cmp, double number);
/* The column's name; from here on it is a column of `known` and `live`. */
const char *sql_column(struct sql_making *m, enum sql_column c);
/* ", x.item, x.score" without the first comma: all columns that are read. */
struct str sql_columns(struct sql_making *m, const char *of);
/* Adds a node and returns its name ("n3"). */
struct str sql_node(struct sql_making *m, struct str select);
/* "k.consumer in (select consumer from n3)", or not in. */
struct str sql_among(struct sql_making *m, struct str node, bool negated);

/* The days of `when` as numbers; an empty range when there is none. */
struct str sql_from_day(struct sql_making *m, struct when w);
struct str sql_to_day(struct sql_making *m, struct when w);
/* sql_event.c: did, sequence, is, measure, total, moment as a condition on e.consumer. */
struct str sql_of_event(struct sql_making *m, const struct question *q);

#endif
