/* graph_settle: adds what is new link by link where that is exact, judges which identities are shared,
 * and hands components in which a limit is met to graph_solve.c. */
#include "people/graph_internal.h"

#include <stdlib.h>

#define AHEAD 12 /* links between a prefetch and its use */

/* ---- Unions ----------------------------------------------------------------------------------- */

uint32_t graph_unite(struct graph *g, uint32_t level, uint32_t ra, uint32_t rb)
{
    uint32_t root = ra < rb ? ra : rb, leaf = ra < rb ? rb : ra;
    uint32_t carry = (uint32_t)FLAG_LIMITED << level;
    if (level < 2) {
        carry |= (uint32_t)FLAG_TOUCH << level;
    } else {
        uint32_t swap = g->next[root];
        g->next[root] = g->next[leaf];
        g->next[leaf] = swap;
    }
    g->label[level][leaf] = root;
    set_flag(g, root, g->flags[leaf] & carry);
    return root;
}

static void seed(struct graph *g, uint32_t level, uint32_t no)
{
    vec_push(&g->seeds[level], no);
}

/* Joins the consumers of a and b on this level and those above, as far as that is exact without
 * looking at the order of links; else the component is to be solved. */
static void merge(struct graph *g, uint32_t level, uint32_t a, uint32_t b)
{
    for (uint32_t l = level; l < LEVELS; l++) {
        uint32_t ra = label_find(g->label[l], a), rb = label_find(g->label[l], b);
        uint32_t fa = g->flags[ra], fb = g->flags[rb];
        uint32_t contested = (uint32_t)FLAG_CONTESTED << l,
                 limited = (uint32_t)FLAG_LIMITED << l;
        uint32_t touch = (uint32_t)FLAG_TOUCH << l;
        if ((fa | fb) & contested || (ra != rb && fa & fb & limited)) {
            seed(g, l, a);
            seed(g, l, b);
            return;
        }
        if (ra == rb && l == level) {
            return;
        }
        if (ra == rb) {
            continue;
        }
        if (l < 2 && fa & fb & touch) {
            vec_push(&g->merged[l + 1], a);
        }
        uint32_t root = graph_unite(g, l, ra, rb);
        if (l == 2) {
            g->consumers--;
            vec_push(&g->grew, root);
        }
    }
}

/* ---- Shared identities ------------------------------------------------------------------------ */

static bool is_capped(const struct graph *g, uint32_t no, uint32_t cls)
{
    return cls > g->first && cls < CLASS_NEVER && rule_of(g, no)->cap > 0;
}

void graph_suspect(struct graph *g, uint32_t no)
{
    if (!has_flag(g, no, FLAG_SUSPECT)) {
        set_flag(g, no, FLAG_SUSPECT);
        vec_push(&g->suspects[class_of(g, no)], no);
    }
}

void graph_spend(struct graph *g, uint32_t no, uint32_t by)
{
    uint32_t *credit = graph_map_get(&g->credit, no);
    if (credit && *credit > by) {
        *credit -= by;
    } else {
        graph_suspect(g, no);
    }
}

/* Remembers on `no` and its root that a shared identity of class `cls` is near. */
static void touch(struct graph *g, uint32_t no, uint32_t cls)
{
    uint32_t flag = (uint32_t)FLAG_TOUCH << (cls - 1);
    set_flag(g, no, flag);
    set_flag(g, label_find(g->label[cls - 1], no), flag);
}

/* A new link may make its capped ends shared. */
static void notice_link(struct graph *g, uint32_t no, uint32_t cls, uint32_t other,
                        uint32_t other_cls)
{
    if (other_cls < cls && is_capped(g, no, cls)) {
        if (has_flag(g, no, FLAG_SHARED)) {
            touch(g, other, cls);
        } else {
            graph_suspect(g, no);
        }
    }
}

/* Consumers of the level below among the neighbours of lower class. */
static uint32_t count_consumers(struct graph *g, uint32_t no, uint32_t cls, u32_vec *roots)
{
    vec_clear(roots);
    for (uint32_t i = g->head[no]; i; i = link_next(&g->links[i], no)) {
        const struct link *k = &g->links[i];
        uint32_t other = link_other(k, no);
        if (link_is_cut(k) || class_of(g, other) >= cls) {
            continue;
        }
        uint32_t root = label_find(g->label[cls - 1], other);
        if (!has_flag(g, root, FLAG_MARK)) {
            set_flag(g, root, FLAG_MARK);
            vec_push(roots, root);
        }
    }
    for (size_t i = 0; i < roots->len; i++) {
        clear_flag(g, roots->ptr[i], FLAG_MARK);
    }
    return (uint32_t)roots->len;
}

/* Its links stop counting: what they joined is solved again. An identity that never joined anything
 * leaves nothing to solve. */
static void become_shared(struct graph *g, uint32_t no, uint32_t cls)
{
    bool alone = g->next[no] == no && !has_flag(g, no, FLAG_CONTESTED_ANY);
    for (uint32_t i = g->head[no]; i; i = link_next(&g->links[i], no)) {
        const struct link *k = &g->links[i];
        uint32_t other = link_other(k, no), other_cls = class_of(g, other);
        if (link_is_cut(k) || other_cls == CLASS_NEVER) {
            continue;
        }
        if (other_cls < cls) {
            touch(g, other, cls);
        }
        if (!alone && !has_flag(g, other, FLAG_SHARED)) {
            uint32_t level = other_cls > cls ? other_cls : cls;
            seed(g, level, no);
            seed(g, level, other);
        }
    }
    set_flag(g, no, FLAG_SHARED);
}

static void become_private(struct graph *g, uint32_t no, uint32_t cls)
{
    clear_flag(g, no, FLAG_SHARED);
    for (uint32_t i = g->head[no]; i; i = link_next(&g->links[i], no)) {
        uint32_t other_cls = class_of(g, link_other(&g->links[i], no));
        if (other_cls != CLASS_NEVER) {
            vec_push(&g->deferred[other_cls > cls ? other_cls : cls], i);
        }
    }
}

static void judge(struct graph *g, uint32_t no, uint32_t cls, u32_vec *scratch)
{
    uint32_t cap = rule_of(g, no)->cap;
    bool was = has_flag(g, no, FLAG_SHARED);
    clear_flag(g, no, FLAG_SUSPECT);
    if (cap == 0 || (!was && g->degree[no] < UINT8_MAX && g->degree[no] <= cap)) {
        return;
    }
    uint32_t count = count_consumers(g, no, cls, scratch);
    if (count > cap) {
        *graph_map_put(&g->credit, no, 0) = count - cap;
        if (!was) {
            become_shared(g, no, cls);
        }
    } else if (was) {
        become_private(g, no, cls);
    }
}

static int by_number(const void *left, const void *right)
{
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    return (x > y) - (x < y);
}

/* Unions of consumers that both touch shared identities of this class may have brought those back
 * under their cap. Each union takes away at most one consumer. */
static void spend_merged(struct graph *g, uint32_t cls)
{
    u32_vec *merged = &g->merged[cls];
    u32_vec nodes = {0};
    /* A consumer held together by a link that is now cut cannot be walked whole. Its parts come apart
     * in graph_solve, which then counts every union against what is near them. */
    g->slack[cls - 1] = g->edits ? (uint32_t)merged->len : 0;
    if (merged->len == 0) {
        return;
    }
    for (size_t i = 0; i < merged->len; i++) {
        merged->ptr[i] = label_find(g->label[cls - 1], merged->ptr[i]);
    }
    qsort(merged->ptr, merged->len, sizeof(uint32_t), by_number);
    for (size_t i = 0, end = 0; i < merged->len; i = end) {
        while (end < merged->len && merged->ptr[end] == merged->ptr[i]) {
            end++;
        }
        vec_clear(&nodes);
        graph_gather(g, cls - 1, merged->ptr[i], &nodes);
        for (size_t n = 0; n < nodes.len; n++) {
            uint32_t no = nodes.ptr[n];
            bool below =
                class_of(g, no) < cls && has_flag(g, no, (uint32_t)FLAG_TOUCH << (cls - 1));
            for (uint32_t k = below ? g->head[no] : 0; k; k = link_next(&g->links[k], no)) {
                uint32_t other = link_other(&g->links[k], no);
                if (has_flag(g, other, FLAG_SHARED) && class_of(g, other) == cls) {
                    graph_spend(g, other, (uint32_t)(end - i));
                }
            }
        }
    }
    vec_clear(merged);
    vec_release(&nodes);
}

static void judge_all(struct graph *g, uint32_t cls)
{
    u32_vec scratch = {0};
    for (size_t i = 0; i < g->suspects[cls].len; i++) {
        judge(g, g->suspects[cls].ptr[i], cls, &scratch);
    }
    vec_clear(&g->suspects[cls]);
    vec_release(&scratch);
}

/* ---- New links -------------------------------------------------------------------------------- */

static void warm(const struct graph *g, const struct link *k)
{
    const uint8_t *kinds = dictionary_kinds(g->dictionary);
    const uint32_t ends[2] = {k->a, k->b};
    for (uint32_t i = 0; i < 2; i++) {
        __builtin_prefetch(&kinds[ends[i]]);
        __builtin_prefetch(&g->flags[ends[i]]);
        __builtin_prefetch(&g->label[1][ends[i]]);
        __builtin_prefetch(&g->label[2][ends[i]]);
        __builtin_prefetch(&g->next[ends[i]]);
    }
}

static void add_link(struct graph *g, uint32_t no)
{
    const struct link *k = &g->links[no];
    uint32_t a = class_of(g, k->a), b = class_of(g, k->b);
    uint32_t cls = a > b ? a : b;
    if (cls == CLASS_NEVER || link_is_cut(k)) {
        return;
    }
    if (cls == g->first) {
        merge(g, cls, k->a, k->b);
        return;
    }
    notice_link(g, k->a, a, k->b, b);
    notice_link(g, k->b, b, k->a, a);
    vec_push(&g->deferred[cls], no);
}

static void add_new_links(struct graph *g)
{
    for (uint32_t i = g->settled_links + 1; i <= g->link_len; i++) {
        if (g->link_len - i >= AHEAD) {
            warm(g, &g->links[i + AHEAD]);
        }
        add_link(g, i);
    }
    g->settled_links = g->link_len;
}

static void add_deferred(struct graph *g, uint32_t level)
{
    const u32_vec *list = &g->deferred[level];
    for (size_t i = 0; i < list->len; i++) {
        if (list->len - i > AHEAD) {
            warm(g, &g->links[list->ptr[i + AHEAD]]);
        }
        const struct link *k = &g->links[list->ptr[i]];
        if (link_is_active(g, k)) {
            merge(g, level, k->a, k->b);
        }
    }
    vec_clear(&g->deferred[level]);
}

/* An earlier first_ms matters only where links are refused. */
static void apply_lowered(struct graph *g)
{
    for (size_t i = 0; i < g->lowered.len; i++) {
        const struct link *k = &g->links[g->lowered.ptr[i]];
        uint32_t cls = link_class(g, k);
        if (cls < LEVELS &&
            has_flag(g, label_find(g->label[cls], k->a), (uint32_t)FLAG_CONTESTED << cls)) {
            seed(g, cls, k->a);
            seed(g, cls, k->b);
        }
    }
    vec_clear(&g->lowered);
}

static void apply_edited(struct graph *g)
{
    for (size_t i = 0; i < g->edited.len; i++) {
        const struct link *k = &g->links[g->edited.ptr[i]];
        uint32_t a = class_of(g, k->a), b = class_of(g, k->b);
        uint32_t cls = a > b ? a : b;
        if (cls == CLASS_NEVER) {
            continue;
        }
        seed(g, cls, k->a);
        seed(g, cls, k->b);
        if (b < a && is_capped(g, k->a, a)) {
            touch(g, k->b, a);
            graph_suspect(g, k->a);
        }
        if (a < b && is_capped(g, k->b, b)) {
            touch(g, k->a, b);
            graph_suspect(g, k->b);
        }
    }
    vec_clear(&g->edited);
}

/* Ends of joins that are not known yet wait for a later settle. */
static void apply_poked(struct graph *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->poked.len; i++) {
        uint32_t no = g->poked.ptr[i];
        if (no <= g->len) {
            set_flag(g, no, FLAG_JOINED);
            seed(g, g->first, no);
        } else {
            g->poked.ptr[kept++] = no;
        }
    }
    g->poked.len = kept;
}

/* ---- Everything from nothing ------------------------------------------------------------------ */

/* Classes of kinds under the rules in force. A change needs everything solved anew. */
static void read_rules(struct graph *g)
{
    const struct kind_rule *rules = kind_rules(g->kinds);
    uint32_t first = 1;
    for (uint32_t kind = 0; kind < kind_len(g->kinds); kind++) {
        bool capped = rules[kind].strength == STRENGTH_STRONG && rules[kind].cap > 0;
        first = capped && kind_name(g->kinds, (uint8_t)kind).len ? 0 : first;
    }
    for (uint32_t kind = 0; kind < 256; kind++) {
        uint8_t cls = CLASS_NEVER;
        if (kind < kind_len(g->kinds) && rules[kind].strength != STRENGTH_NEVER) {
            bool strong = rules[kind].strength == STRENGTH_STRONG;
            cls = strong ? (rules[kind].cap ? 1 : (uint8_t)first) : 2;
        }
        g->class_of[kind] = cls;
    }
    if (first != g->first) {
        mem_free(g->label[0]);
        g->label[0] = first == 0 ? mem_alloc(g->room * sizeof(uint32_t)) : NULL;
        g->first = first;
        g->all = true;
    }
}

static void start_anew(struct graph *g)
{
    for (uint32_t no = 0; no <= g->len; no++) {
        graph_reset_node(g, no);
    }
    for (uint32_t l = 0; l < LEVELS; l++) {
        vec_clear(&g->seeds[l]);
        vec_clear(&g->deferred[l]);
        vec_clear(&g->suspects[l]);
        vec_clear(&g->merged[l]);
    }
    vec_clear(&g->grew);
    vec_clear(&g->moved);
    vec_clear(&g->lowered);
    vec_clear(&g->edited);
    vec_clear(&g->poked);
    graph_map_clear(&g->credit);
    for (size_t i = 0; i < g->joins.len; i++) {
        vec_push(&g->poked, g->joins.ptr[i].a);
        vec_push(&g->poked, g->joins.ptr[i].b);
    }
    g->consumers = g->len;
    g->settled_links = 0;
}

/* ---- What changed ----------------------------------------------------------------------------- */

static void emit(struct graph *g, uint32_t no, u32_vec *changed)
{
    if (!has_flag(g, no, FLAG_EMITTED)) {
        set_flag(g, no, FLAG_EMITTED);
        vec_push(changed, no);
    }
}

static void emit_circle(struct graph *g, uint32_t no, u32_vec *changed)
{
    uint32_t root = label_find(g->label[2], no);
    if (has_flag(g, root, FLAG_EMITTED)) {
        return;
    }
    uint32_t at = root;
    do {
        g->label[2][at] = root;
        emit(g, at, changed);
        at = g->next[at];
    } while (at != root);
}

/* Circles first: they are recognised as done by their root. */
static void report(struct graph *g, u32_vec *changed)
{
    size_t from = changed->len;
    for (size_t i = 0; i < g->grew.len; i++) {
        emit_circle(g, g->grew.ptr[i], changed);
    }
    for (size_t i = 0; i < g->moved.len; i++) {
        emit(g, g->moved.ptr[i], changed);
    }
    for (uint32_t no = g->settled_len + 1; no <= g->len; no++) {
        emit(g, no, changed);
    }
    for (size_t i = from; i < changed->len; i++) {
        clear_flag(g, changed->ptr[i], FLAG_EMITTED);
    }
    vec_clear(&g->grew);
    vec_clear(&g->moved);
}

/* After everything was solved anew: compares with the labels before, 1..old_len. */
static void report_difference(struct graph *g, const uint32_t *old, uint32_t old_len,
                              u32_vec *changed)
{
    uint32_t *now = g->label[2];
    for (uint32_t no = 1; no <= g->len; no++) {
        now[no] = label_find(now, no);
        uint32_t was = no <= old_len ? old[no] : 0;
        if (was != now[no]) {
            set_flag(g, was, FLAG_MARK);
            set_flag(g, now[no], FLAG_MARK);
        }
    }
    for (uint32_t no = 1; no <= g->len; no++) {
        if (no > old_len || has_flag(g, old[no], FLAG_MARK) ||
            has_flag(g, now[no], FLAG_MARK)) {
            vec_push(changed, no);
        }
    }
    for (uint32_t no = 0; no <= g->len; no++) {
        clear_flag(g, no, FLAG_MARK);
    }
    vec_clear(&g->grew);
    vec_clear(&g->moved);
}

/* ---- Settle ----------------------------------------------------------------------------------- */

static enum rc settle_levels(struct graph *g, struct err *e)
{
    g->edits = g->edited.len || g->poked.len;
    add_new_links(g);
    apply_lowered(g);
    apply_edited(g);
    apply_poked(g);
    for (uint32_t level = g->first; level < LEVELS; level++) {
        if (level > g->first) {
            judge_all(g, level);
            add_deferred(g, level);
        }
        if (level < 2) {
            spend_merged(g, level + 1); /* before components come apart again */
        }
        enum rc rc = graph_solve(g, level, e);
        if (rc) {
            return rc;
        }
    }
    return RC_OK;
}

enum rc graph_settle(struct graph *g, struct value_source values, u32_vec *changed,
                     struct err *e)
{
    if (g->len == 0) {
        return RC_OK;
    }
    uint32_t *old = NULL;
    uint32_t old_len = g->report_all ? 0 : g->settled_len;
    read_rules(g);
    g->values = values;
    bool all = g->all;
    if (all) {
        old = mem_array(uint32_t, g->len + 1);
        memcpy(old, g->label[2], (g->len + 1) * sizeof(uint32_t));
        start_anew(g);
    }
    enum rc rc = settle_levels(g, e);
    if (rc) {
        g->all = g->report_all = true; /* half done: the next settle begins anew */
    } else {
        if (all) {
            report_difference(g, old, old_len, changed);
        } else {
            report(g, changed);
        }
        g->settled_len = g->len;
        g->all = g->report_all = false;
    }
    mem_free(old);
    return rc;
}
