#include "who/world_own.h"

enum rc who_why(struct who_world *w, const struct question *q, uint32_t no, struct arena *a,
                struct who_verdict **out, uint32_t *len, struct err *e)
{
    struct find_plan p;
    w->only = w->consumers[no];
    enum rc rc = find_plan_make(w, q, a, &p, e);
    w->only = 0;
    *len = 0;
    if (!rc) {
        uint32_t consumer = w->consumers[no];
        bool known = bits_has(&w->everyone, consumer);
        *len = (uint32_t)p.nodes.len;
        *out = arena_array(a, struct who_verdict, p.nodes.len);
        for (uint32_t i = 0; i < *len; i++) {
            const struct find_node *n = p.nodes.ptr[i];
            (*out)[i] = (struct who_verdict){n->q, known && find_holds(&p, n, consumer)};
        }
    }
    find_plan_release(&p);
    return rc;
}
