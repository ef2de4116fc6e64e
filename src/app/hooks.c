/* The stage model in force and the stages of consumers, hung onto a brand.
 *
 * A refold asks for the plan again. The brand may look at the old plan until the new one is in
 * place, so replaced models stay until hooks_free: a process applies few. */
#include "app/hooks.h"
#include "aipl/version.h"
#include "base/mem.h"
#include "base/vec.h"

struct hooks {
    int threads;
    struct stage_model *model;
    struct assets *assets;
    VEC(struct stage_model *) old_models;
    VEC(struct assets *) old_assets;
    void (*tell)(void *ctx, uint32_t consumer, int from, int to); /* NULL: nobody listens */
    void *tell_ctx;
};

struct hooks *hooks_new(int threads)
{
    struct hooks *h = mem_zalloc(sizeof(*h));
    h->threads = threads > 0 ? threads : 1;
    return h;
}

void hooks_free(struct hooks *h)
{
    if (!h) {
        return;
    }
    assets_free(h->assets);
    stage_model_free(h->model);
    for (size_t i = 0; i < h->old_models.len; i++) {
        assets_free(h->old_assets.ptr[i]);
        stage_model_free(h->old_models.ptr[i]);
    }
    vec_release(&h->old_assets);
    vec_release(&h->old_models);
    mem_free(h);
}

static enum rc plan_slot(void *ctx, struct brand *b, const struct evidence_plan **out,
                         struct err *e)
{
    struct hooks *h = ctx;
    struct arena *a = arena_new();
    struct model_version v = {0};
    struct stage_model *m = NULL;
    enum rc rc = model_version_current(a, b->ledger, &v, e);
    if (!rc) {
        rc = stage_model_parse(v.text, b->catalogue, LANG_EN, &m, e);
    }
    if (rc) {
        err_prefix(e, "the stage model in force");
        goto done;
    }
    if (h->model) {
        vec_push(&h->old_models, h->model);
        vec_push(&h->old_assets, h->assets);
    }
    h->model = m;
    h->assets = assets_new(m, h->threads);
    *out = stage_model_plan(m);
done:
    arena_free(a);
    return rc;
}

static enum rc changed_slot(void *ctx, struct brand *b, const uint32_t *nos, uint32_t n,
                            struct err *e)
{
    struct hooks *h = ctx;
    if (h->tell) {
        struct zone_cache cache = {0};
        int32_t today = zone_day(b->zone, &cache, clock_now(b->clock));
        return assets_moved(h->assets, b, nos, n, today, h->tell, h->tell_ctx, e);
    }
    return assets_changed(h->assets, b, nos, n, e);
}

static enum rc rebuilt_slot(void *ctx, struct brand *b, struct err *e)
{
    struct hooks *h = ctx;
    return assets_rebuilt(h->assets, b, e);
}

static enum rc save_slot(void *ctx, struct brand *b, struct checkpoint_writer *w, struct err *e)
{
    struct hooks *h = ctx;
    return assets_save(h->assets, b, w, e);
}

static enum rc load_slot(void *ctx, struct brand *b, struct checkpoint *c, struct err *e)
{
    struct hooks *h = ctx;
    return assets_load(h->assets, b, c, e);
}

struct brand_hooks hooks_slots(struct hooks *h)
{
    return (struct brand_hooks){
        .ctx = h,
        .plan = plan_slot,
        .changed = changed_slot,
        .rebuilt = rebuilt_slot,
        .save = save_slot,
        .load = load_slot,
    };
}

void hooks_listen(struct hooks *h, void (*tell)(void *ctx, uint32_t consumer, int from, int to),
                  void *ctx)
{
    h->tell = tell;
    h->tell_ctx = ctx;
}

const struct stage_model *hooks_model(const struct hooks *h) { return h->model; }
struct assets *hooks_assets(const struct hooks *h) { return h->assets; }
