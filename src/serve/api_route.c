#include "serve/api_route.h"

enum method { METHOD_GET = 1, METHOD_POST = 2, METHOD_PUT = 4, METHOD_DELETE = 8 };

static unsigned method_of(struct str s)
{
    return str_eq(s, STR("GET")) || str_eq(s, STR("HEAD")) ? METHOD_GET
           : str_eq(s, STR("POST"))                        ? METHOD_POST
           : str_eq(s, STR("PUT"))                         ? METHOD_PUT
           : str_eq(s, STR("DELETE"))                      ? METHOD_DELETE
                                                           : 0;
}

static const char *methods_text(unsigned methods)
{
    static const char *const text[] = {NULL,
                                       "GET, HEAD",
                                       "POST",
                                       "GET, HEAD, POST",
                                       "PUT",
                                       "GET, HEAD, PUT",
                                       "POST, PUT",
                                       "GET, HEAD, POST, PUT",
                                       "DELETE",
                                       "GET, HEAD, DELETE",
                                       "POST, DELETE",
                                       "GET, HEAD, POST, DELETE",
                                       "PUT, DELETE",
                                       "GET, HEAD, PUT, DELETE",
                                       "POST, PUT, DELETE",
                                       "GET, HEAD, POST, PUT, DELETE"};
    return text[methods];
}

/* "/api/v1/jobs/{id}/reply" against a path; {id} is a number. */
static bool path_fits(struct str pattern, struct str path, int64_t *id)
{
    *id = 0;
    while (pattern.len || path.len) {
        struct str want = str_cut(&pattern, '/'), have = str_cut(&path, '/');
        if (str_eq(want, STR("{id}"))) {
            if (!str_i64(have, id) || *id <= 0) {
                return false;
            }
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
    return true;
}

struct looking {
    struct str path;
    unsigned asked, found; /* methods */
    struct api_route *out;
    bool exact; /* a route of the very method was found */
};

/* Takes a record whose route fits; a GET operation takes POST too, unless a route of its own has that. */
static void look_at(struct looking *k, const struct op *op, const struct api_own *own)
{
    struct str rest = str_of(op->route), method = str_cut(&rest, ' ');
    int64_t id = 0;
    if (!op->route || !path_fits(rest, k->path, &id)) {
        return;
    }
    unsigned m = method_of(method), also = m == METHOD_GET && !own ? METHOD_POST : 0;
    k->found |= m | also;
    if (k->asked && (m == k->asked || (also == k->asked && !k->exact))) {
        k->exact = k->exact || m == k->asked;
        *k->out =
            (struct api_route){.op = op, .own = own, .id = id, .reading = m == METHOD_GET};
    }
}

bool api_route_find(const struct op_book *book, struct str method, struct str path,
                    struct api_route *out, const char **allowed)
{
    struct looking k = {.path = path, .asked = method_of(method), .out = out};
    *out = (struct api_route){0};
    for (const struct op_module *const *m = book->modules; *m; m++) {
        for (const struct op *op = (*m)->ops; op->name; op++) {
            look_at(&k, op, NULL);
        }
    }
    for (const struct api_own *o = api_owns; o->op.name; o++) {
        look_at(&k, &o->op, o);
    }
    *allowed = methods_text(k.found);
    return out->op != NULL;
}
