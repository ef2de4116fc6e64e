/* Paths, intervals, baskets and distributions of random lives, against naive counting. */
#include "report/basket.h"
#include "report/distribution.h"
#include "report/interval.h"
#include "report/path.h"
#include "report/quantile.h"
#include "report/tally.h"
#include "unit/report_life.h"
#include "unit/tap.h"

#define HOUR 3600000LL
#define MINUTE 60000LL

static int32_t day_at(const struct history *h, uint32_t row)
{
    return (int32_t)((h->time_ms[row] + 8 * HOUR) / DAY_MS);
}

static struct history lives(uint32_t seed, uint32_t names, uint32_t items, int64_t grain)
{
    struct rng g = rng_seed(seed);
    struct life_shape shape = {.consumers = 60,
                               .rows = 16,
                               .names = names,
                               .purchase = 2,
                               .items = items,
                               .channels = 2,
                               .grain_ms = grain,
                               .span_ms = 12 * DAY_MS};
    return lives_random(&g, &shape);
}

/* ---- paths: as text ---------------------------------------------------------------------------- */

struct naive_path {
    char text[PATH_DEPTH_MAX * 8 + 1];
    uint32_t sessions, consumers, last;
};
struct naive_paths {
    struct naive_path p[4000];
    uint32_t len, sessions;
};

static void naive_add(struct naive_paths *n, const char *text, uint32_t consumer)
{
    uint32_t i = 0;
    while (i < n->len && strcmp(n->p[i].text, text) != 0) {
        i++;
    }
    if (i == n->len) {
        n->len++;
        (void)snprintf(n->p[i].text, sizeof(n->p[i].text), "%s", text);
    }
    n->p[i].sessions++;
    n->p[i].consumers += n->p[i].last != consumer;
    n->p[i].last = consumer;
    n->sessions++;
}

static bool wanted(const struct path_spec *s, uint16_t name)
{
    return !s->events || s->events->names[0] == name || s->events->names[1] == name ||
           (s->anchor != PATH_START && s->at.names[0] == name);
}

/* One session's rows, without those not wanted. */
static void naive_session(const struct path_spec *s, const struct history *h, uint32_t *row,
                          uint32_t n, struct naive_paths *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (s->repeats || kept == 0 || h->name[row[kept - 1]] != h->name[row[i]]) {
            row[kept++] = row[i];
        }
    }
    uint32_t from = 0, end = kept;
    if (s->anchor == PATH_FROM) {
        while (from < kept && h->name[row[from]] != s->at.names[0]) {
            from++;
        }
    }
    if (s->anchor == PATH_TO) {
        while (end > 0 && h->name[row[end - 1]] != s->at.names[0]) {
            end--;
        }
        from = end > s->depth ? end - s->depth : 0;
    }
    char text[PATH_DEPTH_MAX * 8 + 1] = "";
    for (uint32_t i = from; i < end && i < from + s->depth; i++) {
        (void)snprintf(text + strlen(text), 8, "%03u.", h->name[row[i]]);
    }
    if (text[0]) {
        naive_add(out, text, h->consumer[row[0]]);
    }
}

static void naive_all(const struct path_spec *s, const struct history *h,
                      struct naive_paths *out)
{
    uint32_t row[64], n = 0;
    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i <= h->rows; i++) {
        bool cut = i == h->rows || (n && h->consumer[i] != h->consumer[row[n - 1]]);
        bool in = i < h->rows && wanted(s, h->name[i]);
        cut = cut || (in && n && h->time_ms[i] - h->time_ms[row[n - 1]] > s->gap_ms);
        if (cut && n) {
            naive_session(s, h, row, n, out);
            n = 0;
        }
        if (in) {
            row[n++] = i;
        }
    }
}

static uint64_t links_into(const struct paths *p, uint32_t node)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->links_len; i++) {
        sum += p->links[i].to == node ? p->links[i].sessions : 0;
    }
    return sum;
}

static void check_paths(uint32_t seed, struct naive_paths *naive)
{
    static const uint16_t some[2] = {1, EVENT_PURCHASE}, at[3] = {1, EVENT_PURCHASE, 3};
    static const struct event_filter two = {.names = some, .names_len = 2};
    struct rng g = rng_seed(seed + 1000);
    struct history h = lives(seed, 4, 2, MINUTE * 10);
    struct path_spec s = {.events = rng_below(&g, 2) ? &two : NULL,
                          .anchor = (enum path_anchor)rng_below(&g, 3),
                          .at = {.names = &at[rng_below(&g, 3)], .names_len = 1},
                          .depth = 2 + rng_below(&g, 9),
                          .gap_ms = (1 + rng_below(&g, 200)) * 10 * MINUTE,
                          .repeats = rng_below(&g, 2) == 1};
    struct paths p;
    path_make(&s, &h, 1, &p);
    naive_all(&s, &h, naive);
    CHECK_EQ_I64(p.len, naive->len);
    CHECK_EQ_I64(p.sessions, naive->sessions);
    for (uint32_t i = 0; i < p.len; i++) {
        char text[PATH_DEPTH_MAX * 8 + 1] = "";
        for (uint32_t k = 0; k < p.list[i].len; k++) {
            (void)snprintf(text + strlen(text), 8, "%03u.", p.list[i].event[k]);
        }
        uint32_t k = 0;
        while (k < naive->len && strcmp(naive->p[k].text, text) != 0) {
            k++;
        }
        CHECK(k < naive->len);
        CHECK_EQ_I64(p.list[i].sessions, naive->p[k].sessions);
        CHECK_EQ_I64(p.list[i].consumers, naive->p[k].consumers);
    }
    for (uint32_t i = 0; i < p.nodes_len; i++) {
        bool first = i > 0 && p.nodes[i].place > p.nodes[0].place && s.anchor != PATH_TO;
        CHECK(!first || links_into(&p, i) == p.nodes[i].sessions);
    }
    path_release(&p);
    lives_free(&h);
}

/* ---- intervals --------------------------------------------------------------------------------- */

static void check_intervals(uint32_t seed, struct zone *zone)
{
    struct history h = lives(seed, 2, 4, HOUR);
    struct interval_spec s = {.from = seed % 2 ? DAY_NONE : 2,
                              .to = 10,
                              .ahead = 2,
                              .zone = zone,
                              .by = seed % 3 ? INTERVAL_BY_CATEGORY : INTERVAL_BY_NOTHING};
    struct intervals v;
    interval_make(&s, &h, 1, &v);
    for (uint32_t r = 0; r < v.len; r++) {
        int64_t gap[2000], since[2000];
        uint64_t gaps = 0, buyers = 0, over = 0, due = 0;
        int32_t last = DAY_NONE;
        for (uint32_t i = 0; i < h.rows; i++) {
            int32_t day = day_at(&h, i);
            bool in = h.name[i] == EVENT_PURCHASE && day >= s.from && day <= s.to &&
                      (!s.by || h.category[i] == v.rows[r].key);
            if (in && last != DAY_NONE && day != last) {
                gap[gaps++] = day - last;
            }
            last = in ? day : last;
            if ((i + 1 == h.rows || h.consumer[i + 1] != h.consumer[i]) && last != DAY_NONE) {
                since[buyers++] = s.to - last;
                last = DAY_NONE;
            }
        }
        quantile_sort(gap, gaps);
        double median = quantile_sorted(gap, gaps, 0.5);
        for (uint64_t i = 0; i < buyers && gaps; i++) {
            over += median - (double)since[i] <= 0;
            due += median - (double)since[i] > 0 && median - (double)since[i] <= s.ahead;
        }
        CHECK_EQ_I64(v.rows[r].n, gaps);
        CHECK_EQ_I64(v.rows[r].buyers, buyers);
        CHECK_EQ_I64(v.rows[r].over, over);
        CHECK_EQ_I64(v.rows[r].due, due);
        CHECK(gaps ? fabs(v.rows[r].median - median) < 1e-9 : isnan(v.rows[r].median));
    }
    CHECK(v.len == (s.by ? 4 : 1));
    interval_release(&v);
    lives_free(&h);
}

/* ---- baskets ----------------------------------------------------------------------------------- */

static bool order_has(const struct history *h, uint32_t line, uint32_t item)
{
    for (uint32_t i = 0; i < h->rows; i++) {
        if (h->consumer[i] == h->consumer[line] && h->order[i] == h->order[line] &&
            h->name[i] == EVENT_PURCHASE && h->item[i] == item) {
            return true;
        }
    }
    return false;
}

static void check_baskets(uint32_t seed, struct zone *zone)
{
    struct history h = lives(seed, 2, 6, 6 * HOUR);
    struct basket b;
    struct basket_spec s = {
        .from = DAY_NONE, .to = INT32_MAX, .least = 1 + seed % 7, .zone = zone};
    uint32_t heads[2000], orders = 0, pairs = 0;
    double pieces = 0;
    for (uint32_t i = 0; i < h.rows; i++) {
        bool fresh = h.name[i] == EVENT_PURCHASE;
        pieces += !fresh ? 0 : isnan(h.quantity[i]) ? 1 : h.quantity[i];
        for (uint32_t k = 0; k < orders && fresh; k++) {
            fresh = h.consumer[heads[k]] != h.consumer[i] || h.order[heads[k]] != h.order[i];
        }
        if (fresh) {
            heads[orders++] = i;
        }
    }
    basket_make(&s, &h, 1, &b);
    CHECK_EQ_I64(b.orders, orders);
    CHECK(fabs(b.pieces - pieces) < 1e-9);
    for (uint32_t x = 1; x <= 6; x++) {
        for (uint32_t y = x + 1; y <= 6; y++) {
            uint32_t both = 0, in_x = 0, in_y = 0, at = 0;
            for (uint32_t k = 0; k < orders; k++) {
                bool hx = order_has(&h, heads[k], x), hy = order_has(&h, heads[k], y);
                both += hx && hy;
                in_x += hx;
                in_y += hy;
            }
            while (at < b.pairs_len && !((b.pairs[at].a == x && b.pairs[at].b == y) ||
                                         (b.pairs[at].a == y && b.pairs[at].b == x))) {
                at++;
            }
            bool listed = both >= s.least;
            CHECK_EQ_I64(at < b.pairs_len, listed);
            pairs += listed;
            if (listed && at < b.pairs_len) {
                CHECK_EQ_I64(b.pairs[at].orders, both);
                CHECK(fabs(b.pairs[at].lift - (double)both * orders / ((double)in_x * in_y)) <
                      1e-9);
                CHECK(b.pairs[at].orders_a >= b.pairs[at].orders_b);
            }
        }
    }
    CHECK_EQ_I64(b.pairs_len, pairs);
    basket_release(&b);
    lives_free(&h);
}

/* ---- distributions ----------------------------------------------------------------------------- */

static bool counts(const struct distribution_spec *s, const struct history *h, uint32_t row)
{
    bool in = day_at(h, row) >= s->from && day_at(h, row) <= s->to;
    return in && (s->of >= DISTRIBUTION_EVENTS ? h->name[row] == s->filter.names[0]
                                               : h->name[row] == EVENT_PURCHASE);
}

static int64_t naive_value(const struct distribution_spec *s, const struct history *h,
                           uint32_t from, uint32_t end, bool *any)
{
    int64_t value = 0;
    *any = false;
    for (uint32_t i = from; i < end; i++) {
        bool fresh = counts(s, h, i);
        *any = *any || fresh;
        if (s->of == DISTRIBUTION_GMV) {
            value += fresh && h->amount_fen[i] != AMOUNT_UNKNOWN ? h->amount_fen[i] : 0;
            continue;
        }
        fresh = fresh && !(s->of == DISTRIBUTION_ITEMS && h->item[i] == 0);
        for (uint32_t k = from; k < i && fresh && s->of != DISTRIBUTION_EVENTS; k++) {
            bool same = s->of == DISTRIBUTION_ORDERS ? h->order[k] == h->order[i]
                        : s->of == DISTRIBUTION_DAYS ? day_at(h, k) == day_at(h, i)
                                                     : h->item[k] == h->item[i];
            fresh = !(same && counts(s, h, k));
        }
        value += fresh;
    }
    return value;
}

static void check_distribution(uint32_t seed, struct zone *zone)
{
    static const uint16_t name = 1;
    struct history h = lives(seed, 3, 3, HOUR);
    struct distribution_spec s = {.of = (enum distribution_of)(seed % 5),
                                  .filter = {.names = &name, .names_len = 1},
                                  .from = seed % 2 ? 3 : DAY_NONE,
                                  .to = 9,
                                  .zone = zone};
    struct distribution d;
    int64_t want[100];
    size_t n = 0;
    for (uint32_t i = 0; i < h.rows;) {
        uint32_t end = i;
        while (end < h.rows && h.consumer[end] == h.consumer[i]) {
            end++;
        }
        bool any = false;
        int64_t value = naive_value(&s, &h, i, end, &any);
        if (any) {
            want[n++] = value;
        }
        i = end;
    }
    quantile_sort(want, n);
    distribution_make(&s, &h, 1, &d);
    CHECK_EQ_I64(d.n, n);
    CHECK(d.n == n && memcmp(d.values, want, n * sizeof(*want)) == 0);
    int64_t edges[20];
    uint64_t bands[21], sum = 0;
    uint32_t len = distribution_edges(&d, s.of == DISTRIBUTION_GMV ? 100 : 1, edges, 20);
    distribution_bands(&d, edges, len, bands);
    for (uint32_t i = 0; i <= len; i++) {
        uint64_t in = 0;
        for (size_t k = 0; k < n; k++) {
            in += (i == 0 || want[k] >= edges[i - 1]) && (i == len || want[k] < edges[i]);
        }
        CHECK_EQ_I64(bands[i], in);
        sum += bands[i];
    }
    CHECK_EQ_I64(sum, n);
    distribution_release(&d);
    lives_free(&h);
}

static void check_tally(void)
{
    struct tally *t = tally_new(2), *more = tally_new(2);
    for (uint64_t i = 0; i < 5000; i++) {
        tally_at(i % 2 ? t : more, i % 700, i % 3)[1] += i;
    }
    tally_add(t, more);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < tally_len(t); i++) {
        uint64_t a = 0, b = 0, want = 0;
        tally_key(t, i, &a, &b);
        for (uint64_t k = 0; k < 5000; k++) {
            want += k % 700 == a && k % 3 == b ? k : 0;
        }
        CHECK_EQ_I64(tally_row(t, i)[1], want);
        CHECK(tally_find(t, a, b) == tally_row(t, i));
        sum += want;
    }
    CHECK_EQ_I64(sum, 5000 * 4999 / 2);
    CHECK(tally_find(t, 701, 0) == NULL && tally_len(t) == 2100);
    tally_free(t);
    tally_free(more);
}

int main(void)
{
    struct zone *zone = NULL;
    CHECK(zone_open(STR("Asia/Shanghai"), &zone, NULL) == RC_OK);
    TEST("300 random sets of paths are what sessions written as text give") {
        struct naive_paths *naive = mem_zalloc(sizeof(*naive));
        for (uint32_t seed = 1; seed <= 300; seed++) {
            check_paths(seed, naive);
        }
        mem_free(naive);
    }
    TEST("100 random cycles and forecasts are what counting gives") {
        for (uint32_t seed = 1; seed <= 100; seed++) {
            check_intervals(seed, zone);
        }
    }
    TEST("40 random baskets are what looking into every order gives") {
        for (uint32_t seed = 1; seed <= 40; seed++) {
            check_baskets(seed, zone);
        }
    }
    TEST("100 random distributions are what counting gives, bands too") {
        for (uint32_t seed = 1; seed <= 100; seed++) {
            check_distribution(seed, zone);
        }
    }
    TEST("counters by key are found, added and listed") {
        check_tally();
    }
    zone_free(zone);
    return tap_end();
}
