/* Describing a picture, what all kinds share, and the file. */
#include "wire/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "wire/plot_draw.h"

/* ---- Describing ------------------------------------------------------------------------------- */

static void drop_plot(void *ctx)
{
    struct plot *p = ctx;
    for (size_t i = 0; i < p->series.len; i++) {
        vec_release(&p->series.ptr[i].v);
    }
    vec_release(&p->label);
    vec_release(&p->series);
    vec_release(&p->node);
    vec_release(&p->flow);
}

struct plot *plot_new(struct arena *a, enum plot_kind kind, enum lang lang)
{
    struct plot *p = arena_new_of(a, struct plot);
    p->arena = a;
    p->kind = kind;
    p->lang = lang;
    p->unit = TABLE_INT;
    arena_defer(a, drop_plot, p);
    return p;
}

void plot_title(struct plot *p, struct str title, struct str sub)
{
    p->title = arena_str(p->arena, title);
    p->sub = arena_str(p->arena, sub);
}

void plot_axes(struct plot *p, const char *x, const char *y)
{
    p->x = arena_str(p->arena, str_of(x));
    p->y = arena_str(p->arena, str_of(y));
}

void plot_unit(struct plot *p, enum table_kind unit, uint32_t digits)
{
    p->unit = unit;
    p->digits = digits;
}

void plot_note(struct plot *p, struct str note) { p->note = arena_str(p->arena, note); }

void plot_label(struct plot *p, struct str label)
{
    struct str copy = arena_str(p->arena, label);
    vec_push(&p->label, copy);
}

void plot_days(struct plot *p, int32_t first_day)
{
    p->days = true;
    p->first_day = first_day;
}

void plot_series(struct plot *p, struct str name)
{
    struct plot_series s = {.name = arena_str(p->arena, name)};
    vec_push(&p->series, s);
}

static struct plot_series *last_series(struct plot *p)
{
    if (p->series.len == 0) {
        plot_series(p, STR(""));
    }
    return &p->series.ptr[p->series.len - 1];
}

void plot_value(struct plot *p, double v)
{
    struct plot_series *s = last_series(p);
    vec_push(&s->v, v);
}

void plot_quiet(struct plot *p) { last_series(p)->quiet = true; }
void plot_stack(struct plot *p) { p->stacked = true; }
void plot_rows(struct plot *p) { p->lying = true; }

void plot_centre(struct plot *p, double middle)
{
    p->centred = true;
    p->middle = middle;
}

uint32_t plot_node(struct plot *p, uint32_t layer, struct str name)
{
    struct plot_node n = {.name = arena_str(p->arena, name), .layer = layer};
    vec_push(&p->node, n);
    return (uint32_t)p->node.len - 1;
}

void plot_flow(struct plot *p, uint32_t from, uint32_t to, double value)
{
    struct plot_flow flow = {from, to, value};
    if (value > 0 && isfinite(value) && from < p->node.len && to < p->node.len &&
        p->node.ptr[from].layer < p->node.ptr[to].layer) {
        vec_push(&p->flow, flow);
    }
}

bool plot_is_empty(const struct plot *p)
{
    bool empty = p->flow.len == 0;
    for (size_t i = 0; i < p->series.len && p->kind != PLOT_SANKEY; i++) {
        for (size_t k = 0; k < p->series.ptr[i].v.len; k++) {
            empty = empty && !isfinite(p->series.ptr[i].v.ptr[k]);
        }
    }
    return empty;
}

/* ---- What all kinds share ---------------------------------------------------------------------- */

double plot_at(const struct plot_series *s, uint32_t i)
{
    return i < s->v.len && isfinite(s->v.ptr[i]) ? s->v.ptr[i] : (double)NAN;
}

uint32_t plot_places(const struct plot *p)
{
    size_t most = p->label.len;
    for (size_t i = 0; i < p->series.len; i++) {
        most = p->series.ptr[i].v.len > most ? p->series.ptr[i].v.len : most;
    }
    return (uint32_t)(most < PLOT_PLACES ? most : PLOT_PLACES);
}

uint32_t plot_shown(const struct plot *p)
{
    return (uint32_t)(p->series.len < PLOT_SERIES ? p->series.len : PLOT_SERIES);
}

struct str plot_label_at(const struct plot *p, uint32_t i)
{
    return i < p->label.len ? p->label.ptr[i] : STR_NULL;
}

/* Okabe and Ito's, without the yellow that vanishes on white; then darker ones of them. */
uint32_t plot_colour(const struct plot *p, uint32_t series)
{
    static const uint32_t colour[] = {0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9,
                                      0xD55E00, 0x6A4C93, 0x8C6D31, 0x003F63, 0x8A5F00};
    uint32_t loud = 0;
    if (series < p->series.len && p->series.ptr[series].quiet) {
        return QUIET;
    }
    for (uint32_t i = 0; i < series && i < p->series.len; i++) {
        loud += !p->series.ptr[i].quiet;
    }
    if (p->series.len == 0) {
        loud = series;
    }
    return colour[loud % (sizeof(colour) / sizeof(colour[0]))];
}

static void put_whole(struct buf *out, double v) { table_grouped(out, (int64_t)llround(v)); }

/* Up to two digits behind the point, none of them a trailing zero. */
static void put_short(struct buf *out, double v, int digits, const char *tail)
{
    buf_addf(out, "%.*f", digits, v);
    if (digits > 0) {
        while (out->ptr[out->len - 1] == '0') {
            out->len--;
        }
        out->len -= out->ptr[out->len - 1] == '.';
    }
    buf_add(out, str_of(tail));
}

/* 12万, 1.5亿; 120K, 1.5M. */
static void put_brief(const struct plot *p, struct buf *out, double v)
{
    double a = fabs(v);
    bool zh = p->lang == LANG_ZH;
    if (zh && a >= 1e8) {
        put_short(out, v / 1e8, 2, "亿");
    } else if (zh && a >= 1e4) {
        put_short(out, v / 1e4, a >= 1e6 ? 0 : 1, "万");
    } else if (!zh && a >= 1e9) {
        put_short(out, v / 1e9, 2, "B");
    } else if (!zh && a >= 1e6) {
        put_short(out, v / 1e6, 2, "M");
    } else if (!zh && a >= 1e4) {
        put_short(out, v / 1e3, a >= 1e5 ? 0 : 1, "K");
    } else if (a >= 1000 || v == floor(v)) {
        put_whole(out, v);
    } else {
        put_short(out, v, p->unit == TABLE_REAL && p->digits ? (int)p->digits : 2, "");
    }
}

struct str plot_figure(const struct plot *p, double v, bool brief)
{
    struct buf b = {0};
    double x = p->unit == TABLE_FEN ? v / 100 : v;
    if (!isfinite(v)) {
        buf_add(&b, STR("–"));
    } else if (p->unit == TABLE_SHARE) {
        int digits = (int)(p->digits ? p->digits : 1);
        if (brief) {
            put_short(&b, v * 100, digits, "%");
        } else {
            buf_addf(&b, "%.*f%%", digits, v * 100);
        }
    } else if (brief) {
        put_brief(p, &b, x);
    } else if (p->unit == TABLE_REAL) {
        buf_addf(&b, "%.*f", (int)p->digits, x);
    } else if (p->unit == TABLE_FEN && fabs(x) < 1e5) {
        int64_t fen = llround(fabs(v));
        buf_add(&b, v < 0 ? STR("-") : STR(""));
        table_grouped(&b, fen / 100);
        buf_addf(&b, ".%02d", (int)(fen % 100));
    } else {
        put_whole(&b, x);
    }
    struct str s = arena_str(p->arena, buf_str(&b));
    buf_release(&b);
    return s;
}

struct str plot_percent(const struct plot *p, double share)
{
    if (!isfinite(share)) {
        return STR("–");
    }
    return arena_strf(p->arena, "%.1f%%", share * 100);
}

struct plot_scale plot_scale_over(const struct plot *p, double low, double high, uint32_t count)
{
    static const double nice[] = {1, 2, 2.5, 5, 10};
    bool whole = p->unit == TABLE_INT || p->unit == TABLE_DELTA;
    double span = high > low ? high - low : fabs(high) > 0 ? fabs(high) : 1;
    double rough = span / (count > 1 ? count : 1), ten = pow(10, floor(log10(rough)));
    double step = ten * 10;
    for (int i = 4; i >= 0; i--) {
        step = nice[i] * ten >= rough * 0.85 ? nice[i] * ten : step;
    }
    if (whole) {
        step = step < 1 ? 1 : ceil(step);
    }
    struct plot_scale s = {.step = step};
    s.low = floor(low / step + 1e-9) * step;
    s.high = ceil(high / step - 1e-9) * step;
    s.high = s.high > s.low ? s.high : s.low + step;
    s.first = s.low;
    if (s.high - high > 0.4 * step && high - s.low > step) {
        s.high = high + 0.05 * step; /* no empty band at either end */
    }
    if (low - s.low > 0.4 * step && s.high - low > step) {
        s.first = s.low + step;
        s.low = low - 0.05 * step;
    }
    s.ticks = (uint32_t)floor((s.high - s.first) / step + 1e-6) + 1;
    return s;
}

double plot_between(const struct plot_scale *s, double v, double from, double to)
{
    return from + (v - s->low) / (s->high - s->low) * (to - from);
}

double plot_text(struct plot_frame *f, double x, double y, struct str text, double size,
                 uint32_t colour, enum canvas_align align)
{
    struct canvas_text style = {.size = size, .colour = colour, .align = align};
    canvas_put(f->c, x, y, &style, text);
    return canvas_width(f->c, &style, text);
}

void plot_legend(struct plot_frame *f)
{
    static const struct canvas_text style = {.size = 12.5, .colour = INK};
    double x = PLOT_MARGIN, most = PLOT_WIDTH - PLOT_MARGIN;
    uint32_t n = plot_shown(f->p);
    if (n < 2) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct str name = canvas_fit(f->c, &style, f->p->series.ptr[i].name, 240);
        double w = canvas_width(f->c, &style, name);
        if (x + 18 + w > most && x > PLOT_MARGIN) {
            x = PLOT_MARGIN;
            f->y += 22;
        }
        canvas_box(f->c, x, f->y + 3, 12, 12, 2, plot_colour(f->p, i));
        canvas_put(f->c, x + 18, f->y + 9, &style, name);
        x += 18 + w + 22;
    }
    f->y += 32;
}

/* ---- The picture ------------------------------------------------------------------------------- */

static double draw_titles(struct plot_frame *f)
{
    struct canvas_text title = {.size = 19, .colour = INK, .bold = true};
    struct canvas_text sub = {.size = 12.5, .colour = GREY};
    double w = 0;
    f->y = PLOT_MARGIN - 4;
    if (f->p->title.len > 0) {
        canvas_put(f->c, PLOT_MARGIN, f->y + 12, &title, f->p->title);
        w = canvas_width(f->c, &title, f->p->title);
        f->y += 30;
    }
    if (f->p->sub.len > 0) {
        canvas_put(f->c, PLOT_MARGIN, f->y + 8, &sub, f->p->sub);
        double second = canvas_width(f->c, &sub, f->p->sub);
        w = second > w ? second : w;
        f->y += 22;
    }
    f->y += 12;
    return w + 2 * PLOT_MARGIN;
}

/* What the limits left out. */
static struct str left_out(const struct plot *p)
{
    size_t most = p->kind == PLOT_HEAT ? PLOT_CELLS : PLOT_SERIES;
    if (p->kind == PLOT_SANKEY || p->series.len <= most) {
        return STR_NULL;
    }
    return arena_strf(p->arena,
                      p->lang == LANG_ZH ? "只画了前 %zu 项，共 %zu 项"
                                         : "the first %zu of %zu are drawn",
                      most, p->series.len);
}

static double draw_notes(struct plot_frame *f)
{
    const struct str note[] = {f->p->note, left_out(f->p)};
    double w = 0;
    for (int i = 0; i < 2; i++) {
        if (note[i].len > 0) {
            double width =
                plot_text(f, PLOT_MARGIN, f->y + 8, note[i], 11.5, GREY, CANVAS_LEFT);
            w = width > w ? width : w;
            f->y += 19;
        }
    }
    return w + 2 * PLOT_MARGIN;
}

static void draw(const struct plot *p, struct canvas *c)
{
    struct plot_frame f = {.p = p, .c = c};
    double w = draw_titles(&f), body = 0;
    switch (p->kind) {
    case PLOT_LINE: body = plot_draw_line(&f); break;
    case PLOT_BAR: body = plot_draw_bars(&f); break;
    case PLOT_HEAT: body = plot_draw_heat(&f); break;
    case PLOT_SANKEY: body = plot_draw_sankey(&f); break;
    case PLOT_FUNNEL: body = plot_draw_funnel(&f); break;
    }
    double notes = draw_notes(&f);
    w = body > w ? body : w;
    w = notes > w ? notes : w;
    canvas_size(c, ceil(w), ceil(f.y + PLOT_MARGIN - 8));
}

/* ---- The file ---------------------------------------------------------------------------------- */

static bool ends(struct str name, const char *tail)
{
    struct str t = str_of(tail);
    return name.len > t.len && str_eq_nocase(str_slice(name, name.len - t.len, name.len), t);
}

enum rc plot_check(const char *path, struct err *e)
{
    struct str name = str_of(path);
    struct buf dir = {0};
    struct stat st;
    if (!ends(name, ".svg") && !ends(name, ".png")) {
        rc_fail(e, RC_INVALID, "%.200s: the name of a picture ends with .svg or .png", path);
        err_hint(e, "for example: --plot picture.png");
        return RC_INVALID;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return rc_fail(e, RC_INVALID, "%.200s is no plain file", path);
    }
    size_t slash = name.len;
    while (slash > 0 && path[slash - 1] != '/') {
        slash--;
    }
    buf_add(&dir, slash ? str_slice(name, 0, slash) : STR("."));
    enum rc rc = RC_OK;
    if (access(buf_cstr(&dir), W_OK | X_OK) != 0) {
        rc = rc_errno(e, errno, "%.200s cannot be written", path);
    }
    buf_release(&dir);
    return rc;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes = str_slice(bytes, n > 0 ? (size_t)n : 0, bytes.len);
    }
    return true;
}

static enum rc put_file(const char *path, struct str bytes, struct err *e)
{
    struct buf temp = {0};
    buf_addf(&temp, "%s.%ld.tmp", path, (long)getpid());
    const char *name = buf_cstr(&temp);
    enum rc rc = RC_OK;
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool fine = fd >= 0 && write_all(fd, bytes) && fsync(fd) == 0 && rename(name, path) == 0;
    if (!fine) {
        rc = rc_errno(e, errno, "%.200s cannot be written", path);
        (void)unlink(name);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    buf_release(&temp);
    return rc;
}

enum rc plot_save(const struct plot *p, const char *path, struct plot_saved *saved,
                  struct err *e)
{
    struct buf bytes = {0};
    struct plot_saved s = {0};
    enum rc rc = plot_check(path, e);
    if (rc) {
        return rc;
    }
    if (plot_is_empty(p)) {
        return rc_fail(e, RC_INVALID, "there is nothing to draw");
    }
    struct canvas *c = canvas_new(p->arena);
    bool svg = ends(str_of(path), ".svg");
    draw(p, c);
    if (svg) {
        canvas_svg(c, &bytes);
    } else {
        rc = canvas_png(c, &bytes, &s.no_glyph, e);
    }
    canvas_sized(c, svg, &s.width, &s.height);
    rc = rc ? rc : put_file(path, buf_str(&bytes), e);
    if (!rc && saved) {
        *saved = s;
    }
    buf_release(&bytes);
    return rc;
}
