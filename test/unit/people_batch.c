#include "people/batch.h"
#include "tap.h"

static const struct hash_key key = {1, 2};

static void add_ident(struct event_batch *b, uint8_t kind, struct str value)
{
    struct err e;
    CHECK(!batch_add_ident(b, kind, value, hash_sip128(key, value), &e));
}

static struct event_batch *three_rows(void)
{
    struct event_batch *b = batch_new(8);
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t r = batch_add(b);
        b->time_ms[r] = 100 + i;
        b->source_row[r] = i + 1;
        if (i != 1) {
            add_ident(b, 5, i ? STR("u3") : STR("u1"));
            add_ident(b, 20, STR("dev"));
        }
    }
    return b;
}

static void test_rows(void)
{
    TEST("a new row knows nothing") {
        struct event_batch *b = batch_new(2);
        const uint32_t r = batch_add(b);
        CHECK(isnan(b->quantity[r]) && isnan(b->score[r]));
        CHECK(b->amount_fen[r] == AMOUNT_UNKNOWN && b->unit_price_e4[r] == PRICE_UNKNOWN);
        CHECK(!b->item[r].ptr && !b->props[r].ptr);
        CHECK_EQ_I64(b->ident_at[1], 0);
        batch_free(b);
    }
    TEST("a filter keeps the order of rows and their identities") {
        struct event_batch *b = three_rows();
        batch_filter(b, (const uint8_t[]){0, 1, 1});
        CHECK_EQ_I64(b->rows, 2);
        CHECK_EQ_I64(b->time_ms[0], 101);
        CHECK_EQ_I64(b->source_row[1], 3);
        CHECK_EQ_I64(b->ident_at[1], 0);
        CHECK_EQ_I64(b->ident_at[2], 2);
        CHECK_STR(b->ident[0].value, STR("u3"));
        batch_free(b);
    }
    TEST("the last row goes with its identities") {
        struct event_batch *b = three_rows();
        batch_drop_last(b);
        CHECK_EQ_I64(b->rows, 2);
        CHECK_EQ_I64(b->idents, 2);
        batch_free(b);
    }
}

static void test_identities(void)
{
    TEST("an identity named twice counts once, the ninth is refused") {
        struct event_batch *b = batch_new(1);
        struct err e;
        char text[8][3];
        (void)batch_add(b);
        for (int i = 0; i < 8; i++) {
            text[i][0] = 'v';
            text[i][1] = (char)('0' + i);
            text[i][2] = '\0';
            add_ident(b, 20, str_of(text[i]));
            add_ident(b, 20, str_of(text[i]));
        }
        CHECK_EQ_I64(b->idents, 8);
        CHECK(batch_add_ident(b, 20, STR("x"), hash_sip128(key, STR("x")), &e) == RC_TOO_LARGE);
        batch_free(b);
    }
    TEST("the strongest kind owns the event, then the smallest value") {
        struct event_batch *b = batch_new(2);
        const uint16_t priority[32] = {[4] = 30, [5] = 20, [20] = 90};
        (void)batch_add(b);
        CHECK_EQ_I64(batch_owner(b, 0, priority), -1);
        add_ident(b, 20, STR("a"));
        add_ident(b, 5, STR("z"));
        add_ident(b, 5, STR("b"));
        add_ident(b, 4, STR("1"));
        CHECK_EQ_I64(batch_owner(b, 0, priority), 2);
        batch_free(b);
    }
}

int main(void)
{
    test_rows();
    test_identities();
    return tap_end();
}
