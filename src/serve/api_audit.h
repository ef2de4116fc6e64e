/* What the audit trail keeps of a request: {"args":{"name":"VIP","identity":["phone:138****8000"]}}. */
#ifndef POND_SERVE_API_AUDIT_H
#define POND_SERVE_API_AUDIT_H

#include "wire/op.h"

/* JSON of the arguments: no secrets, personal values masked, long texts cut. In `a`. */
struct str api_audit_detail(const struct op *op, const struct op_args *args, struct arena *a);
/* A text with what looks personal masked: digits of a phone number or longer, e-mail addresses. For texts whose kind is
 * not known; in `a`. */
struct str api_audit_mask(struct str text, struct arena *a);

#endif
