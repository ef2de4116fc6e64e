/* Writes made-up behaviour rows in the form of the Taobao set: gen EVENTS [CONSUMERS] [SEED] >FILE
 *
 *     user_id,item_id,category_id,pv|buy|cart|fav,unix seconds
 *
 * Rows run in time order over 9 days from 2017-11-25, as a tracking log does, so that neighbouring rows are
 * of different consumers: the hard case for every cache. Shares of the four behaviours and the 2 to 7 digits of
 * the numbers are those of the real set. The same arguments give the same bytes on every machine. */
#include "bench.h"

#include "base/rng.h"

#define FROM_S 1511539200u /* 2017-11-25 00:00 in Shanghai */
#define SPAN_S (9u * 86400u)

static char *put_number(char *p, uint32_t n, char end)
{
    char digits[10];
    int len = 0;
    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    while (len) {
        *p++ = digits[--len];
    }
    *p++ = end;
    return p;
}

static char *put_text(char *p, const char *text)
{
    while (*text) {
        *p++ = *text++;
    }
    return p;
}

static const char *behaviour(uint32_t per_mille)
{
    return per_mille < 896   ? "pv,"
           : per_mille < 951 ? "cart,"
           : per_mille < 980 ? "fav,"
                             : "buy,";
}

int main(int argc, char *argv[])
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000000;
    uint32_t consumers =
        argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : (uint32_t)(events / 20);
    struct rng r = rng_seed(argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    static char line[1 << 16];
    char *p = line;
    consumers = consumers ? consumers : 1;
    for (uint64_t i = 0; i < events; i++) {
        uint32_t item = 1 + rng_below(&r, 4000000) / (1 + rng_below(&r, 16));
        p = put_number(p, 1 + rng_below(&r, consumers), ',');
        p = put_number(p, item, ',');
        p = put_number(p, 1000 + item % 9439, ',');
        p = put_text(p, behaviour(rng_below(&r, 1000)));
        p = put_number(p, FROM_S + (uint32_t)(i * SPAN_S / events), '\n');
        if (p > line + sizeof(line) - 128 || i + 1 == events) {
            if (fwrite(line, 1, (size_t)(p - line), stdout) != (size_t)(p - line)) {
                perror("gen");
                return 1;
            }
            p = line;
        }
    }
    return fflush(stdout) ? 1 : 0;
}
