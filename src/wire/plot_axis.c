/* Lines and bars: pictures with a scale. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/day.h"
#include "wire/plot_draw.h"

#define TICK_SIZE 11.5
#define NAME_SIZE 12.5
#define LINE_HEIGHT 330.0
#define BAR_HEIGHT 330.0

/* The part of the picture where values are. */
struct area {
    double left, right, top, bottom;
};

static double text_width_of(struct plot_frame *f, struct str s, double size)
{
    struct canvas_text style = {.size = size};
    return canvas_width(f->c, &style, s);
}

static void rule(struct plot_frame *f, double x1, double y1, double x2, double y2, double width,
                 uint32_t colour)
{
    struct canvas_point p[2] = {{x1, y1}, {x2, y2}};
    canvas_line(f->c, p, 2, width, colour);
}

/* Least and largest of what is shown; bars and stacks start from 0. */
static void extent(const struct plot *p, double *low, double *high)
{
    uint32_t places = plot_places(p), n = plot_shown(p);
    *low = INFINITY;
    *high = -INFINITY;
    for (uint32_t i = 0; i < places; i++) {
        double up = 0, down = 0;
        for (uint32_t s = 0; s < n; s++) {
            double v = plot_at(&p->series.ptr[s], i);
            if (!isfinite(v)) {
                continue;
            }
            up += v > 0 ? v : 0;
            down += v < 0 ? v : 0;
            if (!p->stacked) {
                *low = v < *low ? v : *low;
                *high = v > *high ? v : *high;
            }
        }
        if (p->stacked) {
            *low = down < *low ? down : *low;
            *high = up > *high ? up : *high;
        }
    }
    bool near_zero = p->kind == PLOT_BAR || *low < *high * 0.6 || *low == *high;
    *low = *low > 0 && near_zero ? 0 : *low;
    *high = *high < 0 && near_zero ? 0 : *high;
}

static struct plot_scale scale_of(const struct plot *p)
{
    double low, high;
    extent(p, &low, &high);
    return plot_scale_over(p, low, high, 5);
}

static double tick_at(const struct plot_scale *s, uint32_t i) { return s->first + i * s->step; }

static double widest_tick(struct plot_frame *f, const struct plot_scale *s)
{
    double most = 0;
    for (uint32_t i = 0; i < s->ticks; i++) {
        struct str t = plot_figure(f->p, tick_at(s, i), true);
        double w = text_width_of(f, t, TICK_SIZE);
        most = w > most ? w : most;
    }
    return most;
}

/* Lines across and their figures on the left. */
static void draw_y_axis(struct plot_frame *f, const struct plot_scale *s, const struct area *a)
{
    for (uint32_t i = 0; i < s->ticks; i++) {
        double v = tick_at(s, i), y = plot_between(s, v, a->bottom, a->top);
        bool zero = fabs(v) < s->step / 1000;
        rule(f, a->left, y, a->right, y, 1, zero ? AXIS : GRID);
        plot_text(f, a->left - 8, y, plot_figure(f->p, zero ? 0 : v, true), TICK_SIZE, GREY,
                  CANVAS_RIGHT);
    }
}

/* ---- Lines ------------------------------------------------------------------------------------ */

static double place_x(const struct area *a, uint32_t i, uint32_t n)
{
    return n > 1 ? a->left + (a->right - a->left) * i / (n - 1) : (a->left + a->right) / 2;
}

/* Days between labelled ticks, so that no more than about ten stand there. */
static uint32_t day_step(uint32_t days)
{
    static const uint32_t nice[] = {1, 2, 7, 14, 28, 91, 182};
    for (size_t i = 0; i < sizeof(nice) / sizeof(nice[0]); i++) {
        if (days / nice[i] <= 11) {
            return nice[i];
        }
    }
    return (days + 10) / 11;
}

/* Months begin on labels where months are what is seen. */
static bool is_day_tick(int32_t day, uint32_t i, uint32_t days, uint32_t step)
{
    int year, month, dom;
    if (days <= 92) {
        return i % step == 0;
    }
    day_to_civil(day, &year, &month, &dom);
    uint32_t months = days / 30;
    int every = months <= 12 ? 1 : months <= 36 ? 3 : 12;
    return dom == 1 && (month - 1) % every == 0;
}

static void draw_days(struct plot_frame *f, const struct area *a, uint32_t n)
{
    uint32_t step = day_step(n);
    int shown_year = 0;
    for (uint32_t i = 0; i < n; i++) {
        int32_t day = f->p->first_day + (int32_t)i;
        int year, month, dom;
        if (!is_day_tick(day, i, n, step)) {
            continue;
        }
        double x = place_x(a, i, n);
        day_to_civil(day, &year, &month, &dom);
        rule(f, x, a->bottom, x, a->bottom + 4, 1, AXIS);
        plot_text(f, x, a->bottom + 15, arena_strf(f->p->arena, "%02d-%02d", month, dom),
                  TICK_SIZE, GREY, CANVAS_CENTRE);
        if (year != shown_year) {
            plot_text(f, x, a->bottom + 30, arena_strf(f->p->arena, "%d", year), TICK_SIZE,
                      GREY, CANVAS_CENTRE);
            shown_year = year;
        }
    }
}

/* Labels of places that stand on a line; every k-th when they are too many. */
static void draw_labels(struct plot_frame *f, const struct area *a, uint32_t n)
{
    double widest = 1;
    for (uint32_t i = 0; i < n; i++) {
        double w = text_width_of(f, plot_label_at(f->p, i), TICK_SIZE) + 10;
        widest = w > widest ? w : widest;
    }
    uint32_t fits = (uint32_t)((a->right - a->left) / widest);
    uint32_t step = fits > 0 && n > fits ? (n + fits - 1) / fits : 1;
    for (uint32_t i = 0; i < n; i += step) {
        plot_text(f, place_x(a, i, n), a->bottom + 15, plot_label_at(f->p, i), TICK_SIZE, GREY,
                  CANVAS_CENTRE);
    }
}

static void draw_curve(struct plot_frame *f, const struct plot_scale *s, const struct area *a,
                       uint32_t series, uint32_t n)
{
    const struct plot_series *line = &f->p->series.ptr[series];
    struct canvas_point *p = arena_array(f->p->arena, struct canvas_point, n + 1);
    uint32_t len = 0, colour = plot_colour(f->p, series);
    double width = line->quiet ? 1.6 : 2.4;
    for (uint32_t i = 0; i <= n; i++) {
        double v = i < n ? plot_at(line, i) : (double)NAN;
        if (isfinite(v)) {
            p[len++] =
                (struct canvas_point){place_x(a, i, n), plot_between(s, v, a->bottom, a->top)};
            continue;
        }
        if (len == 1) { /* alone between gaps */
            canvas_dot(f->c, p[0].x, p[0].y, width, colour);
        }
        canvas_line(f->c, p, len, width, colour);
        len = 0;
    }
}

/* A name at the right end of each line, moved apart where lines end together. */
struct end_label {
    double y;
    uint32_t series;
    struct str text;
};

static int by_y(const void *x, const void *y)
{
    const struct end_label *a = x, *b = y;
    return a->y < b->y ? -1 : a->y > b->y;
}

static void spread(struct end_label *l, uint32_t n, double top, double bottom)
{
    const double gap = 18;
    qsort(l, n, sizeof(*l), by_y);
    for (uint32_t i = 0; i < n; i++) {
        double least = i > 0 ? l[i - 1].y + gap : top;
        l[i].y = l[i].y < least ? least : l[i].y;
    }
    for (uint32_t i = n; i-- > 0;) {
        double most = i + 1 < n ? l[i + 1].y - gap : bottom;
        l[i].y = l[i].y > most ? most : l[i].y;
    }
}

static double last_of(const struct plot_series *s, uint32_t n)
{
    for (uint32_t i = n; i-- > 0;) {
        if (isfinite(plot_at(s, i))) {
            return plot_at(s, i);
        }
    }
    return (double)NAN;
}

static struct end_label *end_labels(struct plot_frame *f, uint32_t places, double *width)
{
    const struct plot *p = f->p;
    static const struct canvas_text style = {.size = NAME_SIZE, .bold = true};
    uint32_t n = plot_shown(p);
    struct end_label *l = arena_array(p->arena, struct end_label, n + 1);
    *width = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct str name = canvas_fit(f->c, &style, p->series.ptr[i].name, 170);
        struct str figure = plot_figure(p, last_of(&p->series.ptr[i], places), false);
        l[i].series = i;
        l[i].text = arena_strf(p->arena, "%.*s%s%.*s", STR_FMT(name), name.len ? " " : "",
                               STR_FMT(figure));
        double w = canvas_width(f->c, &style, l[i].text);
        *width = w > *width ? w : *width;
    }
    return l;
}

/* For letters: the lighter colours are hard to read on white. */
static uint32_t darker(uint32_t colour)
{
    uint32_t r = (colour >> 16 & 255) * 3 / 4, g = (colour >> 8 & 255) * 3 / 4;
    return r << 16 | g << 8 | (colour & 255) * 3 / 4;
}

double plot_draw_line(struct plot_frame *f)
{
    const struct plot *p = f->p;
    uint32_t n = plot_places(p), series = plot_shown(p);
    struct plot_scale s = scale_of(p);
    double names;
    struct end_label *l = end_labels(f, n, &names);
    double tall = series * 18.0 + 20 > LINE_HEIGHT ? series * 18.0 + 20 : LINE_HEIGHT;
    struct area a = {.left = PLOT_MARGIN + widest_tick(f, &s) + 8,
                     .right = PLOT_WIDTH - PLOT_MARGIN - names - 12,
                     .top = f->y + (p->y.len ? 26 : 8)};
    a.bottom = a.top + tall;
    plot_text(f, PLOT_MARGIN, f->y + 6, p->y, TICK_SIZE, GREY, CANVAS_LEFT);
    draw_y_axis(f, &s, &a);
    if (p->days) {
        draw_days(f, &a, n);
    } else {
        draw_labels(f, &a, n);
    }
    for (int loud = 0; loud < 2; loud++) { /* what is quiet lies behind */
        for (uint32_t i = series; i-- > 0;) {
            if (p->series.ptr[i].quiet != (loud == 1)) {
                draw_curve(f, &s, &a, i, n);
            }
        }
    }
    for (uint32_t i = 0; i < series; i++) {
        double v = last_of(&p->series.ptr[i], n);
        l[i].y = isfinite(v) ? plot_between(&s, v, a.bottom, a.top) : a.bottom;
    }
    spread(l, series, a.top, a.bottom);
    for (uint32_t i = 0; i < series; i++) {
        bool quiet = p->series.ptr[l[i].series].quiet;
        struct canvas_text style = {.size = NAME_SIZE, .bold = true};
        style.colour = quiet ? GREY : darker(plot_colour(p, l[i].series));
        canvas_put(f->c, a.right + 10, l[i].y, &style, l[i].text);
    }
    f->y = a.bottom + (p->days ? 44 : 28);
    plot_text(f, (a.left + a.right) / 2, f->y + 4, p->x, TICK_SIZE, GREY, CANVAS_CENTRE);
    f->y += p->x.len ? 20 : 0;
    return PLOT_WIDTH;
}

/* ---- Bars ------------------------------------------------------------------------------------- */

struct bars {
    struct plot_scale s;
    struct area a;
    uint32_t places, series;
    double pitch; /* room of a place                            */
    double thick; /* of a bar                                   */
    bool figures; /* there is room for a figure at each bar     */
};

/* gap: between the bars of two places; below 0: a part of the room */
static void measure_bars(struct bars *b, const struct plot *p, double room, double most,
                         double gap)
{
    b->pitch = room / (b->places ? b->places : 1);
    double group = gap < 0 ? b->pitch * (1 + gap) : b->pitch - gap;
    b->thick = group / (p->stacked || b->series == 0 ? 1 : b->series);
    b->thick = b->thick > most ? most : b->thick;
}

/* Where bar `series` of place `i` begins across the scale. */
static double bar_at(const struct bars *b, const struct plot *p, uint32_t i, uint32_t series,
                     double from)
{
    uint32_t side = p->stacked ? 1 : b->series;
    double group = b->thick * side;
    return from + b->pitch * i + (b->pitch - group) / 2 + (p->stacked ? 0 : b->thick * series);
}

/* The two ends of a bar's value; a stack goes on where the one before ended. */
static void bar_ends(const struct plot *p, uint32_t i, uint32_t series, double *from,
                     double *to)
{
    double v = plot_at(&p->series.ptr[series], i);
    *from = 0;
    for (uint32_t s = 0; p->stacked && s < series; s++) {
        double before = plot_at(&p->series.ptr[s], i);
        *from += isfinite(before) && (before < 0) == (v < 0) ? before : 0;
    }
    *to = *from + (isfinite(v) ? v : 0);
}

static uint32_t on_colour(uint32_t colour)
{
    double l =
        0.299 * (colour >> 16 & 255) + 0.587 * (colour >> 8 & 255) + 0.114 * (colour & 255);
    return l > 150 ? INK : WHITE;
}

/* A figure at a bar's end, legible where it meets a line of the grid. */
static void put_beside(struct plot_frame *f, double x, double y, struct str t,
                       enum canvas_align align)
{
    struct canvas_text style = {.size = 11, .colour = INK, .halo = true, .align = align};
    canvas_put(f->c, x, y, &style, t);
}

/* A figure of a standing bar: above it, or inside when stacked and there is room. */
static void put_bar_figure(struct plot_frame *f, const struct bars *b, uint32_t i,
                           uint32_t series, const struct area *box)
{
    double v = plot_at(&f->p->series.ptr[series], i);
    struct str t = plot_figure(f->p, v, true);
    double x = (box->left + box->right) / 2, w = text_width_of(f, t, 11);
    if (!isfinite(v) || !b->figures) {
        return;
    }
    if (!f->p->stacked) {
        put_beside(f, x, v < 0 ? box->bottom + 9 : box->top - 9, t, CANVAS_CENTRE);
    } else if (box->bottom - box->top > 14 && w < b->thick) {
        plot_text(f, x, (box->top + box->bottom) / 2, t, 11,
                  on_colour(plot_colour(f->p, series)), CANVAS_CENTRE);
    }
}

/* Either every bar has its figure or none; those of a stack are judged one by one. */
static bool figures_fit(struct plot_frame *f, const struct bars *b)
{
    double room = b->series > 1 ? b->thick + 1 : b->pitch - 4;
    for (uint32_t k = 0; k < b->series && !f->p->stacked; k++) {
        for (uint32_t i = 0; i < b->places; i++) {
            double v = plot_at(&f->p->series.ptr[k], i);
            if (isfinite(v) && text_width_of(f, plot_figure(f->p, v, true), 11) > room) {
                return false;
            }
        }
    }
    return true;
}

static double draw_standing(struct plot_frame *f, struct bars *b)
{
    const struct plot *p = f->p;
    b->a.left = PLOT_MARGIN + widest_tick(f, &b->s) + 8;
    b->a.right = PLOT_WIDTH - PLOT_MARGIN;
    b->a.top = f->y + (p->y.len ? 30 : 14);
    b->a.bottom = b->a.top + BAR_HEIGHT;
    measure_bars(b, p, b->a.right - b->a.left, 72, -0.28);
    b->figures = figures_fit(f, b);
    plot_text(f, PLOT_MARGIN, f->y + 6, p->y, TICK_SIZE, GREY, CANVAS_LEFT);
    draw_y_axis(f, &b->s, &b->a);
    for (uint32_t i = 0; i < b->places; i++) {
        for (uint32_t k = 0; k < b->series; k++) {
            double from, to;
            bar_ends(p, i, k, &from, &to);
            double y1 = plot_between(&b->s, from, b->a.bottom, b->a.top);
            double y2 = plot_between(&b->s, to, b->a.bottom, b->a.top);
            struct area box = {.left = bar_at(b, p, i, k, b->a.left),
                               .top = y1 < y2 ? y1 : y2,
                               .bottom = y1 < y2 ? y2 : y1};
            box.right = box.left + b->thick;
            canvas_box(f->c, box.left + 0.5, box.top, b->thick - 1, box.bottom - box.top,
                       p->stacked ? 0 : 2, plot_colour(p, k));
            put_bar_figure(f, b, i, k, &box);
        }
        plot_text(f, b->a.left + b->pitch * (i + 0.5), b->a.bottom + 15, plot_label_at(p, i),
                  NAME_SIZE, INK, CANVAS_CENTRE);
    }
    f->y = b->a.bottom + 32;
    plot_text(f, (b->a.left + b->a.right) / 2, f->y + 4, p->x, TICK_SIZE, GREY, CANVAS_CENTRE);
    f->y += p->x.len ? 20 : 0;
    return PLOT_WIDTH;
}

static void draw_lying_axis(struct plot_frame *f, const struct bars *b)
{
    for (uint32_t i = 0; i < b->s.ticks; i++) {
        double v = tick_at(&b->s, i);
        bool zero = fabs(v) < b->s.step / 1000;
        double x = plot_between(&b->s, v, b->a.left, b->a.right);
        rule(f, x, b->a.top, x, b->a.bottom, 1, zero ? AXIS : GRID);
        plot_text(f, x, b->a.bottom + 13, plot_figure(f->p, zero ? 0 : v, true), TICK_SIZE,
                  GREY, CANVAS_CENTRE);
    }
}

static void draw_lying_bar(struct plot_frame *f, const struct bars *b, uint32_t i, uint32_t k)
{
    const struct plot *p = f->p;
    double from, to, v = plot_at(&p->series.ptr[k], i);
    bar_ends(p, i, k, &from, &to);
    double x1 = plot_between(&b->s, from, b->a.left, b->a.right);
    double x2 = plot_between(&b->s, to, b->a.left, b->a.right);
    double left = x1 < x2 ? x1 : x2, w = fabs(x2 - x1), y = bar_at(b, p, i, k, b->a.top);
    canvas_box(f->c, left, y + 0.5, w, b->thick - 1, p->stacked ? 0 : 2, plot_colour(p, k));
    struct str t = plot_figure(p, v, false);
    if (!isfinite(v) || b->thick < 11) {
        return;
    }
    if (!p->stacked) {
        put_beside(f, v < 0 ? left - 6 : left + w + 6, y + b->thick / 2, t,
                   v < 0 ? CANVAS_RIGHT : CANVAS_LEFT);
    } else if (text_width_of(f, t, 11) + 6 < w) {
        plot_text(f, left + w / 2, y + b->thick / 2, t, 11, on_colour(plot_colour(p, k)),
                  CANVAS_CENTRE);
    }
}

static double draw_lying(struct plot_frame *f, struct bars *b)
{
    static const struct canvas_text style = {
        .size = NAME_SIZE, .colour = INK, .align = CANVAS_RIGHT};
    const struct plot *p = f->p;
    double widest = 0, figures = 0;
    for (uint32_t i = 0; i < b->places; i++) {
        double w = text_width_of(f, plot_label_at(p, i), NAME_SIZE);
        widest = w > widest ? w : widest;
        for (uint32_t k = 0; k < b->series && !p->stacked; k++) {
            struct str t = plot_figure(p, plot_at(&p->series.ptr[k], i), false);
            w = text_width_of(f, t, 11);
            figures = w > figures ? w : figures;
        }
    }
    widest = widest > 260 ? 260 : widest;
    double side = p->stacked ? 1 : b->series, pitch = side * 17 + 13;
    b->a = (struct area){.left = PLOT_MARGIN + widest + 12,
                         .right = PLOT_WIDTH - PLOT_MARGIN - figures - 6,
                         .top = f->y + 2};
    b->a.bottom = b->a.top + pitch * b->places;
    b->a.left += b->s.low < 0 ? figures : 0;
    measure_bars(b, p, b->a.bottom - b->a.top, p->stacked ? 24 : 20, 12);
    draw_lying_axis(f, b);
    for (uint32_t i = 0; i < b->places; i++) {
        for (uint32_t k = 0; k < b->series; k++) {
            draw_lying_bar(f, b, i, k);
        }
        canvas_put(f->c, PLOT_MARGIN + widest, b->a.top + b->pitch * (i + 0.5), &style,
                   canvas_fit(f->c, &style, plot_label_at(p, i), widest + 1));
    }
    f->y = b->a.bottom + 28;
    plot_text(f, (b->a.left + b->a.right) / 2, f->y + 4, p->y, TICK_SIZE, GREY, CANVAS_CENTRE);
    f->y += p->y.len ? 20 : 0;
    return PLOT_WIDTH;
}

/* Labels that cannot stand side by side make the bars lie. */
static bool must_lie(struct plot_frame *f, const struct bars *b)
{
    double room = (PLOT_WIDTH - 2 * PLOT_MARGIN - 50) / (b->places ? b->places : 1);
    for (uint32_t i = 0; i < b->places; i++) {
        if (text_width_of(f, plot_label_at(f->p, i), NAME_SIZE) + 8 > room) {
            return true;
        }
    }
    return false;
}

double plot_draw_bars(struct plot_frame *f)
{
    struct bars b = {
        .s = scale_of(f->p), .places = plot_places(f->p), .series = plot_shown(f->p)};
    plot_legend(f);
    return f->p->lying || must_lie(f, &b) ? draw_lying(f, &b) : draw_standing(f, &b);
}
