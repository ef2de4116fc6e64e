/* Paths (路径): what consumers do one after the other, by sessions.
 *
 *   session   rows of one consumer of which none is more than `gap_ms` later than the one before
 *   path      its first `depth` events; or with an anchor, `depth` events from the first anchor of the session on
 *             (from), or up to and with its last one (to). Sessions without the anchor have no path
 *   repeats   equal events one after the other count once, unless `repeats`
 *
 * Purchases refunded in full are events as others here. Rows of the same instant stand in the order of the history (by event code). Cost: one pass. */
#ifndef POND_REPORT_PATH_H
#define POND_REPORT_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include "who/history.h"

#define PATH_DEPTH_MAX 10 /* 12 bits an event, five in a number */

enum path_anchor { PATH_START, PATH_FROM, PATH_TO };
struct path_spec {
    const struct event_filter *events; /* only these rows; NULL: all */
    enum path_anchor anchor;
    struct event_filter at; /* the anchor */
    uint32_t depth;         /* 2..PATH_DEPTH_MAX */
    int64_t gap_ms;
    bool repeats;
};
struct path {
    uint16_t event[PATH_DEPTH_MAX];
    uint32_t len;
    uint64_t sessions, consumers;
};
/* An event at a place of the paths, and how many paths go from one to the next: a Sankey diagram. Places count from 0;
 * with PATH_TO the anchor is at 0 and those before it at -1, -2. */
struct path_node {
    int32_t place;
    uint16_t event;
    uint64_t sessions;
};
struct path_link {
    uint32_t from, to; /* nodes */
    uint64_t sessions;
};
struct paths {
    uint64_t sessions, consumers; /* with a path */
    struct path *list;            /* most sessions first; own */
    uint32_t len;
    struct path_node *nodes; /* by place, then most sessions */
    uint32_t nodes_len;
    struct path_link *links; /* most sessions first */
    uint32_t links_len;
};
enum rc path_want(const struct path_spec *s, struct arena *a, struct history_want *want,
                  struct err *e);
void path_make(const struct path_spec *s, const struct history *h, int threads,
               struct paths *out);
void path_release(struct paths *p);

#endif
