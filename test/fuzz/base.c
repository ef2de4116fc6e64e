/* Everything of base/ that reads foreign bytes: numbers, dates, times, UTF-8, zone files, packed
 * bytes. Besides not crashing, what is accepted must agree with itself. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_zone(struct str s)
{
    struct zone *z = zone_make(STR("fuzz"), 0);
    if (zone_read_tzif(z, s)) {
        struct zone_cache c = {0};
        for (int32_t day = -20000; day < 60000; day += 997) {
            int64_t start = zone_day_start(z, day);
            if (zone_day(z, &c, start) - day > 3 || day - zone_day(z, &c, start) > 3) {
                abort(); /* no zone is three days from UTC */
            }
        }
    }
    zone_free(z);
}

static void fuzz_text(struct str s)
{
    int64_t v;
    int32_t day;
    double f;
    char out[16];
    struct zone *z = zone_make(STR("+08:00"), 28800);
    if (day_parse(s, &day)) {
        int32_t again = 0;
        if (!day_parse(str_of(day_format(day, out)), &again) || again != day) {
            abort();
        }
    }
    (void)time_parse(s, z, &v);
    (void)str_i64(s, &v);
    (void)str_f64(s, &f);
    for (int scale = 0; scale < 4; scale++) {
        (void)str_decimal(s, scale, &v);
    }
    (void)str_is_utf8(s);
    (void)str_trim(s);
    zone_free(z);
}

static void fuzz_reader(struct str s)
{
    struct reader r = reader_of(s);
    while (!r.bad && r.ptr < r.end) {
        (void)reader_str(&r);
        (void)reader_varint(&r);
        (void)reader_u16(&r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    fuzz_zone(s);
    fuzz_text(s);
    fuzz_reader(s);
    return 0;
}
