/* Which days a report covers when the question leaves them open. */
#include "report/period.h"
#include "unit/tap.h"

static struct period choose(int32_t from, int32_t to, int32_t last, enum rc *rc)
{
    struct period p = {0};
    struct period_question q = {
        .from = from, .to = to, .today = 1000, .last_event = last, .days = 30};
    *rc = period_choose(&q, &p, NULL);
    return p;
}

int main(void)
{
    enum rc rc;
    struct period p;
    TEST("both ends given are taken as they are") {
        p = choose(5, 9, 990, &rc);
        CHECK(rc == RC_OK && p.from == 5 && p.to == 9 && !p.to_last);
        p = choose(9, 9, DAY_NONE, &rc);
        CHECK(rc == RC_OK && p.from == 9 && p.to == 9);
    }
    TEST("nothing given is the last 30 days up to today") {
        p = choose(DAY_NONE, DAY_NONE, 990, &rc);
        CHECK(rc == RC_OK && p.from == 971 && p.to == 1000 && !p.to_last);
        p = choose(DAY_NONE, DAY_NONE, DAY_NONE, &rc);
        CHECK(rc == RC_OK && p.from == 971 && p.to == 1000 && !p.to_last);
    }
    TEST("a pond quiet for 30 days ends at its last event") {
        p = choose(DAY_NONE, DAY_NONE, 971, &rc);
        CHECK(p.to == 1000 && !p.to_last);
        p = choose(DAY_NONE, DAY_NONE, 970, &rc);
        CHECK(rc == RC_OK && p.from == 941 && p.to == 970 && p.to_last);
    }
    TEST("an end alone is given 30 days, a beginning alone goes to the end") {
        p = choose(DAY_NONE, 500, 990, &rc);
        CHECK(rc == RC_OK && p.from == 471 && p.to == 500);
        p = choose(900, DAY_NONE, 990, &rc);
        CHECK(rc == RC_OK && p.from == 900 && p.to == 1000);
        p = choose(900, DAY_NONE, 950, &rc);
        CHECK(rc == RC_OK && p.to == 950 && p.to_last);
    }
    TEST("a beginning behind the last event goes up to today, or is a day of its own") {
        p = choose(960, DAY_NONE, 950, &rc);
        CHECK(rc == RC_OK && p.from == 960 && p.to == 1000 && !p.to_last);
        p = choose(1200, DAY_NONE, 990, &rc);
        CHECK(rc == RC_OK && p.from == 1200 && p.to == 1200);
    }
    TEST("a period that ends before it begins is refused, and one beyond all bounds") {
        (void)choose(10, 9, 990, &rc);
        CHECK(rc == RC_INVALID);
        (void)choose(0, PERIOD_DAYS_MAX, 990, &rc);
        CHECK(rc == RC_TOO_LARGE);
        (void)choose(0, PERIOD_DAYS_MAX - 1, 990, &rc);
        CHECK(rc == RC_OK);
    }
    return tap_end();
}
