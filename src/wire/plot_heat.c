/* Heat maps: a cell a value, darker for more. */
#include <math.h>
#include "wire/plot_draw.h"

#define CELL_HEIGHT 30.0
#define CELL_LEAST 46.0
#define CELL_MOST 128.0
#define LABEL_SIZE 12.0
#define SLANT 40.0 /* degrees, of column labels that do not fit */

struct heat {
    uint32_t rows, columns;
    double left, top, cell; /* of the cells; their width */
    double low, high;
    bool root; /* counts and shares differ by powers of ten: shade by square root */
    bool slant;
};

/* Between two colours, 0..1. */
static uint32_t blend(uint32_t a, uint32_t b, double t)
{
    uint32_t out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double x = (double)(a >> shift & 255), y = (double)(b >> shift & 255);
        out |= (uint32_t)lround(x + (y - x) * t) << shift;
    }
    return out;
}

/* 0..1 to a shade of blue through three colours of even steps in lightness. */
static uint32_t blue(double t)
{
    return t < 0.5 ? blend(0xF2F7FB, 0x7FB4DA, t * 2) : blend(0x7FB4DA, 0x08457E, t * 2 - 1);
}

static uint32_t orange(double t)
{
    return t < 0.5 ? blend(0xFDF7F0, 0xF2B46B, t * 2) : blend(0xF2B46B, 0xA84A00, t * 2 - 1);
}

static double share_of(const struct heat *h, double v)
{
    double t = h->high > h->low ? (v - h->low) / (h->high - h->low) : 1;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return h->root ? sqrt(t) : t;
}

static uint32_t shade(const struct plot *p, const struct heat *h, double v)
{
    if (!p->centred) {
        return blue(share_of(h, v));
    }
    double most = fmax(fabs(h->high - p->middle), fabs(p->middle - h->low));
    double t = most > 0 ? fabs(v - p->middle) / most : 0;
    return v < p->middle ? orange(t) : blue(t);
}

static uint32_t ink_on(uint32_t colour)
{
    double l =
        0.299 * (colour >> 16 & 255) + 0.587 * (colour >> 8 & 255) + 0.114 * (colour & 255);
    return l > 140 ? INK : WHITE;
}

static void extent(const struct plot *p, struct heat *h)
{
    h->low = INFINITY;
    h->high = -INFINITY;
    for (uint32_t r = 0; r < h->rows; r++) {
        for (uint32_t c = 0; c < h->columns; c++) {
            double v = plot_at(&p->series.ptr[r], c);
            h->low = v < h->low ? v : h->low; /* false for NaN */
            h->high = v > h->high ? v : h->high;
        }
    }
    bool counts = p->unit == TABLE_INT || p->unit == TABLE_FEN || p->unit == TABLE_SHARE;
    h->low = h->low > 0 && !p->centred ? 0 : h->low;
    h->root = counts && h->low >= 0 && !p->centred;
}

/* Shares with all their digits, so that a column stands in line; numbers whole up to a million. */
static struct str figure_of(const struct plot *p, const struct heat *h, double v)
{
    double most = p->unit == TABLE_FEN ? 1e8 : 1e6;
    return plot_figure(p, v, p->unit != TABLE_SHARE && h->high >= most);
}

static double width_of(struct plot_frame *f, struct str s)
{
    struct canvas_text style = {.size = LABEL_SIZE};
    return canvas_width(f->c, &style, s);
}

/* The width of a cell: its figures, then its label as far as that is reasonable. */
static double measure(struct plot_frame *f, struct heat *h, double *label)
{
    double figure = 0;
    *label = 0;
    for (uint32_t c = 0; c < h->columns; c++) {
        double w = width_of(f, plot_label_at(f->p, c));
        *label = w > *label ? w : *label;
        for (uint32_t r = 0; r < h->rows; r++) {
            w = width_of(f, figure_of(f->p, h, plot_at(&f->p->series.ptr[r], c)));
            figure = w > figure ? w : figure;
        }
    }
    double cell = figure + 14 > CELL_LEAST ? figure + 14 : CELL_LEAST;
    double even = 640.0 / (h->columns ? h->columns : 1); /* few columns may be wide */
    even = even > CELL_MOST ? CELL_MOST : even;
    cell = cell > even ? cell : even;
    h->slant = *label + 8 > cell && *label + 8 > CELL_MOST;
    if (!h->slant && *label + 8 > cell) {
        bool fits = (*label + 8) * h->columns <= 1100;
        cell = fits ? *label + 8 : cell;
        h->slant = !fits;
    }
    return cell;
}

static void draw_column_labels(struct plot_frame *f, const struct heat *h)
{
    struct canvas_text style = {.size = LABEL_SIZE, .colour = INK, .align = CANVAS_CENTRE};
    for (uint32_t c = 0; c < h->columns; c++) {
        double x = h->left + h->cell * (c + 0.5);
        if (h->slant) {
            style.align = CANVAS_LEFT;
            style.angle = -SLANT;
            canvas_put(f->c, x - 4, h->top - 10, &style,
                       canvas_fit(f->c, &style, plot_label_at(f->p, c), 150));
        } else {
            canvas_put(f->c, x, h->top - 12, &style, plot_label_at(f->p, c));
        }
    }
}

static void draw_cells(struct plot_frame *f, const struct heat *h, double name_room)
{
    struct canvas_text name = {.size = LABEL_SIZE, .colour = INK, .align = CANVAS_RIGHT};
    for (uint32_t r = 0; r < h->rows; r++) {
        const struct plot_series *s = &f->p->series.ptr[r];
        double y = h->top + CELL_HEIGHT * r;
        canvas_put(f->c, h->left - 10, y + CELL_HEIGHT / 2, &name,
                   canvas_fit(f->c, &name, s->name, name_room + 1));
        for (uint32_t c = 0; c < h->columns; c++) {
            double v = plot_at(s, c), x = h->left + h->cell * c;
            if (!isfinite(v)) {
                continue;
            }
            uint32_t colour = shade(f->p, h, v);
            canvas_box(f->c, x + 1, y + 1, h->cell - 2, CELL_HEIGHT - 2, 3, colour);
            plot_text(f, x + h->cell / 2, y + CELL_HEIGHT / 2, figure_of(f->p, h, v),
                      LABEL_SIZE, ink_on(colour), CANVAS_CENTRE);
        }
    }
}

/* A strip of the shades with the values at its ends (and at the centre). */
static void draw_key(struct plot_frame *f, const struct heat *h, double y)
{
    const double wide = 180;
    double x = h->left + 1;
    double span = h->high - h->low;
    struct str low = plot_figure(f->p, h->low, true), high = plot_figure(f->p, h->high, true);
    x += plot_text(f, x, y, low, 11, GREY, CANVAS_LEFT) + 8;
    for (int i = 0; i < 90; i++) {
        double v = h->low + span * (i + 0.5) / 90;
        canvas_box(f->c, x + wide * i / 90, y - 5, wide / 90 + (i < 89 ? 1 : 0), 10, 0,
                   shade(f->p, h, v));
    }
    plot_text(f, x + wide + 8, y, high, 11, GREY, CANVAS_LEFT);
}

double plot_draw_heat(struct plot_frame *f)
{
    const struct plot *p = f->p;
    struct heat h = {.columns = plot_places(p)};
    h.columns = h.columns < PLOT_CELLS ? h.columns : PLOT_CELLS;
    h.rows = (uint32_t)(p->series.len < PLOT_CELLS ? p->series.len : PLOT_CELLS);
    double names = width_of(f, p->y), label;
    for (uint32_t r = 0; r < h.rows; r++) {
        double w = width_of(f, p->series.ptr[r].name);
        names = w > names ? w : names;
    }
    names = names > 220 ? 220 : names;
    extent(p, &h);
    h.cell = measure(f, &h, &label);
    h.left = PLOT_MARGIN + names + 10;
    double slanted = (label > 150 ? 150 : label) * sin(SLANT * acos(0) / 90) + 22;
    h.top = f->y + (p->x.len ? 22 : 0) + (h.slant ? slanted : 24);
    plot_text(f, h.left + 1, f->y + 6, p->x, 11.5, GREY, CANVAS_LEFT);
    plot_text(f, h.left - 10, h.top - 12, p->y, 11.5, GREY, CANVAS_RIGHT);
    draw_column_labels(f, &h);
    draw_cells(f, &h, names);
    f->y = h.top + CELL_HEIGHT * h.rows + 20;
    if (h.high > h.low) {
        draw_key(f, &h, f->y);
        f->y += 22;
    }
    double over = h.slant ? (label > 150 ? 150 : label) * 0.77 - h.cell / 2 : 0;
    return h.left + h.cell * h.columns + PLOT_MARGIN + (over > 0 ? over : 0);
}
