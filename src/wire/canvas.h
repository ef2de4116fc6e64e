/* What pictures are drawn on: shapes are kept as a list, then written as SVG or painted as PNG.
 * Coordinates are points from the top left. Colours are 0xRRGGBB; alpha 0..1. */
#ifndef POND_WIRE_CANVAS_H
#define POND_WIRE_CANVAS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

/* Fonts in order of wish; the first has Chinese and Latin of one hand. */
#define CANVAS_FONTS                                                                           \
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",                   \
        "Microsoft YaHei", "WenQuanYi Micro Hei", "sans-serif"

#define CANVAS_PIXELS 2.0 /* of a PNG, a point */

struct canvas;

enum canvas_align { CANVAS_LEFT, CANVAS_CENTRE, CANVAS_RIGHT };
struct canvas_text {
    double size; /* of the letters, in points              */
    uint32_t colour;
    bool bold, halo; /* halo: a white edge, to be read on ribbons */
    enum canvas_align align;
    double angle; /* degrees, clockwise, around (x, y)      */
};
struct canvas_point {
    double x, y;
};

/* Lives in the arena. */
struct canvas *canvas_new(struct arena *a);
/* The whole picture, on white ground; shapes outside are cut off. */
void canvas_size(struct canvas *c, double width, double height);
/* radius: of the corners, 0 for none. */
void canvas_box(struct canvas *c, double x, double y, double w, double h, double radius,
                uint32_t colour);
void canvas_line(struct canvas *c, const struct canvas_point *p, uint32_t n, double width,
                 uint32_t colour);
void canvas_area(struct canvas *c, const struct canvas_point *p, uint32_t n, uint32_t colour,
                 double alpha);
/* A ribbon from the upright edge (x1, y1..y1+h) to (x2, y2..y2+h). */
void canvas_ribbon(struct canvas *c, struct canvas_point from, struct canvas_point to, double h,
                   uint32_t colour, double alpha);
void canvas_dot(struct canvas *c, double x, double y, double radius, uint32_t colour);
/* (x, y) is the left, middle or right end of the text's mid-line. */
void canvas_put(struct canvas *c, double x, double y, const struct canvas_text *style,
                struct str text);
/* Width of a text in points; never less than its wide characters need. */
double canvas_width(struct canvas *c, const struct canvas_text *style, struct str text);
/* The text cut to at most `width` points, "…" for what is gone; in the arena. */
struct str canvas_fit(struct canvas *c, const struct canvas_text *style, struct str text,
                      double width);

/* What the picture measures: points of an SVG, pixels of a PNG. */
void canvas_sized(const struct canvas *c, bool svg, uint32_t *width, uint32_t *height);
void canvas_svg(const struct canvas *c, struct buf *out);
/* CANVAS_PIXELS a point. *no_glyph counts characters that no font has. RC_IO (and errno's reason)
 * when the library cannot. */
enum rc canvas_png(const struct canvas *c, struct buf *out, uint32_t *no_glyph, struct err *e);

#endif
