/* Counts of events by name: folded, against history, and told apart from it. */
#include "report/event_count.h"
#include "small_brand.h"

static const struct small_row rows[] = {
    {"2026-05-01 10:00", "item_view", "device:d1", .channel = NULL},
    {"2026-05-03 10:00", "item_view", "device:d1", .channel = NULL},
    {"2026-05-02 10:00", "item_view", NULL, .channel = NULL},
    {"2026-05-04 10:00", "舞蹈课", "device:d2", .channel = NULL},
    {"2026-05-05 10:00", "purchase", "phone:13800138000", .order = "o1", .amount = "9"},
};
static const struct small_row more[] = {
    {"2026-04-01 10:00", "舞蹈课", NULL, .channel = NULL},
    {"2026-05-06 10:00", "舞蹈课", "device:d3", .channel = NULL},
};

static const struct event_count *find(const struct event_count *list, uint32_t len,
                                      const char *name)
{
    for (uint32_t i = 0; i < len; i++) {
        if (str_eq(list[i].name, str_of(name))) {
            return &list[i];
        }
    }
    return NULL;
}

static bool is(const struct event_count *c, uint64_t events, uint64_t anonymous,
               const char *first, const char *last, const struct zone *z)
{
    int64_t from = 0, to = 0;
    (void)time_parse(str_of(first), z, &from);
    (void)time_parse(str_of(last), z, &to);
    return c && c->events == events && c->anonymous == anonymous && c->first_ms == from &&
           c->last_ms == to;
}

static void check_all(struct small *s, uint64_t own, const char *first, const char *last)
{
    struct arena *a = arena_new();
    struct event_count *list = NULL;
    struct err e = {0};
    uint32_t len = event_count_list(s->b, a, &list);
    const struct zone *z = s->b->zone;
    CHECK(is(find(list, len, "item_view"), 3, 1, "2026-05-01 10:00", "2026-05-03 10:00", z));
    CHECK(is(find(list, len, "舞蹈课"), own, own > 1, first, last, z));
    CHECK(is(find(list, len, "purchase"), 1, 0, "2026-05-05 10:00", "2026-05-05 10:00", z));
    const struct event_count *none = find(list, len, "share");
    CHECK(none && !none->events && none->origin == EVENT_STANDARD);
    CHECK(find(list, len, "舞蹈课")->origin == EVENT_STRANGE);
    for (uint32_t i = 1; i < len; i++) {
        CHECK(list[i - 1].events >= list[i].events);
    }
    CHECK(event_count_check(s->b, &e) == RC_OK);
    arena_free(a);
}

int main(void)
{
    struct small s;
    struct err e = {0};
    CHECK(small_open(&s));
    TEST("names are counted, most frequent first, with those of nobody, then what does not "
         "occur") {
        CHECK(small_add(&s, rows, 5));
        check_all(&s, 1, "2026-05-04 10:00", "2026-05-04 10:00");
    }
    TEST("and so they are from a checkpoint with more behind it") {
        CHECK(brand_seal(s.b, true, &e) == RC_OK && brand_checkpoint(s.b, &e) == RC_OK);
        CHECK(small_add(&s, more, 2));
        check_all(&s, 3, "2026-04-01 10:00", "2026-05-06 10:00");
        CHECK(small_reopen(&s));
        check_all(&s, 3, "2026-04-01 10:00", "2026-05-06 10:00");
        CHECK(brand_refold(s.b, NULL, &e) == RC_OK && brand_settle(s.b, &e) == RC_OK);
        check_all(&s, 3, "2026-04-01 10:00", "2026-05-06 10:00");
    }
    TEST("a count that history does not have is found out") {
        struct event_tally *t = (struct event_tally *)(uintptr_t)&s.b->tallies[EVENT_PURCHASE];
        t->events++;
        CHECK(event_count_check(s.b, &e) == RC_CORRUPT && strstr(e.msg, "purchase"));
        t->events--;
        t->last_ms++;
        CHECK(event_count_check(s.b, &e) == RC_CORRUPT && strstr(e.msg, "another time"));
        t->last_ms--;
        t[1].events++; /* of a name that does not occur */
        CHECK(event_count_check(s.b, &e) == RC_CORRUPT);
        t[1].events--;
        CHECK(event_count_check(s.b, &e) == RC_OK);
    }
    small_close(&s);
    return tap_end();
}
