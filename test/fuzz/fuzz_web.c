/* Any bytes as a form, as base64, as a compressed body. The first byte chooses; what must hold is checked:
 * what was encoded comes back, a limit is a limit, a smaller limit refuses or gives the same. */
#include <stdlib.h>

#include "base/buf.h"
#include "wire/web.h"

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void percent(struct arena *a, struct str in)
{
    struct buf b = {0};
    web_percent_encode(&b, in);
    must(str_eq(web_percent_decode(a, buf_str(&b), true), in));
    must(web_percent_decode(a, in, true).len <= in.len);
    buf_release(&b);
}

static void form(struct arena *a, struct str in)
{
    struct str rest = in, name, value;
    size_t fields = 0;
    while (web_form_next(a, &rest, &name, &value)) {
        struct str first = web_form_get(a, in, name);
        must(first.ptr && (fields > 0 || str_eq(first, value)));
        if (++fields == 50) { /* asking for each is quadratic */
            break;
        }
    }
    must(fields > 0 || !web_form_get(a, in, STR("a")).ptr);
}

static void base64(struct arena *a, struct str in)
{
    struct str out, again, user, password;
    struct buf b = {0};
    if (web_base64_decode(a, in, &out)) {
        must(out.len <= in.len / 4 * 3 + 2);
        web_base64_encode(&b, out);
        must(web_base64_decode(a, buf_str(&b), &again) && str_eq(out, again));
    }
    buf_clear(&b);
    web_base64_encode(&b, in);
    must(web_base64_decode(a, buf_str(&b), &out) && str_eq(out, in));
    if (web_basic_auth(a, in, &user, &password)) {
        must(str_find_byte(user, ':', 0) == SIZE_MAX);
    }
    buf_release(&b);
}

static void packed(struct arena *a, enum web_coding c, struct str in, uint8_t cap)
{
    struct str out, less;
    size_t limit = (size_t)cap * cap;
    enum rc rc = web_unpack(a, c, in, 1u << 20, &out, NULL);
    must(rc == RC_OK || rc == RC_INVALID || rc == RC_TOO_LARGE);
    must(rc || out.len <= 1u << 20);
    enum rc small = web_unpack(a, c, in, limit, &less, NULL);
    if (!rc) {
        must(out.len <= limit ? !small && str_eq(out, less) : small == RC_TOO_LARGE);
    } else {
        must(small != RC_OK);
    }
}

static void gzip(struct arena *a, struct str in)
{
    struct buf b = {0};
    struct str out;
    must(!web_gzip(in, &b, NULL) && web_is_gzip(buf_str(&b)));
    must(!web_unpack(a, WEB_GZIP, buf_str(&b), in.len, &out, NULL) && str_eq(in, out));
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum web_coding c;
    if (size < 2) {
        return 0;
    }
    struct arena *a = arena_new();
    struct str in = str_make((const char *)data + 2, size - 2);
    switch (data[0] % 7) {
    case 0: percent(a, in); break;
    case 1: form(a, in); break;
    case 2: base64(a, in); break;
    case 3:
        gzip(a, in);
        (void)web_coding_of(in, &c, NULL);
        break;
    default: packed(a, (enum web_coding)(data[0] % 7 - 3), in, data[1]);
    }
    arena_free(a);
    return 0;
}
