#include "report/cycle.h"

#include "base/day.h"

int32_t cycle_of(enum cycle c, int32_t day)
{
    if (c == CYCLE_DAY) {
        return day;
    }
    if (c == CYCLE_WEEK) {
        int32_t monday = day - day_week(day); /* 1970-01-05 was a Monday */
        return (monday - 4) / 7;
    }
    int year = 0, month = 0, dom = 0;
    day_to_civil(day, &year, &month, &dom);
    return year * 12 + month - 1;
}

int32_t cycle_start(enum cycle c, int32_t no)
{
    if (c == CYCLE_DAY) {
        return no;
    }
    return c == CYCLE_WEEK ? no * 7 + 4 : day_from_civil(no / 12, no % 12 + 1, 1);
}

int32_t cycle_days(enum cycle c) { return c == CYCLE_DAY ? 1 : c == CYCLE_WEEK ? 7 : 30; }
