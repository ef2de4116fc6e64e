#include "base/day.h"

#include <stdio.h>

/* Both ways between a date and a day's number: H. Hinnant, "chrono-compatible low-level date
 * algorithms". The year is taken to start in March, so that the leap day is its last one; an era is
 * 400 years. */
int32_t day_from_civil(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void day_to_civil(int32_t day, int *year, int *month, int *dom)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int of_era = (int)(z - era * 146097);
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * of_year + 2) / 153;
    *dom = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(era * 400) + year_of_era + (*month <= 2);
}

int day_week(int32_t day)
{
    int w = (int)(((int64_t)day + 3) % 7); /* 1970-01-01 was a Thursday */
    return w < 0 ? w + 7 : w;
}

char *day_format(int32_t day, char out[16])
{
    int year;
    int month;
    int dom;
    day_to_civil(day, &year, &month, &dom);
    (void)snprintf(out, 16, "%04d-%02u-%02u", year, (unsigned)month % 100, (unsigned)dom % 100);
    return out;
}
