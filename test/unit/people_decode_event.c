/* Events value by value: what sticks, what stands and falls together, what is sealed. */
#include "people/decode.h"
#include "tap.h"

#define NOW 1767225600000LL /* 2026-01-01 UTC */

struct bench {
    struct arena *arena;
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct event_batch *batch;
    struct decoder *decoder;
    struct json_reader *json;
    char reason[256], raw[256], field[64];
    uint64_t line;
    uint32_t rejects;
};

static void on_reject(void *ctx, const struct reject *r)
{
    struct bench *t = ctx;
    (void)snprintf(t->reason, sizeof(t->reason), "%s", r->reason);
    (void)snprintf(t->raw, sizeof(t->raw), "%.*s", STR_FMT(r->raw));
    (void)snprintf(t->field, sizeof(t->field), "%.*s", STR_FMT(r->field));
    t->line = r->line;
    t->rejects++;
}

static void bench_open(struct bench *t)
{
    struct buf key = {0};
    struct err e = {0};
    *t = (struct bench){.arena = arena_new(),
                        .kinds = kind_table_new(),
                        .catalogue = catalogue_new(),
                        .batch = batch_new(4)};
    const struct json_limits limits = {.depth = 32, .no_paths = true};
    t->json = json_reader_new(&limits);
    CHECK(!secret_make(&key, &e) && !secret_parse(buf_str(&key), &t->secret, &e));
    CHECK(!zone_open(STR("Asia/Shanghai"), &t->zone, &e));
    const struct decoder_setup s = {.mapping = mapping_json_lines(t->arena),
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .identity_key = t->secret.identity,
                                    .zone = t->zone,
                                    .now_ms = NOW,
                                    .reject = on_reject,
                                    .ctx = t};
    CHECK(!decoder_new(&s, &t->decoder, &e));
    decoder_begin(t->decoder, t->batch);
    buf_release(&key);
}

static void bench_close(struct bench *t)
{
    decoder_free(t->decoder);
    json_reader_free(t->json);
    batch_free(t->batch);
    zone_free(t->zone);
    catalogue_free(t->catalogue);
    kind_table_free(t->kinds);
    arena_free(t->arena);
}

static const struct json_value *parse(struct bench *t, const char *text)
{
    struct json_flat f = {0};
    struct err e = {0};
    CHECK(!json_flat(t->json, str_of(text), &f, &e));
    return f.item;
}

static void begin(struct bench *t)
{
    decoder_event_begin(t->decoder, 3, STR("{\"phone\":\"13800138000\"}"));
    decoder_put_time_ms(t->decoder, NOW);
}

static void test_columns(void)
{
    struct bench t;
    bench_open(&t);
    struct decoder *d = t.decoder;
    TEST("values become columns, text is copied") {
        char item[] = "SKU1";
        begin(&t);
        decoder_put_name(d, STR("add_cart"));
        decoder_put_text(d, MAP_ITEM, str_of(item));
        decoder_put_text(d, MAP_UNIT_PRICE, STR("12.345"));
        decoder_put_text(d, MAP_QUANTITY, STR("2"));
        decoder_put_amount(d, 2469);
        decoder_put_identity(d, STR("phone"), STR("+86 138 0013 8000"));
        decoder_put_prop_text(d, STR("city"), STR("上海"));
        CHECK(decoder_event_end(d));
        item[0] = '?';
        const struct event_batch *b = t.batch;
        CHECK_EQ_I64(b->rows, 1);
        CHECK_STR(b->item[0], STR("SKU1"));
        CHECK_EQ_I64(b->unit_price_e4[0], 123450);
        CHECK_EQ_I64(b->amount_fen[0], 2469);
        CHECK(b->quantity[0] == 2);
        CHECK_STR(b->ident[0].value, STR("13800138000"));
        CHECK_STR(b->props[0], STR("{\"city\":\"上海\"}"));
        CHECK_STR(catalogue_name(t.catalogue, b->name[0]), STR("add_cart"));
    }
    TEST("a name given exactly is no word: buy stays buy, 加购 stays 加购") {
        begin(&t);
        decoder_put_name(d, STR("buy"));
        CHECK(decoder_event_end(d));
        CHECK_STR(catalogue_name(t.catalogue, t.batch->name[1]), STR("buy"));
        begin(&t);
        decoder_put_name(d, STR("加购"));
        CHECK(decoder_event_end(d));
        CHECK_STR(catalogue_name(t.catalogue, t.batch->name[2]), STR("加购"));
    }
    bench_close(&t);
}

static void test_failure(void)
{
    struct bench t;
    bench_open(&t);
    struct decoder *d = t.decoder;
    TEST("the first failure sticks and is told once, with its place and masked text") {
        begin(&t);
        decoder_put_name(d, STR("add_cart"));
        CHECK(!decoder_put_text(d, MAP_QUANTITY, STR("many")));
        CHECK(!decoder_put_text(d, MAP_UNIT_PRICE, STR("dear")));
        CHECK(!decoder_put_text(d, MAP_ITEM, STR("SKU1")));
        CHECK(!decoder_event_end(d));
        CHECK_EQ_I64(t.rejects, 1);
        CHECK_EQ_I64(t.batch->rows, 0);
        CHECK_CSTR(t.reason, "the quantity is not a number");
        CHECK_CSTR(t.field, "quantity");
        CHECK_CSTR(t.raw, "{\"phone\":\"138****8000\"}");
        CHECK_EQ_I64(t.line, 3);
    }
    TEST("an event without a time or a name is rejected") {
        decoder_event_begin(d, 1, STR_NULL);
        decoder_put_name(d, STR("login"));
        CHECK(!decoder_event_end(d));
        CHECK_CSTR(t.reason, "there is no time");
        begin(&t);
        CHECK(!decoder_event_end(d));
        CHECK_CSTR(t.reason, "there is no event name");
    }
    TEST("the future moves with the moment of receipt") {
        decoder_event_begin(d, 1, STR_NULL);
        decoder_put_name(d, STR("login"));
        CHECK(!decoder_put_time_ms(d, NOW + 2 * DAY_MS));
        CHECK(!decoder_event_end(d));
        CHECK_CSTR(t.reason, "the time is in the future");
        decoder_set_now(d, NOW + DAY_MS);
        decoder_event_begin(d, 1, STR_NULL);
        decoder_put_name(d, STR("login"));
        CHECK(decoder_put_time_ms(d, NOW + 2 * DAY_MS));
        CHECK(decoder_event_end(d));
    }
    TEST("the caller may reject by itself") {
        begin(&t);
        decoder_event_drop(d, STR("type"), "no such type");
        CHECK_CSTR(t.reason, "no such type");
        CHECK_CSTR(t.field, "type");
        CHECK_EQ_I64(t.batch->rows, 1);
    }
    TEST("a try leaves no trace when it does not hold, and hides no earlier failure") {
        const struct json_value *v =
            parse(&t, "{\"phone\":\"call me\",\"price\":\"free\",\"two\":[\"a\",{}]}");
        begin(&t);
        decoder_put_name(d, STR("item_view"));
        CHECK(!decoder_try_identities(d, STR("phone"), v + 1));
        CHECK(!decoder_try_json(d, MAP_UNIT_PRICE, v + 2));
        CHECK(!decoder_try_identities(d, STR("user_id"), v + 3));
        CHECK(decoder_event_end(d));
        CHECK_EQ_I64(t.batch->idents, 0);
        CHECK(t.batch->unit_price_e4[1] == PRICE_UNKNOWN);
        begin(&t);
        CHECK(!decoder_put_text(d, MAP_SCORE, STR("-1")));
        CHECK(decoder_try_json(d, MAP_UNIT_PRICE, v + 2));
        CHECK(!decoder_event_end(d));
        CHECK_CSTR(t.reason, "the score is negative");
    }
    bench_close(&t);
}

static void test_more(void)
{
    struct bench t;
    bench_open(&t);
    struct decoder *d = t.decoder;
    TEST("events of one source event share what they share") {
        begin(&t);
        decoder_put_name(d, STR("purchase"));
        decoder_put_identity(d, STR("user_id"), STR("u1"));
        decoder_put_text(d, MAP_ORDER, STR("o1"));
        decoder_put_text(d, MAP_ITEM, STR("a"));
        decoder_put_amount(d, 100);
        decoder_put_prop_text(d, STR("k"), STR("v"));
        CHECK(decoder_event_more(d));
        decoder_put_name(d, STR("purchase"));
        decoder_put_amount(d, 200);
        CHECK(decoder_event_end(d));
        const struct event_batch *b = t.batch;
        CHECK_EQ_I64(b->rows, 2);
        CHECK_STR(b->order_no[1], STR("o1"));
        CHECK_EQ_I64(b->time_ms[1], NOW);
        CHECK_EQ_I64(b->ident_at[2] - b->ident_at[1], 1);
        CHECK(!b->item[1].len && !b->props[1].len && b->props[0].len);
    }
    TEST("they are rejected together") {
        begin(&t);
        decoder_put_name(d, STR("purchase"));
        CHECK(decoder_event_more(d));
        decoder_put_name(d, STR("purchase"));
        decoder_put_text(d, MAP_AMOUNT, STR("x"));
        CHECK(!decoder_event_end(d));
        CHECK_EQ_I64(t.batch->rows, 2);
        CHECK_EQ_I64(t.rejects, 1);
    }
    TEST("and when the batch has no room for all of them") {
        begin(&t);
        decoder_put_name(d, STR("purchase"));
        CHECK(decoder_event_more(d));
        CHECK_EQ_I64(decoder_room(d), 0);
        decoder_put_name(d, STR("purchase"));
        CHECK(!decoder_event_more(d));
        CHECK(!decoder_event_end(d));
        CHECK_CSTR(t.reason, "there is no room for so many events");
        CHECK_EQ_I64(decoder_room(d), 2);
    }
    bench_close(&t);
}

static struct str props_of(struct bench *t, const char *object)
{
    const struct json_value *v = parse(t, object);
    begin(t);
    decoder_put_name(t->decoder, STR("login"));
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        decoder_put_prop(t->decoder, m->key, m);
    }
    CHECK(decoder_event_end(t->decoder));
    const struct str out = arena_str(t->arena, t->batch->props[0]);
    decoder_cut(t->decoder, 0);
    return out;
}

static bool has(struct str s, const char *needle)
{
    return str_find(s, str_of(needle), 0) != SIZE_MAX;
}

static void test_props(void)
{
    struct bench t;
    bench_open(&t);
    TEST("properties keep their JSON as it came") {
        CHECK_STR(
            props_of(&t, "{\"a\":1.50,\"b\":[1,{\"c\":\"\\u4e2d\"}],\"n\":null,\"t\":true}"),
            STR("{\"a\":1.50,\"b\":[1,{\"c\":\"\\u4e2d\"}],\"t\":true}"));
    }
    TEST("personal values are sealed by any spelling of their key") {
        const struct str p = props_of(
            &t, "{\"Phone_Number\":\"13800138000\",\"firstName\":\"Lin\",\"name\":\"Lin\","
                "\"手机号\":13800138000,\"$email\":\"lin@qq.com\",\"username\":\"lin\"}");
        CHECK(!has(p, "13800138000") && !has(p, "Lin") && !has(p, "qq.com"));
        CHECK(has(p, "\"username\":\"lin\""));
    }
    TEST("inside objects too, where name is an item's") {
        const struct str p = props_of(
            &t, "{\"shop\":{\"name\":\"Store 1\",\"to\":[{\"phone\":\"13800138000\"},2]},"
                "\"x\":1}");
        CHECK(has(p, "{\"shop\":{\"name\":\"Store 1\",\"to\":[{\"phone\":\"~siv1:"));
        CHECK(has(p, "\"},2]},\"x\":1}"));
        CHECK(!has(p, "13800138000"));
    }
    TEST("an address that is an object is sealed whole") {
        const struct str p = props_of(&t, "{\"address\":{\"street\":\"南京路 1\"},\"z\":[]}");
        CHECK(has(p, "{\"address\":\"~siv1:") && !has(p, "南京路"));
        CHECK(has(p, ",\"z\":[]}"));
    }
    bench_close(&t);
}

int main(void)
{
    test_columns();
    test_failure();
    test_more();
    test_props();
    return tap_end();
}
