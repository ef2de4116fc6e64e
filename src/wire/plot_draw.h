/* The inside of wire/plot.h, shared by plot*.c. */
#ifndef POND_WIRE_PLOT_DRAW_H
#define POND_WIRE_PLOT_DRAW_H

#include "base/buf.h"
#include "base/vec.h"
#include "wire/canvas.h"
#include "wire/plot.h"

#define PLOT_MARGIN 28.0
#define PLOT_WIDTH 960.0
#define PLOT_SERIES 24u   /* drawn at most            */
#define PLOT_PLACES 2000u /* of a line, of bars       */
#define PLOT_CELLS 60u    /* rows, columns of a heat  */

#define INK 0x1F2933u  /* titles, names, figures      */
#define GREY 0x66717Du /* what explains them          */
#define GRID 0xE4E8ECu
#define AXIS 0x9AA5B1u
#define QUIET 0xB4BDC6u
#define WHITE 0xFFFFFFu

struct plot_series {
    struct str name;
    bool quiet;
    VEC(double) v;
};
struct plot_node {
    struct str name;
    uint32_t layer;
};
struct plot_flow {
    uint32_t from, to;
    double value;
};

struct plot {
    struct arena *arena;
    enum plot_kind kind;
    enum lang lang;
    struct str title, sub, x, y, note;
    enum table_kind unit;
    uint32_t digits;
    bool days, stacked, lying, centred;
    int32_t first_day;
    double middle;
    VEC(struct str) label;
    VEC(struct plot_series) series;
    VEC(struct plot_node) node;
    VEC(struct plot_flow) flow;
};

/* Where a picture is drawn: (x, y) moves down and right as titles, axes and legends take their
 * room; the drawing functions say how high they became. */
struct plot_frame {
    const struct plot *p;
    struct canvas *c;
    double y; /* first free line from the top */
};

struct plot_scale {
    double low, high;   /* the ends of the axis           */
    double first, step; /* ticks: the first, and between  */
    uint32_t ticks;
};

/* Value i of a series; NaN when there is none. */
double plot_at(const struct plot_series *s, uint32_t i);
uint32_t plot_places(const struct plot *p); /* the longest series, the labels */
uint32_t plot_shown(const struct plot *p);  /* series, at most PLOT_SERIES    */
struct str plot_label_at(const struct plot *p, uint32_t i);
uint32_t plot_colour(const struct plot *p, uint32_t series);
/* A value as text in the arena; brief: 12万, 120K. */
struct str plot_figure(const struct plot *p, double v, bool brief);
struct str plot_percent(const struct plot *p, double share);
/* Ticks at round places that hold low..high; about `count` of them. */
struct plot_scale plot_scale_over(const struct plot *p, double low, double high,
                                  uint32_t count);
/* The place of v between two points. */
double plot_between(const struct plot_scale *s, double v, double from, double to);
double plot_text(struct plot_frame *f, double x, double y, struct str text, double size,
                 uint32_t colour, enum canvas_align align); /* returns its width */
/* Coloured squares and names of the series in lines; moves f->y below. */
void plot_legend(struct plot_frame *f);

/* Each draws below f->y and leaves f->y below itself; returns the width it took. */
double plot_draw_line(struct plot_frame *f);
double plot_draw_bars(struct plot_frame *f);
double plot_draw_heat(struct plot_frame *f);
double plot_draw_sankey(struct plot_frame *f);
double plot_draw_funnel(struct plot_frame *f);

#endif
