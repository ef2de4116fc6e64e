/* What several protocols put into an event alike: time, id, properties, traits, lines of an order. */
#include "collect/internal.h"

/* ---- Life of an event ---------------------------------------------------------------------- */

bool event_begin(struct run *r, const struct json_value *v)
{
    r->line++;
    r->out->events++;
    r->id = STR_NULL;
    r->skips = 0;
    if (r->full || !decoder_room(r->d)) {
        r->full = true;
        return false;
    }
    decoder_event_begin(r->d, r->line, v->value);
    if (!is_object(v)) {
        event_drop(r, STR_NULL, "the event is no JSON object");
        return false;
    }
    return true;
}

void event_end(struct run *r)
{
    const bool room = decoder_room(r->d) > 0;
    if (!decoder_event_end(r->d)) {
        r->out->rejected++;
        r->full = r->full || !room;
    }
}

void event_drop(struct run *r, struct str field, const char *reason)
{
    decoder_event_drop(r->d, field, reason);
    r->out->rejected++;
}

void event_ignore(struct run *r)
{
    r->line++;
    r->out->events++;
    r->out->ignored++;
}

/* ---- Time and id --------------------------------------------------------------------------- */

int64_t clock_skew(struct run *r, const struct json_value *sent)
{
    int64_t ms;
    if (!sent || !decoder_read_time(r->d, sent, &ms)) {
        return 0;
    }
    const int64_t skew = r->in->now_ms - ms;
    return skew > COLLECT_BEHIND_MS || skew < -COLLECT_AHEAD_MS ? skew : 0;
}

void put_time(struct run *r, const struct json_value *v, int64_t skew_ms)
{
    int64_t ms = r->in->now_ms;
    if (v && !decoder_read_time(r->d, v, &ms)) {
        (void)decoder_put_json(r->d, MAP_TIME, v); /* says what is wrong with it */
        return;
    }
    (void)decoder_put_time_ms(r->d, v ? ms + skew_ms : ms);
}

void put_id(struct run *r, const char *prefix, struct str id)
{
    if (!id.len) {
        return;
    }
    struct buf *b = &r->s->scratch;
    buf_clear(b);
    buf_add(b, str_of(prefix));
    buf_add(b, id);
    r->id = arena_str(r->a, buf_str(b));
    (void)decoder_put_text(r->d, MAP_ID, r->id);
}

/* Of several events of one source event each has its own id. */
static void put_line_id(struct run *r, uint32_t line)
{
    if (r->id.len) {
        (void)decoder_put_text(r->d, MAP_ID,
                               arena_strf(r->a, "%.*s/%u", STR_FMT(r->id), line + 1));
    }
}

void put_channel(struct run *r, const char *channel)
{
    if (channel) {
        (void)decoder_put_text(r->d, MAP_CHANNEL, str_of(channel));
    }
}

/* ---- Properties ---------------------------------------------------------------------------- */

/* The column a property goes to under this event name; MAP_PROP: none. */
static enum map_field column_of(struct run *r, const struct named *n, const struct prop_name *p,
                                const struct json_value *v)
{
    if (!p || p->field == MAP_PROP || p->field == MAP_IDENTITY ||
        !(p->always || n->columns >> p->field & 1)) {
        return MAP_PROP;
    }
    /* Own channels are not made up from what happens to be named so. */
    if (p->field == MAP_CHANNEL &&
        (v->type != JSON_STRING || !names_channel(r->s->names, v->value))) {
        return MAP_PROP;
    }
    return p->field;
}

static void put_prop(struct run *r, const struct named *n, const struct prop_name *p,
                     const struct json_value *v)
{
    if (p && p->field == MAP_IDENTITY && decoder_try_identities(r->d, str_of(p->as), v)) {
        return;
    }
    bool renamed = p && p->field == MAP_PROP && (p->always || n->standard);
    if (renamed && str_eq(v->key, STR("name"))) {
        renamed = n->columns >> MAP_ITEM & 1; /* an item's name; else it may be a person's */
    }
    (void)decoder_put_prop(r->d, renamed ? str_of(p->as) : v->key, v);
}

/* What does not hold is kept as a property, but for money: a wrong figure must not pass for one unknown. */
static void put_column(struct run *r, const struct named *n, enum map_field field,
                       const struct json_value *v)
{
    if (n->money) {
        (void)decoder_put_json(r->d, field, v);
    } else if (!decoder_try_json(r->d, field, v)) {
        (void)decoder_put_prop(r->d, v->key, v);
    }
}

void put_property(struct run *r, const struct named *n, const struct json_value *v)
{
    const struct prop_name *p = names_prop(r->s->names, v->key);
    const enum map_field f = column_of(r, n, p, v);
    if (f == MAP_PROP) {
        put_prop(r, n, p, v);
    } else {
        put_column(r, n, f, v);
    }
}

struct columns {
    const struct json_value *value[MAP_FIELDS];
    uint8_t rank[MAP_FIELDS];
};

void put_skip(struct run *r, const struct json_value *v)
{
    if (v && r->skips < RUN_SKIPS) {
        r->skip[r->skips++] = v;
    }
}

static bool is_skipped(const struct run *r, const struct json_value *v)
{
    for (uint32_t i = 0; i < r->skips; i++) {
        if (r->skip[i] == v) {
            return true;
        }
    }
    return v->type == JSON_NULL;
}

/* Splits members into columns and properties; properties are put at once. */
static void sort_members(struct run *r, const struct named *n, const struct json_value *v,
                         struct columns *c)
{
    *c = (struct columns){0};
    const struct json_value *end = v + v->span;
    for (const struct json_value *m = v + 1; m <= end; m += m->span + 1) {
        if (is_skipped(r, m)) {
            continue;
        }
        const struct prop_name *p = names_prop(r->s->names, m->key);
        const enum map_field f = column_of(r, n, p, m);
        if (f == MAP_PROP) {
            put_prop(r, n, p, m);
        } else if (!c->value[f]) {
            c->value[f] = m;
            c->rank[f] = p->rank;
        } else if (p->rank < c->rank[f]) {
            (void)decoder_put_prop(r->d, c->value[f]->key, c->value[f]);
            c->value[f] = m;
            c->rank[f] = p->rank;
        } else {
            (void)decoder_put_prop(r->d, m->key, m);
        }
    }
}

static void put_columns(struct run *r, const struct named *n, const struct columns *c)
{
    for (uint32_t f = 0; f < MAP_FIELDS; f++) {
        if (c->value[f]) {
            put_column(r, n, (enum map_field)f, c->value[f]);
        }
    }
}

/* ---- Lines of an order --------------------------------------------------------------------- */

void split_exact(int64_t total, const int64_t *weight, uint32_t n, int64_t *out)
{
    __extension__ typedef __int128 wide;
    wide sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += weight[i];
    }
    wide before = 0;
    wide given = 0;
    for (uint32_t i = 0; i < n; i++) {
        before += sum ? weight[i] : 1;
        const wide all = sum ? sum : n;
        const wide up_to = ((wide)total * before * 2 + all) / (all * 2);
        out[i] = (int64_t)(up_to - given);
        given = up_to;
    }
}

/* What a line weighs: price times quantity, in fen; 0 when that cannot be told. */
static int64_t line_weight(const struct json_value *line)
{
    int64_t price = 0;
    double quantity = 1;
    const struct str number = member_text(line, STR("quantity"));
    if (!str_decimal(member_text(line, STR("price")), 4, &price) || price < 0 ||
        price > 1000000000000000LL) {
        return 0;
    }
    if (number.len && (!str_f64(number, &quantity) || !(quantity >= 0 && quantity <= 1e6))) {
        return 0;
    }
    return (int64_t)(quantity * (double)price / 100 + 0.5);
}

static uint32_t count_lines(const struct json_value *lines)
{
    uint32_t n = 0;
    const struct json_value *end = lines + lines->span;
    for (const struct json_value *m = lines + 1; m <= end; m += m->span + 1) {
        n++;
    }
    return n;
}

/* One line into the event at hand. share: its part of the whole; AMOUNT_UNKNOWN: as the line says. */
static void put_line(struct run *r, const struct named *n, const struct json_value *line,
                     uint32_t i, int64_t share)
{
    struct columns c = {0};

    (void)decoder_put_name(r->d, n->name);
    put_line_id(r, i);
    if (is_object(line)) {
        sort_members(r, n, line, &c);
    } else {
        (void)decoder_put_json(r->d, MAP_ITEM, line); /* a bare product id, or a fault */
    }
    c.value[MAP_ORDER] = NULL; /* the order's own */
    if (share != AMOUNT_UNKNOWN) {
        c.value[MAP_AMOUNT] = NULL;
        (void)decoder_put_amount(r->d, share);
    }
    put_columns(r, n, &c);
}

static void put_lines(struct run *r, const struct named *n, const struct json_value *lines,
                      const struct json_value *paid)
{
    const uint32_t count = count_lines(lines);
    int64_t *weight = arena_array(r->a, int64_t, count);
    int64_t *share = arena_array(r->a, int64_t, count);
    int64_t total = AMOUNT_UNKNOWN;
    uint32_t i = 0;

    if (paid && decoder_read_amount(r->d, paid, &total) && total != AMOUNT_UNKNOWN &&
        total < 0 && str_eq(n->name, STR("refund"))) {
        total = -total; /* a refund may be written so */
    }
    const struct json_value *end = lines + lines->span;
    for (const struct json_value *m = lines + 1; m <= end; m += m->span + 1) {
        weight[i++] = line_weight(m);
    }
    split_exact(total == AMOUNT_UNKNOWN ? 0 : total, weight, count, share);
    i = 0;
    for (const struct json_value *m = lines + 1; m <= end; m += m->span + 1, i++) {
        if (i && !decoder_event_more(r->d)) {
            return;
        }
        put_line(r, n, m, i, total == AMOUNT_UNKNOWN ? total : share[i]);
    }
}

/* What an order with lines says of itself: its number and where it was are every line's, anything else is
 * kept as properties of the first. */
static void put_order(struct run *r, const struct named *n, const struct columns *c)
{
    static const uint32_t shared =
        1u << MAP_ORDER | 1u << MAP_CHANNEL | 1u << MAP_TOUCHPOINT | 1u << MAP_CAMPAIGN;
    for (uint32_t f = 0; f < MAP_FIELDS; f++) {
        if (c->value[f] && shared >> f & 1) {
            put_column(r, n, (enum map_field)f, c->value[f]);
        } else if (c->value[f]) {
            (void)decoder_put_prop(r->d, c->value[f]->key, c->value[f]);
        }
    }
}

void put_properties(struct run *r, const struct named *n, const struct json_value *props)
{
    struct columns c;

    if (!is_object(props)) {
        if (props) {
            (void)decoder_put_prop(r->d, STR("properties"), props);
        }
        return;
    }
    const struct json_value *lines = n->money ? member(props, STR("products")) : NULL;
    if (!is_array(lines) || !lines->span) {
        lines = NULL;
    }
    put_skip(r, lines);
    sort_members(r, n, props, &c);
    if (!lines) {
        put_columns(r, n, &c);
        return;
    }
    const struct json_value *paid = c.value[MAP_AMOUNT];
    c.value[MAP_AMOUNT] = NULL;
    put_order(r, n, &c);
    put_lines(r, n, lines, paid);
}

void put_traits(struct run *r, const struct json_value *traits, bool keep)
{
    if (!is_object(traits)) {
        return;
    }
    const struct json_value *end = traits + traits->span;
    for (const struct json_value *m = traits + 1; m <= end; m += m->span + 1) {
        const struct str kind = names_trait(r->s->names, m->key);
        if (!(kind.len && decoder_try_identities(r->d, kind, m)) && keep) {
            (void)decoder_put_prop(r->d, m->key, m);
        }
    }
}
