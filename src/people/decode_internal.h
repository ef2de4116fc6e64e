/* The decoder's inside: shared by decode*.c only. */
#ifndef POND_PEOPLE_DECODE_INTERNAL_H
#define POND_PEOPLE_DECODE_INTERNAL_H

#include "base/buf.h"
#include "base/map.h"
#include "people/decode.h"

#define DECODE_MONEY_MAX 1000000000000000LL /* 10^15 units of 1/100 or 1/10,000 */
#define DECODE_COUNT_MAX 1e12

/* What a mapped column does; one a column that matters. */
struct action {
    enum map_field field;
    uint32_t column;
    uint8_t kind; /* MAP_IDENTITY */
    bool personal, place;
    struct str kind_name;
    struct str quoted; /* MAP_PROP, MAP_LINE: "\"name\":" ready for the object */
};

/* One row while it is decoded: what is not a column of the batch by itself. */
struct draft {
    const struct str *cell;
    uint32_t cells;
    struct str flags; /* a hexadecimal digit a cell (spreadsheets); may be empty */
    uint64_t line;
    uint32_t row;     /* in the batch */
    struct str event; /* as written */
    bool has_time, has_create, has_pay, has_refund_time;
    int64_t create_ms, pay_ms, refund_ms;
    int64_t total_fen, refund_fen; /* AMOUNT_UNKNOWN */
    bool negative_quantity, negative_price;
    /* Value by value (decode_event.c): */
    uint32_t first;  /* row of the source event's first event */
    uint16_t code;   /* of the name, when it was given exactly; else 0 */
    struct str text; /* of the source event */
    bool failed;
};

/* The names met last, in front of the maps: events of one sender have few. Text is inside, so a slot costs
 * nothing to fill. */
#define NAME_SLOTS 64u
#define NAME_SLOT_BYTES 39u
struct name_slot {
    uint8_t len; /* 0: empty */
    char text[NAME_SLOT_BYTES];
    uint32_t code;
};

struct decoder {
    struct decoder_setup in;
    struct action *action;
    uint32_t actions;
    uint16_t event_code; /* of the mapping's constant; 0: none */
    uint8_t channel_code;
    uint16_t code_favorite, code_cart, code_view, code_order_create, code_adjustment;
    struct arena *arena; /* lives as long as the decoder */
    struct event_batch *batch;
    char *text_at, *text_end; /* room for text in the batch's arena */
    struct siv *siv;
    struct map *events, *channels, *kinds; /* texts met, to codes */
    struct map *names;                     /* event names given exactly, to codes */
    struct name_slot name_slot[NAME_SLOTS], kind_slot[NAME_SLOTS];
    struct json_reader *json;
    struct buf props, scratch, plain, raw;
    struct draft draft;
    uint32_t headers_due; /* so many good rows are titles and headers */
    bool taobao;
    int64_t min_ms, max_ms, future_ms;
    int64_t slot; /* quarter of an hour of local time whose offset is known */
    int64_t slot_offset;
    char date[10]; /* the date read last, and its local midnight */
    int64_t date_ms;
    uint64_t rows, rejects;
    char reason[200];
    uint32_t bad_column;
    struct str bad_field;
};

/* decode_value.c: one value. False fills the reason (decode_fail) where it is the row's fault. */
bool decode_fail(struct decoder *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str decode_keep(struct decoder *d, struct str s); /* a copy in the batch's arena */
struct str decode_bare(struct str s);                    /* trimmed; ="12" and '12 undressed */
bool decode_is_none(struct str s);                       /* empty, null, NULL, \N, - */
bool decode_time_read(struct decoder *d, struct str s, int64_t *ms); /* without the check */
bool decode_time(struct decoder *d, struct str s, int64_t *ms);
bool decode_time_check(struct decoder *d, int64_t ms);
bool decode_decimal(struct decoder *d, struct str s, int scale, const char *what, int64_t *out);
bool decode_number(struct decoder *d, struct str s, const char *what, double *out);
bool decode_text(struct decoder *d, struct str s, struct str *out);
bool decode_identity(struct decoder *d, uint8_t kind, struct str kind_name, struct str raw);
bool decode_event_code(struct decoder *d, struct str s, uint16_t *out);
uint16_t decode_known_event(struct decoder *d, struct str name);       /* EVENT_UNKNOWN: none */
bool decode_name_code(struct decoder *d, struct str s, uint16_t *out); /* no words */
bool decode_channel_code(struct decoder *d, struct str s, uint8_t *out);
bool decode_kind_code(struct decoder *d, struct str s, uint8_t *out, struct str *name);
/* Whether a JSON member of this key holds a personal value. `name` is one at the top only: inside it is an
 * item's, a page's, a shop's. */
bool decode_is_personal(struct str key, bool top);
/* Appends a sealed value as a JSON string. */
bool decode_seal(struct decoder *d, struct str plain, struct buf *out);
bool decode_is_place(struct str s);
/* Rounds quantity * price to fen, half away from zero; AMOUNT_UNKNOWN when either is unknown. */
int64_t decode_product(double quantity, int64_t price_e4);

/* decode_shape.c: from a draft to events. */
bool decode_finish(struct decoder *d);
bool decode_finish_event(struct decoder *d);

/* decode_event.c: closes the object of properties of the row at hand. */
void decode_props_end(struct decoder *d);

/* decode_raw.c: text of rejected rows. */
struct str decode_raw_cells(struct decoder *d);
struct str decode_raw_text(struct decoder *d, struct str text);
void decode_reject(struct decoder *d, uint64_t line, struct str raw);

/* decode_taobao.c: the fast path; false when the row is anything but plain. */
bool decode_taobao(struct decoder *d, const struct str *cell, uint64_t line);

#endif
