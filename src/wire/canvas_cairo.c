/* Measuring texts and painting PNG: the only file that includes cairo and pango. */
#include "wire/canvas_draw.h"

#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>

#define MIDDLE 0.35

struct canvas_pen {
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
};

struct canvas_pen *canvas_pen_new(void)
{
    struct canvas_pen *p = mem_zalloc(sizeof(*p));
    p->fonts = pango_cairo_font_map_new();
    p->context = pango_font_map_create_context(p->fonts);
    p->layout = pango_layout_new(p->context);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(p->context, o);
    cairo_font_options_destroy(o);
    return p;
}

void canvas_pen_free(struct canvas_pen *p)
{
    if (p) {
        g_object_unref(p->layout);
        g_object_unref(p->context);
        g_object_unref(p->fonts);
        mem_free(p);
    }
}

static void set_text(struct canvas_pen *p, const struct canvas_text *style, struct str text)
{
    static const char *const names[] = {CANVAS_FONTS};
    struct buf family = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        buf_addf(&family, "%s%s", i ? "," : "", names[i]);
    }
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family(d, buf_cstr(&family));
    pango_font_description_set_absolute_size(d, style->size * PANGO_SCALE);
    pango_font_description_set_weight(d, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(p->layout, d);
    pango_layout_set_text(p->layout, text.len ? text.ptr : "", (int)text.len);
    pango_font_description_free(d);
    buf_release(&family);
}

double canvas_pen_width(struct canvas_pen *p, const struct canvas_text *style, struct str text)
{
    PangoRectangle r;
    set_text(p, style, text);
    pango_layout_get_extents(p->layout, NULL, &r);
    return (double)r.width / PANGO_SCALE;
}

static void set_colour(cairo_t *cr, const struct canvas_item *i)
{
    uint32_t c = i->shape == CANVAS_TEXT ? i->style.colour : i->colour;
    cairo_set_source_rgba(cr, (double)(c >> 16 & 255) / 255, (double)(c >> 8 & 255) / 255,
                          (double)(c & 255) / 255, i->shape == CANVAS_TEXT ? 1 : i->alpha);
}

static void box_path(cairo_t *cr, const struct canvas_item *i)
{
    const double quarter = acos(0);
    double r = i->radius;
    if (r <= 0) {
        cairo_rectangle(cr, i->x, i->y, i->w, i->h);
        return;
    }
    cairo_new_sub_path(cr);
    cairo_arc(cr, i->x + i->w - r, i->y + r, r, -quarter, 0);
    cairo_arc(cr, i->x + i->w - r, i->y + i->h - r, r, 0, quarter);
    cairo_arc(cr, i->x + r, i->y + i->h - r, r, quarter, 2 * quarter);
    cairo_arc(cr, i->x + r, i->y + r, r, 2 * quarter, 3 * quarter);
    cairo_close_path(cr);
}

static void ribbon_path(cairo_t *cr, const struct canvas_item *i)
{
    struct canvas_point a = i->p[0], b = i->p[1];
    double mid = (a.x + b.x) / 2;
    cairo_move_to(cr, a.x, a.y);
    cairo_curve_to(cr, mid, a.y, mid, b.y, b.x, b.y);
    cairo_line_to(cr, b.x, b.y + i->h);
    cairo_curve_to(cr, mid, b.y + i->h, mid, a.y + i->h, a.x, a.y + i->h);
    cairo_close_path(cr);
}

static void points_path(cairo_t *cr, const struct canvas_item *i)
{
    for (uint32_t k = 0; k < i->n; k++) {
        cairo_line_to(cr, i->p[k].x, i->p[k].y);
    }
}

static uint32_t paint_text(cairo_t *cr, struct canvas_pen *pen, const struct canvas_item *i)
{
    set_text(pen, &i->style, i->text);
    PangoRectangle r;
    pango_layout_get_extents(pen->layout, NULL, &r);
    double w = (double)r.width / PANGO_SCALE;
    double shift = i->style.align == CANVAS_LEFT     ? 0
                   : i->style.align == CANVAS_CENTRE ? w / 2
                                                     : w;
    cairo_save(cr);
    cairo_translate(cr, i->x, i->y);
    cairo_rotate(cr, i->style.angle * acos(0) / 90);
    PangoLayoutLine *line = pango_layout_get_line_readonly(pen->layout, 0);
    cairo_move_to(cr, -shift, MIDDLE * i->style.size);
    if (i->style.halo) {
        pango_cairo_layout_line_path(cr, line);
        cairo_set_source_rgba(cr, 1, 1, 1, 0.8);
        cairo_set_line_width(cr, 3);
        cairo_stroke(cr);
        set_colour(cr, i);
        cairo_move_to(cr, -shift, MIDDLE * i->style.size);
    }
    pango_cairo_show_layout_line(cr, line);
    cairo_restore(cr);
    int unknown = pango_layout_get_unknown_glyphs_count(pen->layout);
    return unknown > 0 ? (uint32_t)unknown : 0;
}

static uint32_t paint(cairo_t *cr, struct canvas_pen *pen, const struct canvas_item *i)
{
    set_colour(cr, i);
    cairo_new_path(cr);
    switch (i->shape) {
    case CANVAS_BOX: box_path(cr, i); break;
    case CANVAS_RIBBON: ribbon_path(cr, i); break;
    case CANVAS_AREA: points_path(cr, i); break;
    case CANVAS_DOT: cairo_arc(cr, i->x, i->y, i->w, 0, 4 * acos(0)); break;
    case CANVAS_TEXT: return paint_text(cr, pen, i);
    case CANVAS_LINE:
        points_path(cr, i);
        cairo_set_line_width(cr, i->w);
        cairo_stroke(cr);
        return 0;
    }
    cairo_fill(cr);
    return 0;
}

static cairo_status_t take_bytes(void *ctx, const unsigned char *bytes, unsigned len)
{
    buf_add(ctx, str_make((const char *)bytes, len));
    return CAIRO_STATUS_SUCCESS;
}

enum rc canvas_png(const struct canvas *c, struct buf *out, uint32_t *no_glyph, struct err *e)
{
    cairo_surface_t *s =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(c->width * CANVAS_PIXELS),
                                   (int)ceil(c->height * CANVAS_PIXELS));
    cairo_t *cr = cairo_create(s);
    uint32_t unknown = 0;
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, CANVAS_PIXELS, CANVAS_PIXELS);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    for (size_t i = 0; i < c->item.len; i++) {
        unknown += paint(cr, c->pen, &c->item.ptr[i]);
    }
    cairo_status_t status = cairo_status(cr);
    if (status == CAIRO_STATUS_SUCCESS) {
        status = cairo_surface_write_to_png_stream(s, take_bytes, out);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    *no_glyph = unknown;
    return status == CAIRO_STATUS_SUCCESS
               ? RC_OK
               : rc_fail(e, RC_IO, "the picture cannot be painted: %s",
                         cairo_status_to_string(status));
}
