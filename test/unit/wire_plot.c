/* Pictures: each kind with Chinese texts, its figures where they belong, files whole or not there.
 * POND_PLOT_DIR keeps them all, to be looked at. */
#include "wire/plot.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/day.h"
#include "tap.h"

/* Fontconfig keeps what it read about fonts, and loses sight of a few bytes of it. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig.so\n"; }

struct gallery {
    struct arena *a;
    const char *dir;
    bool kept;
    struct buf svg; /* of the last picture */
};

static struct str path_of(struct gallery *g, const char *name, const char *tail)
{
    return arena_strf(g->a, "%s/plot-%s%s", g->dir, name, tail);
}

static void read_file(const char *path, struct buf *out)
{
    char block[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    buf_clear(out);
    while (f && (n = fread(block, 1, sizeof(block), f)) > 0) {
        buf_add(out, str_make(block, n));
    }
    if (f) {
        (void)fclose(f);
    }
}

/* Saves both forms, reads the SVG, looks at the PNG's head. */
static void show(struct gallery *g, const char *name, struct plot *p)
{
    struct err e = {0};
    struct plot_saved svg = {0}, png = {0};
    struct str s = path_of(g, name, ".svg"), b = path_of(g, name, ".png");
    struct buf bytes = {0};
    CHECK(plot_save(p, s.ptr, &svg, &e) == RC_OK);
    CHECK(plot_save(p, b.ptr, &png, &e) == RC_OK);
    CHECK_EQ_I64(png.width, 2 * svg.width);
    read_file(b.ptr, &bytes);
    CHECK(bytes.len > 2000 && memcmp(bytes.ptr, "\x89PNG\r\n\x1a\n", 8) == 0);
    read_file(s.ptr, &g->svg);
    CHECK(str_starts(buf_str(&g->svg), STR("<svg xmlns=\"http://www.w3.org/2000/svg\"")));
    CHECK(str_ends(buf_str(&g->svg), STR("</svg>\n")));
    if (!g->kept) {
        (void)unlink(s.ptr);
        (void)unlink(b.ptr);
    }
    buf_release(&bytes);
}

static bool holds(const struct gallery *g, const char *text)
{
    return str_find(buf_str(&g->svg), str_of(text), 0) != SIZE_MAX;
}

static uint32_t count_of(const struct gallery *g, const char *text)
{
    uint32_t n = 0;
    size_t at = 0;
    while ((at = str_find(buf_str(&g->svg), str_of(text), at)) != SIZE_MAX) {
        n++;
        at++;
    }
    return n;
}

static void labels(struct plot *p, const char *const *label, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        plot_label(p, str_of(label[i]));
    }
}

static void line_of_days(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_LINE, LANG_ZH);
    plot_title(p, STR("各阶段消费者走势"), STR("山茶花 <旗舰店> · 2025-10-01 至 2026-03-31"));
    plot_axes(p, "", "消费者");
    plot_days(p, day_from_civil(2025, 10, 1));
    const char *name[] = {"忠诚", "购买", "兴趣", "无"};
    for (int s = 0; s < 4; s++) {
        plot_series(p, str_of(name[s]));
        for (int d = 0; d < 182; d++) {
            bool gap = s == 1 && d > 60 && d < 75;
            plot_value(p, gap ? (double)NAN
                              : 150000.0 / (s + 1) + 90 * d * s + 9000 * sin(d / 9.0));
        }
    }
    plot_quiet(p);
    plot_note(p, STR("购买：12 月初的两周没有数据"));
    show(g, "line", p);
    CHECK(holds(g, ">忠诚 ") && holds(g, "&lt;旗舰店&gt;"));
    CHECK(holds(g, ">10万<"));                          /* a tick, in Chinese thousands   */
    CHECK(holds(g, ">2026<") && holds(g, ">01-01<"));   /* the year where it changes      */
    CHECK_EQ_I64(count_of(g, "stroke=\"#e69f00\""), 2); /* the gap cuts the line in two   */
    CHECK_EQ_I64(count_of(g, "stroke=\"#b4bdc6\""), 1); /* the quiet one is grey          */
}

static void bars(struct gallery *g)
{
    static const char *const channel[] = {"小程序", "直播间", "天猫", "门店", "企业微信"};
    static const char *const model[] = {"首触", "末触", "Shapley"};
    static const double v[3][5] = {
        {.31, .12, .22, .05, .30}, {.18, .33, .24, .15, .10}, {.25, .21, .2, .12, .22}};
    for (int look = 0; look < 4; look++) {
        struct plot *p = plot_new(g->a, PLOT_BAR, LANG_ZH);
        plot_title(p, STR("触点贡献"), STR("成交归因，2026 年 11 月"));
        plot_axes(p, "", "占成交的比例");
        plot_unit(p, TABLE_SHARE, 1);
        labels(p, channel, 5);
        for (int s = 0; s < 3; s++) {
            plot_series(p, str_of(model[s]));
            for (int i = 0; i < 5; i++) {
                plot_value(p, v[s][i]);
            }
        }
        if (look & 1) {
            plot_stack(p);
        }
        if (look & 2) {
            plot_rows(p);
        }
        static const char *const name[] = {"bars", "stack", "rows", "rows-stack"};
        show(g, name[look], p);
        CHECK(holds(g, ">Shapley<") && holds(g, ">企业微信<") && holds(g, ">33"));
        CHECK_EQ_I64(count_of(g, "fill=\"#0072b2\""), 5 + 1); /* a bar a place, the legend */
    }
}

static void long_bars(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_BAR, LANG_ZH);
    plot_title(p, STR("与全体相比最突出的标签"), STR("TGI，全体 = 100"));
    plot_unit(p, TABLE_REAL, 0);
    for (int i = 0; i < 8; i++) {
        plot_label(p, arena_strf(g->a, "%s %d 天内加购三次以上未下单",
                                 i % 2 ? "双十一会场" : "会员日", i * 7 + 7));
        plot_value(p, 320 - 37 * i);
    }
    show(g, "long", p);
    CHECK(holds(g, "会员日 7 天内加购三次以上未下单")); /* laid down: nothing is cut */
}

static void retention(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_HEAT, LANG_ZH);
    plot_title(p, STR("首购留存"), STR("首购周的消费者在其后各周再次购买的比例"));
    plot_axes(p, "首购后第几周", "首购周（人数）");
    plot_unit(p, TABLE_SHARE, 1);
    for (int w = 0; w < 12; w++) {
        char day[16];
        plot_label(p, arena_strf(g->a, "%d", w));
        plot_series(p, arena_strf(g->a, "%s (%d)",
                                  day_format(day_from_civil(2026, 9, 7) + 7 * w, day),
                                  900 + 37 * w));
        for (int k = 0; k + w < 12; k++) {
            plot_value(p, k ? 0.34 / sqrt(k) - 0.004 * w : 1);
        }
    }
    show(g, "retention", p);
    CHECK(holds(g, ">2026-09-07 (900)<") && holds(g, ">34.0%<"));
    CHECK_EQ_I64(count_of(g, ">100.0%<"), 12); /* the triangle's first column */
}

static void grids(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_HEAT, LANG_EN);
    plot_title(p, STR("RFM"), STR("consumers by recency and frequency score"));
    plot_axes(p, "frequency score", "recency score");
    for (int r = 5; r > 0; r--) {
        plot_series(p, arena_strf(g->a, "%d", r));
        for (int f = 1; f <= 5; f++) {
            if (r == 5) {
                plot_label(p, arena_strf(g->a, "%d", f));
            }
            plot_value(p, 80 * f * f * r * r * r);
        }
    }
    show(g, "rfm", p);
    CHECK(holds(g, ">250,000<") && holds(g, ">80<"));
    p = plot_new(g->a, PLOT_HEAT, LANG_ZH);
    plot_title(p, STR("人群重叠（TGI）"), STR("行与列同时在内的人数与期望之比，100 为无关"));
    plot_unit(p, TABLE_REAL, 0);
    plot_centre(p, 100);
    for (int r = 0; r < 9; r++) {
        struct str name = arena_strf(g->a, "双十一预售未付尾款的高价值会员人群 %d", r + 1);
        plot_label(p, name);
        plot_series(p, name);
        for (int c = 0; c < 9; c++) {
            plot_value(p, r == c ? (double)NAN : 100 + 11 * (r + c - 8) + 7 * ((r * c) % 5));
        }
    }
    show(g, "overlap", p);
    CHECK(holds(g, "rotate(-40.0"));
}

static void flows(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_SANKEY, LANG_ZH);
    static const char *const step[] = {"浏览商品", "加入购物车", "咨询客服", "下单", "离开"};
    uint32_t node[4][5];
    plot_title(p, STR("首次到访后的路径"), STR("7 天内的前四步"));
    plot_axes(p, "第 1 步", "第 4 步");
    for (uint32_t l = 0; l < 4; l++) {
        for (uint32_t i = 0; i < 5; i++) {
            node[l][i] = plot_node(p, l, str_of(step[i]));
        }
    }
    for (uint32_t l = 0; l < 3; l++) {
        for (uint32_t i = 0; i < 4; i++) {
            for (uint32_t k = 0; k < 5; k++) {
                plot_flow(p, node[l][i], node[l + 1][k],
                          4000.0 / ((l + 1) * (i + 1) * (1 + (i > k ? i - k : k - i))));
            }
        }
    }
    plot_flow(p, node[1][0], node[0][0], 5); /* backwards: not drawn */
    show(g, "sankey", p);
    CHECK(holds(g, ">下单 "));
    CHECK_EQ_I64(count_of(g, "fill-opacity=\"0.38\""), 3 * 4 * 5);
}

static void funnel(struct gallery *g)
{
    struct plot *p = plot_new(g->a, PLOT_FUNNEL, LANG_ZH);
    static const char *const step[] = {"浏览商品", "加入购物车", "提交订单", "支付成功"};
    plot_title(p, STR("购买漏斗"), STR("3 天内依次完成，2026-11-01 至 2026-11-22"));
    labels(p, step, 4);
    const double v[] = {12840, 3910, 2207, 1986};
    for (int i = 0; i < 4; i++) {
        plot_value(p, v[i]);
    }
    show(g, "funnel", p);
    CHECK(holds(g, ">12,840<") && holds(g, ">↓ 30.5%<") && holds(g, ">↓ 90.0%<") &&
          holds(g, ">15.5%<"));
}

static void failures(struct gallery *g)
{
    struct err e = {0};
    struct plot *p = plot_new(g->a, PLOT_LINE, LANG_EN);
    struct str path = path_of(g, "none", ".svg");
    CHECK(plot_save(p, path.ptr, NULL, &e) == RC_INVALID);
    CHECK_CSTR(e.msg, "there is nothing to draw");
    plot_value(p, 1);
    CHECK(plot_save(p, "x.jpg", NULL, &e) == RC_INVALID);
    CHECK(plot_save(p, "/nowhere/at/all/x.png", NULL, &e) == RC_MISSING);
    CHECK(access(path.ptr, F_OK) != 0);
    CHECK(plot_save(p, path.ptr, NULL, &e) == RC_OK); /* one value alone is a picture too */
    (void)unlink(path.ptr);
}

int main(void)
{
    const char *keep = getenv("POND_PLOT_DIR"), *temp = getenv("TEST_TMP");
    struct gallery g = {.a = arena_new(), .dir = keep ? keep : temp ? temp : "/tmp"};
    g.kept = keep != NULL;
    TEST("lines over days: gaps, ticks, names at the ends") {
        line_of_days(&g);
    }
    TEST("bars: standing, stacked, lying") {
        bars(&g);
    }
    TEST("bars with long labels lie down") {
        long_bars(&g);
    }
    TEST("a retention triangle") {
        retention(&g);
    }
    TEST("heat maps: counts, around a centre, long names") {
        grids(&g);
    }
    TEST("a Sankey of four layers") {
        flows(&g);
    }
    TEST("a funnel with its rates") {
        funnel(&g);
    }
    TEST("what cannot be drawn or written says so") {
        failures(&g);
    }
    buf_release(&g.svg);
    arena_free(g.a);
    return tap_end();
}
