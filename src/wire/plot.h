/* Pictures of figures: described once, drawn as SVG or PNG by the ending of the file's name.
 *
 * An operation gets its picture by op_plot(c) beside op_table(c) (wire/op.h) and describes it
 * whether or not --plot is given (it costs next to nothing); struct op says in `.picture` what
 * it shows. A picture has a kind, a title, labels, and series of values:
 *
 * Lines over days (a series is a line; PLOT_LINE with plot_label instead of plot_days is a line
 * over anything in order):
 *
 *     struct plot *p = op_plot(c, PLOT_LINE);
 *     plot_title(p, STR("各阶段消费者"), STR("demo · 2026-10-24 至 2026-11-22"));
 *     plot_axes(p, "", "消费者");
 *     plot_days(p, first_day);
 *     plot_series(p, STR("忠诚"));
 *     for (...) plot_value(p, n[d]);               NaN: a gap
 *     plot_series(p, STR("无")); plot_quiet(p);    drawn in grey, behind
 *
 * Bars (labels are the places, a series is a colour; plot_stack piles the series, plot_rows lays
 * the bars down, which also happens by itself when labels are too long to stand side by side):
 *
 *     struct plot *p = op_plot(c, PLOT_BAR);
 *     plot_title(p, STR("触点贡献"), STR("首触与末触"));
 *     plot_unit(p, TABLE_SHARE, 1);
 *     plot_label(p, STR("小程序")); plot_label(p, STR("直播间"));
 *     plot_series(p, STR("首触")); plot_value(p, 0.4); plot_value(p, 0.6);
 *     plot_series(p, STR("末触")); plot_value(p, 0.7); plot_value(p, 0.3);
 *
 * Heat map (labels are columns, a series is a row; NaN or a missing value leaves a cell blank, so
 * a retention triangle needs nothing special; plot_centre for values around a middle, as a TGI
 * around 100):
 *
 *     struct plot *p = op_plot(c, PLOT_HEAT);
 *     plot_unit(p, TABLE_SHARE, 1);
 *     plot_axes(p, "首购后第几周", "首购周");
 *     plot_label(p, STR("0")); plot_label(p, STR("1"));
 *     plot_series(p, STR("2026-10-05 (1,024)")); plot_value(p, 1); plot_value(p, 0.21);
 *     plot_series(p, STR("2026-10-12 (988)")); plot_value(p, 1);
 *
 * Sankey (nodes in layers from the left, flows between them):
 *
 *     struct plot *p = op_plot(c, PLOT_SANKEY);
 *     uint32_t a = plot_node(p, 0, STR("浏览")), b = plot_node(p, 1, STR("加购"));
 *     plot_flow(p, a, b, 1234);
 *
 * Funnel (labels are the steps, one series of values, falling; rates are worked out; several
 * series become groups of bars, a step each):
 *
 *     struct plot *p = op_plot(c, PLOT_FUNNEL);
 *     plot_label(p, STR("浏览")); plot_label(p, STR("加购")); plot_label(p, STR("购买"));
 *     plot_series(p, STR("")); plot_value(p, 9000); plot_value(p, 2100); plot_value(p, 640);
 *
 * Looks   light ground; colours of Okabe and Ito (Color Universal Design, 2008), told apart by
 *         the colour-blind; shades of one blue for heat, orange to blue around a centre.
 *         Numbers in the language of the call: 12万, 120K.
 * Text    an SVG holds its text as text, for the fonts of whoever opens it. A PNG needs a font
 *         on this machine: plot_save tells when characters had none (fonts-noto-cjk has them).
 * Limits  the first 24 series, 2,000 places and 60 rows or columns of a heat map are drawn, and
 *         a note says so when there are more.
 */
#ifndef POND_WIRE_PLOT_H
#define POND_WIRE_PLOT_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "wire/lang.h"
#include "wire/table.h"
#include <stdbool.h>
#include <stdint.h>

enum plot_kind { PLOT_LINE, PLOT_BAR, PLOT_HEAT, PLOT_SANKEY, PLOT_FUNNEL };

struct plot;
/* Lives in the arena; texts are copied. */
struct plot *plot_new(struct arena *a, enum plot_kind kind, enum lang lang);
/* Two lines above the picture; either may be empty. */
void plot_title(struct plot *p, struct str title, struct str sub);
/* What the axes count; NULL or "": nothing. HEAT: x names the columns, y the rows. */
void plot_axes(struct plot *p, const char *x, const char *y);
/* How values are written: TABLE_INT (at first), TABLE_REAL, TABLE_SHARE, TABLE_FEN (values in
 * fen, shown in yuan), with so many digits behind the point for REAL and SHARE. */
void plot_unit(struct plot *p, enum table_kind unit, uint32_t digits);
void plot_note(struct plot *p, struct str note);   /* a line below                      */
void plot_label(struct plot *p, struct str label); /* the next place on the first axis */
void plot_days(struct plot *p, int32_t first_day); /* LINE: places are days from this one */
void plot_series(struct plot *p, struct str name); /* begins a series                  */
void plot_value(struct plot *p, double v);         /* its next value; NaN: none        */
void plot_quiet(struct plot *p);                   /* the series at hand is background */
void plot_stack(struct plot *p);                   /* BAR: series piled up             */
void plot_rows(struct plot *p);                    /* BAR: lying, labels on the left   */
void plot_centre(struct plot *p, double middle);   /* HEAT: two colours around it      */
/* SANKEY: a node of layer 0.. from the left, in order from the top; returns its number. Flows of
 * 0 or less are not drawn. */
uint32_t plot_node(struct plot *p, uint32_t layer, struct str name);
void plot_flow(struct plot *p, uint32_t from, uint32_t to, double value);
bool plot_is_empty(const struct plot *p); /* nothing to draw: no value, no flow */

struct plot_saved {
    uint32_t width, height; /* of the picture: points (SVG), pixels (PNG)               */
    uint32_t no_glyph;      /* PNG: characters that no font of this machine has         */
};
/* Writes the picture to a temporary name, then renames it. saved may be NULL.
 * RC_INVALID a name that ends with neither .svg nor .png, or nothing to draw; RC_MISSING no such
 * directory; RC_DENIED; RC_FULL; RC_IO. */
enum rc plot_save(const struct plot *p, const char *path, struct plot_saved *saved,
                  struct err *e);
/* What plot_save would refuse by the name alone. */
enum rc plot_check(const char *path, struct err *e);

#endif
