/* A mapping: which column of a source is what in an event, chosen by looking at the first rows,
 * by name, by hand (`--map field=column`), or loaded from where it was saved.
 *
 * Fields   time event id identity.KIND channel touchpoint campaign item category order quantity
 *          unit_price amount score props.NAME skip; of order exports also create_time pay_time
 *          total refund_amount refund_time line. A column that no rule names becomes props.HEADER.
 * Specs    "time=下单时间"  "identity.phone=#4"  a column by header (matched by text_fold) or place
 *          "event:=purchase"                     a constant (event, channel, touchpoint, campaign)
 *          "event.pv:=item_view"                 a value of the event column means that event
 * Shapes   how a row becomes events:
 *          events    one row, one event
 *          orders    a paid order is a purchase at its payment time, an unpaid one an order_create
 *                    at its creation; a refunded amount adds a refund that names the order
 *          invoices  UCI: a row is a line; "C" or a negative quantity makes it a refund
 *          json      one JSON object a line, Pond's own form
 */
#ifndef POND_PEOPLE_MAPPING_H
#define POND_PEOPLE_MAPPING_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "wire/csv.h"
#include "wire/json.h"

enum map_field {
    MAP_PROP,
    MAP_SKIP,
    MAP_TIME,
    MAP_EVENT,
    MAP_ID,
    MAP_IDENTITY,
    MAP_CHANNEL,
    MAP_TOUCHPOINT,
    MAP_CAMPAIGN,
    MAP_ITEM,
    MAP_CATEGORY,
    MAP_ORDER,
    MAP_QUANTITY,
    MAP_UNIT_PRICE,
    MAP_AMOUNT,
    MAP_SCORE,
    MAP_CREATE_TIME,
    MAP_PAY_TIME,
    MAP_TOTAL,
    MAP_REFUND_AMOUNT,
    MAP_REFUND_TIME,
    MAP_LINE, /* tells lines of one order apart; also kept as a prop        */
    MAP_FIELDS
};
enum map_shape { SHAPE_EVENTS, SHAPE_ORDERS, SHAPE_INVOICES, SHAPE_JSON };

/* How a column's field was told. */
enum map_by { MAP_BY_NONE, MAP_BY_HEADER, MAP_BY_PLACE, MAP_BY_SPEC };

struct map_column {
    struct str header; /* as the file writes it; "#3" when the file has no headers   */
    enum map_field field;
    struct str name; /* MAP_IDENTITY: the kind; MAP_PROP, MAP_LINE: the prop's key */
    enum map_by by;  /* MAP_BY_NONE: nothing knew it, it is kept as a property         */
    bool personal;   /* MAP_PROP: sealed before it is kept                         */
    bool place;      /* with personal: a bare province is no secret and stays plain */
};
struct map_word {
    struct str from, to; /* a value of the event column, an event name */
};

struct mapping {
    struct str format; /* "taobao-behavior", ..., "generic" */
    enum map_shape shape;
    bool header;     /* the first row holds headers ... */
    uint32_t titles; /* ... behind so many lines of a title */
    uint32_t first;  /* row of the block it was chosen by that is the first of data */
    struct str zone; /* of times without an offset; empty: the brand's */
    struct map_column *column;
    uint32_t columns;
    struct str event, channel, touchpoint, campaign; /* constants; empty: none */
    struct map_word *word;
    uint32_t words;
};

/* What the user asked for; zero means: look for yourself. */
struct mapping_request {
    struct str format;      /* a format by name; empty: find out */
    const struct str *spec; /* `--map` texts */
    uint32_t specs;
    struct str zone;  /* `--tz`; empty: none */
    struct str saved; /* JSON of mapping_save; empty: none. Specs come on top of it */
};

/* The names of all formats, for help: ends with NULL. */
const char *const *mapping_formats(void);
/* RC_INVALID with the list when the name is no format. */
enum rc mapping_check_format(struct str format, struct err *e);
/* True when the text is columns lined up by blanks (the CDNOW log): csv_open wants to know first. */
bool mapping_wants_whitespace(struct str head);
/* True when the text begins as JSON lines do. */
bool mapping_is_json(struct str head);
struct mapping *mapping_json_lines(struct arena *a);

/* Chooses by the first rows; leading columns up to `skip` are not the file's own. The result lives
 * in `a`, also after a failure as far as it came: its columns are what can be mapped by hand; NULL when there are none. RC_INVALID when the format asked for does not fit, when a spec is malformed or names no
 * column, or when no time, event or order can be told: the hint is the --map line to type. */
enum rc mapping_detect(struct arena *a, const struct mapping_request *q,
                       const struct csv_block *head, uint32_t skip, struct mapping **out,
                       struct err *e);

/* "header", "place", "map"; "none" */
const char *mapping_by_name(enum map_by by);
/* "identity.phone", "props.城市", ... */
void mapping_field_text(const struct map_column *c, struct buf *out);
/* {"format":..,"header":..,"map":["time=..", ...]}: enough to choose the same again. */
void mapping_save(const struct mapping *m, struct buf *out);

#endif
