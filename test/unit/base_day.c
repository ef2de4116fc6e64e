/* Days, zones and times, compared with the C library's own reading of the same zone files. */
#include "base/day.h"

#include <stdlib.h>
#include <time.h>

#include "base/internal.h"
#include "base/rng.h"
#include "unit/tap.h"

static int64_t utc(int y, int mo, int d, int h, int mi, int s)
{
    return ((day_from_civil(y, mo, d) * 24LL + h) * 60 + mi) * 60000 + s * 1000LL;
}

static void test_civil(void)
{
    TEST("dates and days agree over eight centuries") {
        int32_t day = day_from_civil(1600, 1, 1);
        bool ok = day_from_civil(1970, 1, 1) == 0 && day_from_civil(2000, 3, 1) == 11017;
        static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int y = 1600; y < 2400; y++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            for (int m = 1; m <= 12; m++) {
                for (int d = 1; d <= days[m - 1] + (m == 2 && leap); d++, day++) {
                    int y2;
                    int m2;
                    int d2;
                    day_to_civil(day, &y2, &m2, &d2);
                    ok = ok && day_from_civil(y, m, d) == day && y2 == y && m2 == m && d2 == d;
                }
            }
        }
        CHECK(ok);
        CHECK_EQ_I64(day, day_from_civil(2400, 1, 1));
    }
    TEST("weekdays start on Monday, before 1970 too") {
        CHECK_EQ_I64(day_week(0), 3);
        CHECK_EQ_I64(day_week(day_from_civil(2026, 11, 22)), 6);
        CHECK_EQ_I64(day_week(day_from_civil(1969, 12, 29)), 0);
        CHECK_EQ_I64(day_week(day_from_civil(1900, 1, 1)), 0);
        CHECK(day_week(INT32_MIN) >= 0 && day_week(INT32_MAX) <= 6);
    }
}

static bool day_is(const char *s, int y, int m, int d)
{
    int32_t day = 0;
    return day_parse(str_of(s), &day) && day == day_from_civil(y, m, d);
}

static void test_day_text(void)
{
    TEST("dates are read in four spellings and written in one") {
        char out[16];
        CHECK(day_is("2017-12-01", 2017, 12, 1) && day_is("2017/12/1", 2017, 12, 1));
        CHECK(day_is("20171201", 2017, 12, 1) && day_is("2017年12月1日", 2017, 12, 1));
        CHECK(day_is("2017年1月03日", 2017, 1, 3) && day_is(" 2020-2-29 ", 2020, 2, 29));
        CHECK_CSTR(day_format(day_from_civil(2017, 12, 1), out), "2017-12-01");
        CHECK_CSTR(day_format(day_from_civil(987, 1, 2), out), "0987-01-02");
        CHECK(strlen(day_format(INT32_MIN, out)) < 16 &&
              strlen(day_format(INT32_MAX, out)) < 16);
    }
    TEST("impossible dates are refused") {
        const char *bad[] = {
            "",           "2017-13-01",  "2017-02-29", "2100-02-29", "2017-00-10",
            "2017-04-31", "2017-1-0",    "17-12-01",   "2017-12",    "2017-12-01x",
            "2017/12-01", "2017年12月1", "201712011",  "2017121",    "0000-01-01",
            "2017--1-01", "+2017-01-01", "2017-12-001"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            int32_t day = 7;
            CHECK(!day_parse(str_of(bad[i]), &day) && day == 7);
        }
    }
}

static int32_t libc_offset(int64_t ms)
{
    time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
    struct tm tm;
    (void)localtime_r(&t, &tm);
    return (int32_t)tm.tm_gmtoff;
}

/* The first instant whose wall time is local_ms, by trying every offset; INT64_MIN in a gap. */
static int64_t slow_from_local(const struct zone *z, int64_t local_ms)
{
    int64_t best = INT64_MIN;
    for (int64_t s = -16 * 3600; s <= 16 * 3600; s += 60) {
        int64_t t = local_ms - s * 1000;
        if (zone_offset_s(z, t) == s && (best == INT64_MIN || t < best)) {
            best = t;
        }
    }
    return best;
}

static void check_instants(const struct zone *z, int count)
{
    struct rng r = rng_seed(11);
    struct zone_cache c = {0};
    int64_t from = utc(1902, 1, 1, 0, 0, 0);
    int64_t span = utc(2400, 1, 1, 0, 0, 0) - from;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
        int64_t ms = from + (int64_t)(rng_u64(&r) % (uint64_t)span);
        if (i % 2 && z->count) { /* around a transition */
            int64_t at = z->at_ms[rng_below(&r, (uint32_t)z->count)];
            ms = at >= from && at < from + span ? at - 2 + rng_below(&r, 4) : ms;
        }
        int64_t local = ms + libc_offset(ms) * 1000LL;
        int64_t day = local / DAY_MS - (local % DAY_MS < 0);
        wrong += zone_offset_s(z, ms) != libc_offset(ms) || zone_day(z, &c, ms) != day;
    }
    CHECK_EQ_I64(wrong, 0);
}

static void check_local(const struct zone *z, int count)
{
    struct rng r = rng_seed(12);
    int wrong = 0;
    for (int i = 0; i < count; i++) {
        int64_t local = utc(1972, 1, 1, 0, 0, 0) + (int64_t)(rng_u64(&r) % (80 * 365 * DAY_MS));
        if (i % 2 && z->count) {
            int64_t at = z->at_ms[rng_below(&r, (uint32_t)z->count)];
            local =
                at + zone_offset_s(z, at) * 1000LL + (int64_t)rng_below(&r, 7200000) - 3600000;
            if (local < 0) {
                continue;
            }
        }
        int64_t want = slow_from_local(z, local);
        int64_t got = zone_from_local(z, local);
        if (want == INT64_MIN) { /* in a gap: the offset in front of it goes on */
            int64_t overshot = got + zone_offset_s(z, got) * 1000LL;
            wrong += overshot <= local ||
                     slow_from_local(z, got + zone_offset_s(z, got) * 1000LL) != got;
        } else {
            wrong += got != want;
        }
        int32_t day = (int32_t)(local / DAY_MS);
        struct zone_cache c = {0};
        int64_t start = zone_day_start(z, day);
        wrong += zone_day(z, &c, start) < day || zone_day(z, &c, start - 1) >= day;
    }
    CHECK_EQ_I64(wrong, 0);
}

static void test_zones(void)
{
    static const char *const names[] = {
        "Asia/Shanghai",     "America/New_York", "Australia/Lord_Howe",
        "Europe/London",     "Asia/Kathmandu",   "Africa/Casablanca",
        "America/Sao_Paulo", "Pacific/Apia",     "America/Havana",
        "Europe/Dublin",     "Antarctica/Troll", "Asia/Tehran",
        "America/Godthab",   "Asia/Hong_Kong",   "UTC",
        "Asia/Urumqi",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char sentence[96];
        struct zone *z = NULL;
        (void)snprintf(sentence, sizeof(sentence), "%s is read as the C library reads it",
                       names[i]);
        if (tap_open(sentence) && CHECK(zone_open(str_of(names[i]), &z, NULL) == RC_OK)) {
            (void)setenv("TZ", names[i], 1);
            tzset();
            CHECK_CSTR(zone_name(z), names[i]);
            check_instants(z, 20000);
            check_local(z, 400);
        }
        zone_free(z);
    }
}

static struct zone *open_zone(const char *name)
{
    struct zone *z = NULL;
    CHECK(zone_open(str_of(name), &z, NULL) == RC_OK);
    return z;
}

static void test_day_start(void)
{
    TEST("a day starts at the first instant that exists") {
        struct zone *z = open_zone("America/Sao_Paulo"); /* 2018-11-04 00:00 did not exist */
        CHECK_EQ_I64(zone_day_start(z, day_from_civil(2018, 11, 4)), utc(2018, 11, 4, 3, 0, 0));
        CHECK_EQ_I64(zone_from_local(z, utc(2018, 11, 4, 0, 30, 0)),
                     utc(2018, 11, 4, 3, 30, 0));
        zone_free(z);
        z = open_zone("Pacific/Apia"); /* 2011-12-30 did not exist at all */
        int64_t skipped = zone_day_start(z, day_from_civil(2011, 12, 30));
        CHECK_EQ_I64(skipped, zone_day_start(z, day_from_civil(2011, 12, 31)));
        zone_free(z);
        z = open_zone("Asia/Shanghai");
        CHECK_EQ_I64(zone_day_start(z, day_from_civil(2026, 11, 22)),
                     utc(2026, 11, 21, 16, 0, 0));
        CHECK_EQ_I64(zone_day_start(z, day_from_civil(1988, 7, 1)), utc(1988, 6, 30, 15, 0, 0));
        zone_free(z);
    }
    TEST("a time that exists twice means the first") {
        struct zone *z = open_zone("America/New_York");
        CHECK_EQ_I64(zone_from_local(z, utc(2026, 11, 1, 1, 30, 0)),
                     utc(2026, 11, 1, 5, 30, 0));
        zone_free(z);
    }
}

static void test_zone_names(void)
{
    struct err e = {0};
    TEST("fixed offsets work without any file") {
        const struct {
            const char *name;
            int32_t s;
        } good[] = {
            {"+08:00", 28800}, {"-0330", -12600}, {"+8", 28800}, {"UTC", 0}, {"-00:30", -1800}};
        for (size_t i = 0; i < 5; i++) {
            struct zone *z = open_zone(good[i].name);
            CHECK_EQ_I64(zone_offset_s(z, 0), good[i].s);
            zone_free(z);
        }
    }
    TEST("an unknown zone is missing, and the nearest name is told") {
        struct zone *z = NULL;
        CHECK(zone_open(STR("Asia/Shangai"), &z, &e) == RC_MISSING);
        CHECK_CSTR(e.hint, "did you mean Asia/Shanghai?");
        CHECK(zone_open(STR("Tokyo"), &z, &e) == RC_MISSING);
        CHECK_CSTR(e.hint, "did you mean Asia/Tokyo?");
        const char *bad[] = {"",       "../etc/passwd", "/etc/passwd", "+25:00",
                             "+08:60", "+08:0",         "Asia"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            CHECK(zone_open(str_of(bad[i]), &z, &e) == RC_MISSING && e.hint[0]);
        }
        CHECK(zone_open(STR("zone.tab"), &z, &e) == RC_MISSING && z == NULL);
    }
    TEST("the built-in Asia/Shanghai equals the system's") {
        struct zone *file = open_zone("Asia/Shanghai");
        struct zone *own = zone_make(STR("x"), 0);
        zone_add_shanghai(own);
        CHECK_EQ_I64(own->count, file->count);
        bool same = own->count == file->count && own->offset_s[0] == file->offset_s[0];
        for (int i = 0; same && i < own->count; i++) {
            same = own->at_ms[i] == file->at_ms[i] &&
                   own->offset_s[i + 1] == file->offset_s[i + 1];
        }
        CHECK(same);
        zone_free(file);
        zone_free(own);
    }
}

static bool rule_ok(const char *rule)
{
    struct zone *z = zone_make(STR("x"), 0);
    bool ok = zone_add_rule(z, str_of(rule), INT64_MIN);
    zone_free(z);
    return ok;
}

static void test_broken_files(void)
{
    TEST("rules are checked") {
        CHECK(rule_ok("CST-8") && rule_ok("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"));
        CHECK(rule_ok("EST5EDT,M3.2.0,M11.1.0") && rule_ok("XXX3EDT4,0/0,J365/23"));
        CHECK(rule_ok("IST-1GMT0,M10.5.0,M3.5.0/1") &&
              rule_ok("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"));
        CHECK(!rule_ok("") && !rule_ok("C8") && !rule_ok("CST") && !rule_ok("CST-8x"));
        CHECK(!rule_ok("EST5EDT,M13.2.0,M11.1.0") && !rule_ok("EST5EDT,M3.2.0") &&
              !rule_ok("EST5EDT"));
        CHECK(!rule_ok("<+08-8") && !rule_ok("EST5EDT,J0,J1") &&
              !rule_ok("EST5EDT,M3.6.0,M3.1.7"));
    }
    TEST("a zone file cut or changed anywhere does no harm") {
        char bytes[8192];
        FILE *f = fopen("/usr/share/zoneinfo/America/New_York", "rb");
        size_t len = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
        if (f) {
            (void)fclose(f);
        }
        CHECK(len > 1000);
        for (size_t cut = 0; cut < len; cut++) {
            struct zone *z = zone_make(STR("x"), 0);
            CHECK(!zone_read_tzif(z, str_make(bytes, cut)));
            zone_free(z);
        }
        struct rng r = rng_seed(9);
        for (int i = 0; i < 3000; i++) {
            char copy[sizeof(bytes)];
            struct zone *z = zone_make(STR("x"), 0);
            memcpy(copy, bytes, len);
            copy[rng_below(&r, i % 2 ? 44 : (uint32_t)len)] = (char)rng_u64(&r);
            copy[rng_below(&r, (uint32_t)len)] = (char)rng_u64(&r);
            if (zone_read_tzif(z, str_make(copy, len))) {
                struct zone_cache c = {0};
                (void)zone_day(z, &c, (int64_t)(rng_u64(&r) % 4000000000000u));
            }
            zone_free(z);
        }
    }
}

static bool time_is(const struct zone *z, const char *s, int64_t want)
{
    int64_t ms = 0;
    bool ok = time_parse(str_of(s), z, &ms) && ms == want;
    if (!ok) {
        printf("# %s gives %" PRId64 ", want %" PRId64 "\n", s, ms, want);
    }
    return ok;
}

static void test_time_text(void)
{
    struct zone *z = open_zone("Asia/Shanghai");
    int64_t t = utc(2020, 2, 20, 16, 0, 2);
    TEST("times are read in all spellings") {
        CHECK(time_is(z, "2020-02-21 00:00:02", t) && time_is(z, "2020-02-21T00:00:02", t));
        CHECK(time_is(z, "2020/2/21 0:00:02", t) && time_is(z, "20200221000002", t));
        CHECK(time_is(z, "2020-02-21 00:00:02.5", t + 500));
        CHECK(time_is(z, "2020-02-21 00:00:02.123999", t + 123));
        CHECK(time_is(z, "2020-02-20T16:00:02Z", t) &&
              time_is(z, "2020-02-20t16:00:02.000z", t));
        CHECK(time_is(z, "2020-02-20T17:00:02+01:00", t) &&
              time_is(z, "2020-02-20 12:30:02-0330", t));
        CHECK(time_is(z, "2020-02-20 17:00:02 +01", t) &&
              time_is(z, "2020-02-21T00:00Z", t + 28798000));
        CHECK(time_is(z, "1582214402", t) && time_is(z, "1582214402007", t + 7));
        CHECK(time_is(z, "2020-02-21", t - 2000) && time_is(z, "20200221", t - 2000));
        CHECK(time_is(z, "2020年2月21日", t - 2000) && time_is(z, "2020年2月21日 00:00:02", t));
        CHECK(time_is(z, "2020年2月21日00:00:02", t) &&
              time_is(z, "  2020-02-21  00:00 ", t - 2000));
    }
    TEST("malformed and impossible times are refused") {
        const char *bad[] = {"",
                             " ",
                             "x",
                             "2020-02-30 00:00:00",
                             "2020-13-01",
                             "2020-02-21 24:00:00",
                             "2020-02-21 00:60:00",
                             "2020-02-21 00:00:60",
                             "2020-02-21 00",
                             "2020-02-21 0:0:0",
                             "2020-02-21 00:00:00.",
                             "2020-02-21 00:00:00 x",
                             "2020-02-21T",
                             "2020-02-2100:00:00",
                             "2020-02-21 00:00:00+",
                             "2020-02-21 00:00:00+25:00",
                             "2020-02-21 00:00:00+08:60",
                             "1899-12-31",
                             "2201-01-01",
                             "20200230",
                             "20200221240000",
                             "158221440",
                             "9999999999999",
                             "-1582214402",
                             "43882.5",
                             "2020-02-21 00:00:00ZZ",
                             "0000-00-00 00:00:00"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            int64_t ms = 7;
            if (!CHECK(!time_parse(str_of(bad[i]), z, &ms) && ms == 7)) {
                printf("#   [%s]\n", bad[i]);
            }
        }
    }
    TEST("what is written reads back the same, days of summer time included") {
        struct rng r = rng_seed(2);
        char text[32];
        for (int i = 0; i < 20000; i++) {
            int64_t ms = utc(1950, 1, 1, 0, 0, 0) +
                         (int64_t)(rng_u64(&r) % (uint64_t)(100 * 365 * DAY_MS));
            ms -= ms % 1000;
            int64_t back = 0;
            CHECK(time_parse(str_of(time_format(ms, z, text)), z, &back));
            /* The hour that summer time's end repeats reads as its first pass. */
            CHECK(back == ms || back == ms - 3600000);
        }
        CHECK_CSTR(time_format(t, z, text), "2020-02-21 00:00:02");
        CHECK_CSTR(time_format(-1, z, text), "1970-01-01 07:59:59");
    }
    zone_free(z);
}

int main(void)
{
    test_civil();
    test_day_text();
    test_zones();
    test_day_start();
    test_zone_names();
    test_broken_files();
    test_time_text();
    return tap_end();
}
