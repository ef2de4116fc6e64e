/* Which operation or route of its own a method and path mean. */
#ifndef POND_SERVE_API_ROUTE_H
#define POND_SERVE_API_ROUTE_H

#include "wire/op.h"

struct request;

/* What the API has besides operations: its records are read as those of operations are (fields, rights, OpenAPI), but a
 * function of the server answers. */
struct api_own {
    struct op op;
    /* In the thread of HTTP: answers at once; in a job's thread: a thing that waits (the ledger). Exactly one is
     * set. */
    void (*answer)(struct request *q, const struct op_args *args, struct arena *a);
    enum rc (*work)(struct request *q, const struct op_args *args, struct arena *a,
                    struct buf *reply, struct err *e);
    bool hashes;      /* work: a password, as few at once as log in */
    bool loopback;    /* from this machine only */
    const char *type; /* of what it answers; NULL: JSON */
};
extern const struct api_own api_owns[]; /* ends with op.name NULL */

struct api_route {
    const struct op *op;       /* NULL: none */
    const struct api_own *own; /* NULL: an operation */
    int64_t id;                /* of {id} in the path; 0 */
    bool reading;              /* a GET route: nothing but `perm`ed arguments writes */
};
/* False when no route has the path or none has the method: *allowed then lists the methods that the path has
 * ("GET, POST"; NULL: no such path). HEAD is GET; an operation read by GET may be asked by POST too, with its fields
 * as JSON. */
bool api_route_find(const struct op_book *book, struct str method, struct str path,
                    struct api_route *out, const char **allowed);

#endif
