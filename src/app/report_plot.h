/* Pictures of the reports of assets, trend and flow, for --plot. `when` says what the figures are
 * about ("2026-11-15 to 2026-11-22"). */
#ifndef POND_APP_REPORT_PLOT_H
#define POND_APP_REPORT_PLOT_H

#include "aipl/model.h"
#include "app/pond.h"
#include "report/asset.h"
#include "report/flow.h"
#include "report/trend.h"
#include "wire/op.h"

/* Bars, the highest stage first, beside those of a week before. */
void report_plot_assets(struct op_call *c, const struct pond *p, const struct asset_report *r,
                        struct str when);
/* A line a stage; who stands in none is told in the note, it would flatten the others. */
void report_plot_trend(struct op_call *c, const struct pond *p, const struct trend_report *r,
                       struct str when);
/* A heat map of the matrix, or (sankey) ribbons from the stages of one day to the other's. */
void report_plot_flow(struct op_call *c, const struct pond *p, const struct flow_report *r,
                      struct str when, bool sankey);
/* A line for each move, day by day, but for who stayed. */
void report_plot_flows(struct op_call *c, const struct pond *p, const struct flow_series *s,
                       struct str when);

#endif
