/* Arguments of an operation from a request: its query and its JSON body, under the operation's record.
 *
 *     GET /api/v1/report/flow?from=2026-11-01&to=2026-11-08&format=csv
 *     POST /api/v1/tag/assign {"name":"VIP","identity":["phone:138..","openid:o1"],"until":"2026-12-31"}
 *
 * A field may be named with "_" or "-"; a field of many values is repeated in a query and an array in JSON; null is
 * absent; an object is the text of a JSON question. `lang` and `format` of the query are the request's own,
 * unless the operation has fields of that name.
 */
#ifndef POND_SERVE_API_ARGS_H
#define POND_SERVE_API_ARGS_H

#include "wire/op.h"

#define API_QUERY_MAX 16384u /* bytes */

struct api_options {
    struct str lang, format; /* of the query; empty: not given      */
    struct str name;         /* of an uploaded file                 */
};
struct api_source {
    const struct op *op;
    struct str query; /* behind "?", not decoded             */
    struct str body;  /* JSON; empty: none                   */
};
/* Everything lives in `a`. RC_INVALID with *field when a field is unknown (hint: the nearest), malformed, given twice
 * or a path; RC_TOO_LARGE. Required fields are not asked for yet: op_args_check. */
enum rc api_args_read(const struct api_source *s, struct arena *a, struct op_args **out,
                      struct api_options *options, struct str *field, struct err *e);
/* The name of a required field that is missing; NULL: none. Uploads and downloads are not missed. */
const char *api_args_missing(const struct op *op, const struct op_args *args);
/* Words of the command line in a failure become those of a request: "--limit must be" -> "limit must be". */
void api_speak(struct err *e);
/* The name of a field as it stands in JSON: "as-of" -> "as_of". In `a`. */
struct str api_field_name(const char *name, struct arena *a);

#endif
