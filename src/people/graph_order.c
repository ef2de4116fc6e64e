/* The order in which links are honoured. The weaker end of a link is the one with the greater
 * (priority, value, kind name); two links never compare equal, as two identities never share kind
 * and value. */
#include "people/graph_internal.h"

#include <stdlib.h>

struct tie {
    struct order order;
    struct str weak, strong, weak_kind, strong_kind;
};
typedef VEC(struct str) str_vec;

struct order graph_order_of(const struct graph *g, uint32_t link)
{
    const struct link *k = &g->links[link];
    uint16_t a = rule_of(g, k->a)->priority, b = rule_of(g, k->b)->priority;
    return (struct order){.ms = link_ms(k),
                          .link = link,
                          .weak = a > b ? a : b,
                          .strong = a > b ? b : a,
                          .level = (uint8_t)link_class(g, k)};
}

static int by_fields(const void *left, const void *right)
{
    const struct order *x = left, *y = right;
    if (x->level != y->level) {
        return x->level < y->level ? -1 : 1;
    }
    if (x->weak != y->weak) {
        return x->weak < y->weak ? -1 : 1;
    }
    if (x->strong != y->strong) {
        return x->strong < y->strong ? -1 : 1;
    }
    return (x->ms > y->ms) - (x->ms < y->ms);
}

static int by_values(const void *left, const void *right)
{
    const struct tie *x = left, *y = right;
    int c = str_cmp(x->weak, y->weak);
    c = c ? c : str_cmp(x->strong, y->strong);
    c = c ? c : str_cmp(x->weak_kind, y->weak_kind);
    return c ? c : str_cmp(x->strong_kind, y->strong_kind);
}

static struct tie tie_of(const struct graph *g, struct order o, struct str a, struct str b)
{
    const struct link *k = &g->links[o.link];
    struct str ka = kind_name(g->kinds, dictionary_kind(g->dictionary, k->a));
    struct str kb = kind_name(g->kinds, dictionary_kind(g->dictionary, k->b));
    uint16_t pa = rule_of(g, k->a)->priority, pb = rule_of(g, k->b)->priority;
    int c = str_cmp(a, b);
    bool a_is_weak = pa != pb ? pa > pb : (c ? c > 0 : str_cmp(ka, kb) > 0);
    return a_is_weak ? (struct tie){o, a, b, ka, kb} : (struct tie){o, b, a, kb, ka};
}

static size_t run_end(const struct order *list, size_t n, size_t from)
{
    size_t end = from + 1;
    while (end < n && by_fields(&list[from], &list[end]) == 0) {
        end++;
    }
    return end;
}

static void sort_run(const struct graph *g, struct order *run, size_t n,
                     const struct str *values)
{
    struct tie *ties = mem_array(struct tie, n);
    for (size_t i = 0; i < n; i++) {
        ties[i] = tie_of(g, run[i], values[2 * i], values[2 * i + 1]);
    }
    qsort(ties, n, sizeof(*ties), by_values);
    for (size_t i = 0; i < n; i++) {
        run[i] = ties[i].order;
    }
    mem_free(ties);
}

enum rc graph_order_sort(const struct graph *g, struct value_source values, struct order *list,
                         size_t n, struct err *e)
{
    if (n < 2) {
        return RC_OK;
    }
    qsort(list, n, sizeof(*list), by_fields);
    u32_vec nos = {0};
    str_vec texts = {0};
    enum rc rc = RC_OK;
    for (size_t from = 0; from < n; from = run_end(list, n, from)) {
        size_t end = run_end(list, n, from);
        for (size_t i = from; i < end && end - from > 1; i++) {
            vec_push(&nos, g->links[list[i].link].a);
            vec_push(&nos, g->links[list[i].link].b);
        }
    }
    if (nos.len) {
        vec_reserve(&texts, nos.len);
        rc = values.values(values.ctx, nos.ptr, (uint32_t)nos.len, texts.ptr, e);
    }
    const struct str *at = texts.ptr;
    for (size_t from = 0; nos.len && rc == RC_OK && from < n; from = run_end(list, n, from)) {
        size_t len = run_end(list, n, from) - from;
        if (len > 1) {
            sort_run(g, list + from, len, at);
            at += 2 * len;
        }
    }
    vec_release(&nos);
    vec_release(&texts);
    return rc;
}
