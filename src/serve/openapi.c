#include "serve/openapi.h"
#include "serve/api_route.h"
#include "app/version.h"
#include "collect/collect.h"
#include "wire/op_openapi.h"

static const char about[] = "Operations of Pond. A GET takes its fields in the query and may "
                            "also be asked by POST with a JSON object. A "
                            "failure is {code, msg, hint, field}. What takes long answers 202 "
                            "with a job. Collectors take events in the "
                            "shapes of the SDKs they are named after, with a write key.";

/* A path that ends in "/" stands for what lies below it: the key, of a saved mapping its name too. */
static const char *described_path(struct arena *a, const char *path)
{
    if (!str_ends(str_of(path), STR("/"))) {
        return path;
    }
    bool mapping = str_ends(str_of(path), STR("/json/"));
    return arena_strf(a, "%s{key}%s", path, mapping ? "/{mapping}" : "").ptr;
}

/* What machines that watch ask for (server_page.c). */
/* clang-format off */
static const struct op_path watching[] = {
    {.method = "get", .path = "/healthz", .name = "healthz", .tag = "Server", .help = "whether the process answers", .right = "public",
     .says = "it does", .gives = "text/plain"},
    {.method = "get", .path = "/readyz", .name = "readyz", .tag = "Server", .help = "whether every brand accepts; 503 when one does not", .right = "public",
     .says = "every brand accepts", .gives = "text/plain"},
    {.method = "get", .path = "/metrics", .name = "metrics", .tag = "Server", .help = "figures for Prometheus; without a key from the server's own machine only",
     .security = "key", .right = "metrics.read", .says = "text format 0.0.4", .gives = "text/plain"},
};
/* clang-format on */
#define WATCHING (sizeof(watching) / sizeof(*watching))

/* Those, and a row for each method and path of each collector. */
static struct op_path *others(struct arena *a)
{
    uint32_t n = 0;
    struct op_path *list = arena_array(a, struct op_path, 256);
    for (; n < WATCHING; n++) {
        list[n] = watching[n];
    }
    for (uint32_t i = 0; i < collect_count(); i++) {
        const struct collector *c = collect_at(i);
        for (const char *const *p = collector_paths(c); *p; p++) {
            struct str rest = str_of(collector_methods(c));
            while (rest.len && n < 255) {
                struct str method = str_trim(str_cut(&rest, ','));
                bool get = str_eq(method, STR("GET"));
                if (!get && !str_eq(method, STR("POST"))) {
                    continue;
                }
                struct str name = arena_strf(a, "collect_%s_%s_%u", collector_name(c),
                                             get ? "get" : "post", n);
                list[n++] = (struct op_path){
                    .method = get ? "get" : "post",
                    .path = described_path(a, *p),
                    .name = name.ptr,
                    .tag = "Collectors",
                    .help = arena_strf(a, "events in the shape of %s", collector_name(c)).ptr,
                    .takes = get ? NULL : "application/json",
                    .security = str_starts(str_of(*p), STR("/v1/")) ? "basic" : NULL,
                    .right = "event.write",
                    .says = "durable; in the protocol's own words"};
            }
        }
    }
    return list;
}

static const char *type_of_own(const struct op *op)
{
    for (const struct api_own *o = api_owns; o->op.name; o++) {
        if (&o->op == op) {
            return o->type;
        }
    }
    return NULL;
}

void openapi_write(const struct op_book *book, struct buf *out)
{
    struct arena *a = arena_new();
    struct json j;
    uint32_t n = 0;
    while (api_owns[n].op.name) {
        n++;
    }
    const struct op **own = arena_array(a, const struct op *, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        own[i] = &api_owns[i].op;
    }
    const struct op_openapi o = {.book = book,
                                 .more = own,
                                 .more_tag = "Server",
                                 .gives = type_of_own,
                                 .path = others(a),
                                 .title = "Pond",
                                 .version = POND_VERSION,
                                 .about = about};
    json_init(&j, out);
    op_openapi_write(&o, &j);
    buf_add_byte(out, '\n');
    arena_free(a);
}
