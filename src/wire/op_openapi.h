/* OpenAPI 3.1 from operation records: routes, fields, replies, rights, examples.
 *
 * A GET operation is also listed under POST with its fields as JSON, unless that path has a POST of its own. The schema of a
 * reply is made of op_out: a leaf that may be absent may be null too. Examples are those of the records, read by
 * op_parse. `x-right` names the right, `x-command` the command line's words.
 * Source: OpenAPI Specification 3.1.0, JSON Schema 2020-12.
 */
#ifndef POND_WIRE_OP_OPENAPI_H
#define POND_WIRE_OP_OPENAPI_H

#include "wire/op.h"

/* A path that is no operation (collectors, health). */
struct op_path {
    const char *method; /* "post" */
    const char *path;   /* "/v1/batch", "/hooks/shopify/{key}" */
    const char *name;   /* operationId; unique */
    const char *tag, *help;
    const char *takes;    /* content type of the body; NULL: none */
    const char *security; /* name of a security scheme; NULL: none */
    const char *right;    /* that it needs */
    const char *says;     /* of its answer, a phrase */
    const char *gives;    /* content type of the answer; NULL: not told */
};
struct op_openapi {
    const struct op_book *book;
    const struct op *const *more; /* records that no book has; ends with NULL */
    const char *more_tag;
    const char *(*gives)(
        const struct op *op);   /* content type of a reply; NULL, or NULL from it: JSON */
    const struct op_path *path; /* ends with path NULL; may be NULL */
    const char *title, *version, *about;
};
/* One JSON object. */
void op_openapi_write(const struct op_openapi *o, struct json *j);
/* The JSON Schema of an operation's reply; {} when it is not described. */
void op_reply_schema(const struct op *op, struct json *j);
/* The arguments of an operation's own example with the most of them, by field; NULL when it has none that can be read.
 * In `a`. */
struct op_args *op_example_args(const struct op_book *b, const struct op *op, struct arena *a);
/* "as-of" -> "as_of" in `a`. */
const char *op_field_json(const char *name, struct arena *a);

#endif
