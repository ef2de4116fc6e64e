/* The list of shapes, and SVG from it. */
#include "wire/canvas.h"

#include "wire/canvas_draw.h"
#include "wire/text.h"

#define MIDDLE 0.35 /* of the letters' size: from a line's middle down to its base */

static void drop_canvas(void *p)
{
    struct canvas *c = p;
    vec_release(&c->item);
    canvas_pen_free(c->pen);
    c->pen = NULL;
}

struct canvas *canvas_new(struct arena *a)
{
    struct canvas *c = arena_new_of(a, struct canvas);
    c->arena = a;
    c->pen = canvas_pen_new();
    arena_defer(a, drop_canvas, c);
    return c;
}

void canvas_size(struct canvas *c, double width, double height)
{
    c->width = width;
    c->height = height;
}

static const struct canvas_point *copy_points(struct canvas *c, const struct canvas_point *p,
                                              uint32_t n)
{
    struct canvas_point *copy = arena_array(c->arena, struct canvas_point, n + 1);
    if (n > 0) {
        memcpy(copy, p, n * sizeof(*p));
    }
    return copy;
}

void canvas_box(struct canvas *c, double x, double y, double w, double h, double radius,
                uint32_t colour)
{
    struct canvas_item i = {.shape = CANVAS_BOX, .colour = colour, .alpha = 1};
    i.x = x;
    i.y = y;
    i.w = w;
    i.h = h;
    i.radius = radius * 2 > w ? w / 2 : radius * 2 > h ? h / 2 : radius;
    if (w > 0 && h > 0) {
        vec_push(&c->item, i);
    }
}

void canvas_line(struct canvas *c, const struct canvas_point *p, uint32_t n, double width,
                 uint32_t colour)
{
    struct canvas_item i = {.shape = CANVAS_LINE, .colour = colour, .n = n, .w = width};
    i.alpha = 1;
    i.p = copy_points(c, p, n);
    if (n > 1) {
        vec_push(&c->item, i);
    }
}

void canvas_area(struct canvas *c, const struct canvas_point *p, uint32_t n, uint32_t colour,
                 double alpha)
{
    struct canvas_item i = {.shape = CANVAS_AREA, .colour = colour, .n = n, .alpha = alpha};
    i.p = copy_points(c, p, n);
    if (n > 2) {
        vec_push(&c->item, i);
    }
}

void canvas_ribbon(struct canvas *c, struct canvas_point from, struct canvas_point to, double h,
                   uint32_t colour, double alpha)
{
    struct canvas_point p[2] = {from, to};
    struct canvas_item i = {.shape = CANVAS_RIBBON, .colour = colour, .n = 2, .alpha = alpha};
    i.h = h;
    i.p = copy_points(c, p, 2);
    vec_push(&c->item, i);
}

void canvas_dot(struct canvas *c, double x, double y, double radius, uint32_t colour)
{
    struct canvas_item i = {.shape = CANVAS_DOT, .colour = colour, .alpha = 1};
    i.x = x;
    i.y = y;
    i.w = radius;
    vec_push(&c->item, i);
}

void canvas_put(struct canvas *c, double x, double y, const struct canvas_text *style,
                struct str text)
{
    struct canvas_item i = {.shape = CANVAS_TEXT, .style = *style, .x = x, .y = y};
    struct buf clean = {0};
    text_clean(&clean, text);
    for (size_t at = 0; at < clean.len; at++) {
        clean.ptr[at] = (unsigned char)clean.ptr[at] < ' ' ? ' ' : clean.ptr[at];
    }
    i.text = arena_str(c->arena, buf_str(&clean));
    buf_release(&clean);
    if (i.text.len > 0) {
        vec_push(&c->item, i);
    }
}

void canvas_sized(const struct canvas *c, bool svg, uint32_t *width, uint32_t *height)
{
    double scale = svg ? 1 : CANVAS_PIXELS;
    *width = (uint32_t)(c->width * scale);
    *height = (uint32_t)(c->height * scale);
}

/* A font without Chinese would measure too little. */
static double wide_part(struct str s)
{
    uint32_t characters = 0, columns = text_width(s);
    for (size_t i = 0; i < s.len; i++) {
        characters += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    }
    return columns > characters ? columns - characters : 0;
}

double canvas_width(struct canvas *c, const struct canvas_text *style, struct str text)
{
    double measured = canvas_pen_width(c->pen, style, text);
    double least = wide_part(text) * style->size;
    return measured > least ? measured : least;
}

struct str canvas_fit(struct canvas *c, const struct canvas_text *style, struct str text,
                      double width)
{
    struct buf b = {0};
    struct str out = text;
    uint32_t columns = text_width(text);
    while (columns > 1 && canvas_width(c, style, out) > width) {
        buf_clear(&b);
        (void)text_fit(&b, text, --columns);
        out = buf_str(&b);
    }
    out = arena_str(c->arena, out);
    buf_release(&b);
    return out;
}

/* ---- SVG -------------------------------------------------------------------------------------- */

static void put_escaped(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': buf_add(out, STR("&amp;")); break;
        case '<': buf_add(out, STR("&lt;")); break;
        case '>': buf_add(out, STR("&gt;")); break;
        default: buf_add_byte(out, s.ptr[i]);
        }
    }
}

/* A coordinate with at most two digits behind the point. */
static void put_at(struct buf *out, double v)
{
    size_t before = out->len;
    buf_addf(out, "%.2f", v);
    while (out->ptr[out->len - 1] == '0') {
        out->len--;
    }
    out->len -= out->ptr[out->len - 1] == '.';
    if (out->len == before + 2 && memcmp(out->ptr + before, "-0", 2) == 0) {
        out->ptr[--out->len - 1] = '0';
    }
}

static void put_number(struct buf *out, const char *name, double v)
{
    buf_addf(out, " %s=\"", name);
    put_at(out, v);
    buf_add_byte(out, '"');
}

static void put_pair(struct buf *out, char letter, double x, double y)
{
    buf_add_byte(out, letter);
    put_at(out, x);
    buf_add_byte(out, ' ');
    put_at(out, y);
}

static void put_fill(struct buf *out, const struct canvas_item *i)
{
    buf_addf(out, " fill=\"#%06x\"", i->colour);
    if (i->alpha < 1) {
        put_number(out, "fill-opacity", i->alpha);
    }
    buf_add(out, STR("/>\n"));
}

static void put_box(struct buf *out, const struct canvas_item *i)
{
    buf_add(out, STR("<rect"));
    put_number(out, "x", i->x);
    put_number(out, "y", i->y);
    put_number(out, "width", i->w);
    put_number(out, "height", i->h);
    if (i->radius > 0) {
        put_number(out, "rx", i->radius);
    }
    put_fill(out, i);
}

static void put_points(struct buf *out, const struct canvas_item *i)
{
    buf_add(out, STR("<path d=\""));
    for (uint32_t k = 0; k < i->n; k++) {
        put_pair(out, k ? 'L' : 'M', i->p[k].x, i->p[k].y);
    }
    if (i->shape == CANVAS_AREA) {
        buf_add(out, STR("Z\""));
        put_fill(out, i);
        return;
    }
    buf_addf(out, "\" fill=\"none\" stroke=\"#%06x\"", i->colour);
    put_number(out, "stroke-width", i->w);
    buf_add(out, STR(" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n"));
}

static void put_ribbon(struct buf *out, const struct canvas_item *i)
{
    struct canvas_point a = i->p[0], b = i->p[1];
    double mid = (a.x + b.x) / 2;
    buf_add(out, STR("<path d=\""));
    put_pair(out, 'M', a.x, a.y);
    put_pair(out, 'C', mid, a.y);
    put_pair(out, ' ', mid, b.y);
    put_pair(out, ' ', b.x, b.y);
    put_pair(out, 'L', b.x, b.y + i->h);
    put_pair(out, 'C', mid, b.y + i->h);
    put_pair(out, ' ', mid, a.y + i->h);
    put_pair(out, ' ', a.x, a.y + i->h);
    buf_add(out, STR("Z\""));
    put_fill(out, i);
}

static void put_dot(struct buf *out, const struct canvas_item *i)
{
    buf_add(out, STR("<circle"));
    put_number(out, "cx", i->x);
    put_number(out, "cy", i->y);
    put_number(out, "r", i->w);
    put_fill(out, i);
}

static void put_text(struct buf *out, const struct canvas_item *i)
{
    static const char *const anchor[] = {"start", "middle", "end"};
    double base = i->y + MIDDLE * i->style.size;
    buf_add(out, STR("<text"));
    put_number(out, "x", i->x);
    put_number(out, "y", base);
    put_number(out, "font-size", i->style.size);
    if (i->style.align != CANVAS_LEFT) {
        buf_addf(out, " text-anchor=\"%s\"", anchor[i->style.align]);
    }
    if (i->style.bold) {
        buf_add(out, STR(" font-weight=\"bold\""));
    }
    if (i->style.halo) {
        buf_add(out, STR(" stroke=\"#ffffff\" stroke-opacity=\"0.8\" stroke-width=\"3\" "
                         "stroke-linejoin=\"round\" paint-order=\"stroke\""));
    }
    if (i->style.angle < 0 || i->style.angle > 0) {
        buf_addf(out, " transform=\"rotate(%.1f %.2f %.2f)\"", i->style.angle, i->x, i->y);
    }
    buf_addf(out, " fill=\"#%06x\">", i->style.colour);
    put_escaped(out, i->text);
    buf_add(out, STR("</text>\n"));
}

void canvas_svg(const struct canvas *c, struct buf *out)
{
    static const char *const fonts[] = {CANVAS_FONTS};
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
             "viewBox=\"0 0 %.0f %.0f\" font-family=\"",
             c->width, c->height, c->width, c->height);
    for (size_t i = 0; i < sizeof(fonts) / sizeof(fonts[0]); i++) {
        bool generic = strcmp(fonts[i], "sans-serif") == 0;
        buf_addf(out, generic ? "%s%s" : "%s'%s'", i ? ", " : "", fonts[i]);
    }
    buf_add(out, STR("\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"));
    for (size_t i = 0; i < c->item.len; i++) {
        const struct canvas_item *item = &c->item.ptr[i];
        switch (item->shape) {
        case CANVAS_BOX: put_box(out, item); break;
        case CANVAS_LINE:
        case CANVAS_AREA: put_points(out, item); break;
        case CANVAS_RIBBON: put_ribbon(out, item); break;
        case CANVAS_DOT: put_dot(out, item); break;
        case CANVAS_TEXT: put_text(out, item); break;
        }
    }
    buf_add(out, STR("</svg>\n"));
}
