#include "collect/order.h"

#include "wire/web.h"

/* ---- Reading ------------------------------------------------------------------------------- */

void order_init(struct order *o, const char *shop, const char *channel)
{
    *o = (struct order){.shop = shop,
                        .channel = str_of(channel),
                        .created_ms = ORDER_NO_TIME,
                        .paid_ms = ORDER_NO_TIME,
                        .shipped_ms = ORDER_NO_TIME,
                        .received_ms = ORDER_NO_TIME,
                        .cancelled_ms = ORDER_NO_TIME,
                        .changed_ms = ORDER_NO_TIME,
                        .paid_fen = AMOUNT_UNKNOWN};
}

int64_t order_time(struct run *r, const struct json_value *v, bool beijing)
{
    int64_t ms;
    struct json_value at;

    if (!is_text(v) || !v->value.len || str_eq(v->value, STR("0"))) {
        return ORDER_NO_TIME;
    }
    at = *v;
    if (beijing && v->value.len == 19 && v->type == JSON_STRING) {
        at.value = arena_strf(r->a, "%.*s+08:00", STR_FMT(v->value));
    }
    int64_t number; /* epoch seconds as text */
    if (v->type == JSON_STRING && str_i64(v->value, &number)) {
        at.type = JSON_NUMBER;
    }
    return decoder_read_time(r->d, &at, &ms) ? ms : ORDER_NO_TIME;
}

static bool in_bounds(int64_t fen)
{
    return fen >= -1000000000000000LL && fen <= 1000000000000000LL;
}

int64_t order_yuan(const struct json_value *v)
{
    int64_t fen;
    return is_text(v) && str_decimal(str_trim(v->value), 2, &fen) && in_bounds(fen)
               ? fen
               : AMOUNT_UNKNOWN;
}

int64_t order_fen(const struct json_value *v)
{
    int64_t fen;
    return is_text(v) && str_i64(v->value, &fen) && in_bounds(fen) ? fen : AMOUNT_UNKNOWN;
}

struct str fen_text(struct run *r, int64_t fen)
{
    return fen == AMOUNT_UNKNOWN || fen < 0
               ? STR_NULL
               : arena_strf(r->a, "%lld.%02lld", (long long)(fen / 100),
                            (long long)(fen % 100));
}

void order_who(struct order *o, const char *kind, const struct json_value *v)
{
    if (is_text(v) && v->value.len && o->whos < ORDER_WHO) {
        o->who[o->whos].kind = str_of(kind);
        o->who[o->whos++].value = v;
    }
}

void order_prop(struct order *o, const char *key, const struct json_value *v)
{
    if (v && o->props < LINE_PROPS) {
        o->prop[o->props++] = (struct order_prop){key, v};
    }
}

void line_prop(struct order_line *l, const char *key, const struct json_value *v)
{
    if (v && l->props < LINE_PROPS) {
        l->prop[l->props++] = (struct order_prop){key, v};
    }
}

void order_lines(struct run *r, struct order *o, const struct json_value *list)
{
    if (!is_array(list)) {
        return;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        o->lines++;
    }
    if (o->lines <= ORDER_LINES) {
        o->line = arena_array(r->a, struct order_line, o->lines);
    }
    for (uint32_t i = 0; o->line && i < o->lines; i++) {
        o->line[i].weight = -1;
    }
}

void order_place(struct run *r, struct order *o)
{
    const struct str channel = web_form_get(r->a, r->in->query, STR("channel"));
    const struct str touchpoint = web_form_get(r->a, r->in->query, STR("touchpoint"));
    if (names_channel(r->s->names, channel)) {
        o->channel = channel;
    }
    if (touchpoint.len) {
        o->touchpoint = touchpoint;
    }
    if (!str_is_utf8(o->touchpoint)) {
        o->touchpoint = STR_NULL; /* of a header or an address, which nothing has checked */
    }
}

const struct json_value *inside(const struct json_value *v, const char *path)
{
    for (struct str rest = str_of(path); v && rest.len;) {
        v = member(v, str_cut(&rest, '.'));
    }
    return v;
}

/* ---- Hooks --------------------------------------------------------------------------------- */

enum rc hook_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                 struct str *key, struct err *e)
{
    (void)s;
    (void)e;
    struct str rest = str_slice(in->path, strlen("/hooks/"), in->path.len);
    (void)str_cut(&rest, '/');
    const struct str part = str_cut(&rest, '/');
    *key = part.len ? web_percent_decode(a, part, false) : STR_NULL;
    if (!key->len) {
        *key = web_form_get(a, in->query, STR("key"));
    }
    return RC_OK;
}

enum rc hook_secret(struct run *r, struct str *secret, struct err *e)
{
    *secret = STR_NULL;
    if (r->settings && r->settings->secret) {
        *secret = r->settings->secret(r->settings->ctx, r->c->name, r->a);
    }
    if (secret->len) {
        return RC_OK;
    }
    enum rc rc =
        rc_fail(e, RC_DENIED, "no secret is set for %s, so nothing can be checked", r->c->name);
    err_hint(e, "set the secret that the shop signs with: pond hook secret %s", r->c->name);
    return rc;
}

/* ---- Writing ------------------------------------------------------------------------------- */

struct writer {
    struct run *r;
    const struct order *o;
    uint32_t rows;
};

static void put_common(struct run *r, const struct order *o)
{
    (void)decoder_put_text(r->d, MAP_CHANNEL, o->channel);
    (void)decoder_put_text(r->d, MAP_TOUCHPOINT, o->touchpoint);
    (void)decoder_put_text(r->d, MAP_CAMPAIGN, o->campaign);
    (void)decoder_put_text(r->d, MAP_ORDER, o->no);
    for (uint32_t i = 0; i < o->whos; i++) {
        if (!decoder_try_identities(r->d, o->who[i].kind, o->who[i].value)) {
            (void)decoder_put_prop(r->d, o->who[i].kind, o->who[i].value);
        }
    }
    for (uint32_t i = 0; i < o->props; i++) {
        (void)decoder_put_prop(r->d, str_of(o->prop[i].key), o->prop[i].value);
    }
}

/* Begins the next event of the order. what: "paid", "refund" ...; part: of a line, may be empty. */
static bool row(struct writer *w, const char *event, int64_t ms, const char *what,
                struct str part)
{
    struct run *r = w->r;
    if (w->rows && !decoder_event_more(r->d)) {
        return false;
    }
    if (!w->rows++) {
        put_common(r, w->o);
    }
    (void)decoder_put_name(r->d, str_of(event));
    (void)decoder_put_time_ms(r->d, ms);
    (void)decoder_put_text(r->d, MAP_ID,
                           arena_strf(r->a, "%s:%.*s/%s%s%.*s", w->o->shop, STR_FMT(w->o->no),
                                      what, part.len ? "/" : "", STR_FMT(part)));
    return true;
}

static struct str line_id(struct run *r, const struct order *o, uint32_t i)
{
    return o->line[i].id.len ? o->line[i].id : arena_strf(r->a, "%u", i + 1);
}

static void put_line(struct run *r, const struct order_line *l, int64_t share)
{
    (void)decoder_put_text(r->d, MAP_ITEM, l->item);
    (void)decoder_put_text(r->d, MAP_CATEGORY, l->category);
    (void)decoder_put_text(r->d, MAP_UNIT_PRICE, l->unit_price);
    if (l->quantity) {
        (void)decoder_put_json(r->d, MAP_QUANTITY, l->quantity);
    }
    if (share != AMOUNT_UNKNOWN) {
        (void)decoder_put_amount(r->d, share);
    }
    for (uint32_t i = 0; i < l->props; i++) {
        (void)decoder_put_prop(r->d, str_of(l->prop[i].key), l->prop[i].value);
    }
}

/* What was paid, split over the lines; AMOUNT_UNKNOWN when it is not known. */
static int64_t *shares(struct run *r, const struct order *o)
{
    int64_t *weight = arena_array(r->a, int64_t, o->lines + 1);
    int64_t *share = arena_array(r->a, int64_t, o->lines + 1);
    const bool known = o->paid_fen != AMOUNT_UNKNOWN && o->paid_fen >= 0;
    for (uint32_t i = 0; i < o->lines; i++) {
        weight[i] = o->line[i].weight > 0 ? o->line[i].weight : 0;
    }
    split_exact(known ? o->paid_fen : 0, weight, o->lines, share);
    for (uint32_t i = 0; !known && i < o->lines; i++) {
        share[i] = o->line[i].weight >= 0 ? o->line[i].weight : AMOUNT_UNKNOWN;
    }
    return share;
}

static void put_purchase(struct writer *w, const int64_t *share)
{
    const struct order *o = w->o;
    if (!o->lines && row(w, "purchase", o->paid_ms, "paid", STR_NULL) &&
        o->paid_fen != AMOUNT_UNKNOWN) {
        (void)decoder_put_amount(w->r->d, o->paid_fen);
    }
    for (uint32_t i = 0; i < o->lines; i++) {
        if (!row(w, "purchase", o->paid_ms, "paid", line_id(w->r, o, i))) {
            return;
        }
        put_line(w->r, &o->line[i], share[i]);
    }
}

static int64_t refund_time(const struct order *o, int64_t ms)
{
    return ms != ORDER_NO_TIME              ? ms
           : o->changed_ms != ORDER_NO_TIME ? o->changed_ms
                                            : o->paid_ms;
}

static void put_refunds(struct writer *w, const int64_t *share)
{
    const struct order *o = w->o;
    for (uint32_t i = 0; i < o->refunds; i++) {
        const struct order_refund *f = &o->refund[i];
        if (row(w, "refund", refund_time(o, f->time_ms), "refund", f->id)) {
            (void)decoder_put_text(w->r->d, MAP_ITEM, f->item);
            (void)(f->fen == AMOUNT_UNKNOWN || decoder_put_amount(w->r->d, f->fen));
        }
    }
    for (uint32_t i = 0; i < o->lines; i++) {
        if ((o->line[i].refunded || o->all_refunded) &&
            row(w, "refund", refund_time(o, ORDER_NO_TIME), "refund", line_id(w->r, o, i))) {
            put_line(w->r, &o->line[i], share[i]);
        }
    }
    if (o->all_refunded && !o->lines &&
        row(w, "refund", refund_time(o, ORDER_NO_TIME), "refund", STR_NULL) &&
        o->paid_fen != AMOUNT_UNKNOWN) {
        (void)decoder_put_amount(w->r->d, o->paid_fen);
    }
}

static void put_unpaid(struct writer *w)
{
    const struct order *o = w->o;
    int64_t total = o->paid_fen;
    if (o->created_ms != ORDER_NO_TIME &&
        row(w, "order_create", o->created_ms, "created", STR_NULL) && total != AMOUNT_UNKNOWN) {
        (void)decoder_put_amount(w->r->d, total);
    }
    if (o->cancelled_ms != ORDER_NO_TIME &&
        row(w, "order_cancel", o->cancelled_ms, "cancelled", STR_NULL) &&
        total != AMOUNT_UNKNOWN) {
        (void)decoder_put_amount(w->r->d, total);
    }
}

static const char *fault_of(const struct order *o)
{
    if (!o->no.len) {
        return "there is no order number";
    }
    if (o->lines > ORDER_LINES) {
        return "the order has more than 1000 lines";
    }
    if (o->paid_fen != AMOUNT_UNKNOWN && o->paid_fen < 0) {
        return "the amount is negative";
    }
    return o->paid_ms == ORDER_NO_TIME && o->created_ms == ORDER_NO_TIME &&
                   o->cancelled_ms == ORDER_NO_TIME
               ? "there is neither a time of payment nor one of creation"
               : NULL;
}

void order_put(struct run *r, struct order *o)
{
    struct writer w = {.r = r, .o = o};
    const char *fault = fault_of(o);

    if (fault) {
        event_drop(r, STR_NULL, fault);
        return;
    }
    if (o->paid_ms == ORDER_NO_TIME) {
        put_unpaid(&w);
    } else {
        const int64_t *share = shares(r, o);
        put_purchase(&w, share);
        if (o->shipped_ms != ORDER_NO_TIME) {
            (void)row(&w, "order_ship", o->shipped_ms, "shipped", STR_NULL);
        }
        if (o->received_ms != ORDER_NO_TIME) {
            (void)row(&w, "order_receive", o->received_ms, "received", STR_NULL);
        }
        put_refunds(&w, share);
    }
    event_end(r);
}

void order_put_refunds(struct run *r, struct order *o)
{
    struct writer w = {.r = r, .o = o};
    if (!o->no.len) {
        event_drop(r, STR_NULL, "there is no order number");
        return;
    }
    if (o->changed_ms == ORDER_NO_TIME) {
        o->changed_ms = r->in->now_ms;
    }
    put_refunds(&w, NULL);
    event_end(r);
}
