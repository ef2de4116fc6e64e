/* A request as a stranger sends it: the first byte picks an operation, the rest is "QUERY\0BODY". Whatever comes, the arguments
 * are text of the record's types, or the failure says what is wrong in words that are text. */
#include <stdlib.h>
#include "serve/api_args.h"
#include "serve/api_audit.h"
#include "app/ops.h"

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_args(const struct op *op, const struct op_args *args, struct arena *a)
{
    uint32_t i = 0;
    for (const struct op_in *in = op->in; in && in->name; in++, i++) {
        uint32_t n = op_args_count(args, i);
        must(in->many || n <= 1);
        must(!n || in->type != OP_PATH);
        for (uint32_t k = 0; k < n; k++) {
            struct str v = op_args_at(args, i, k);
            int64_t number;
            must(str_is_utf8(v) && (!v.len || !memchr(v.ptr, '\0', v.len)));
            must(in->type != OP_INT || str_i64(v, &number));
        }
    }
    must(str_is_utf8(api_audit_detail(op, args, a)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct arena *a = arena_new();
    struct str rest = str_make((const char *)data + 1, size - 1);
    const struct op *op = op_at(ops_book(), data[0] % op_count(ops_book()));
    struct str query = str_cut(&rest, '\0');
    const struct api_source s = {.op = op, .query = query, .body = rest};
    struct op_args *args = NULL;
    struct api_options options;
    struct str field;
    struct err e = {0};
    if (api_args_read(&s, a, &args, &options, &field, &e) == RC_OK) {
        check_args(op, args, a);
        (void)api_args_missing(op, args);
    } else {
        must(*e.msg && e.rc != RC_BUG);
    }
    arena_free(a);
    return 0;
}
