/* An HTTP client: one request at a time, its body handed over as it comes. For `pond tail`; what Pond itself sends out goes
 * another way. Redirects are not followed, no other protocol than http and https is spoken.
 * Library libcurl (client.c). */
#ifndef POND_WIRE_CLIENT_H
#define POND_WIRE_CLIENT_H

#include <stdbool.h>
#include "base/rc.h"
#include "base/str.h"

struct client_request {
    struct str url;
    struct str bearer;  /* Authorization: Bearer ...; empty: none */
    const char *accept; /* may be NULL */
    /* Gets the body piece by piece; false ends the request (RC_OK). Never NULL. */
    bool (*take)(void *ctx, struct str piece);
    /* Asked now and then; true ends it (RC_STOPPED). May be NULL. */
    bool (*stop)(void *ctx);
    void *ctx;
};
/* *status: of the answer; 0 when none came. RC_IO when the server cannot be reached or the connection broke (the reason is
 * in the message), RC_INVALID for a URL that is none. */
enum rc client_get(const struct client_request *r, int *status, struct err *e);

#endif
