/* Histories of a brand written by hand: order, wanted columns, days, refunds, splits. */
#include "who/history.h"
#include "small_brand.h"
#include "people/refunded.h"
#include "who/event_rows.h"

#define A "user_id:a"
#define B "user_id:b"
#define C "user_id:c"

static const struct small_row rows[] = {
    {"2017-12-01 10:00", "item_view", A, .item = "y"},
    {"2017-12-01 09:00", "add_cart", A " phone:13800000001", .item = "x", .category = "skin"},
    {"2017-12-01 10:00", "item_view", A, .item = "x"},
    {"2017-12-02 10:00", "item_view", "phone:13800000001", .item = "z"},
    {"2017-12-03 10:00", "purchase", B, .order = "o1", .amount = "10", .item = "x",
     .channel = "tmall"},
    {"2017-12-03 11:00", "purchase", B, .order = "o1", .amount = "20", .item = "y",
     .channel = "tmall"},
    {"2017-12-03 11:00", "purchase", B, .order = "o1", .amount = "5", .item = "y",
     .channel = "jd"},
    {"2017-12-05 11:00", "refund", B, .order = "o1", .amount = "30", .channel = "tmall"},
    {"2017-12-03 12:00", "purchase", C, .amount = "6", .item = "x", .quantity = "2",
     .price = "3"},
    {"2017-12-03 12:00", "purchase", C, .amount = "6", .item = "x", .quantity = "2",
     .price = "3"},
    {"2017-12-06 12:00", "refund", C, .item = "x", .quantity = "2", .price = "3",
     .amount = "6"},
    {"2017-12-06 12:00", "item_view", NULL, .item = "x"},
};
#define ROWS (uint32_t)(sizeof(rows) / sizeof(rows[0]))

static struct history_want want_all(void)
{
    return (struct history_want){.from = DAY_NONE, .to = INT32_MAX};
}

static uint32_t rows_of(const struct history *h, uint32_t consumer, uint32_t *first)
{
    for (uint32_t i = 0; i < h->rows;) {
        uint32_t end = history_end(h, i);
        if (h->consumer[i] == consumer) {
            *first = i;
            return end - i;
        }
        i = end;
    }
    return 0;
}

static uint32_t refunded_from(struct small *s, const struct refunded_row *list, uint32_t len,
                              const char *who, bool line)
{
    for (uint32_t i = 0; i < len; i++) {
        if (list[i].identity == small_no(s, who) && !list[i].order_no.ptr == line) {
            return (uint32_t)(list[i].from - day_from_civil(2017, 12, 1));
        }
    }
    return UINT32_MAX;
}

/* A batch that is sealed as a segment of its own. */
#define SEGMENT_ROWS 65536u
static bool add_segment(struct small *s, const char *name)
{
    static struct small_row many[SEGMENT_ROWS];
    static char item[SEGMENT_ROWS][8];
    for (uint32_t i = 0; i < SEGMENT_ROWS; i++) {
        snprintf(item[i], sizeof(item[i]), "%u", i);
        many[i] = (struct small_row){"2018-02-01 10:00", name, i % 3 ? A : C, .item = item[i]};
    }
    return small_add(s, many, SEGMENT_ROWS);
}

/* Rows of everybody in as many parts as there are segments, or in one. */
static uint32_t scanned(struct small *s, uint32_t part_rows, uint64_t *sum)
{
    const struct event_rows_want all = {
        .from = DAY_NONE, .to = INT32_MAX, .columns = 1u << FIELD_ITEM, .part_rows = part_rows};
    struct event_rows r;
    struct err e = {0};
    uint32_t n = 0;
    *sum = 0;
    enum rc rc = event_rows_begin(&r, s->b, &all, &e);
    while (!rc && !(rc = event_rows_next(&r, &e)) && r.rows) {
        for (uint32_t i = 0; i < r.rows; i++) {
            struct str item = event_rows_text(&r, FIELD_ITEM, i);
            *sum += (uint64_t)r.time_ms[i] * r.identity[i] * (r.name[i] + 7u) + item.len;
            n++;
        }
    }
    event_rows_end(&r);
    return rc ? 0 : n;
}

int main(void)
{
    struct small s;
    struct history h = {0};
    struct err e = {0};
    uint32_t at = 0;
    CHECK(small_open(&s) && small_add(&s, rows, ROWS));
    uint32_t a = small_consumer(&s, A), b = small_consumer(&s, B), c = small_consumer(&s, C);
    TEST("everything of somebody, by consumer, time, name and item") {
        struct history_want w = want_all();
        w.items = w.categories = true;
        w.refunded = true;
        CHECK_EQ_I64(history_read(s.b, &w, 2, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, ROWS - 1);
        CHECK_EQ_I64(rows_of(&h, a, &at), 4);
        CHECK_STR(catalogue_name(s.b->catalogue, h.name[at]), STR("add_cart"));
        CHECK_STR(history_text(&h, FIELD_CATEGORY, h.category[at]), STR("skin"));
        CHECK_STR(history_text(&h, FIELD_ITEM, h.item[at + 1]), STR("x"));
        CHECK_STR(history_text(&h, FIELD_ITEM, h.item[at + 2]), STR("y"));
        CHECK_STR(history_text(&h, FIELD_ITEM, h.item[at + 3]), STR("z"));
        CHECK_EQ_I64(h.category[at + 1], 0);
        history_release(&h);
    }
    TEST("refunded orders are left out, by the days that are asked about") {
        const uint16_t names[] = {EVENT_PURCHASE};
        struct history_want w = want_all();
        w.names = names;
        w.names_len = 1;
        w.orders = w.amounts = true;
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 2); /* the order of jd, and one of two equal lines */
        CHECK_EQ_I64(rows_of(&h, b, &at), 1);
        CHECK_EQ_I64(h.amount_fen[at], 500);
        CHECK_EQ_I64(rows_of(&h, c, &at), 1);
        history_release(&h);
        w.to = day_from_civil(2017, 12, 5);
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 3);
        history_release(&h);
        w.to = day_from_civil(2017, 12, 4);
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 5);
        CHECK_EQ_I64(rows_of(&h, b, &at), 3);
        uint32_t first = h.amount_fen[at] == 1000 ? at : at + 1;
        CHECK(h.order[at] && h.order[first] == h.order[at + 2 - (h.amount_fen[at + 2] == 500)]);
        CHECK_EQ_I64(rows_of(&h, c, &at), 2);
        CHECK(h.order[at] != h.order[at + 1]);
        history_release(&h);
    }
    TEST("only some consumers, names and days") {
        const uint16_t names[] = {catalogue_find(s.b->catalogue, STR("item_view"))};
        struct bits among;
        bits_init(&among, dictionary_len(s.b->dictionary) + 1);
        bits_set(&among, a);
        struct history_want w = want_all();
        w.names = names;
        w.names_len = 1;
        w.from = w.to = day_from_civil(2017, 12, 2);
        w.among = &among;
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 1);
        history_release(&h);
        bits_clear(&among, a);
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 0);
        history_release(&h);
        bits_release(&among);
    }
    TEST("refunded purchases as rows") {
        struct refunded *r = NULL;
        struct refunded_row *list = NULL;
        struct arena *arena = arena_new();
        uint32_t len = 0;
        CHECK_EQ_I64(refunded_open(s.b, &r, &e), RC_OK);
        CHECK_EQ_I64(refunded_rows(s.b, r, arena, &list, &len, &e), RC_OK);
        CHECK_EQ_I64(len, 2);
        CHECK_EQ_I64(refunded_from(&s, list, len, B, false), 4);
        CHECK_EQ_I64(refunded_from(&s, list, len, C, true), 5);
        CHECK(!refunded_has(r, small_no(&s, A)));
        refunded_free(r);
        arena_free(arena);
    }
    TEST("a day is exactly that day, to the minute before midnight") {
        static const struct small_row edge[] = {
            {"2018-01-01 23:59", "share", C, .channel = "h5"},
            {"2018-01-02 00:00", "share", C, .channel = "h5"},
            {"2018-01-02 23:59", "share", C, .channel = "h5"},
            {"2018-01-03 00:00", "share", C, .channel = "h5"},
        };
        const uint16_t names[] = {catalogue_find(s.b->catalogue, STR("share"))};
        struct history_want w = want_all();
        w.names = names;
        w.names_len = 1;
        w.from = w.to = day_from_civil(2018, 1, 2);
        CHECK(small_add(&s, edge, 4));
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        CHECK_EQ_I64(h.rows, 2);
        history_release(&h);
        struct event_rows r;
        const struct event_rows_want rows_of_day = {
            .names = names, .names_len = 1, .from = w.from, .to = w.to};
        CHECK_EQ_I64(event_rows_begin(&r, s.b, &rows_of_day, &e), RC_OK);
        CHECK_EQ_I64(event_rows_next(&r, &e), RC_OK);
        CHECK_EQ_I64(r.rows, 2); /* who reads them directly need not look at days again here */
        event_rows_end(&r);
    }
    TEST("a split gives each its own") {
        uint32_t pair[] = {small_no(&s, A), small_no(&s, "phone:13800000001")};
        int64_t id = 0;
        CHECK_EQ_I64(brand_split(s.b, pair, 1, STR("test"), &id, &e), RC_OK);
        CHECK_EQ_I64(brand_settle(s.b, &e), RC_OK);
        struct history_want w = want_all();
        CHECK_EQ_I64(history_read(s.b, &w, 1, &h, &e), RC_OK);
        uint32_t one = rows_of(&h, small_consumer(&s, A), &at);
        uint32_t other = rows_of(&h, small_consumer(&s, "phone:13800000001"), &at);
        CHECK_EQ_I64(one + other, 4);
        CHECK(one && other);
        history_release(&h);
    }
    TEST("what is read part by part is what is read at once") {
        static const struct small_row last = {
            .time = "2018-02-02 10:00", .name = "share", .who = B};
        const struct lake_cut cut = {"event", INT64_MIN, INT64_MAX, 1};
        struct arena *arena = arena_new();
        struct str *texts = NULL;
        uint64_t at_once = 0, by_part = 0;
        CHECK(add_segment(&s, "share") && add_segment(&s, "favorite"));
        CHECK(small_add(&s, &last, 1));
        uint32_t n = scanned(&s, 0, &at_once);
        CHECK(n > 2 * SEGMENT_ROWS);
        CHECK(lake_parts(s.b->lake, cut, arena, &texts) >= 2);
        arena_free(arena);
        CHECK_EQ_I64(scanned(&s, 1, &by_part), n);
        CHECK(at_once == by_part);
        struct event_rows r; /* given up before its end */
        const struct event_rows_want all = {.from = DAY_NONE, .to = INT32_MAX, .part_rows = 1};
        CHECK_EQ_I64(event_rows_begin(&r, s.b, &all, &e), RC_OK);
        CHECK_EQ_I64(event_rows_next(&r, &e), RC_OK);
        event_rows_end(&r);
    }
    small_close(&s);
    return tap_end();
}
