/* The inside of wire/canvas.h, shared by canvas.c (the list, SVG) and canvas_cairo.c (measuring,
 * PNG). */
#ifndef POND_WIRE_CANVAS_DRAW_H
#define POND_WIRE_CANVAS_DRAW_H

#include "base/vec.h"
#include "wire/canvas.h"

enum canvas_shape {
    CANVAS_BOX,
    CANVAS_LINE,
    CANVAS_AREA,
    CANVAS_RIBBON,
    CANVAS_DOT,
    CANVAS_TEXT
};

struct canvas_item {
    enum canvas_shape shape;
    uint32_t colour, n;
    double x, y, w, h; /* BOX; DOT (w radius); TEXT (x, y); RIBBON (h); LINE (w width) */
    double radius, alpha;
    const struct canvas_point *p; /* LINE, AREA: n; RIBBON: 2 */
    struct canvas_text style;
    struct str text;
};

struct canvas_pen; /* the library's measuring tools */

struct canvas {
    struct arena *arena;
    double width, height;
    VEC(struct canvas_item) item;
    struct canvas_pen *pen;
};

struct canvas_pen *canvas_pen_new(void);
void canvas_pen_free(struct canvas_pen *p);
double canvas_pen_width(struct canvas_pen *p, const struct canvas_text *style, struct str text);

#endif
